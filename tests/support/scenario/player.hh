// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Plays a scenario: drives the engine on virtual time as the runtime does on real time, with
/// a scripted world around it. A day takes milliseconds.

#include "engine/flow.hh"
#include "engine/parallel.hh"
#include "tests/support/scenario/script.hh"
#include "tests/support/scenario/world.hh"

#include <string>
#include <vector>

namespace reops::scenario {

struct Parts {
    std::vector<engine::FlowPtr> flows = {};
    Script script = {};
    World world = {};
};

/// What came of it. Two plays are the same when all three texts are.
struct Played {
    std::string report = {};   ///< the text of expected.edn
    std::string journal = {};  ///< every frame: entries, traces, notes, deltas
    std::string state = {};    ///< the snapshot at the end
    std::string error = {};    ///< not empty: it could not be played to the end
};

enum class Recovery {
    at_restarts,  ///< the state is read back when the program begins again
    at_each_step  ///< and after every batch, once as snapshot and once as delta
};

Played play(const Parts& parts, engine::Parallel& parallel, Recovery recovery);

}  // namespace reops::scenario
