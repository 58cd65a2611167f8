// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading an answer for showing it. All text that comes out of here has gone through
/// plain(): whoever shows an answer reads it with this and nothing else.

#include "app/command.hh"
#include "data/value.hh"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

class View {
public:
    explicit View(data::Value value) : value_(std::move(value)) {}

    View at(std::string_view key) const;
    bool has(std::string_view key) const { return !at(key).value_.is_nil(); }
    /// Text as it is, other values printed, nothing for nil.
    std::string word(std::string_view key) const { return at(key).word(); }
    std::string word() const;
    bool flag(std::string_view key) const { return at(key).value_.truthy(); }
    std::vector<View> list(std::string_view key) const;
    /// "foo, bar".
    std::string joined(std::string_view key, std::string_view between = ", ") const;
    std::optional<Time> time(std::string_view key) const;

private:
    data::Value value_;
};

/// Times as people read them, in the configured zone, relative to the server's present.
class Times {
public:
    Times(const Call& call, const View& answer);

    /// "14:02:07" today, "Nov 23 14:02:07" on another day, "" for none.
    std::string moment(std::optional<Time> time) const;
    /// "3 m 20 s", "2 h", "1.9 s".
    std::string ago(std::optional<Time> time) const;

private:
    Duration offset(Time time) const;

    std::string zone_;
    Time now_;
};

/// --yes, or a person at a terminal who writes yes; without a terminal nobody agrees.
bool agrees(const Call& call, std::string_view question);

/// The answer of a command that says one sentence.
int show_text(const Call& call, const data::Value& answer);

/// "0.4 s", "1.9 s", "3 m 20 s", "2 h 5 m", "3 d 4 h".
std::string show_span(Duration span);
/// The server's "1s900ms" in that form; other text as it is.
std::string show_span(const std::string& exact);

}  // namespace reops::app
