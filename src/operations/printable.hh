// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Text from hosts, made harmless for terminals, logs and mails.

#include <string>
#include <string_view>

namespace reops::operations {

/// Control characters but line ends and tabs become `\x1b`, characters that steer or reorder text
/// become `\u202e`, bytes that are no UTF-8 become `\xff`; everything else stays.
std::string printable(std::string_view text);

}  // namespace reops::operations
