// SPDX-License-Identifier: Apache-2.0
#include "engine/alerts.hh"

#include "data/map.hh"
#include "engine/detail.hh"
#include "engine/outbox.hh"

namespace reops::engine {

namespace {

void send(Context& c, const std::string& cause, const std::string& text_, bool recovered)
{
    Effect effect;
    effect.kind = "alert";
    effect.identity = "alert." + cause + "." + std::to_string(c.position.number) +
                      (recovered ? ".recovered" : "");
    effect.args = make_detail({{"cause", text(cause)},
                               {"text", text(text_)},
                               {"at", text(to_iso(c.now))},
                               {"recovered", data::Value::boolean(recovered)}});
    open_effect(c, std::move(effect), std::nullopt);
    c.note({.kind = recovered ? "alert-cleared" : "alert-raised",
            .detail = make_detail({{"cause", text(cause)}, {"text", text(text_)}})});
}

/// Word that the trouble began is not wanted any more where it waits for a server: it would come
/// after the word that all is well.
void drop_untold(Context& c, const std::string& cause)
{
    std::vector<EffectId> untold;
    for (const auto& [key, item] : c.state.outbox.rows())
        if (item.effect.kind == "alert" && item.waits_for_retry &&
            item.effect.args.as_map().get("cause") == text(cause))
            untold.push_back(item.effect.id);
    for (const EffectId id : untold)
        close_effect(c,
                     id,
                     Outcome{.status = Status::cancelled,
                             .message = "over before anybody was told",
                             .changed = false});
}

}  // namespace

void alert_once(Context& c, const std::string& cause, const std::string& text_)
{
    send(c, cause, text_, false);
}

void raise_alert(Context& c, const std::string& cause, const std::string& text_)
{
    if (c.state.alerts.find(cause) != nullptr)
        return;
    c.state.alerts.at(cause) = Alert{.cause = cause, .text = text_, .since = c.now};
    send(c, cause, text_, false);
}

void clear_alert(Context& c, const std::string& cause)
{
    const Alert* alert = c.state.alerts.find(cause);
    if (alert == nullptr)
        return;
    const std::string told = alert->text;
    c.state.alerts.erase(cause);
    drop_untold(c, cause);
    send(c, cause, told, true);
}

}  // namespace reops::engine
