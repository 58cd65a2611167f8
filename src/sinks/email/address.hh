// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Mail addresses as the configuration and flows write them.

#include "base/result.hh"

#include <string>
#include <string_view>

namespace reops::sinks {

/// `spec` is what SMTP is told: "reops@home". `name` may be empty.
struct Address {
    std::string name = {};
    std::string spec = {};
};

/// Reads "reops@home", "root" or "Reops at home <reops@home>". ASCII without spaces and without the
/// characters that mean something to SMTP; the name may be anything. Fails with invalid_argument.
Result<Address> parse_address(std::string_view text);

/// As a header shows it: `"Reops at home" <reops@home>`; the name is encoded when it is not ASCII.
std::string to_header(const Address& address);

}  // namespace reops::sinks
