// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What becomes of a mail when a conversation with the mail server has ended: the one place
/// that says which failures are worth another attempt.

#include "engine/outcome.hh"
#include "sinks/email/smtp_dialogue.hh"

#include <string>

namespace reops::sinks {

/// How the conversation ended, apart from what was said.
enum class SmtpEnd {
    talked,       ///< to its end, or the server closed it after an answer
    unreachable,  ///< no address, no connection, or it broke
    timeout,
    untrusted,  ///< no TLS, or a certificate that is not trusted
    no_login,   ///< the server offers no login that we know, or refuses
    cancelled,
    misuse  ///< libcurl refused what we asked for
};

struct SmtpReport {
    SmtpEnd end = SmtpEnd::talked;
    std::string server = {};  ///< "mail.home:587"
    std::string user = {};
    std::string reason = {};  ///< libcurl's words, cleaned
    SmtpDialogue dialogue = {};

    /// Did the server take the mail, for this recipient, now?
    bool is_taken() const { return dialogue.is_taken(); }
};

/// `was_taken_before`: an earlier attempt reached some recipients, this one was for the rest.
///
/// | what happened | outcome | again? |
/// |---|---|---|
/// | 250 | done; refused recipients are named | no |
/// | 250, but 4xx for some recipients | failed | yes, for those alone |
/// | 4xx | failed | yes |
/// | 5xx to sender, recipients or text | failed | no: the same mail gets the same answer |
/// | 5xx to greeting, TLS or login; certificate | failed | yes: a person can repair it meanwhile |
/// | nobody there, connection broke, no answer | unreachable, timeout | yes |
engine::Outcome outcome_of(const SmtpReport& report, bool was_taken_before = false);

}  // namespace reops::sinks
