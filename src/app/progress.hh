// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How an action that takes its time shows itself: one live line on a terminal, a line for
/// each host in a pipe, a line of JSON for each host when asked.

#include "runtime/direct_runs.hh"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace reops::app {

enum class ProgressForm { live, lines, json };

/// "exec: 3 of 10 done, 1 failed, waiting for bar, baz"
std::string progress_line(const runtime::StepState& state);

/// One thread.
class Progress {
public:
    using Print = std::function<void(std::string_view)>;

    Progress(ProgressForm form, Print print) : form_(form), print_(std::move(print)) {}

    void show(const runtime::StepState& state);
    /// The step has ended: the live line goes.
    void end(const runtime::StepState& state);

private:
    void show_rest(const runtime::StepState& state);

    ProgressForm form_;
    Print print_;
    std::size_t shown_ = 0;  ///< hosts that were told of
    std::string line_;       ///< that stands there
};

}  // namespace reops::app
