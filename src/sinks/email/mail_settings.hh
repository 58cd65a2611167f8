// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the mail sink is told once, from the configuration.

#include "base/time.hh"
#include "data/value.hh"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reops::sinks {

enum class Tls {
    required,  ///< STARTTLS, or no mail
    optional,  ///< STARTTLS when the server offers it
    none,
    implicit  ///< TLS from the first byte (smtps, port 465)
};

struct SmtpSettings {
    std::string url;            ///< "smtp://mail.home:587", "smtps://mail.home"
    std::string user = {};      ///< empty: no login
    data::Value password = {};  ///< a secret
    std::string ca_file = {};   ///< empty: the system's authorities; else only those in the file
    Tls tls = Tls::required;    ///< smtps:// means implicit
};

struct MailSettings {
    std::optional<SmtpSettings> smtp = {};   ///< without: mails become files in `folder`
    std::string folder;                      ///< STATE/mail; mails that nobody took go to failed/
    std::string from = {};                   ///< of alerts, and of mails that name no sender
    std::vector<std::string> alert_to = {};  ///< empty: alerts are lines in the log
    std::string host = "localhost";          ///< our name in Message-IDs and in EHLO
    /// East of UTC at a time, for the times that people read; empty: UTC.
    std::function<Duration(Time)> utc_offset = {};
};

}  // namespace reops::sinks
