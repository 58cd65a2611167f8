// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Who does effects. actions, sinks and sources implement it; app registers them. A performer
/// is offered an effect only after the decision that made it is committed.

#include "engine/effect.hh"
#include "engine/outcome.hh"

#include <functional>
#include <span>
#include <string_view>

namespace reops::runtime {

using Done = std::function<void(engine::Outcome)>;

/// Loop thread only, owned by the composer, outlives the runtime. perform() must not block.
class Performer {
public:
    virtual ~Performer() = default;

    /// The effect kinds it does; asked once, at registration.
    virtual std::span<const std::string_view> kinds() const = 0;

    /// Begins. `done` is called exactly once, now or later, on the loop's thread, at the latest
    /// when `effect.limit` is over; the runtime answers `timeout` by itself 10 s after that. After
    /// a crash or for a later attempt the same effect comes again: kinds with Repeat::probe read
    /// the state first on every attempt and act only if it is not there already.
    virtual void perform(const engine::Effect& effect, Done done) = 0;

    /// The effect is not wanted any more. What has begun outside goes on; `done` may still be
    /// called.
    virtual void cancel(engine::EffectId effect) = 0;

protected:
    Performer() = default;
    Performer(const Performer&) = default;
    Performer& operator=(const Performer&) = default;
};

}  // namespace reops::runtime
