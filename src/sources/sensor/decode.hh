// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What a sensor's payload says: leniently read, and refused with a reason where it cannot
/// mean one thing only. Understood are a number, on, off, true, false, and JSON, also with bare
/// keys. Pure; it runs once for every message, and a plain number costs no allocation.

#include "base/time.hh"
#include "data/value.hh"
#include "sources/sensor/mapping.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::sources {

/// Why a payload is no reading. Counted per mapping; each has a name and a sentence.
enum class PayloadFault : std::uint8_t {
    none,
    empty,
    oversize,
    not_utf8,
    not_a_number,
    comma,
    not_finite,
    bad_json,
    too_deep,
    no_value,
    not_a_reading,
    bad_time,
};
inline constexpr std::size_t payload_faults = 12;  ///< `none` included

/// For metrics and JSON: "not-a-number".
std::string_view to_string(PayloadFault fault);
/// For people: "expected a number, on, off, true, false or JSON".
std::string_view explain(PayloadFault fault);

/// The largest payload that is looked at.
inline constexpr std::size_t largest_payload = std::size_t{1024} * 1024;

struct Reading {
    data::Value value = {};             ///< a finite number, scaled, or a boolean
    data::Value payload = {};           ///< the JSON whole; nil when the payload is the value
    std::optional<Time> observed = {};  ///< the payload's own time
    bool is_in_range = true;
};

/// Decodes into `out`, of which nothing is left from before. After a fault `out` says nothing.
PayloadFault decode(const SensorMapping& mapping, std::string_view payload, Reading& out);

/// A number, on, off, true or false; white space around it does not count.
PayloadFault decode_scalar(std::string_view text, data::Value& out);

/// At most `most` characters of what a stranger sent, fit for a terminal and one line of a log.
std::string printable(std::string_view bytes, std::size_t most = 40);

}  // namespace reops::sources
