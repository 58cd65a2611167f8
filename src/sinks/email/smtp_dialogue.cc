// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/smtp_dialogue.hh"

#include "sinks/email/plain_text.hh"

#include <algorithm>
#include <array>
#include <utility>

namespace reops::sinks {

namespace {

constexpr std::size_t longest_text = 160;

struct Command {
    std::string_view prefix;
    SmtpStep step;
};

constexpr std::array<Command, 9> commands{{{"EHLO ", SmtpStep::hello},
                                           {"HELO ", SmtpStep::hello},
                                           {"STARTTLS", SmtpStep::tls},
                                           {"AUTH ", SmtpStep::login},
                                           {"MAIL FROM:", SmtpStep::sender},
                                           {"RCPT TO:", SmtpStep::recipient},
                                           {"DATA", SmtpStep::data},
                                           {"NOOP", SmtpStep::check},
                                           {"QUIT", SmtpStep::quit}}};

/// "a@b" of "RCPT TO:<a@b>"
std::string between_angles(std::string_view line)
{
    const std::size_t open = line.find('<');
    const std::size_t close = line.rfind('>');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return "";
    return std::string{line.substr(open + 1, close - open - 1)};
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

}  // namespace

void SmtpDialogue::sent(std::string_view line)
{
    // Inside a login our lines are base64, which may look like anything.
    const bool is_login = step_ == SmtpStep::login && last_.step == SmtpStep::login &&
                          last_.code == 334 && !is_waiting_;
    const auto command =
        std::find_if(commands.begin(), commands.end(), [line](const Command& each) {
            return line.starts_with(each.prefix);
        });
    if (is_login || command == commands.end()) {
        is_waiting_ = true;
        return;
    }
    if (command->step == SmtpStep::quit) {
        is_leaving_ = true;  // answers come in order: what is still waited for comes first
        return;
    }
    is_waiting_ = true;
    step_ = command->step;
    if (step_ == SmtpStep::recipient)
        recipients_.push_back({between_angles(line)});
}

void SmtpDialogue::received(std::string_view lines)
{
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        received_line(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
}

void SmtpDialogue::received_line(std::string_view line)
{
    const bool is_answer =
        line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]);
    if (!is_answer || (line.size() > 3 && line[3] == '-'))
        return;
    if (is_leaving_ && !is_waiting_)
        return;  // what it says to our farewell decides nothing
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    is_waiting_ = false;
    // The answer to a login may repeat what was sent.
    const std::string text =
        step_ == SmtpStep::login
            ? ""
            : plain_line(line.substr(std::min<std::size_t>(4, line.size())), longest_text);
    last_ = {step_, code, text};
    const bool is_good = code >= 200 && code < 300;
    if (step_ == SmtpStep::recipient && !recipients_.empty()) {
        recipients_.back().code = code;
        recipients_.back().text = text;
    } else if (step_ == SmtpStep::data && code == 354) {
        step_ = SmtpStep::text;
        is_waiting_ = true;
    } else if ((step_ == SmtpStep::text || step_ == SmtpStep::check) && is_good) {
        is_taken_ = true;
    }
}

}  // namespace reops::sinks
