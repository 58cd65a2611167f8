// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file `reops demo`: a closet gets hot. A server with the closet flow, a broker of its own and
/// three simulated machines, in a folder that is gone afterwards; readings climb over 70 and fall
/// again, and the screen shows what happened and why.

#include <string>

namespace reops::app {

struct DemoOptions {
    std::string program;  ///< the server, with its flows built in; empty: `reops serve`
    bool keep = false;    ///< the folder stays, and its name is told
    bool quick = false;   ///< shorter pauses between readings
    bool colours = false;
};

/// The exit status: 0 when the closet was stopped and the mail was written, else 1.
int demo(const DemoOptions& options);

}  // namespace reops::app
