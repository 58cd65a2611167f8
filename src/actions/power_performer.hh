// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who carries out `stop`, `stop-hard` and `start`: reads the state first, asks the provider
/// once, and watches until the end state is seen or the effect's limit is over.

#include "actions/power_action.hh"
#include "runtime/performer.hh"

#include <cstdint>
#include <map>
#include <memory>

namespace reops::actions {

/// Loop thread only. Any number of effects at once; none blocks another. Owned by the composer;
/// destroyed before the registry and the loop. After its destruction no `done` is called.
class PowerPerformer final : public runtime::Performer {
public:
    PowerPerformer(io::EventLoop& loop,
                   const Clock& clock,
                   providers::Registry& registry,
                   PowerPacing pacing = {});
    ~PowerPerformer() override;
    PowerPerformer(const PowerPerformer&) = delete;
    PowerPerformer& operator=(const PowerPerformer&) = delete;

    std::span<const std::string_view> kinds() const override;
    void perform(const engine::Effect& effect, runtime::Done done) override;
    /// What has been asked goes on and is reported; what has not been asked ends `cancelled`.
    void cancel(engine::EffectId effect) override;

    std::size_t in_flight() const { return actions_.size(); }

private:
    PowerSurroundings surroundings_;
    std::map<std::uint64_t, std::shared_ptr<PowerAction>> actions_;
};

}  // namespace reops::actions
