// SPDX-License-Identifier: Apache-2.0
#include "base/result.hh"

#include <array>

namespace reops {

std::string_view to_string(Code code)
{
    static constexpr std::array<std::string_view, 10> names = {
        "invalid_argument",
        "not_found",
        "unreachable",
        "denied",
        "timeout",
        "cancelled",
        "conflict",
        "corrupt",
        "unsupported",
        "internal",
    };
    return names.at(static_cast<std::size_t>(code));
}

Failure Failure::while_(std::string_view doing) const
{
    return Failure{code, std::string{doing} + ": " + message, details};
}

}  // namespace reops
