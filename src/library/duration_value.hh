// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A span of time as a value of the language: what `(minutes 5)` gives.

#include "base/time.hh"
#include "data/native.hh"
#include "lang/callable.hh"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reops::library {

class DurationValue final : public data::Native {
public:
    explicit DurationValue(Duration span) : span_(span) {}

    Duration span() const { return span_; }

    std::string_view type_name() const override { return "duration"; }
    /// `#duration "5m"`.
    std::string print() const override;
    bool equal(const Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    Duration span_;
};

/// A duration, or a text that parse_duration reads ("5m"). Nothing: something else.
std::optional<Duration> find_duration(const data::Value& value);

/// seconds, minutes, hours, days.
std::span<const lang::Builtin> duration_words();

}  // namespace reops::library
