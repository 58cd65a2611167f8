// SPDX-License-Identifier: Apache-2.0
// What a flow would do: the engine's plan on a copy of its state, as JSON.
#include "control/host_looks.hh"
#include "control/names.hh"
#include "control/routes.hh"
#include "control/show_trace.hh"
#include "data/json.hh"
#include "data/vector.hh"
#include "engine/plan.hh"
#include "engine/state.hh"

#include <set>

namespace reops::control {

namespace {

using data::Value;

template <class Rows, class Show>
Value show_each(const Rows& rows, Show show)
{
    data::VectorBuilder out;
    for (const auto& row : rows)
        out.push_back(show(row));
    return out.finish();
}

Value show_look(const engine::PlanLook& look)
{
    data::Vector values;
    for (const Value& value : look.values)
        values = std::move(values).push_back(value);
    return make_detail({{"after", text(to_string(look.at))},
                        {"reason", text(to_string(look.reason))},
                        {"stage", text(look.stage)},
                        {"values", values.empty() ? Value{} : Value{values}},
                        {"text", text(explain_stage(look.stage, look.reason))},
                        {"error", text(look.error)}});
}

/// "on" or "off", as its provider says; nil when nobody knows.
Value state_now(const HostLooks& looks, const std::string& host)
{
    const auto look = looks.find(host);
    if (look == looks.end() || !look->second.ok() || !look->second->is_map())
        return {};
    return look->second->as_map().get("state");
}

/// Only what has power, or surely has none, counts for a plan.
bool is_known(const Value& state)
{
    return state.is_string() && state.as_string() != "unknown" && state.as_string() != "absent";
}

Value show_step(const engine::PlanStep& step, const HostLooks& looks)
{
    return make_detail({{"host", text(step.host)},
                        {"now", state_now(looks, step.host)},
                        {"action", text(step.action)},
                        {"outcome", text(to_string(step.outcome))},
                        {"message", text(step.message)},
                        {"because", text(step.because)},
                        {"waits_for", step.waits_for.empty() ? Value{} : texts(step.waits_for)},
                        {"already_there", step.already_there ? flag(true) : Value{}},
                        {"ended", flag(step.ended)},
                        {"begins", text(to_string(step.begins))},
                        {"ends", text(to_string(step.ends))}});
}

Value show_mail(const engine::PlanMail& mail)
{
    return make_detail({{"after", text(to_string(mail.at))},
                        {"subject", text(mail.subject)},
                        {"to", texts(mail.to)},
                        {"in_digest", mail.in_digest ? flag(true) : Value{}}});
}

Value show_publish(const engine::PlanPublish& publish)
{
    return make_detail({{"after", text(to_string(publish.at))},
                        {"topic", text(publish.topic)},
                        {"payload", text(publish.payload)}});
}

Value show_hold(const engine::PlanHold& hold)
{
    return make_detail({{"after", text(to_string(hold.at))}, {"host", text(hold.host)}});
}

Value show_alert(const engine::PlanAlert& alert)
{
    return make_detail({{"after", text(to_string(alert.at))}, {"text", text(alert.text)}});
}

Value to_value(const engine::Plan& plan, const HostLooks& looks)
{
    return make_detail(
        {{"flow", text(plan.flow)},
         {"event", text(plan.event)},
         {"key", text(plan.key)},
         {"value", plan.value.value_or(Value{})},
         {"opens_run", flag(plan.opens_run)},
         {"opened", text(to_string(plan.opened))},
         {"status", text(plan.status)},
         {"looks", show_each(plan.looks, show_look)},
         {"steps", show_each(plan.steps, [&](const auto& step) { return show_step(step, looks); })},
         {"mails", show_each(plan.mails, show_mail)},
         {"publishes", show_each(plan.publishes, show_publish)},
         {"holds", show_each(plan.holds, show_hold)},
         {"alerts", show_each(plan.alerts, show_alert)},
         {"other_flows", texts(plan.other_flows)},
         {"cut", plan.cut ? flag(true) : Value{}}});
}

}  // namespace

void show_plan(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const engine::Engine& engine = parts.runtime.engine();
    const std::string flow = ask.query("flow");
    const engine::ArmedFlow* armed = engine.state().flows.find(flow);
    if (armed == nullptr)
        return reply(no_such("flow", flow, flow_names(engine.state()), "reops flows"));
    engine::PlanQuestion question{.flow = flow, .key = ask.query("key"), .at = parts.runtime.now()};
    if (const std::string* value = ask.http.find_query("value"))
        question.value = typed_value(*value);
    const auto first = engine::make_plan(engine, question);
    if (!first.ok())
        return reply(first.failure());
    std::set<std::string> hosts;
    for (const engine::PlanStep& step : first->steps)
        hosts.insert(step.host);
    look_at_hosts(parts,
                  {hosts.begin(), hosts.end()},
                  [&parts, question, reply](const HostLooks& looks) mutable {
                      for (const auto& [host, look] : looks)
                          if (const Value state = state_now(looks, host); is_known(state))
                              question.is_on.insert_or_assign(host, state.as_string() != "off");
                      const auto plan = engine::make_plan(parts.runtime.engine(), question);
                      reply(plan.ok() ? Answer{to_value(*plan, looks)} : Answer{plan.failure()});
                  });
}

}  // namespace reops::control
