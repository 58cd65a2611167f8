// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Dying at a named point, for the tests that enumerate every way to crash. A release build
/// has no crash points and refuses a plan.

#include "base/result.hh"

#include <string>
#include <string_view>

namespace reops::io {

/// What the composer of the program was given (REOPS_CRASH, REOPS_CRASH_LIST).
struct CrashPlan {
    /// "name:k:before" or "name:k:after": SIGKILL to ourselves at the k-th passing (from 1) of that
    /// side of that point. Empty: nowhere.
    std::string die_at;
    /// Every passing is appended to this file as a line of the same form, unbuffered, before its
    /// effect. Empty: no list.
    std::string list_to;
};

/// Installs the plan for the rest of the process; call once, before threads start.
/// Failures: invalid_argument (shows the form), unsupported (a build without crash points), and
/// those of opening the list.
Result<void> install_crash_plan(const CrashPlan& plan);

}  // namespace reops::io
