// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/retry.hh"

#include "base/check.hh"

#include <algorithm>
#include <array>

namespace reops::remote {

namespace {

constexpr std::uint32_t most_doublings = 4;

/// sshd's MaxStartups (10:30:100) drops three of ten logins at random while ten are on their way;
/// six tries make a refusal by bad luck one in a thousand.
constexpr std::array<RetryRule, 6> rules = {{
    {Trouble::unreachable, 1, Duration{}},
    {Trouble::silent, 1, Duration{}},
    {Trouble::dropped, 6, milliseconds(200)},
    {Trouble::unwanted, 1, Duration{}},
    {Trouble::broken, 2, Duration{}},
    {Trouble::ours, 1, Duration{}},
}};

}  // namespace

const RetryRule& retry_rule(Trouble trouble)
{
    const auto* const found = std::find_if(
        rules.begin(), rules.end(), [&](const RetryRule& rule) { return rule.trouble == trouble; });
    REOPS_CHECK(found != rules.end(), "every trouble has its rule");
    return *found;
}

Duration retry_wait(const RetryRule& rule, std::uint32_t tries, std::uint32_t spread)
{
    const std::uint32_t doublings = std::min(tries == 0 ? 0 : tries - 1, most_doublings);
    const Duration wait = rule.wait * (1 << doublings);
    return wait + wait * static_cast<int>(spread % 8) / 16;
}

}  // namespace reops::remote
