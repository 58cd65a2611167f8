// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Short spelling for maps with keyword keys: effect args and the details of notes.

#include "base/time.hh"
#include "data/value.hh"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::engine {

/// {:a 1 :b 2}; nil values are left out.
data::Value make_detail(std::initializer_list<std::pair<std::string_view, data::Value>> pairs);
data::Value text(std::string_view value);  ///< nil when empty
data::Value number(std::uint64_t value);
data::Value texts(const std::vector<std::string>& values);
/// "14:02" in the zone that lies `offset` east of UTC.
std::string clock_time(Time time, Duration offset);

}  // namespace reops::engine
