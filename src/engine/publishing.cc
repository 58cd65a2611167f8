// SPDX-License-Identifier: Apache-2.0
#include "engine/publishing.hh"

#include "data/json.hh"
#include "engine/detail.hh"
#include "engine/outbox.hh"

namespace reops::engine {

void publish_run(Context& c, const Run& run, const PublishStage& stage)
{
    const Trigger& trigger = run.trigger;
    const PublishOptions& options = stage.options();
    const data::Value message = make_detail({{"event", text(trigger.name)},
                                             {"key", text(trigger.key)},
                                             {"value", trigger.value},
                                             {"at", text(to_iso(trigger.at, true))},
                                             {"id", text(to_string(trigger.event))},
                                             {"flow", text(run.flow)},
                                             {"run", text(to_string(run.id))},
                                             {"payload", trigger.payload}});
    Effect effect;
    effect.kind = "publish";
    effect.run = run.id;
    effect.flow = run.flow;
    effect.identity =
        std::to_string(run.id.number) + "." + run.flow + "." + std::to_string(run.stage) + ".0";
    effect.args = make_detail({{"topic", text(options.topic)},
                               {"payload", text(data::write_json(message))},
                               {"qos", number(static_cast<std::uint64_t>(options.qos))},
                               {"retain", data::Value::boolean(options.retain)},
                               {"run", text(to_string(run.id))},
                               {"flow", text(run.flow)},
                               {"depth", number(trigger.depth + 1)}});
    open_effect(c, std::move(effect), std::nullopt);
}

}  // namespace reops::engine
