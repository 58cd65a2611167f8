// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A scenario: a folder that says what comes in, how the hosts answer and what must come of
/// it. docs/dev/scenarios.md lists the words of its files.
///
///     flow.edn      flows built in C++, with their options
///     events.edn    what happens, with times from the start
///     hosts.edn     the inventory, and how each machine answers
///     expected.edn  what comes of it; comment lines at its top say why
///     *.clj         instead of flow.edn: flow files
///     error         instead of expected.edn: the report when the files are wrong
///
/// It is played with 1, 2 and 8 lanes, and once more with the state read back after every step:
/// effects, state and traces must be the same bytes each time.

#include "base/result.hh"
#include "engine/parallel.hh"
#include "library/program.hh"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::scenario {

struct Scenario {
    std::string name = {};
    std::string flow = {};                         ///< empty: `files` instead
    std::vector<library::ProgramFile> files = {};  ///< flow files, in order of their names
    std::string events = {};
    std::string hosts = {};
    std::string expected = {};  ///< empty: the file is not there
    std::string error = {};     ///< empty: none is expected
};

/// Reads a folder's files. Fails with not_found when one that must be there is not.
Result<Scenario> read_scenario(const std::filesystem::path& folder);

/// Lanes for a play. The runtime's threads are given by who has them.
using MakeParallel = std::function<std::unique_ptr<engine::Parallel>(std::size_t lanes)>;

/// What a scenario came to.
struct Verdict {
    bool passed = false;
    std::string complaint = {};  ///< for people; empty when it passed
    std::string got = {};        ///< what expected.edn, or `error`, would have to hold
    bool is_error = false;       ///< `got` is for `error`
    bool acceptable = false;     ///< the difference is one of text only
};

/// Plays and judges. Pure: looks at no file and no clock.
Verdict judge(const Scenario& scenario, const MakeParallel& make_parallel);

/// Writes what came of it into the folder; comment lines at the top of expected.edn stay.
Result<void> accept(const std::filesystem::path& folder,
                    const Scenario& scenario,
                    const Verdict& verdict);

}  // namespace reops::scenario
