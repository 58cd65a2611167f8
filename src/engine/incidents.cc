// SPDX-License-Identifier: Apache-2.0
//   (none) --pass--> open --clear, run closed, nothing passed for :calm--> closed "clear"
//                     |  \--:quiet without any event--> closed "silent", holds stay
//                     \--pass, run closed, a minute since the last--> repeat run
#include "engine/incidents.hh"

#include "engine/detail.hh"
#include "engine/mail.hh"

#include <algorithm>

namespace reops::engine {

namespace {

constexpr Duration repeat_every = minutes(1);

std::string quiet_key(const std::string& incident_key)
{
    return timer_for::quiet + incident_key;
}

/// Holds that outlived their silent incident belong to the next one of their flow and key.
void mark_holds(Context& c, const Incident& incident, bool silent)
{
    for (const auto& [row, hold] : c.state.holds.rows())
        if (hold.flow == incident.flow && hold.key == incident.key && hold.silent != silent)
            c.state.holds.edit(row)->silent = silent;
}

/// A run from before the start, while it is not known how long reops was down: its actions may all
/// expire. What passes now does not wait for that.
bool waits_for_its_age(const Context& c, RunId id)
{
    const Run* run = c.state.leftovers_wait ? c.state.runs.find(number_key(id.number)) : nullptr;
    return run != nullptr && run->opened < c.state.started;
}

Duration quiet_of(const Context& c, const Incident& incident)
{
    const ArmedRef* armed = c.flows.find_armed(incident.flow);
    return armed != nullptr ? armed->flow->options.quiet : Duration{minutes(30)};
}

void open_incident(Context& c,
                   const std::string& incident_key,
                   const Flow& flow,
                   const Trigger& trigger)
{
    Incident& incident = c.state.incidents.at(incident_key);
    incident = Incident{};
    incident.number = c.state.counter().next_incident++;
    incident.flow = flow.name;
    incident.key = trigger.key;
    incident.event = trigger.event;
    incident.opened = incident.last_pass = incident.last_event = incident.last_run = c.now;
    c.timers.set(c.state, quiet_key(incident_key), c.now + flow.options.quiet);
    mark_holds(c, incident, false);
    c.note({.kind = "incident-opened",
            .flow = flow.name,
            .key = trigger.key,
            .detail = make_detail({{"incident", number(incident.number)},
                                   {"event", number(trigger.event.number)},
                                   {"value", trigger.value}})});
}

/// The holds of one incident; with `silent_only` those that outlived theirs.
void drop_holds(Context& c, std::string_view flow, std::string_view key, bool silent_only)
{
    std::vector<std::string> gone;
    for (const auto& [row, hold] : c.state.holds.rows())
        if (hold.flow == flow && hold.key == key && (hold.silent || !silent_only))
            gone.push_back(row);
    for (const std::string& row : gone) {
        const Hold hold = *c.state.holds.find(row);
        c.state.holds.erase(row);
        c.note({.kind = "hold-released", .flow = hold.flow, .key = hold.key, .host = hold.host});
    }
}

void close_incident(Context& c, const std::string& incident_key, std::string_view why)
{
    const Incident incident = *c.state.incidents.find(incident_key);
    c.timers.cancel(c.state, quiet_key(incident_key));
    c.state.incidents.erase(incident_key);
    if (why == "silent")
        mark_holds(c, incident, true);
    else
        drop_holds(c, incident.flow, incident.key, false);
    c.note({.kind = "incident-closed",
            .run = incident.last_run_id,
            .flow = incident.flow,
            .key = incident.key,
            .detail = make_detail({{"incident", number(incident.number)},
                                   {"why", text(why)},
                                   {"runs", number(incident.runs)},
                                   {"joined", number(incident.joined)},
                                   {"repeats", number(incident.repeats)},
                                   {"lasted", text(to_string(c.now - incident.opened))}})});
    if (why == "clear")
        mail_recovered(c, incident);
}

}  // namespace

Joining pass_incident(Context& c, const Flow& flow, const Trigger& trigger)
{
    const std::string key = join_key(flow.name, trigger.key);
    Incident* incident = c.state.incidents.edit(key);
    if (incident == nullptr) {
        open_incident(c, key, flow, trigger);
        return {};
    }
    incident->last_pass = incident->last_event = c.now;
    if (flow.repeats && waits_for_its_age(c, incident->open_run)) {
        incident->last_run = c.now;
        return {.reason = Reason::repeated};
    }
    if (incident->open_run.number != 0) {
        ++incident->joined;
        return {.reason = Reason::joined, .run = incident->open_run};
    }
    if (!flow.repeats || c.now - incident->last_run < repeat_every) {
        ++incident->joined;
        return {.reason = Reason::counted, .run = incident->last_run_id};
    }
    incident->last_run = c.now;
    return {.reason = Reason::repeated};
}

void drop_incident(Context& c, const Flow& flow, const std::string& key, Reason reason)
{
    if (c.state.incidents.size() == 0 && c.state.holds.size() == 0)
        return;
    const std::string incident_key = join_key(flow.name, key);
    const Incident* incident = c.state.incidents.find(incident_key);
    if (incident == nullptr) {
        if (reason == Reason::clear)
            drop_holds(c, flow.name, key, true);
        return;
    }
    const bool calm =
        incident->open_run.number == 0 && c.now - incident->last_pass >= flow.options.calm;
    if (reason == Reason::clear && calm) {
        close_incident(c, incident_key, "clear");
        return;
    }
    c.state.incidents.edit(incident_key)->last_event = c.now;
}

void check_quiet(Context& c, const std::string& incident_key)
{
    const Incident* incident = c.state.incidents.find(incident_key);
    if (incident == nullptr) {
        c.timers.cancel(c.state, quiet_key(incident_key));
        return;
    }
    const Duration quiet = quiet_of(c, *incident);
    const Time due = incident->last_event + quiet;
    if (due > c.now)
        c.timers.set(c.state, quiet_key(incident_key), due);
    else if (incident->open_run.number != 0)
        c.timers.set(c.state, quiet_key(incident_key), c.now + quiet);
    else
        close_incident(c, incident_key, "silent");
}

void end_incidents(Context& c, const std::string& flow, std::string_view why)
{
    std::vector<std::string> keys;
    for (const auto& [key, incident] : c.state.incidents.rows())
        if (incident.flow == flow)
            keys.push_back(key);
    for (const std::string& key : keys)
        close_incident(c, key, why);
    std::vector<std::string> event_keys;
    for (const auto& [row, hold] : c.state.holds.rows())
        if (hold.flow == flow)
            event_keys.push_back(hold.key);
    for (const std::string& key : event_keys)
        drop_holds(c, flow, key, false);
}

void set_hold(Context& c, const Run& run, const std::string& host)
{
    // The incident may be gone although the run goes on: its flow was disarmed.
    const std::string incident_key = join_key(run.flow, run.trigger.key);
    if (!run.incident || c.state.incidents.find(incident_key) == nullptr)
        return;
    const std::string row = join_key(host, run.flow, run.trigger.key);
    if (c.state.holds.find(row) != nullptr)
        return;
    c.state.holds.at(row) =
        Hold{.host = host, .flow = run.flow, .key = run.trigger.key, .since = c.now};
    c.note({.kind = "hold-set",
            .run = run.id,
            .flow = run.flow,
            .key = run.trigger.key,
            .host = host});
}

namespace {

/// Is another run of the same incident about to stop it? (One was left over from before a start.)
bool another_stops(const Context& c, const Run& run, const std::string& host)
{
    const auto& runs = c.state.runs.rows();
    return std::any_of(runs.begin(), runs.end(), [&](const auto& row) {
        const Run& other = row.second;
        return other.id != run.id && other.flow == run.flow &&
               other.trigger.key == run.trigger.key &&
               std::any_of(other.items.begin(), other.items.end(), [&](const HostItem& item) {
                   return item.host == host && !item.is_start && item.state == ItemState::open;
               });
    });
}

}  // namespace

void confirm_hold(Context& c, const Run& run, const std::string& host, bool stopped)
{
    const std::string row = join_key(host, run.flow, run.trigger.key);
    const Hold* hold = c.state.holds.find(row);
    if (hold == nullptr || hold->confirmed)
        return;
    if (stopped) {
        c.state.holds.edit(row)->confirmed = true;
        return;
    }
    if (another_stops(c, run, host))
        return;
    c.state.holds.erase(row);
    c.note({.kind = "hold-released",
            .run = run.id,
            .flow = run.flow,
            .key = run.trigger.key,
            .host = host});
}

const Hold* find_foreign_hold(const Context& c, const Run& run, const std::string& host)
{
    const auto& rows = c.state.holds.rows();
    const std::string prefix = join_key(host, "");
    for (auto at = rows.lower_bound(prefix); at != rows.end() && at->second.host == host; ++at)
        if (at->second.flow != run.flow || at->second.key != run.trigger.key)
            return &at->second;
    return nullptr;
}

std::size_t release_holds(Context& c, const std::string& host)
{
    std::vector<std::string> gone;
    for (const auto& [row, hold] : c.state.holds.rows())
        if (hold.host == host)
            gone.push_back(row);
    for (const std::string& row : gone) {
        const Hold hold = *c.state.holds.find(row);
        c.state.holds.erase(row);
        c.note({.kind = "hold-released", .flow = hold.flow, .key = hold.key, .host = host});
    }
    return gone.size();
}

}  // namespace reops::engine
