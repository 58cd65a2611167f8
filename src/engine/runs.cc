// SPDX-License-Identifier: Apache-2.0
#include "engine/runs.hh"

#include "data/print.hh"
#include "engine/alerts.hh"
#include "engine/decide_event.hh"
#include "engine/detail.hh"
#include "engine/direct.hh"
#include "engine/mail.hh"
#include "engine/operation.hh"
#include "engine/power.hh"
#include "engine/publishing.hh"
#include "engine/run_queue.hh"
#include "engine/stages.hh"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace reops::engine {

namespace {

constexpr std::array<std::string_view, 9> run_status_names = {"open",
                                                              "done",
                                                              "partial",
                                                              "failed",
                                                              "no hosts",
                                                              "unchanged",
                                                              "interrupted",
                                                              "cancelled",
                                                              "shadow"};

/// Somebody would have been told; nobody is.
void note_shadowed(Context& c, const Run& run, std::string_view kind, std::string_view what)
{
    c.note({.kind = "shadowed",
            .run = run.id,
            .flow = run.flow,
            .key = run.trigger.key,
            .detail = make_detail({{"kind", text(kind)}, {"subject", text(what)}})});
}

/// What a stage inside a run does: waits (true) or is done at once.
using RunStage = bool (*)(Context& c, Run& run, const Flow& flow, const Stage& stage);

bool ask_evaluation(Context& c, Run& run, const Flow&, const Stage&)
{
    run.evaluating = true;
    c.evaluations->push_back({run.id, run.stage});
    return true;
}

bool run_power(Context& c, Run& run, const Flow&, const Stage& stage)
{
    return begin_power(c, run, static_cast<const PowerStage&>(stage));
}

bool run_operation(Context& c, Run& run, const Flow& flow, const Stage& stage)
{
    return begin_operation(c, run, flow, static_cast<const OperationStage&>(stage));
}

const Incident* incident_of(const Context& c, const Run& run)
{
    return run.incident ? c.state.incidents.find(join_key(run.flow, run.trigger.key)) : nullptr;
}

/// A repeat run that has found all as the last one left it: only counted.
bool is_unchanged(const Context& c, const Run& run)
{
    const Incident* incident = incident_of(c, run);
    return run.repeat && incident != nullptr && !has_changed(run) && run.error.empty() &&
           incident->signature == signature_of(run);
}

bool run_email(Context& c, Run& run, const Flow& flow, const Stage& stage)
{
    run.told = true;
    const auto& email = static_cast<const EmailStage&>(stage);
    if (flow.options.shadow && !is_unchanged(c, run))
        note_shadowed(c, run, "email", email.options().subject);
    else if (!flow.options.shadow)
        mail_run(c, run, flow, email);
    return false;
}

bool run_publish(Context& c, Run& run, const Flow& flow, const Stage& stage)
{
    const bool nothing_new = run.repeat && run.results.empty();
    if (nothing_new || is_unchanged(c, run))
        return false;
    const auto& publish = static_cast<const PublishStage&>(stage);
    if (flow.options.shadow)
        note_shadowed(c, run, "publish", publish.options().topic);
    else
        publish_run(c, run, publish);
    return false;
}

/// By StageRole, in its order.
constexpr std::array<RunStage, 6> run_stages = {
    ask_evaluation, ask_evaluation, run_power, run_email, run_publish, run_operation};

RunStatus status_of(const Run& run)
{
    const HostResults results = last_results(run);
    const auto good = std::count_if(results.begin(), results.end(), [](const HostResult& r) {
        return is_success(r.outcome.status);
    });
    if (run.cancelled)
        return RunStatus::cancelled;
    if (run.expired)
        return RunStatus::interrupted;
    if (!run.error.empty())
        return RunStatus::failed;
    if (run.found_no_hosts && results.empty())
        return RunStatus::no_hosts;
    if (good == static_cast<std::ptrdiff_t>(results.size()))
        return RunStatus::done;
    return good == 0 ? RunStatus::failed : RunStatus::partial;
}

std::string hosts_with(const HostResults& results, bool success)
{
    std::string out;
    for (const HostResult& result : results)
        if (is_success(result.outcome.status) == success)
            out += (out.empty() ? "" : ", ") + result.host;
    return out;
}

std::string or_none(const std::string& names)
{
    return names.empty() ? "none" : names;
}

/// What was done, what was not, and what to type.
std::string account_of(const Run& run, RunStatus status)
{
    const HostResults results = last_results(run);
    std::string out = "`" + run.flow + "` (" + to_string(run.id) + ") is " +
                      std::string{to_string(status)} + ": done " +
                      or_none(hosts_with(results, true)) + "; not done " +
                      or_none(hosts_with(results, false));
    if (!run.error.empty())
        out += "; " + run.error;
    if (status == RunStatus::interrupted && run.trigger.value.number())
        out += "; to run it now: reops emit " + run.trigger.name + " " +
               data::print(run.trigger.value) + " --key " + run.trigger.key;
    return out + "; to see why: reops why " + to_string(run.id);
}

/// Will nobody hear of it by mail? An email stage tells, unless an error ended the run before it.
bool is_untold(const Run& run, const Flow* flow)
{
    return flow == nullptr || !flow->tells || (!run.error.empty() && !run.told);
}

void alert_when_untold(Context& c, const Run& run, RunStatus status, const Flow* flow)
{
    const std::string cause = "run-failed:" + run.flow + ":" + run.trigger.key;
    const bool failed = status == RunStatus::failed || status == RunStatus::partial;
    if (status == RunStatus::interrupted)
        alert_once(c, "run-interrupted:" + to_string(run.id), account_of(run, status));
    else if (failed && is_untold(run, flow))
        raise_alert(c, cause, account_of(run, status));
    else if (status == RunStatus::done)
        clear_alert(c, cause);
}

void close_in_incident(Context& c, const Run& run, bool unchanged)
{
    Incident* incident = c.state.incidents.edit(join_key(run.flow, run.trigger.key));
    if (incident == nullptr || incident->open_run != run.id)
        return;
    incident->open_run = RunId{};
    incident->last_run_id = run.id;
    incident->signature = signature_of(run);
    if (unchanged)
        ++incident->repeats;
    else
        ++incident->runs;
}

}  // namespace

