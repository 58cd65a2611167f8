// SPDX-License-Identifier: Apache-2.0
// What is said when a host's key is not the one that is known.
#include "operations/command_line.hh"
#include "remote/ssh/connection.hh"

#include <fmt/format.h>

namespace reops::remote {

std::optional<Failure> refuse_host_key(const Judgement& judgement,
                                       const HostKey& key,
                                       const std::string& host,
                                       const Route& route,
                                       HostKeyPolicy policy)
{
    const std::string shown = fmt::format("{} {}", key.type, key.fingerprint);
    const std::string trust = "reops trust " + operations::quote_word(host);
    switch (judgement.verdict) {
        case Verdict::trusted:
            return std::nullopt;
        case Verdict::unknown:
            if (policy == HostKeyPolicy::accept_new)
                return std::nullopt;
            return Failure{Code::conflict,
                           fmt::format("the host key of {} is not known: it shows {}", host, shown),
                           trust};
        case Verdict::changed:
            return Failure{
                Code::conflict,
                fmt::format("the host key of {} has changed: {} line {} has {} {}, it shows {}",
                            host,
                            judgement.known->file,
                            judgement.known->line,
                            judgement.known->type,
                            fingerprint_of(judgement.known->blob),
                            shown),
                fmt::format("if that is right: ssh-keygen -f {} -R {} && {}",
                            operations::quote_word(judgement.known->file),
                            operations::quote_word(known_name(route.known_as, route.port)),
                            trust)};
        case Verdict::revoked:
            return Failure{Code::conflict,
                           fmt::format("the host key of {} is revoked by {} line {}: it shows {}",
                                       host,
                                       judgement.known->file,
                                       judgement.known->line,
                                       shown),
                           "give the host a new key"};
    }
    return std::nullopt;
}

}  // namespace reops::remote
