// SPDX-License-Identifier: Apache-2.0
#include "operations/verb.hh"

#include "operations/verbs/subjects.hh"

#include <array>

#include <fmt/format.h>

namespace reops::operations {

namespace {

std::vector<const Verb*> gather()
{
    const std::array subjects = {command_verbs(),
                                 file_verbs(),
                                 package_verbs(),
                                 service_verbs(),
                                 stat_verbs(),
                                 disk_verbs(),
                                 sensor_verbs(),
                                 process_verbs(),
                                 fact_verbs(),
                                 network_verbs(),
                                 scan_verbs(),
                                 power_verbs()};
    std::vector<const Verb*> all;
    for (const std::span<const Verb> subject : subjects)
        for (const Verb& verb : subject)
            all.push_back(&verb);
    return all;
}

}  // namespace

std::span<const Verb* const> verbs()
{
    static const std::vector<const Verb*> all = gather();
    return all;
}

const Verb* find_verb(std::string_view name)
{
    for (const Verb* verb : verbs())
        if (verb->name == name)
            return verb;
    return nullptr;
}

Result<data::Value> read_reply(const Verb& verb, const CommandReply& reply)
{
    if ((reply.is_cut && !verb.takes_part) || reply.out.size() > verb.most_output)
        return Failure{Code::corrupt,
                       fmt::format("`{}` got more output than it takes", verb.name),
                       "ask for less, for example for a folder below"};
    return verb.parse(reply);
}

}  // namespace reops::operations