std::string_view to_string(RunStatus status)
{
    return run_status_names.at(static_cast<std::size_t>(status));
}

HostResults last_results(const Run& run)
{
    HostResults out;
    std::unordered_map<std::string_view, std::size_t> places;
    for (const HostResult& result : run.results) {
        const auto [place, is_new] = places.emplace(result.host, out.size());
        if (is_new)
            out.push_back(result);
        else
            out[place->second] = result;
    }
    return out;
}

RunId open_run(Context& c, const Flow& flow, Trigger trigger, bool repeat)
{
    const RunId id{c.state.counter().next_run++};
    Run& run = c.state.runs.at(number_key(id.number));
    run.id = id;
    run.flow = flow.name;
    run.version = flow.version;
    run.trigger = std::move(trigger);
    run.opened = c.now;
    run.stage = flow.filters;
    run.repeat = repeat;
    Incident* incident = flow.mode == Mode::single
                             ? c.state.incidents.edit(join_key(flow.name, run.trigger.key))
                             : nullptr;
    run.incident = incident != nullptr;
    if (incident != nullptr)
        incident->open_run = id;
    c.note(
        {.kind = "run-opened",
         .run = id,
         .flow = flow.name,
         .key = run.trigger.key,
         .detail = make_detail({{"event", number(run.trigger.event.number)},
                                {"name", text(run.trigger.name)},
                                {"value", run.trigger.value},
                                {"version", text(flow.version)},
                                {"actor", text(run.trigger.actor)},
                                {"repeat", repeat ? data::Value::boolean(true) : data::Value{}}})});
    advance(c, id);
    return id;
}

