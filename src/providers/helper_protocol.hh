// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The lines that reops and a helper program exchange, as structs: docs/protocol/provider.md.
/// Both ends use these functions; a line is one JSON object and its newline.

#include "base/result.hh"
#include "base/time.hh"
#include "data/map.hh"
#include "data/value.hh"
#include "providers/provider.hh"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reops::providers {

inline constexpr std::int64_t helper_protocol = 1;
inline constexpr std::size_t max_helper_line = std::size_t{1024} * 1024;

/// The first line of a helper.
struct Hello {
    std::int64_t protocol = helper_protocol;
    std::string name;
    std::string version;
    std::vector<std::string> capabilities;
};

struct HelperRequest {
    std::uint64_t id = 0;
    std::string op;
    SystemRef system;                ///< the name is empty for list and sync
    Duration within{};               ///< how long the caller will wait; zero: not said
    data::Value settings;            ///< of `sim/set`
    std::vector<SystemRef> systems;  ///< of sync
};

/// The reply to one request: its `ok` map or why not.
struct HelperAnswer {
    std::uint64_t id = 0;
    Result<data::Value> result;
};

struct StateEvent {
    std::string system;
    PowerState state = PowerState::unknown;
};

/// Something newer than this program: to be ignored.
struct UnknownEvent {};

using HelperMessage = std::variant<Hello, HelperAnswer, StateEvent, UnknownEvent>;

std::string print_line(const Hello& hello);
/// Secrets in options are written out: this line goes into a pipe and nowhere else.
std::string print_line(const HelperRequest& request);
std::string print_line(const HelperAnswer& answer);
std::string print_line(const StateEvent& event);

/// Failure: corrupt, showing the beginning of the line.
Result<HelperMessage> parse_message(std::string_view line);
/// Failure: invalid_argument. `id` gets the request's id as far as it could be read, else 0.
Result<HelperRequest> parse_request(std::string_view line, std::uint64_t& id);

/// The answer to an op that a helper does not have: what it has instead.
Failure unsupported_op(std::string_view provider,
                       std::string_view op,
                       const std::vector<std::string>& capabilities);

data::Value status_value(const SystemStatus& status);
Result<SystemStatus> read_status(const data::Value& ok);
data::Value listed_value(const std::vector<ListedSystem>& systems);
Result<std::vector<ListedSystem>> read_listed(const data::Value& ok);
data::Value addresses_value(const std::vector<std::string>& addresses);
Result<std::vector<std::string>> read_addresses(const data::Value& ok);

/// A field of a JSON object, whether its keys were read as keywords or as strings; nil if absent.
data::Value field(const data::Value& object, std::string_view key);
/// The same as text: strings and keywords; empty for anything else.
std::string text_field(const data::Value& object, std::string_view key);

}  // namespace reops::providers
