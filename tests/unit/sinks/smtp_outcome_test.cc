// SPDX-License-Identifier: Apache-2.0
// What becomes of a mail, by what was said: one row for each way in which it can end.
#include "sinks/email/smtp_outcome.hh"

#include "sinks/email/smtp_transfer.hh"

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

namespace reops::sinks {
namespace {

using engine::Status;

/// How it ended, apart from what was said | outcome | worth another attempt? | a part of the
/// message | what was said: `>` our lines, `<` the server's; HELLO, FROM and TEXT stand for the
/// usual ones
constexpr std::string_view table = R"(
talked      | done        | never | - | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT < 250 queued > QUIT < 221 bye
unreachable | done        | never | - | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT < 250 queued
cancelled   | done        | never | - | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT < 250 queued > QUIT
timeout     | done        | never | - | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT > QUIT < 250 queued < 221 bye
talked      | done        | never | - | HELLO > NOOP < 250 ok > QUIT < 221 bye
talked      | done        | never | refused no@home (550 5.1.1 unknown) | HELLO FROM > RCPT TO:<me@home> < 250 ok > RCPT TO:<no@home> < 550 5.1.1 unknown TEXT < 250 queued
talked      | failed      | again | not yet for slow@home (451 later) | HELLO FROM > RCPT TO:<me@home> < 250 ok > RCPT TO:<slow@home> < 451 later TEXT < 250 queued
unreachable | failed      | never | refused me@home (550 no) | HELLO FROM > RCPT TO:<me@home> < 550 no
unreachable | failed      | again | slow@home (451 later) | HELLO FROM > RCPT TO:<me@home> < 550 no > RCPT TO:<slow@home> < 451 later
unreachable | failed      | again | answered the mail with 451 later | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT < 451 later
unreachable | failed      | never | answered the mail with 554 spam | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT < 554 spam
unreachable | failed      | never | answered the mail with 554 no | HELLO FROM > RCPT TO:<me@home> < 250 ok > DATA < 554 no
unreachable | failed      | again | answered the sender with 451 later | HELLO > MAIL FROM:<reops@home> < 451 later
unreachable | failed      | never | answered the sender with 550 no | HELLO > MAIL FROM:<reops@home> < 550 no
unreachable | failed      | again | wants a login (530 5.7.0 who are you) | HELLO > MAIL FROM:<reops@home> < 530 5.7.0 who are you
no_login    | failed      | again | does not accept the login of `ops` (535); | HELLO > AUTH PLAIN < 334 > AGEAYg== < 535 5.7.8 AGEAYg== is wrong
no_login    | failed      | again | login of `ops` (454) | HELLO > AUTH PLAIN AGEAYg== < 454 later
no_login    | failed      | again | login of `ops` (535) | HELLO > AUTH LOGIN < 334 VXNlcm5hbWU6 > DATA < 334 UGFzc3dvcmQ6 > QUIT < 535 no
no_login    | failed      | again | offers no login that reops knows | HELLO
unreachable | failed      | again | answered greeting with 421 too busy | < 421 too busy
unreachable | failed      | again | answered greeting with 554 not here | < 554 not here
unreachable | failed      | again | answered EHLO with 502 what | < 220 mail.home > EHLO closet < 502 what
untrusted   | failed      | again | offers no TLS | HELLO
untrusted   | failed      | again | offers no TLS | HELLO > STARTTLS < 454 not now
untrusted   | failed      | again | is not trusted (REASON) | HELLO > STARTTLS < 220 go
untrusted   | failed      | again | no TLS with mail.home:587 (REASON) |
unreachable | unreachable | again | no mail server at mail.home:587 (REASON) |
unreachable | unreachable | again | no mail server at mail.home:587 | HELLO > MAIL FROM:<reops@home>
unreachable | unreachable | again | it may have taken the mail | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT
timeout     | timeout     | again | no answer in time (greeting) |
timeout     | timeout     | again | it may have taken the mail | HELLO FROM > RCPT TO:<me@home> < 250 ok TEXT > QUIT
timeout     | timeout     | again | no answer in time (a recipient) | HELLO FROM > RCPT TO:<a@home> < 550 no > RCPT TO:<b@home>
cancelled   | cancelled   | never | cancelled before the mail server took it | HELLO FROM > RCPT TO:<me@home>
misuse      | failed      | again | the mail was not sent: REASON |
)";

void replace(std::string& text, std::string_view word, std::string_view with)
{
    if (const std::size_t at = text.find(word); at != std::string::npos)
        text.replace(at, word.size(), with);
}

SmtpDialogue dialogue_of(std::string said)
{
    replace(said, "HELLO", "< 220 mail.home > EHLO closet < 250-mail.home < 250 AUTH PLAIN");
    replace(said, "FROM >", "> MAIL FROM:<reops@home> < 250 ok >");
    replace(said, "TEXT", "> DATA < 354 go");
    SmtpDialogue out;
    while (!said.empty()) {
        const std::size_t end = std::min({said.find(" > ", 1), said.find(" < ", 1), said.size()});
        const std::string line =
            said.substr(std::min<std::size_t>(2, end), end - std::min<std::size_t>(2, end));
        if (said[0] == '>')
            out.sent(line + "\r\n");
        else
            out.received(line + "\r\n");
        said.erase(0, end + 1);
    }
    return out;
}

std::string take_column(std::string& row)
{
    const std::size_t end = std::min(row.find('|'), row.size());
    std::string out = row.substr(0, end);
    row.erase(0, end + 1);
    out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

SmtpEnd end_named(const std::string& name)
{
    const std::map<std::string, SmtpEnd> ends{{"talked", SmtpEnd::talked},
                                              {"unreachable", SmtpEnd::unreachable},
                                              {"timeout", SmtpEnd::timeout},
                                              {"untrusted", SmtpEnd::untrusted},
                                              {"no_login", SmtpEnd::no_login},
                                              {"cancelled", SmtpEnd::cancelled},
                                              {"misuse", SmtpEnd::misuse}};
    return ends.at(name);
}

TEST(SmtpOutcomeTest, EveryEndOfAConversationHasItsOutcome)
{
    std::istringstream lines{std::string{table}};
    int count = 0;
    for (std::string row; std::getline(lines, row);) {
        if (row.empty())
            continue;
        SCOPED_TRACE(row);
        ++count;
        const SmtpEnd end = end_named(take_column(row));
        const std::string status = take_column(row);
        const bool retry = take_column(row) == "again";
        const std::string message = take_column(row);
        const engine::Outcome outcome =
            outcome_of({end, "mail.home:587", "ops", "REASON", dialogue_of(take_column(row))});
        EXPECT_EQ(to_string(outcome.status), status) << outcome.message;
        EXPECT_EQ(outcome.retry, retry) << outcome.message;
        EXPECT_EQ(outcome.changed, status == "done");
        if (message == "-")
            EXPECT_EQ(outcome.message, "");
        else
            EXPECT_NE(outcome.message.find(message), std::string::npos) << outcome.message;
        EXPECT_EQ(outcome.message.find("AGEA"), std::string::npos) << "what was sent to log in";
    }
    EXPECT_EQ(count, 34);
}

TEST(SmtpOutcomeTest, RefusingTheRestEndsAMailThatSomeHave)
{
    const SmtpReport report{SmtpEnd::unreachable,
                            "mail.home:587",
                            "ops",
                            "",
                            dialogue_of("HELLO FROM > RCPT TO:<slow@home> < 550 no")};
    EXPECT_EQ(outcome_of(report, true).status, Status::done);
    EXPECT_EQ(outcome_of(report, false).status, Status::failed);
}

TEST(SmtpOutcomeTest, WhatAServerSaysIsCleaned)
{
    const std::string evil = "550 \x1b[31mno\xff" + std::string(5000, 'x');
    const SmtpReport report{SmtpEnd::unreachable,
                            "mail.home:587",
                            "",
                            "",
                            dialogue_of("HELLO > MAIL FROM:<a@b> < " + evil)};
    const std::string message = outcome_of(report).message;
    EXPECT_LT(message.size(), 300U);
    EXPECT_NE(message.find("550 [31mno\xef\xbf\xbdxx"), std::string::npos) << message;
}

TEST(SmtpServerTest, TheUrlSaysHostPortAndKindOfTls)
{
    const auto plain = read_smtp_server({.url = "smtp://mail.home:587/"});
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->url, "smtp://mail.home:587");
    EXPECT_EQ(plain->name, "mail.home:587");
    EXPECT_EQ(plain->tls, Tls::required);
    EXPECT_EQ(read_smtp_server({.url = "smtps://[::1]"})->tls, Tls::implicit);
    EXPECT_EQ(read_smtp_server({.url = "smtp://mail.home", .tls = Tls::implicit})->url,
              "smtps://mail.home");
    for (const std::string url : {"",
                                  "mail.home",
                                  "http://mail.home",
                                  "smtp://",
                                  "smtp://mail.home/x",
                                  "smtp://a b",
                                  "smtp://a\r\nb",
                                  "smtp://a?x"}) {
        const auto refused = read_smtp_server({.url = url});
        ASSERT_FALSE(refused.ok()) << url;
        EXPECT_TRUE(refused.failure().message.starts_with("expected a mail server such as "))
            << refused.failure().message;
    }
}

TEST(SmtpServerTest, ALoginInTheUrlIsRefusedAndNotShown)
{
    const auto refused = read_smtp_server({.url = "smtp://ops:s3cret@mail.home"});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().message.find("s3cret"), std::string::npos);
    EXPECT_NE(refused.failure().message.find(":password"), std::string::npos);
}

}  // namespace
}  // namespace reops::sinks
