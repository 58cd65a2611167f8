// SPDX-License-Identifier: Apache-2.0
#include "engine/pending.hh"

#include "engine/alerts.hh"
#include "engine/context.hh"
#include "engine/decide_event.hh"

#include <algorithm>
#include <utility>
#include <vector>

namespace reops::engine {

namespace {

constexpr Duration longest_lag = minutes(1);

std::string row_key(const std::string& flow, Position entry)
{
    return join_key(flow, number_key(entry.number));
}

std::string lag_timer(const std::string& flow)
{
    return timer_for::lag + flow;
}

std::string lag_alert(const std::string& flow)
{
    return "lag:" + flow;
}

/// The flow's first row; null without one.
const Pending* oldest_of(const State& state, const std::string& flow)
{
    const auto& rows = state.pending.rows();
    const auto at = rows.lower_bound(join_key(flow, ""));
    return at != rows.end() && at->second.flow == flow ? &at->second : nullptr;
}

void watch_lag(Context& c, const std::string& flow, const Pending& oldest)
{
    const std::string timer = lag_timer(flow);
    if (c.state.timers.find(timer) == nullptr)
        c.timers.set(c.state, timer, std::max(c.now, oldest.at + longest_lag));
}

Pending row_of(const Flow& flow, const std::string& key, const Entry& entry, Time overdue_until)
{
    Pending row{.flow = flow.name, .key = key, .entry = entry.position, .at = entry.at};
    if (const auto* event = std::get_if<Event>(&entry.body)) {
        row.event = *event;
    } else if (const auto* timer = std::get_if<TimerDue>(&entry.body)) {
        row.is_timer = true;
        row.stage = parse_filter_timer(timer->key).stage;
        row.due = timer->due;
        row.overdue = timer->due <= overdue_until;
    }
    return row;
}

}  // namespace

void PendingIndex::rebuild(const State& state)
{
    queues_.clear();
    ready_.clear();
    for (const auto& [key, row] : state.pending.rows())
        add(row);
    recovered = state.position;
}

bool PendingIndex::has(std::string_view flow, std::string_view key) const
{
    return !queues_.empty() && queues_.find(join_key(flow, key)) != queues_.end();
}

void PendingIndex::add(const Pending& row)
{
    const std::string name = join_key(row.flow, row.key);
    queues_[name].waiting.push_back(row.entry);
    ready_.insert(name);
}

void PendingIndex::remove(const Pending& row)
{
    const std::string name = join_key(row.flow, row.key);
    const auto found = queues_.find(name);
    if (found == queues_.end())
        return;
    std::erase(found->second.waiting, row.entry);
    found->second.claimed = false;
    ready_.insert(name);
    if (found->second.waiting.empty())
        queues_.erase(found);
}

void PendingIndex::drop(std::string_view flow)
{
    const std::string prefix = join_key(flow, "");
    for (auto at = queues_.lower_bound(prefix);
         at != queues_.end() && at->first.starts_with(prefix);)
        at = queues_.erase(at);
}

void PendingIndex::wake(std::string_view flow, bool other_version)
{
    const std::string prefix = join_key(flow, "");
    for (auto at = queues_.lower_bound(prefix);
         at != queues_.end() && at->first.starts_with(prefix);
         ++at) {
        at->second.claimed = at->second.claimed && !other_version;
        ready_.insert(at->first);
    }
}

std::optional<Position> PendingIndex::claim(std::string_view flow, std::string_view key)
{
    const auto found = queues_.find(join_key(flow, key));
    if (found == queues_.end() || found->second.claimed)
        return std::nullopt;
    found->second.claimed = true;
    return found->second.waiting.front();
}

std::set<std::string> PendingIndex::take_ready()
{
    return std::exchange(ready_, {});
}

void put_pending(Context& c, const Flow& flow, const std::string& key, const Entry& entry)
{
    Pending row = row_of(flow, key, entry, c.state.overdue_until);
    c.pending.add(row);
    watch_lag(c, flow.name, row);
    c.state.pending.at(row_key(flow.name, entry.position)) = std::move(row);
}

bool take_pending(Context& c, const Filtered& filtered)
{
    const std::string key = row_key(filtered.flow, filtered.entry);
    const Pending* row = c.state.pending.find(key);
    const ArmedRef* armed = c.flows.find_armed(filtered.flow);
    if (row == nullptr || armed == nullptr || armed->flow->version != filtered.version)
        return false;
    c.pending.remove(*row);
    c.state.pending.erase(key);
    const Pending* oldest = oldest_of(c.state, filtered.flow);
    if (oldest == nullptr)
        c.timers.cancel(c.state, lag_timer(filtered.flow));
    if (oldest == nullptr || c.now - oldest->at < longest_lag)
        clear_alert(c, lag_alert(filtered.flow));
    return true;
}

void drop_pending(Context& c, const std::string& flow)
{
    std::vector<std::string> gone;
    for (const auto& [key, row] : c.state.pending.rows())
        if (row.flow == flow)
            gone.push_back(key);
    for (const std::string& key : gone)
        c.state.pending.erase(key);
    c.pending.drop(flow);
    c.timers.cancel(c.state, lag_timer(flow));
    clear_alert(c, lag_alert(flow));
}

void check_lag(Context& c, const std::string& flow)
{
    const Pending* oldest = oldest_of(c.state, flow);
    if (oldest == nullptr)
        return;
    if (c.now - oldest->at >= longest_lag)
        raise_alert(c,
                    lag_alert(flow),
                    "`" + flow + "` is more than a minute behind: its function takes too long. " +
                        "Nothing is lost, but it decides late; the oldest event that waits is " +
                        to_string(oldest->entry) + ", to see it: reops why-not " +
                        to_string(oldest->entry));
    c.timers.set(c.state, lag_timer(flow), std::max(c.now, oldest->at) + longest_lag);
}

}  // namespace reops::engine
