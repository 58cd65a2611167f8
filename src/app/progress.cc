// SPDX-License-Identifier: Apache-2.0
#include "app/progress.hh"

#include "data/json.hh"
#include "data/value.hh"
#include "engine/detail.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::app {

namespace {

std::string host_line(const engine::HostResult& result)
{
    const engine::Outcome& outcome = result.outcome;
    return fmt::format("{}: {} {}{}{}\n",
                       result.host,
                       result.action,
                       to_string(outcome.status),
                       outcome.message.empty() ? "" : ": ",
                       outcome.message);
}

std::string host_json(const std::string& run, const engine::HostResult& result)
{
    using engine::text;
    return data::write_json(
               engine::make_detail({{"run", text(run)},
                                    {"host", text(result.host)},
                                    {"action", text(result.action)},
                                    {"outcome", text(to_string(result.outcome.status))},
                                    {"code", data::Value::integer(result.outcome.code())},
                                    {"message", text(result.outcome.message)}})) +
           "\n";
}

}  // namespace

std::string progress_line(const runtime::StepState& state)
{
    const auto failed =
        std::count_if(state.ended.begin(), state.ended.end(), [](const engine::HostResult& one) {
            return !is_success(one.outcome.status);
        });
    std::string out = fmt::format(
        "{} of {} done", state.ended.size() - static_cast<std::size_t>(failed), state.hosts);
    if (failed > 0)
        out += fmt::format(", {} failed", failed);
    if (!state.working.empty())
        out += fmt::format(", waiting for {}", fmt::join(state.working, ", "));
    return out;
}

void Progress::show(const runtime::StepState& state)
{
    if (form_ != ProgressForm::live) {
        show_rest(state);
        return;
    }
    std::string line = progress_line(state);
    if (line == line_)
        return;
    print_("\r\x1b[K" + line);
    line_ = std::move(line);
}

void Progress::show_rest(const runtime::StepState& state)
{
    for (; shown_ < state.ended.size(); ++shown_)
        print_(form_ == ProgressForm::json ? host_json(state.run, state.ended[shown_])
                                           : host_line(state.ended[shown_]));
}

void Progress::end(const runtime::StepState& state)
{
    if (form_ != ProgressForm::live)
        show_rest(state);
    else if (!line_.empty())
        print_("\r\x1b[K");
    line_.clear();
    shown_ = 0;
}

}  // namespace reops::app
