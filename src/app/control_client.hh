// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Asking the running reops: one request over its control socket, with a deadline.

#include "app/command.hh"
#include "base/result.hh"
#include "data/value.hh"

#include <string>
#include <utility>
#include <vector>

namespace reops::app {

/// What a command asks.
struct Question {
    std::string method = "GET";
    std::string path;  ///< "/v1/runs"
    std::vector<std::pair<std::string, std::string>> query = {};
    data::Value body = {};  ///< of a POST
};

/// --socket, else --state DIR/control.sock, else what the configuration says. Failure: the
/// configuration's.
Result<std::string> find_socket(const GlobalOptions& global, const Surroundings& surroundings);

/// What came back: the text for --json, the value for people.
struct ServerAnswer {
    std::string text;
    data::Value value;
};

/// Failures: the server's own; unreachable when no reops answers, with what to type.
Result<ServerAnswer> ask_server(const Call& call, const Question& question);

/// What most commands are: ask, and show the answer unless it was JSON that was wanted.
int ask_and_show(const Call& call,
                 const Question& question,
                 int (*show)(const Call& call, const data::Value& answer));

/// Waits until nobody answers at the socket any more; false when `longest` is over.
bool wait_until_gone(const std::string& socket, Duration longest);

}  // namespace reops::app
