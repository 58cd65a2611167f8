// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A whole program that serves flows: what `main` of a flow program calls.

#include "pipeline/pipeline.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reops::app {

struct ServeOptions {
    std::string config;                  ///< file; empty: looked for
    std::string state;                   ///< folder, instead of the configuration's
    std::string flows;                   ///< folder of flow files, or one file; empty: none
    std::optional<std::uint16_t> nrepl;  ///< a port of the loopback address for editors
    std::string log;  ///< "terminal", "text" or "json"; empty: what suits standard error
};

/// Serves until SIGTERM, SIGINT or `reops shutdown`. Returns the exit status: 0 ended in order,
/// 1 could not serve, 2 wrong use.
int serve(const ServeOptions& options, const std::vector<pipeline::Pipeline>& flows);

/// The same with options from a command line: --config FILE, --state DIR, --log FORM.
int serve(int argc, char** argv, const std::vector<pipeline::Pipeline>& flows);

}  // namespace reops::app
