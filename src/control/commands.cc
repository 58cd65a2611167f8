// SPDX-License-Identifier: Apache-2.0
// What people order. Each becomes an entry with its actor; the answer comes after the commit.
#include "control/names.hh"
#include "control/routes.hh"
#include "control/show_trace.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <optional>

namespace reops::control {

namespace {

constexpr Duration commit_within = seconds(5);
constexpr Duration reload_within = seconds(14);

struct Order {
    std::string verb;
    std::string key;    ///< of the argument: "flow"
    std::string value;  ///< what was typed
    std::vector<std::string> known;
    std::string list;  ///< the command that lists what is known
};

Failure intake_stopped()
{
    return Failure{
        Code::conflict, "intake is stopped: the disk is full or reops is stopping", "reops doctor"};
}

/// The engine's answer to a command is a note.
Answer read_answer(const engine::Decision& decision, const Order& order)
{
    for (const engine::Note& note : decision.notes) {
        if (note.kind != "command" || !note.detail.is_map())
            continue;
        const data::Map& detail = note.detail.as_map();
        const std::string said{detail.get("text").is_string() ? detail.get("text").as_string()
                                                              : std::string_view{}};
        if (detail.get("ok").truthy())
            return make_detail({{"ok", flag(true)}, {"text", text(said)}});
        Failure failure = no_such(order.key, order.value, order.known, order.list);
        failure.message = said;
        return failure;
    }
    return Failure{Code::internal, "the engine gave no answer to `" + order.verb + "`"};
}

void submit(const ControlParts& parts, const Ask& ask, Order order, const Reply& reply)
{
    if (!parts.runtime.is_accepting())
        return reply(intake_stopped());
    engine::Command command{
        .verb = order.verb,
        .args = order.key.empty() ? data::Value{} : make_detail({{order.key, text(order.value)}}),
        .actor = ask.actor};
    const Reply in_time = with_deadline(parts.loop, commit_within, order.verb, reply);
    const bool taken = parts.runtime.submit(
        std::move(command),
        [in_time, order = std::move(order)](const engine::Entry&,
                                            const engine::Decision& decision,
                                            const std::vector<engine::TraceItem>&) {
            in_time(read_answer(decision, order));
        });
    if (!taken)
        in_time(intake_stopped());
}

std::vector<std::string> held_hosts(const engine::State& state)
{
    std::vector<std::string> out;
    for (const auto& [row, hold] : state.holds.rows())
        out.push_back(hold.host);
    return out;
}

Result<engine::Event> read_event(const ControlParts& parts, const Ask& ask)
{
    auto name = ask.need_text("name");
    if (!name.ok())
        return name.failure();
    const data::Map& body = ask.body.as_map();
    if (!body.contains("value"))
        return Failure{Code::invalid_argument, "expected a JSON object with a \"value\""};
    engine::Event event;
    event.name = parts.canonical_event ? parts.canonical_event(*name) : *name;
    event.key = "emit";
    if (const data::Value key = body.get("key"); !key.is_nil()) {
        auto given = ask.need_text("key");
        if (!given.ok())
            return given.failure();
        event.key = std::move(*given);
    }
    const data::Value value = body.get("value");
    event.value = value.is_string() ? typed_value(value.as_string()) : value;
    event.emitted = true;
    event.origin = "emit";
    event.actor = ask.actor;
    for (const std::string* each : {&event.name, &event.key})
        if (each->find('\0') != std::string::npos)
            return Failure{Code::invalid_argument, "a name and a key have no NUL character"};
    return event;
}

/// Who would have cared, when nobody does.
data::Value no_listener(const engine::State& state, const engine::Event& event)
{
    std::vector<std::string> events;
    for (const auto& [name, flow] : state.flows.rows())
        if (flow.active)
            events.push_back(flow.event);
    return text(no_such("armed flow for event", event.name, events, "reops flows").details);
}

}  // namespace

void emit(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    if (!ask.body.is_map())
        return reply(
            Failure{Code::invalid_argument, "expected a JSON object with \"name\" and \"value\""});
    auto event = read_event(parts, ask);
    if (!event.ok())
        return reply(event.failure());
    if (!parts.runtime.is_accepting())
        return reply(intake_stopped());
    const Reply in_time = with_deadline(parts.loop, commit_within, "emit", reply);
    const bool taken = parts.runtime.submit(
        std::move(*event),
        [in_time, &parts](const engine::Entry& entry,
                          const engine::Decision&,
                          const std::vector<engine::TraceItem>& trace) {
            const auto& seen = std::get<engine::Event>(entry.body);
            const engine::State& state = parts.runtime.engine().state();
            in_time(
                make_detail({{"event", show_event(entry.position, entry.at, seen)},
                             {"flows", show_trace(parts, trace)},
                             {"hint", trace.empty() ? no_listener(state, seen) : data::Value{}}}));
        });
    if (!taken)
        in_time(intake_stopped());
}

void cancel(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto run = ask.need_text("run");
    if (!run.ok())
        return reply(run.failure());
    submit(parts,
           ask,
           {"cancel", "run", *run, run_names(parts.runtime.engine().state()), "reops runs"},
           reply);
}

void release(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto host = ask.need_text("host");
    if (!host.ok())
        return reply(host.failure());
    submit(parts,
           ask,
           {"release", "host", *host, held_hosts(parts.runtime.engine().state()), "reops hosts"},
           reply);
}

void disarm(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto flow = ask.need_text("flow");
    if (!flow.ok())
        return reply(flow.failure());
    submit(parts,
           ask,
           {"disarm", "flow", *flow, flow_names(parts.runtime.engine().state()), "reops flows"},
           reply);
}

void resume(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto flow = ask.need_text("flow");
    if (!flow.ok())
        return reply(flow.failure());
    submit(parts,
           ask,
           {"resume", "flow", *flow, flow_names(parts.runtime.engine().state()), "reops flows"},
           reply);
}

void freeze(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    submit(parts, ask, {"freeze", "", "", {}, "to end it: reops thaw"}, reply);
}

void thaw(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    submit(parts,
           ask,
           {"thaw", "", "", {}, "`reops freeze` keeps back what is decided from then on"},
           reply);
}

void reload(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    if (!parts.reload)
        return reply(Failure{Code::unsupported,
                             "this program has its flows built in",
                             "build and start it anew; `reops serve DIR` reads flow files"});
    parts.reload(ask.actor, with_deadline(parts.loop, reload_within, "reload", reply));
}

void shut_down(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    if (!parts.shut_down)
        return reply(Failure{Code::unsupported, "this program cannot be shut down from here"});
    parts.log.info("control", "shutdown asked for by " + ask.actor);
    reply(make_detail(
        {{"ok", flag(true)}, {"text", text("reops stops; actions in flight have 20 s")}}));
    parts.loop.post(parts.shut_down);
}

}  // namespace reops::control
