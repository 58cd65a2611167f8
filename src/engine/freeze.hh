// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Freezing: events decide, and what they decide waits in the outbox and expires there, until
/// a person thaws it. What reops says about itself, and answers to who asked, do not wait.

#include "engine/context.hh"

#include <string>
#include <string_view>

namespace reops::engine {

/// Does an effect of this kind wait while reops is frozen?
bool waits_in_freeze(std::string_view kind);
bool is_frozen(const State& state);

/// Hands it to its performer after the commit, or keeps it back while reops is frozen.
void offer(Context& c, OutboxItem& item);
/// After a start nobody performs what was in flight: while frozen it waits too.
void keep_back_leftovers(Context& c);

/// False: it is frozen already.
bool freeze(Context& c, const std::string& actor);

struct Thawed {
    std::size_t offered = 0;
    std::size_t expired = 0;
};

/// Offers what waited, and closes what has expired meanwhile.
Thawed thaw(Context& c);

}  // namespace reops::engine
