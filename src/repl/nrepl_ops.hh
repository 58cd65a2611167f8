// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The operations of nREPL, a function each.

#include "data/map.hh"
#include "data/value.hh"

#include <functional>
#include <string>
#include <string_view>

namespace reops::repl {

class NreplServer;
class Session;

/// One request. Lives as long as the call of its operation; what answers later copies what it
/// needs.
struct NreplRequest {
    NreplServer& server;
    Session* session;  ///< null: none was named
    const data::Map& message;
    /// A new session's id; empty: there are too many. It ends with the connection at the latest.
    std::function<std::string()> make_session;
    /// Sends {id, session} and what is given. Loop thread; may be called later and often.
    std::function<void(data::Map)> answer;

    /// A string of the message; empty when absent.
    std::string text(std::string_view name) const;
};

/// Answers the request, an unknown operation too.
void handle_nrepl(const NreplRequest& request);

}  // namespace reops::repl
