// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file From a folder of flow files to flows that a server can arm.

#include "app/config.hh"
#include "app/server.hh"
#include "base/clock.hh"
#include "base/random.hh"
#include "library/program.hh"
#include "library/world.hh"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace reops::app {

/// Reads and evaluates the flow files of a place. Any thread may call load(), one at a time; it
/// must outlive the programs that it loaded.
class FlowLoader {
public:
    /// `place` is a folder or one file. What is printed while loading goes to `output`.
    FlowLoader(std::string place,
               const Config& config,
               const Surroundings& surroundings,
               const Clock& clock,
               Random& random,
               lang::Output* output);

    struct Loaded {
        std::vector<ServedFlow> flows;
        std::vector<std::string> warnings;
        std::size_t files = 0;
    };
    /// Failures: those of read_flow_files, and the first report of a file that does not evaluate.
    Result<Loaded> load();

    /// What the last load() that was good read.
    std::vector<library::ProgramFile> good_files() const;

    const std::string& place() const { return place_; }
    library::ProgramFacts facts();

private:
    std::string place_;
    pipeline::ToFrom to_from_;
    std::vector<std::string> events_;
    library::World world_;
    lang::Output* output_;
    mutable std::mutex mutex_;
    std::vector<library::ProgramFile> good_;  // guarded by mutex_
};

}  // namespace reops::app
