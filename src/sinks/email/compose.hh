// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Effects as mails that people read. Pure: the same effect and settings give the same bytes.

#include "engine/effect.hh"
#include "sinks/email/mail_settings.hh"
#include "sinks/email/message.hh"

#include <string>
#include <vector>

namespace reops::sinks {

struct Composed {
    Message message = {};
    std::vector<std::string> not_addresses = {};  ///< recipients that were left out, cleaned
};

/// Of `email` and `file-mail`. An `email` without a sender or without anybody to send it to fails
/// with invalid_argument; a `file-mail` never fails, so that nothing is lost.
Result<Composed> compose_mail(const engine::Effect& effect, const MailSettings& settings);

/// Of `alert`, to the alert addresses.
Result<Composed> compose_alert(const engine::Effect& effect, const MailSettings& settings);

}  // namespace reops::sinks
