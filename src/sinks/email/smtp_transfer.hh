// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One conversation with a mail server, through libcurl. It blocks, so it runs on the loop's
/// pool.

#include "base/clock.hh"
#include "sinks/email/mail_settings.hh"
#include "sinks/email/smtp_outcome.hh"

#include <atomic>
#include <string>
#include <vector>

namespace reops::sinks {

/// Where the server is, checked.
struct SmtpServer {
    std::string url = {};   ///< "smtp://mail.home:587"
    std::string name = {};  ///< "mail.home:587", for messages
    std::string user = {};
    std::string password = {};  ///< in no message and in no log
    std::string ca_file = {};
    Tls tls = Tls::required;
};

/// Reads the settings; smtps:// means implicit TLS. Fails with invalid_argument: not a URL of that
/// kind, or one with a path or a login in it.
Result<SmtpServer> read_smtp_server(const SmtpSettings& settings);

struct SmtpRequest {
    SmtpServer server = {};
    std::string hello = {};  ///< our name in EHLO
    std::string from = {};
    std::vector<std::string> recipients = {};  ///< empty: only log in and say NOOP
    std::string bytes = {};
    Duration connect_within{};  ///< for name, connection, TLS and login together
    Duration deadline{};        ///< on Clock::since_boot(), for all of it
};

/// Any thread. Returns at most two seconds after the deadline, or after the flag is set.
/// Once the server has taken the mail it waits at most 2 s for its answer to QUIT.
SmtpReport talk_smtp(const SmtpRequest& request,
                     const Clock& clock,
                     const std::atomic<bool>& is_cancelled);

}  // namespace reops::sinks
