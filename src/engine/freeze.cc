// SPDX-License-Identifier: Apache-2.0
#include "engine/freeze.hh"

#include "engine/effect.hh"
#include "engine/outbox.hh"

#include <vector>

namespace reops::engine {

bool waits_in_freeze(std::string_view kind)
{
    const EffectKind* row = find_effect_kind(kind);
    const bool about_reops = kind == "alert" || kind == "file-mail";
    return row != nullptr && !about_reops && row->repeat != Repeat::is_volatile;
}

bool is_frozen(const State& state)
{
    const Counters* counters = state.counters.find("");
    return counters != nullptr && counters->frozen;
}

void offer(Context& c, OutboxItem& item)
{
    item.kept_back = is_frozen(c.state) && waits_in_freeze(item.effect.kind);
    if (!item.kept_back)
        c.decision->offered.push_back(item.effect.id);
}

void keep_back_leftovers(Context& c)
{
    if (!is_frozen(c.state))
        return;
    std::vector<std::string> keys;
    for (const auto& [key, item] : c.state.outbox.rows())
        if (!item.kept_back && !item.waits_for_retry && waits_in_freeze(item.effect.kind))
            keys.push_back(key);
    for (const std::string& key : keys)
        c.state.outbox.edit(key)->kept_back = true;
}

bool freeze(Context& c, const std::string& actor)
{
    if (is_frozen(c.state))
        return false;
    Counters& counters = c.state.counter();
    counters.frozen = true;
    counters.frozen_since = c.now;
    counters.frozen_by = actor;
    return true;
}

Thawed thaw(Context& c)
{
    c.state.counter().frozen = false;
    std::vector<EffectId> kept;
    for (const auto& [key, item] : c.state.outbox.rows())
        if (item.kept_back)
            kept.push_back(item.effect.id);
    Thawed out;
    for (const EffectId id : kept) {
        OutboxItem* item = c.state.outbox.edit(number_key(id.number));
        if (item == nullptr)
            continue;  // another one's end has closed it
        const bool is_old = c.now > item->effect.expires;
        out.expired += is_old ? 1U : 0U;
        out.offered += is_old ? 0U : 1U;
        if (is_old)
            close_effect(
                c,
                id,
                Outcome{.status = Status::expired, .message = "too old when reops was thawed"});
        else
            offer(c, *item);
    }
    return out;
}

}  // namespace reops::engine
