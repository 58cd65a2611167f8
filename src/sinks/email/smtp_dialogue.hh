// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What was said between us and a mail server, as far as it decides what becomes of the mail.
/// Passwords and the server's answers to them are not kept.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reops::sinks {

enum class SmtpStep { greeting, hello, tls, login, sender, recipient, data, text, check, quit };

struct SmtpReply {
    SmtpStep step = SmtpStep::greeting;
    int code = 0;
    std::string text = {};  ///< one clean line; empty for a login
};

struct RecipientReply {
    std::string spec = {};
    int code = 0;
    std::string text = {};
};

/// Fed with lines in both directions, in order. One thread.
class SmtpDialogue {
public:
    void sent(std::string_view line);
    /// Lines of an answer; the last one of an answer counts.
    void received(std::string_view lines);

    /// The server has taken the responsibility: 250 after the text, or after NOOP.
    bool is_taken() const { return is_taken_; }
    /// A command or the text waits for its answer.
    bool is_waiting() const { return is_waiting_; }
    SmtpStep step() const { return step_; }
    const SmtpReply& last() const { return last_; }
    const std::vector<RecipientReply>& recipients() const { return recipients_; }

private:
    void received_line(std::string_view line);

    SmtpStep step_ = SmtpStep::greeting;
    bool is_waiting_ = true;
    bool is_taken_ = false;
    bool is_leaving_ = false;
    SmtpReply last_;
    std::vector<RecipientReply> recipients_;
};

}  // namespace reops::sinks
