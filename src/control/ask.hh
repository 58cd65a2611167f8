// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One request as its route sees it, and the small words in which routes answer.

#include "base/result.hh"
#include "base/time.hh"
#include "control/check.hh"
#include "data/map.hh"
#include "data/value.hh"
#include "engine/detail.hh"
#include "engine/entry.hh"
#include "io/event_loop.hh"
#include "io/http.hh"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::control {

using engine::make_detail;
using engine::number;
using engine::text;
using engine::texts;
using reops::to_string;  // of durations: our own would hide it

using Answer = Result<data::Value>;
/// Once, now or later, on the loop's thread.
using Reply = std::function<void(Answer)>;

/// A request that a route was found for. Lives as long as the call of the route.
struct Ask {
    const io::HttpRequest& http;
    std::string name = {};   ///< the last part of the path, of routes that have one
    std::string actor = {};  ///< "uid 1000 (name)"
    data::Value body = {};   ///< a POST's JSON, a map

    /// Of the query; empty when absent.
    std::string query(std::string_view word) const;
    bool flag(std::string_view word) const;
    /// Of the body. Failure: invalid_argument with the word.
    Result<std::string> need_text(std::string_view word) const;
};

/// `limit` of the query: 1 to `most`.
Result<std::size_t> read_limit(const Ask& ask, std::size_t usual, std::size_t most);

/// not_found with the nearest known words, or with all of them when they are few.
Failure no_such(std::string_view what,
                std::string_view name,
                const std::vector<std::string>& known,
                std::string_view list_command);

/// "2026-11-23T14:02:07.123Z"; nil for no time.
data::Value show_time(Time time);
data::Value show_time(std::optional<Time> time);
data::Value flag(bool value);
data::Value show_event(engine::Position position, Time at, const engine::Event& event);
/// "a,b" as ["a" "b"].
data::Value show_commas(std::string_view names);

/// What a person typed as a value: JSON, a word such as on or off, else the text itself.
data::Value typed_value(std::string_view typed);

/// Passes the first answer on; answers `timeout` by itself after `span`.
Reply with_deadline(io::EventLoop& loop, Duration span, std::string doing, Reply reply);

}  // namespace reops::control
