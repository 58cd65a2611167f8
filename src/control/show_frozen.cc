// SPDX-License-Identifier: Apache-2.0
// What waits because reops is frozen, and what is too old already.
#include "control/routes.hh"
#include "data/vector.hh"
#include "engine/state.hh"

namespace reops::control {

namespace {

data::Value show_item(const engine::Effect& effect)
{
    const bool has_words = effect.args.is_map();
    return make_detail(
        {{"effect", text(engine::to_string(effect.id))},
         {"kind", text(effect.kind)},
         {"host", text(effect.host)},
         {"subject", has_words ? effect.args.as_map().get("subject") : data::Value{}},
         {"topic", has_words ? effect.args.as_map().get("topic") : data::Value{}},
         {"flow", text(effect.flow)},
         {"run", effect.run.number != 0 ? text(engine::to_string(effect.run)) : data::Value{}},
         {"opened", show_time(effect.opened)},
         {"expires", show_time(effect.expires)}});
}

}  // namespace

void show_frozen(const ControlParts& parts, const Ask&, const Reply& reply)
{
    const engine::State& state = parts.runtime.engine().state();
    const Time now = parts.runtime.now();
    const engine::Counters* counters = state.counters.find("");
    const bool frozen = counters != nullptr && counters->frozen;
    data::VectorBuilder waiting;
    data::VectorBuilder expired;
    for (const auto& [key, item] : state.outbox.rows())
        if (item.kept_back)
            (now > item.effect.expires ? expired : waiting).push_back(show_item(item.effect));
    reply(make_detail({{"frozen", flag(frozen)},
                       {"since", frozen ? show_time(counters->frozen_since) : data::Value{}},
                       {"by", frozen ? text(counters->frozen_by) : data::Value{}},
                       {"now", show_time(now)},
                       {"waiting", waiting.finish()},
                       {"expired", expired.finish()}}));
}

}  // namespace reops::control
