// SPDX-License-Identifier: Apache-2.0
#include "runtime/direct_runs.hh"

#include "data/map.hh"
#include "engine/detail.hh"
#include "engine/operation.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::runtime {

namespace {

using data::Value;

constexpr std::size_t most_named = 3;

std::string text_of(const Value& value)
{
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

/// A command's answer stands in its note.
Result<std::string> answer_of(const engine::Decision& decision)
{
    for (const engine::Note& note : decision.notes) {
        if (note.kind != "command")
            continue;
        const data::Map& detail = note.detail.as_map();
        if (detail.get("ok").truthy())
            return text_of(detail.get("text"));
        return Failure{Code::conflict, text_of(detail.get("text"))};
    }
    return Failure{Code::internal, "the command has no answer"};
}

engine::Status status_named(std::string_view name)
{
    for (auto i = static_cast<unsigned>(engine::Status::verified);
         i <= static_cast<unsigned>(engine::Status::shadow);
         ++i)
        if (to_string(static_cast<engine::Status>(i)) == name)
            return static_cast<engine::Status>(i);
    return engine::Status::unknown;
}

const engine::Run* find_run(const engine::State& state, const std::string& run)
{
    return state.runs.find(engine::number_key(engine::parse_id('r', run).value_or(0)));
}

/// Of the present action; those that came in because of others too.
std::uint32_t hosts_at_work(const engine::State& state, const std::string& name)
{
    const engine::Run* run = find_run(state, name);
    if (run == nullptr)
        return 0;
    const auto* operation = state.operations.find(engine::number_key(run->id.number));
    return operation != nullptr ? operation->hosts : static_cast<std::uint32_t>(run->items.size());
}

/// A few of those that are waited for.
std::vector<std::string> working_hosts(const engine::State& state, const std::string& name)
{
    std::vector<std::string> out;
    const engine::Run* run = find_run(state, name);
    if (run == nullptr)
        return out;
    for (const engine::OperationItem* item : engine::items_of(state, run->id))
        if (out.size() < most_named && item->effect.number != 0 && !item->ended)
            out.push_back(item->host);
    for (const engine::HostItem& item : run->items)
        if (out.size() < most_named && item.state == engine::ItemState::open)
            out.push_back(item.host);
    return out;
}

}  // namespace

DirectRuns::DirectRuns(Runtime& runtime) : runtime_(runtime)
{
    runtime_.on_decision([this, alive = std::weak_ptr{alive_}](const engine::Entry& entry,
                                                               const engine::Decision& decision) {
        if (!alive.expired())
            look(entry, decision);
    });
    runtime_.on_committed([this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired())
            finish_idle();
    });
}

DirectRuns::~DirectRuns() = default;

void DirectRuns::step(const StepWish& wish, Progress progress, Ended ended)
{
    std::shared_ptr<Open> step;
    if (const auto found = open_.find(wish.run); found != open_.end())
        step = found->second;
    else if (wish.run.empty())
        step = std::make_shared<Open>();
    if (step == nullptr)
        return ended(Failure{Code::conflict, wish.run + " is not open any more"});
    step->stages.push_back(wish.stage);
    step->actor = wish.actor;
    step->state = {.run = wish.run};
    step->progress = std::move(progress);
    step->ended = std::move(ended);
    const engine::FlowPtr flow =
        engine::make_direct_step(step->stages, fmt::format("step-{}", ++steps_));
    const bool is_taken = runtime_.submit_with(
        flow,
        engine::Command{.verb = "step",
                        .args = engine::make_detail({{"version", engine::text(flow->version)},
                                                     {"run", engine::text(wish.run)},
                                                     {"form", engine::text(wish.form)}}),
                        .actor = wish.actor},
        [this, alive = std::weak_ptr{alive_}, step](
            const auto&, const engine::Decision& decision, const auto&) {
            if (!alive.expired())
                opened(step, decision);
        });
    if (!is_taken)
        std::exchange(step->ended, nullptr)(
            Failure{Code::conflict, "too many entries wait for the journal", "reops doctor"});
}

/// The step's own decision: a run that was opened just now is known by its number from here on.
/// look() sees what ended at once.
void DirectRuns::opened(const std::shared_ptr<Open>& step, const engine::Decision& decision)
{
    const auto run = answer_of(decision);
    if (!run.ok()) {
        if (step->ended)
            std::exchange(step->ended, nullptr)(run.failure());
        return;
    }
    step->state.run = *run;
    open_[*run] = step;
    step->state.hosts = hosts_at_work(runtime_.engine().state(), *run);
    tell(*step);
}

void DirectRuns::tell(Open& step)
{
    if (!step.progress || step.state.hosts == 0)
        return;
    step.state.working = working_hosts(runtime_.engine().state(), step.state.run);
    step.progress(step.state);
}

void DirectRuns::look(const engine::Entry& entry, const engine::Decision& decision)
{
    for (const engine::Note& note : decision.notes) {
        if (note.kind != "outcome")
            continue;
        const auto found = open_.find(to_string(note.run));
        if (found != open_.end())
            take(*found->second, entry, note);
    }
}

void DirectRuns::take(Open& step, const engine::Entry& entry, const engine::Note& note)
{
    const data::Map& detail = note.detail.as_map();
    engine::HostResult result;
    result.host = note.host;
    result.stage = static_cast<std::uint32_t>(detail.get("stage").as_integer());
    result.action = text_of(detail.get("action"));
    result.because = text_of(detail.get("because"));
    const auto* ended = std::get_if<engine::Ended>(&entry.body);
    if (ended != nullptr && ended->effect == note.effect)
        result.outcome = ended->outcome;
    result.outcome.status = status_named(text_of(detail.get("outcome")));
    result.outcome.exit_code = static_cast<int>(detail.get("code").as_integer());
    result.outcome.message = text_of(detail.get("message"));
    result.outcome.changed = detail.get("changed").truthy();
    step.state.ended.push_back(std::move(result));
    tell(step);
}

/// The commit has shown what came of it: the run waits for its next step, or is gone.
void DirectRuns::finish_idle()
{
    std::vector<std::pair<std::shared_ptr<Open>, StepEnd>> ended;
    for (auto at = open_.begin(); at != open_.end();) {
        const engine::Run* run = find_run(runtime_.engine().state(), at->first);
        Open& step = *at->second;
        const bool is_over =
            run == nullptr ||
            engine::is_idle(runtime_.engine().state(), runtime_.engine().flows(), *run);
        if (is_over && step.ended)
            ended.emplace_back(at->second, StepEnd{std::exchange(step.state, {}), run == nullptr});
        if (run == nullptr)
            at = open_.erase(at);
        else
            ++at;
    }
    for (auto& [step, end] : ended)
        std::exchange(step->ended, nullptr)(std::move(end));
}

void DirectRuns::command(std::string verb, const std::string& run, const std::string& error)
{
    const auto found = open_.find(run);
    runtime_.submit(engine::Command{.verb = std::move(verb),
                                    .args = engine::make_detail({{"run", engine::text(run)},
                                                                 {"error", engine::text(error)}}),
                                    .actor = found != open_.end() ? found->second->actor : ""},
                    nullptr);
}

void DirectRuns::cancel(const std::string& run)
{
    command("cancel", run, "");
}

void DirectRuns::end(const std::string& run, const std::string& error)
{
    command("end", run, error);
}

}  // namespace reops::runtime
