// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who carries effects out in a scenario, on virtual time: power actions as
/// actions/power_action.hh does them (look, ask once, watch until the end state or the limit), mail
/// by a server that may be dead, publishes that come back to who listens.

#include "engine/effect.hh"
#include "engine/entry.hh"
#include "tests/support/scenario/world.hh"

#include <map>
#include <string>
#include <vector>

namespace reops::scenario {

/// An attempt that ended, and the event that came of it (a publish on a sensor's topic).
struct Answers {
    std::vector<engine::Ended> ended = {};
    std::vector<engine::Event> events = {};
};

/// Belongs to one life of the program: dropped when that ends, while the world goes on.
class Performers {
public:
    explicit Performers(World& world) : world_(&world) {}

    /// As runtime/dispatcher.hh: what is being performed is not begun again, what has expired is
    /// not begun at all. `engine_now` is compared with `expires`, `now` is the world's time.
    void offer(const engine::Effect& effect, Time engine_now, Time now);
    void withdraw(engine::EffectId effect, Time now);
    /// Looks at the world again.
    void review(Time now);
    /// When a limit is over; Time::never() without one.
    Time next() const;
    /// What has ended since the last call.
    Answers take();

private:
    struct Action {
        engine::Effect effect;
        Time began;
        bool asked = false;
        bool moved = false;
    };

    void end(const engine::Effect& effect, engine::Outcome outcome);
    /// True when it has ended.
    bool look(Action& action, Time now);
    bool overdue(const Action& action, const Machine* machine, Time now);
    void tell(const engine::Effect& effect);
    void publish(const engine::Effect& effect);

    World* world_;
    std::map<std::uint64_t, Action> actions_;
    Answers answers_;
};

}  // namespace reops::scenario
