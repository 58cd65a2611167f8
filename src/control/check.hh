// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One line of `reops doctor`: what was looked at, how it is, and what to type about it.

#include "data/value.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reops::control {

enum class Health : std::uint8_t {
    ok,
    warn,  ///< works, and will bite some day
    fail,  ///< something that was promised does not work
};

std::string_view to_string(Health health);

struct Check {
    std::string name = {};  ///< "state folder"
    Health health = Health::ok;
    std::string text = {};  ///< one sentence without a full stop
    std::string type = {};  ///< a command that repairs it or shows more; empty: none
};

/// {:name .. :health "ok" :text .. :type ..}
data::Value to_value(const Check& check);
data::Value to_value(const std::vector<Check>& checks);

}  // namespace reops::control
