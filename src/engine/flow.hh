// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A flow: a source and stages, as a value. Declaring one does nothing by itself.

#include "base/result.hh"
#include "base/time.hh"
#include "engine/stage.hh"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace reops::engine {

/// How passing events become runs.
enum class Mode : std::uint8_t {
    automatic,  ///< single for sensor flows that act on hosts or tell a person, else each
    single,     ///< at most one open run per key, with incidents
    each,       ///< every passing event is a run, in order, without incidents
    queue,      ///< as each, but one after the other: up to 100 per key wait
    restart,  ///< as each, but an open run of the key is cancelled and the newest event follows it
    parallel  ///< as each
};

struct FlowOptions {
    Mode mode = Mode::automatic;
    std::optional<Duration> max_age = {};  ///< default 5 minutes in flows that act on hosts
    Duration calm = minutes(5);
    Duration quiet = minutes(30);
    bool self_trigger = false;
    bool retained = false;  ///< retained readings count as live
    bool shadow = false;    ///< what its runs would do is listed, nothing is done
};

/// Immutable once made; shared by the engine's versions of it.
struct Flow {
    std::string name = {};                ///< "closet-heat"
    std::string event = {};               ///< "temperature"
    std::optional<std::string> key = {};  ///< narrows to one key
    FlowOptions options = {};
    std::vector<StagePtr> stages = {};

    // Derived by make_flow:
    std::string version = {};   ///< 16 hex digits over source, stages' texts, options and build
    std::uint32_t filters = 0;  ///< how many leading stages are filters
    bool stateful = false;      ///< one of them keeps state
    bool prompt = true;         ///< none of them calls a function that may take any time
    bool acts_on_hosts = false;
    bool repeats = true;  ///< all that it does to hosts can be probed, so a repeat run harms nobody
    bool tells = false;   ///< a stage tells somebody
    Mode mode = Mode::each;  ///< resolved
    std::optional<Duration> max_age = {};
};

using FlowPtr = std::shared_ptr<const Flow>;

/// Checks and completes a flow. `build_id` stands for the C++ functions, whose text is not known.
/// Failures (invalid_argument), in the user's words: no stages; a filter over values after an
/// action; `start` or `stop` without hosts behind a sensor; two actions in opposite directions on
/// one host.
Result<FlowPtr> make_flow(Flow flow, std::string_view build_id);

/// "(run (sensor :event :temperature) | (pick t > 70) | ...)".
std::string print(const Flow& flow);

}  // namespace reops::engine
