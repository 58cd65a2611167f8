// SPDX-License-Identifier: Apache-2.0
#include "engine/operation.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "engine/detail.hh"
#include "engine/outbox.hh"
#include "engine/power_item.hh"
#include "engine/runs.hh"

#include <algorithm>

namespace reops::engine {

namespace {

/// A host may have to wait for room, then for its connection, before its command begins.
constexpr Duration to_get_in = minutes(2);
constexpr std::size_t most_result_bytes = 8UL << 20;  // of all hosts of a stage

std::string item_key(RunId run, std::uint32_t place)
{
    return number_key(run.number) + number_key(place);
}

const OperationStage* stage_of(const Context& c, const Run& run)
{
    const Flow* flow = c.flows.find(run.flow, run.version);
    if (flow == nullptr || run.stage >= flow->stages.size() ||
        flow->stages[run.stage]->role() != StageRole::operate)
        return nullptr;
    return static_cast<const OperationStage*>(flow->stages[run.stage].get());
}

Effect make_effect(const Context& c,
                   const Run& run,
                   const OperationOptions& options,
                   const std::string& host,
                   std::uint32_t place)
{
    const hosts::System system = system_of(c, host);
    Effect effect;
    effect.kind = options.may_repeat ? "ask" : "exec";
    effect.run = run.id;
    effect.flow = run.flow;
    effect.host = host;
    effect.identity = std::to_string(run.id.number) + "." + run.flow + "." +
                      std::to_string(run.stage) + "." + std::to_string(place) + "." + host;
    effect.expires = c.now + options.limit;
    effect.limit = options.limit * 2 + to_get_in;
    effect.args = make_detail({{"verb", text(options.verb)},
                               {"args", options.args},
                               {"address", text(system.address)},
                               {"options", system.options},
                               {"auth", options.hosts.auth},
                               {"within", text(to_string(options.limit))},
                               {"item", data::Value::integer(place)}});
    return effect;
}

void note_outcome(Context& c, const Run& run, const OperationItem& item, std::string_view verb)
{
    c.note({.kind = "outcome",
            .run = run.id,
            .effect = item.effect,
            .flow = run.flow,
            .key = run.trigger.key,
            .host = item.host,
            .detail = make_detail({{"action", text(verb)},
                                   {"stage", number(run.stage)},
                                   {"outcome", text(to_string(item.outcome.status))},
                                   {"code", data::Value::integer(item.outcome.code())},
                                   {"message", text(item.outcome.message)},
                                   {"changed", data::Value::boolean(item.outcome.changed)},
                                   {"took", text(to_string(item.outcome.took))}})});
}

void release(Context& c, const Run& run, Operation& operation, const OperationOptions& options)
{
    const std::uint32_t left = operation.hosts - operation.released;
    const std::uint32_t batch = options.batch == 0 ? left : std::min(left, options.batch);
    for (std::uint32_t i = 0; i < batch; ++i) {
        const std::uint32_t place = operation.released++;
        OperationItem& item = *c.state.operation_items.edit(item_key(run.id, place));
        item.effect = open_effect(
            c, make_effect(c, run, options, item.host, place), Waiter{run.id, run.stage});
        ++operation.open;
    }
}

/// What was not released ends without having begun.
void end_rest(Context& c, Run& run, Operation& operation, const Outcome& outcome)
{
    for (; operation.released < operation.hosts; ++operation.released) {
        OperationItem& item = *c.state.operation_items.edit(item_key(run.id, operation.released));
        item.ended = true;
        item.outcome = outcome;
        note_outcome(c, run, item, operation.verb);
    }
}

/// A run carries its results from stage to stage: what is over the bound is left out.
void bound_result(Outcome& outcome, std::size_t& left)
{
    const std::size_t size = outcome.evidence.is_nil() ? 0 : data::print(outcome.evidence).size();
    if (size > left)
        outcome.evidence = make_detail({{"left-out", number(size)}});
    left -= std::min(left, size);
}

void finish(Context& c, Run& run, const Operation& operation)
{
    std::size_t left = most_result_bytes;
    run.hosts.clear();
    for (std::uint32_t place = 0; place < operation.hosts; ++place) {
        const std::string key = item_key(run.id, place);
        OperationItem& item = *c.state.operation_items.edit(key);
        bound_result(item.outcome, left);
        if (is_success(item.outcome.status))
            run.hosts.push_back(item.host);
        run.results.push_back({.stage = run.stage,
                               .host = std::move(item.host),
                               .action = operation.verb,
                               .because = {},
                               .outcome = std::move(item.outcome)});
        c.state.operation_items.erase(key);
    }
    c.state.operations.erase(number_key(run.id.number));
    finish_stage(c, run.id);
}

}  // namespace

bool begin_operation(Context& c, Run& run, const Flow& flow, const OperationStage& stage)
{
    const OperationOptions& options = stage.options();
    const std::vector<std::string> names =
        options.hosts_from_signal ? run.hosts : options.hosts.names;
    if (names.empty()) {
        // After an action that failed everywhere the run goes on to who tells of it.
        run.found_no_hosts = run.results.empty();
        c.note({.kind = "no-hosts", .run = run.id, .flow = run.flow, .key = run.trigger.key});
        return false;
    }
    Operation& operation = c.state.operations.at(number_key(run.id.number));
    operation.verb = options.verb;
    operation.hosts = static_cast<std::uint32_t>(names.size());
    for (std::uint32_t place = 0; place < operation.hosts; ++place)
        c.state.operation_items.at(item_key(run.id, place)).host = names[place];
    if (flow.options.shadow)
        end_rest(c,
                 run,
                 operation,
                 {.status = Status::shadow,
                  .message = "would be asked to " + options.verb,
                  .changed = false});
    c.to_progress.push_back(run.id);
    return true;
}

void progress_operation(Context& c, RunId id)
{
    const std::string key = number_key(id.number);
    Run* run = c.state.runs.edit(key);
    Operation* operation = c.state.operations.edit(key);
    if (run == nullptr || operation == nullptr || (operation->open > 0 && !run->cancelled))
        return;
    const OperationStage* stage = stage_of(c, *run);
    if (run->cancelled || stage == nullptr)
        end_rest(c,
                 *run,
                 *operation,
                 {.status = Status::cancelled,
                  .message = stage == nullptr ? "its flow changed" : "the run was cancelled",
                  .changed = false});
    else if (run->expired)
        end_rest(c,
                 *run,
                 *operation,
                 {.status = Status::expired,
                  .message = "the run was interrupted before",
                  .changed = false});
    if (operation->released < operation->hosts)
        release(c, *run, *operation, stage->options());
    else if (operation->open == 0)
        finish(c, *run, *operation);
}

std::vector<const OperationItem*> items_of(const State& state, RunId run)
{
    std::vector<const OperationItem*> out;
    const std::string prefix = number_key(run.number);
    const auto& rows = state.operation_items.rows();
    for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix);
         ++at)
        out.push_back(&at->second);
    return out;
}

void operation_ended(Context& c, const OutboxItem& item, const Outcome& outcome)
{
    const data::Value place =
        item.effect.args.is_map() ? item.effect.args.as_map().get("item") : data::Value{};
    for (const Waiter& waiter : item.waiters) {
        Run* run = c.state.runs.edit(number_key(waiter.run.number));
        Operation* operation = c.state.operations.edit(number_key(waiter.run.number));
        OperationItem* host = place.is_integer()
                                  ? c.state.operation_items.edit(item_key(
                                        waiter.run, static_cast<std::uint32_t>(place.as_integer())))
                                  : nullptr;
        if (run == nullptr || operation == nullptr || host == nullptr || host->ended ||
            host->effect != item.effect.id)
            continue;
        host->ended = true;
        host->outcome = outcome;
        --operation->open;
        run->expired = run->expired || outcome.status == Status::expired;
        note_outcome(c, *run, *host, operation->verb);
        c.to_progress.push_back(waiter.run);
    }
}

}  // namespace reops::engine
