// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file REOPS_CHECK: a programming mistake stops a checked build with file, line and reason.
/// In a release build it costs a compare and throws CheckFailed, which the edge of a run turns into
/// an alert and a failed run; the server goes on.

#include <stdexcept>

namespace reops {

/// A broken promise inside the program; never the user's fault. Caught only at the edge of a run.
class CheckFailed : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Prints and aborts in checked builds, throws CheckFailed else.
[[noreturn]] void check_failed(const char* condition, const char* why, const char* file, int line);

}  // namespace reops

#define REOPS_CHECK(condition, why) \
    ((condition) ? void(0) : ::reops::check_failed(#condition, why, __FILE__, __LINE__))
