// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How an effect ended, per host.

#include "base/time.hh"
#include "data/value.hh"

#include <cstdint>
#include <string>
#include <string_view>

namespace reops::engine {

enum class Status : std::uint8_t {
    verified,     ///< the wanted end state was seen
    done,         ///< an operation without an end state succeeded
    unverified,   ///< accepted, the end state could not be seen
    failed,       ///< exit status 1-255, or 256 = exception of ours
    unreachable,  ///< nobody answered
    refused,      ///< limit, hold, self, flapping, unknown name
    timeout,      ///< did not reach the end state in time
    unknown,      ///< begun, and a crash hid how it ended
    expired,      ///< too old to be begun
    cancelled,
    shadow,  ///< would have been begun; its flow only lists what it would do
};

std::string_view to_string(Status status);
bool is_success(Status status);

/// The `:code` of an outcome; `exit_code` counts for failed only.
int code_of(Status status, int exit_code);

/// One attempt's end. `message` is a sentence without a full stop: "bar still runs".
struct Outcome {
    Status status = Status::failed;
    int exit_code = 1;
    std::string message = {};
    bool changed = true;        ///< false: it was in the wanted state already
    bool hard = false;          ///< switched off, not shut down
    bool retry = false;         ///< worth another attempt (mail server 451, broker gone)
    data::Value evidence = {};  ///< what was seen: {:state :off ...}
    Duration took{};

    int code() const { return code_of(status, exit_code); }
};

}  // namespace reops::engine
