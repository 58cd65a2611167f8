// SPDX-License-Identifier: Apache-2.0
// Stages that switch hosts on and off.
#include "library/direct_run.hh"
#include "library/host_results.hh"
#include "library/stage_value.hh"
#include "library/word_options.hh"
#include "library/words.hh"
#include "pipeline/stages.hh"

#include <array>
#include <optional>
#include <utility>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

using WithHosts = pipeline::StagePart (*)(const hosts::Hosts&, pipeline::PowerWishes);
using WithoutHosts = pipeline::StagePart (*)(pipeline::PowerWishes);

/// `(stop)`, `(stop closet)`, `(stop closet :force true)`, `(stop :force true)`.
Value power(Task& task,
            Arguments arguments,
            const char* word,
            WithHosts with_hosts,
            WithoutHosts without_hosts)
{
    const bool is_named = !arguments.empty() && !arguments[0].is_keyword();
    std::optional<hosts::Hosts> hosts;
    if (is_named)
        hosts = read_hosts(task, arguments[0], word);
    const WordOptions options{
        word, arguments.subspan(is_named ? 1 : 0), {"force", "good-for", "unknown-guests"}};
    pipeline::PowerWishes wishes;
    wishes.force = options.flag("force", wishes.force);
    wishes.good_for = options.span("good-for").value_or(wishes.good_for);
    wishes.unknown_guests = options.flag("unknown-guests", wishes.unknown_guests);
    return data::make_native<StageValue>(word, true, [=](const StagePlace&) {
        return hosts ? with_hosts(*hosts, wishes) : without_hosts(wishes);
    });
}

Value stop(Task& task, Arguments arguments)
{
    return power(task, arguments, "stop", pipeline::stop, pipeline::stop);
}

Value halt(Task& task, Arguments arguments)
{
    return power(task, arguments, "halt", pipeline::halt, pipeline::halt);
}

Value start(Task& task, Arguments arguments)
{
    return power(task, arguments, "start", pipeline::start, pipeline::start);
}

template <lang::BuiltinBody Stage>
Value at_once(Task& task, Arguments arguments)
{
    return act_alone(task, Stage(task, arguments));
}

constexpr std::array<lang::Builtin, 3> table = {{
    {.name = "stop",
     .args = "[& hosts-and-options]",
     .doc = "Shuts the hosts down, guests before their hypervisor, and waits until they are "
            "off.\n(stop closet :good-for (minutes 5))",
     .since = "0.1",
     .effects = true,
     .run = stop},
    {.name = "halt",
     .args = "[& hosts-and-options]",
     .doc = "Stops the hosts, and switches off those that do not stop in time.\n(halt closet)",
     .since = "0.1",
     .effects = true,
     .run = halt},
    {.name = "start",
     .args = "[& hosts-and-options]",
     .doc = "Starts the hosts, hypervisors before their guests.\n(start mining-pool)",
     .since = "0.1",
     .effects = true,
     .run = start},
}};

}  // namespace

std::span<const lang::Builtin> action_words()
{
    return table;
}

std::span<const lang::Builtin> actions_at_once()
{
    static const std::array<lang::Builtin, 3> words = [] {
        auto out = table;
        out[0].run = at_once<stop>;
        out[1].run = at_once<halt>;
        out[2].run = at_once<start>;
        return out;
    }();
    return words;
}

}  // namespace reops::library
