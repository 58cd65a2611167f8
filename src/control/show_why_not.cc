// SPDX-License-Identifier: Apache-2.0
// Why nothing happened: the newest events of a name, key or flow, and for each flow the stage that
// ended it. All of it was committed with the entries; nothing is decided again.
#include "control/names.hh"
#include "control/routes.hh"
#include "control/show_trace.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <algorithm>
#include <deque>
#include <set>

namespace reops::control {

namespace {

constexpr std::size_t usual_limit = 5;
constexpr std::size_t most_limit = 50;
constexpr std::uint64_t look_back = 20'000;  ///< entries

/// What was asked for: a flow's events, or those of a name (and key).
struct Wanted {
    const engine::ArmedFlow* flow = nullptr;
    std::string name = {};
    std::string key = {};
    bool has_key = false;

    bool matches(const engine::Event& event) const
    {
        return event.name == name && (!has_key || event.key == key);
    }
};

std::string listens_to(const engine::ArmedFlow& flow)
{
    return flow.has_key ? flow.event + "/" + flow.key : flow.event;
}

/// Flows that did not see the event at all, and why.
std::string not_listening(const engine::ArmedFlow& flow, const engine::Event& event)
{
    if (!flow.active)
        return "`" + flow.name + "` is disarmed";
    const bool listens = flow.event == event.name && (!flow.has_key || flow.key == event.key);
    if (listens)
        return "`" + flow.name + "` was not armed yet";
    return "`" + flow.name + "` listens to " + listens_to(flow);
}

data::Value show_others(const engine::State& state,
                        const engine::Event& event,
                        const std::vector<engine::TraceItem>& trace)
{
    std::set<std::uint32_t> seen;
    for (const engine::TraceItem& item : trace)
        seen.insert(item.flow);
    data::VectorBuilder out;
    for (const auto& [name, flow] : state.flows.rows())
        if (!seen.contains(flow.ordinal))
            out.push_back(make_detail({{"flow", text(flow.name)},
                                       {"reason", text("not-listening")},
                                       {"text", text(not_listening(flow, event))}}));
    return out.finish();
}

/// An event, or a timer that let an earlier one pass, or what was made of a pending one; only the
/// flow's part when one was asked for.
data::Value show_entry(const ControlParts& parts,
                       const engine::FrameItem& item,
                       const engine::ArmedFlow* only)
{
    std::vector<engine::TraceItem> trace;
    for (const engine::TraceItem& each : item.trace)
        if (only == nullptr || each.flow == only->ordinal)
            trace.push_back(each);
    const auto* event = std::get_if<engine::Event>(&item.entry.body);
    const auto* late = std::get_if<engine::Filtered>(&item.entry.body);
    return make_detail({{"event",
                         event != nullptr ? show_event(item.entry.position, item.entry.at, *event)
                                          : data::Value{}},
                        {"timer", event == nullptr ? show_time(item.entry.at) : data::Value{}},
                        {"late", late != nullptr ? text(to_string(late->entry)) : data::Value{}},
                        {"flows", show_trace(parts, trace)}});
}

/// The newest entries that match, oldest first. The journal is read forward, so the way back is
/// bounded; when it does not reach so far it is made shorter.
Result<std::deque<data::Value>> find_entries(const ControlParts& parts,
                                             const Wanted& wanted,
                                             std::size_t limit,
                                             std::set<std::string>& names)
{
    const std::uint64_t last = parts.runtime.engine().state().position.number;
    for (std::uint64_t back = look_back;; back /= 2) {
        std::deque<data::Value> found;
        std::set<engine::Position> shown;  // events; what is made of a pending one comes later
        const engine::Position from{last > back ? last - back : 1};
        const auto read = parts.runtime.read_entries(from, [&](engine::FrameItem& item) {
            const auto* event = std::get_if<engine::Event>(&item.entry.body);
            const bool by_timer =
                event == nullptr && wanted.flow != nullptr &&
                std::any_of(item.trace.begin(), item.trace.end(), [&](const auto& each) {
                    return each.flow == wanted.flow->ordinal;
                });
            if (event != nullptr && names.size() < 100)
                names.insert(event->name);
            const auto* late = std::get_if<engine::Filtered>(&item.entry.body);
            const bool is_late = late != nullptr && shown.contains(late->entry);
            if (!by_timer && !is_late && (event == nullptr || !wanted.matches(*event)))
                return true;
            if (event != nullptr)
                shown.insert(item.entry.position);
            found.push_back(show_entry(parts, item, wanted.flow));
            if (found.size() > limit)
                found.pop_front();
            return true;
        });
        if (read.ok())
            return found;
        if (read.failure().code != Code::not_found || back == 0)
            return read.failure();
    }
}

void why_not_event(const ControlParts& parts, engine::Position position, const Reply& reply)
{
    const auto item = parts.runtime.read_entry(position);
    if (!item.ok())
        return reply(item.failure());
    const auto* event = std::get_if<engine::Event>(&item->entry.body);
    if (event == nullptr)
        return reply(Failure{
            Code::not_found,
            engine::to_string(position) + " is no event: the journal holds something else there",
            "reops why-not NAME/KEY"});
    const engine::State& state = parts.runtime.engine().state();
    data::VectorBuilder entries;
    entries.push_back(show_entry(parts, *item, nullptr));
    reply(make_detail(
        {{"entries", entries.finish()}, {"others", show_others(state, *event, item->trace)}}));
}

Wanted read_wanted(const ControlParts& parts, const std::string& of)
{
    Wanted wanted;
    wanted.flow = parts.runtime.engine().state().flows.find(of);
    if (wanted.flow != nullptr) {
        wanted.name = wanted.flow->event;
        wanted.has_key = wanted.flow->has_key;
        wanted.key = wanted.flow->key;
        return wanted;
    }
    const std::size_t slash = of.find('/');
    wanted.name = of.substr(0, slash);
    if (parts.canonical_event)
        wanted.name = parts.canonical_event(wanted.name);
    wanted.has_key = slash != std::string::npos;
    if (wanted.has_key)
        wanted.key = of.substr(slash + 1);
    return wanted;
}

std::string_view trouble_of(const engine::ArmedFlow& flow)
{
    if (!flow.active)
        return "disarmed";
    return flow.paused ? "paused" : "armed";
}

/// Nothing matched: is it a misspelt name, or has nothing of it arrived?
Failure nothing_found(const ControlParts& parts,
                      const Wanted& wanted,
                      const std::string& of,
                      std::set<std::string> names)
{
    const engine::State& state = parts.runtime.engine().state();
    if (wanted.flow != nullptr)
        return Failure{Code::not_found,
                       "no event " + listens_to(*wanted.flow) + " for `" + of +
                           "` has arrived lately; the flow is " +
                           std::string{trouble_of(*wanted.flow)},
                       "reops emit " + wanted.flow->event + " VALUE --key KEY"};
    for (const auto& [name, flow] : state.flows.rows()) {
        names.insert(name);
        names.insert(flow.event);
    }
    return no_such(
        "flow and no event", of, {names.begin(), names.end()}, "reops flows shows what is armed");
}

}  // namespace

void show_why_not(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const std::string of = ask.query("of");
    if (of.empty())
        return reply(Failure{Code::invalid_argument,
                             "expected an event (e-17), a flow, or an event's NAME/KEY",
                             "reops why-not closet-heat"});
    const auto limit = read_limit(ask, usual_limit, most_limit);
    if (!limit.ok())
        return reply(limit.failure());
    if (const auto number = engine::parse_id('e', of))
        return why_not_event(parts, engine::Position{*number}, reply);
    const Wanted wanted = read_wanted(parts, of);
    std::set<std::string> names;
    auto found = find_entries(parts, wanted, *limit, names);
    if (!found.ok())
        return reply(found.failure());
    if (found->empty())
        return reply(nothing_found(parts, wanted, of, std::move(names)));
    data::VectorBuilder entries;
    for (data::Value& each : *found)
        entries.push_back(std::move(each));
    const bool is_flow = wanted.flow != nullptr;
    reply(make_detail({{"entries", entries.finish()},
                       {"flow", is_flow ? text(wanted.flow->name) : data::Value{}},
                       {"state", is_flow ? text(trouble_of(*wanted.flow)) : data::Value{}}}));
}

}  // namespace reops::control