void advance(Context& c, RunId id)
{
    const std::string key = number_key(id.number);
    while (Run* run = c.state.runs.edit(key)) {
        const Flow* flow = c.flows.find(run->flow, run->version);
        if (flow == nullptr)
            run->error = "flow changed";
        if (flow == nullptr || run->cancelled || run->expired || run->found_no_hosts ||
            !run->error.empty() || run->stage >= flow->stages.size()) {
            if (flow == nullptr || run->cancelled || !is_direct(*run))
                close_run(c, id);  // a direct run waits for who carries it
            return;
        }
        const Stage& stage = *flow->stages[run->stage];
        if (run_stages.at(static_cast<std::size_t>(stage.role()))(c, *run, *flow, stage))
            return;
        ++run->stage;
    }
}

bool is_acting(const State& state, const Run& run)
{
    return !run.items.empty() || state.operations.find(number_key(run.id.number)) != nullptr;
}

void progress_run(Context& c, RunId id)
{
    if (c.state.is_visit && id.number < c.state.first_new_run)
        return;
    if (c.state.operations.find(number_key(id.number)) != nullptr)
        progress_operation(c, id);
    else
        progress_power(c, id);
}

void finish_stage(Context& c, RunId id)
{
    if (Run* run = c.state.runs.edit(number_key(id.number))) {
        ++run->stage;
        advance(c, id);
    }
}

void take_evaluation(Context& c, const Evaluated& answer)
{
    Run* run = c.state.runs.edit(number_key(answer.run.number));
    if (run == nullptr || !run->evaluating || run->stage != answer.stage)
        return;
    run->evaluating = false;
    if (answer.again)
        c.note({.kind = "evaluated-again",
                .run = run->id,
                .flow = run->flow,
                .key = run->trigger.key,
                .detail = make_detail({{"event", number(run->trigger.event.number)},
                                       {"stage", number(answer.stage + 1U)}})});
    if (!answer.error.empty()) {
        run->error = answer.error;
        count_failure(c, run->flow, run->trigger.key, answer.error);
    } else if (answer.replaces_value) {
        run->trigger.value = answer.value;
    } else {
        run->hosts = answer.hosts;
    }
    const bool ends = answer.error.empty() && !answer.replaces_value && answer.hosts.empty();
    if (ends) {
        c.note(
            {.kind = "nothing-left", .run = run->id, .flow = run->flow, .key = run->trigger.key});
        close_run(c, answer.run);
    } else {
        finish_stage(c, answer.run);
    }
}

bool cancel_run(Context& c, RunId id)
{
    Run* run = c.state.runs.edit(number_key(id.number));
    if (run == nullptr)
        return false;
    run->cancelled = true;
    if (!run->items.empty())
        cancel_waiting(c, id);
    else if (is_acting(c.state, *run))
        progress_operation(c, id);
    else
        close_run(c, id);
    return true;
}

void close_run(Context& c, RunId id)
{
    const std::string key = number_key(id.number);
    Run* found = c.state.runs.edit(key);
    if (found == nullptr)
        return;
    const Run run = std::move(*found);
    const Flow* flow = c.flows.find(run.flow, run.version);
    RunStatus status = flow == nullptr ? RunStatus::interrupted : status_of(run);
    if (flow != nullptr && flow->options.shadow && run.error.empty() && !run.cancelled)
        status = RunStatus::shadow;
    const bool unchanged = !run.cancelled && !run.expired && is_unchanged(c, run);
    if (unchanged)
        status = RunStatus::unchanged;
    c.state.runs.erase(key);
    close_in_incident(c, run, unchanged);
    c.note({.kind = "run-closed",
            .run = run.id,
            .flow = run.flow,
            .key = run.trigger.key,
            .detail = make_detail({{"status", text(to_string(status))},
                                   {"took", text(to_string(c.now - run.opened))},
                                   {"error", text(run.error)},
                                   {"good", text(hosts_with(last_results(run), true))},
                                   {"bad", text(hosts_with(last_results(run), false))}})});
    if (!unchanged)
        alert_when_untold(c, run, status, flow);
    leave_queue(c, run);
}

}  // namespace reops::engine
