// SPDX-License-Identifier: Apache-2.0
#include "engine/run_queue.hh"

#include "engine/detail.hh"
#include "engine/runs.hh"

namespace reops::engine {

namespace {

constexpr std::size_t longest_queue = 100;

std::vector<std::string> queues_of(const Context& c, const std::string& flow)
{
    std::vector<std::string> keys;
    const std::string prefix = join_key(flow, "");
    const auto& rows = c.state.run_queues.rows();
    for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix);
         ++at)
        keys.push_back(at->first);
    return keys;
}

/// Opens the run of the trigger that has waited longest, unless one is open.
void open_next(Context& c, const std::string& key, const Flow& flow)
{
    RunQueue* queue = c.state.run_queues.edit(key);
    if (queue == nullptr || queue->open_run.number != 0)
        return;
    if (queue->waiting.empty()) {
        c.state.run_queues.erase(key);
        return;
    }
    Trigger trigger = std::move(queue->waiting.front());
    queue->waiting.erase(queue->waiting.begin());
    // The run may close at once and then forgets the queue: its number is known before.
    queue->open_run = RunId{c.state.counter().next_run};
    open_run(c, flow, std::move(trigger), false);
}

}  // namespace

Reason enter_queue(Context& c, const Flow& flow, Trigger trigger, RunId& run)
{
    if (flow.mode != Mode::queue && flow.mode != Mode::restart) {
        run = open_run(c, flow, std::move(trigger), false);
        return Reason::run;
    }
    const std::string key = join_key(flow.name, trigger.key);
    RunQueue& queue = c.state.run_queues.at(key);
    const RunId before = queue.open_run;
    if (before.number != 0 && flow.mode == Mode::queue && queue.waiting.size() >= longest_queue)
        return Reason::queue_full;
    if (flow.mode == Mode::restart)
        queue.waiting.clear();
    queue.waiting.push_back(std::move(trigger));
    if (before.number == 0) {
        run = RunId{c.state.counter().next_run};
        open_next(c, key, flow);
        return Reason::run;
    }
    if (flow.mode == Mode::restart)
        cancel_run(c, before);
    run = before;
    return Reason::queued;
}

void leave_queue(Context& c, const Run& run)
{
    const std::string key = join_key(run.flow, run.trigger.key);
    const RunQueue* found = c.state.run_queues.find(key);
    if (found == nullptr || found->open_run != run.id)
        return;
    c.state.run_queues.edit(key)->open_run = RunId{};
    if (found->waiting.empty())
        c.state.run_queues.erase(key);
    else
        c.to_open.push_back(run.flow);
}

void open_waiting(Context& c, const std::string& flow)
{
    const ArmedRef* armed = c.flows.find_armed(flow);
    if (armed == nullptr)
        return;
    const FlowPtr kept = armed->flow;
    for (const std::string& key : queues_of(c, flow))
        open_next(c, key, *kept);
}

void end_queues(Context& c, const std::string& flow)
{
    for (const std::string& key : queues_of(c, flow))
        c.state.run_queues.erase(key);
}

}  // namespace reops::engine
