// SPDX-License-Identifier: Apache-2.0
#include "engine/decision.hh"

#include <array>

namespace reops::engine {

namespace {

struct ReasonRow {
    std::string_view name;
    std::string_view text;
};

constexpr std::array<ReasonRow, 17> reasons = {{
    {"run", "a run was opened"},
    {"joined", "it joined the open run of its key"},
    {"repeated", "the incident is open: a repeat run looks again"},
    {"counted", "the incident is open and was looked at less than a minute ago"},
    {"clear", "the condition was false"},
    {"wait", "the condition may hold, but not yet"},
    {"failed", "the function of the stage failed"},
    {"late", "the reading is older than the flow's :max-age"},
    {"superseded", "a newer reading of its key came after the same gap"},
    {"implausible", "the reading is outside :range or jumps beyond :max-step"},
    {"retained", "a retained reading is known, but starts nothing"},
    {"paused", "the flow is paused"},
    {"too-deep", "loop breaker: more than 8 flows caused one another"},
    {"caused-itself", "loop breaker: the flow caused this event itself"},
    {"queued", "it waits until the open run of its key is closed"},
    {"queue-full", "100 events of its key wait already"},
    {"pending", "its function takes long, so it is decided by a later entry"},
}};

constexpr std::array<std::string_view, 4> arrivals = {
    "live", "retained", "superseded", "implausible"};

}  // namespace

std::string_view to_string(Reason reason)
{
    return reasons.at(static_cast<std::size_t>(reason)).name;
}

std::string_view explain(Reason reason)
{
    return reasons.at(static_cast<std::size_t>(reason)).text;
}

std::string_view to_string(Arrival arrival)
{
    return arrivals.at(static_cast<std::size_t>(arrival));
}

}  // namespace reops::engine
