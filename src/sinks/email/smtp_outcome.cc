// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/smtp_outcome.hh"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace reops::sinks {

namespace {

using engine::Outcome;
using engine::Status;

Outcome not_done(Status status, bool retry, std::string message)
{
    return {.status = status, .message = std::move(message), .changed = false, .retry = retry};
}

bool is_temporary(int code)
{
    return code >= 400 && code < 500;
}

std::string said(int code, const std::string& text)
{
    return text.empty() ? std::to_string(code) : fmt::format("{} {}", code, text);
}

/// "nobody@home (550 5.1.1 no such user), x@home (...)"; empty when all were accepted.
std::string refused_recipients(const std::vector<RecipientReply>& recipients)
{
    std::vector<std::string> parts;
    for (const RecipientReply& each : recipients)
        if (each.code >= 400)
            parts.push_back(fmt::format("{} ({})", each.spec, said(each.code, each.text)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

bool has_later_recipients(const std::vector<RecipientReply>& recipients)
{
    return std::any_of(recipients.begin(), recipients.end(), [](const RecipientReply& each) {
        return is_temporary(each.code);
    });
}

Outcome taken(const SmtpReport& report)
{
    const auto& recipients = report.dialogue.recipients();
    const std::string refused = refused_recipients(recipients);
    if (has_later_recipients(recipients))
        return not_done(Status::failed,
                        true,
                        "the mail server took the mail for some, and not yet for " + refused);
    return {.status = Status::done,
            .message = refused.empty() ? "" : "the mail server refused " + refused};
}

/// What a mail server means by a code that is about who we are, wherever it says it.
bool is_about_login(int code)
{
    static constexpr std::array<int, 4> codes{530, 534, 535, 538};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Outcome login_refused(const SmtpReport& report, const SmtpReply& reply)
{
    const std::string why =
        reply.code >= 400 ? " (" + said(reply.code, reply.text) + ')' : std::string{};
    if (report.user.empty() || reply.step != SmtpStep::login)
        return not_done(Status::failed,
                        true,
                        fmt::format("the mail server {} wants a login{}; check :smtp {{:user .. "
                                    ":password .. :tls ..}}",
                                    report.server,
                                    why));
    return not_done(Status::failed,
                    true,
                    fmt::format("the mail server {} does not accept the login of `{}`{}; check "
                                ":smtp {{:user .. :password ..}}",
                                report.server,
                                report.user,
                                why));
}

Outcome no_login(const SmtpReport& report)
{
    if (report.dialogue.last().step == SmtpStep::login)
        return login_refused(report, report.dialogue.last());
    return not_done(
        Status::failed,
        true,
        fmt::format("the mail server {} offers no login that reops knows; when it needs "
                    "none, leave out :user and :password of :smtp",
                    report.server));
}

Outcome untrusted(const SmtpReport& report)
{
    if (report.dialogue.step() == SmtpStep::tls && !report.dialogue.is_waiting() &&
        report.dialogue.last().code < 400)
        return not_done(Status::failed,
                        true,
                        fmt::format("the certificate of {} is not trusted ({}); when the authority "
                                    "is your own, try :smtp {{:ca \"FILE\"}}",
                                    report.server,
                                    report.reason));
    if (report.dialogue.last().code == 0)  // implicit TLS: nothing was said yet
        return not_done(Status::failed,
                        true,
                        fmt::format("no TLS with {} ({}); when the certificate's authority is your "
                                    "own, try :smtp {{:ca \"FILE\"}}",
                                    report.server,
                                    report.reason));
    return not_done(Status::failed,
                    true,
                    fmt::format("the mail server {} offers no TLS, and nothing is sent without it; "
                                "when the network is yours alone, try :smtp {{:tls :none}}",
                                report.server));
}

Outcome all_recipients_refused(const SmtpReport& report, bool was_taken_before)
{
    const auto& recipients = report.dialogue.recipients();
    const std::string message = "the mail server refused " + refused_recipients(recipients);
    const bool retry = has_later_recipients(recipients);
    if (was_taken_before && !retry)
        return {.status = Status::done, .message = message};
    return not_done(Status::failed, retry, message);
}

std::string_view name_of(SmtpStep step)
{
    switch (step) {
        case SmtpStep::greeting:
            return "greeting";
        case SmtpStep::hello:
            return "EHLO";
        case SmtpStep::tls:
            return "STARTTLS";
        case SmtpStep::login:
            return "the login";
        case SmtpStep::sender:
            return "the sender";
        case SmtpStep::recipient:
            return "a recipient";
        case SmtpStep::data:
        case SmtpStep::text:
            return "the mail";
        case SmtpStep::check:
            return "NOOP";
        case SmtpStep::quit:
            break;
    }
    return "QUIT";
}

/// The server said no.
Outcome refused(const SmtpReport& report, bool was_taken_before)
{
    const SmtpReply& reply = report.dialogue.last();
    if (reply.step == SmtpStep::login || is_about_login(reply.code))
        return login_refused(report, reply);
    if (reply.step == SmtpStep::recipient)
        return all_recipients_refused(report, was_taken_before);
    const bool is_about_mail = reply.step == SmtpStep::sender || reply.step == SmtpStep::data ||
                               reply.step == SmtpStep::text;
    return not_done(Status::failed,
                    is_temporary(reply.code) || !is_about_mail,
                    fmt::format("the mail server {} answered {} with {}",
                                report.server,
                                name_of(reply.step),
                                said(reply.code, reply.text)));
}

Outcome unreachable(const SmtpReport& report)
{
    const bool may_be_taken =
        report.dialogue.step() == SmtpStep::text && report.dialogue.is_waiting();
    return not_done(Status::unreachable,
                    true,
                    fmt::format("no mail server at {} ({}){}",
                                report.server,
                                report.reason,
                                may_be_taken ? "; it may have taken the mail" : ""));
}

Outcome timeout(const SmtpReport& report)
{
    const SmtpDialogue& dialogue = report.dialogue;
    const bool may_be_taken = dialogue.step() == SmtpStep::text && dialogue.is_waiting();
    return not_done(Status::timeout,
                    true,
                    fmt::format("the mail server {} gave no answer in time ({}){}",
                                report.server,
                                name_of(dialogue.step()),
                                may_be_taken ? "; it may have taken the mail" : ""));
}

}  // namespace

Outcome outcome_of(const SmtpReport& report, bool was_taken_before)
{
    if (report.is_taken())
        return taken(report);
    switch (report.end) {
        case SmtpEnd::cancelled:
            return not_done(Status::cancelled, false, "cancelled before the mail server took it");
        case SmtpEnd::timeout:
            return timeout(report);
        case SmtpEnd::untrusted:
            return untrusted(report);
        case SmtpEnd::no_login:
            return no_login(report);
        case SmtpEnd::misuse:
            return not_done(Status::failed, true, "the mail was not sent: " + report.reason);
        case SmtpEnd::talked:
        case SmtpEnd::unreachable:
            break;
    }
    if (!report.dialogue.is_waiting() && report.dialogue.last().code >= 400)
        return refused(report, was_taken_before);
    return unreachable(report);
}

}  // namespace reops::sinks
