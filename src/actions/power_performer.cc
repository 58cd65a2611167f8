// SPDX-License-Identifier: Apache-2.0
#include "actions/power_performer.hh"

#include <array>
#include <utility>

namespace reops::actions {

PowerPerformer::PowerPerformer(io::EventLoop& loop,
                               const Clock& clock,
                               providers::Registry& registry,
                               PowerPacing pacing)
    : surroundings_{loop, clock, registry, pacing}
{
}

PowerPerformer::~PowerPerformer() = default;

std::span<const std::string_view> PowerPerformer::kinds() const
{
    static constexpr std::array<std::string_view, 3> mine{"stop", "stop-hard", "start"};
    return mine;
}

void PowerPerformer::perform(const engine::Effect& effect, runtime::Done done)
{
    cancel(effect.id);  // an attempt that is still here has nobody who waits for it
    const std::uint64_t id = effect.id.number;
    auto action = std::make_shared<PowerAction>(
        surroundings_, effect, [this, id, done = std::move(done)](engine::Outcome outcome) {
            // the action is on the stack below us: its last owner is this local
            const auto ended = actions_.extract(id);
            done(std::move(outcome));
        });
    actions_.insert_or_assign(id, action);
    action->begin();
}

void PowerPerformer::cancel(engine::EffectId effect)
{
    if (const auto found = actions_.find(effect.number); found != actions_.end()) {
        const std::shared_ptr<PowerAction> action = found->second;
        action->cancel();
    }
}

}  // namespace reops::actions
