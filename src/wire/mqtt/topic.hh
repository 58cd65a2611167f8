// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Topic names and topic filters (section 4.7 of both standards): what is allowed in them and
/// when a filter matches a name. Also the check of MQTT's UTF-8 texts (section 1.5.3 / 1.5.4).

#include "base/result.hh"

#include <string_view>

namespace reops::wire::mqtt {

/// Well-formed UTF-8 without U+0000 and without surrogates. Plain ASCII is checked eight bytes at a
/// time: this runs for every message.
bool is_mqtt_text(std::string_view text);

/// is_mqtt_text(), not empty, no wildcard. At most 65,535 bytes, which a decoded topic always is.
bool is_topic_name(std::string_view name);

/// Says what is wrong with a topic to publish to. Fails with invalid_argument.
Result<void> check_topic_name(std::string_view name);

/// Says what is wrong with a filter to subscribe to; `$share/GROUP/FILTER` is understood.
/// Fails with invalid_argument.
Result<void> check_topic_filter(std::string_view filter);

/// Does the filter match the name? Both must have passed their checks. Wildcards at the first level
/// do not match names that begin with `$`; of `$share/GROUP/FILTER` only FILTER is compared.
bool matches(std::string_view filter, std::string_view name);

}  // namespace reops::wire::mqtt
