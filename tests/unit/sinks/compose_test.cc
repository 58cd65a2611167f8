// SPDX-License-Identifier: Apache-2.0
// What the mails look like: golden texts under golden/.
#include "sinks/email/compose.hh"

#include "data/map.hh"
#include "data/utf8.hh"
#include "tests/unit/sinks/mail_fixture.hh"

#include <algorithm>

namespace reops::sinks::test {
namespace {

std::string mail(const engine::Effect& effect, const MailSettings& with = settings())
{
    const auto composed =
        effect.kind == "alert" ? compose_alert(effect, with) : compose_mail(effect, with);
    EXPECT_TRUE(composed.ok()) << composed.failure().message;
    return composed.ok() ? to_bytes(composed->message) : "";
}

std::size_t count(const std::string& text, std::string_view part)
{
    std::size_t found = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at)
        ++found;
    return found;
}

/// The fields of the header, unfolded.
std::vector<std::string> fields(const std::string& bytes)
{
    std::vector<std::string> out;
    std::istringstream lines{bytes.substr(0, bytes.find("\r\n\r\n"))};
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.starts_with(' '))
            out.back() += line;
        else
            out.push_back(line);
    }
    return out;
}

TEST(MailTest, TheClosetIsOff)
{
    expect_golden("closet.eml",
                  with_plain_ends(mail(closet_mail({{.host = "foo"},
                                                    {.host = "bar", .took = "1m2s741ms"},
                                                    {.host = "big-iron", .took = "12s"}}))));
}

TEST(MailTest, SomeHostsAreNotDone)
{
    engine::Effect effect = closet_mail(
        {{.host = "foo", .changed = false, .took = "12ms300us"},
         {.host = "bar", .hard = true, .took = "3m10s"},
         {.host = "db", .because = "big-iron"},
         {.host = "nas",
          .outcome = "unverified",
          .message = "power-off accepted, its gateway is silent"},
         {.host = "build",
          .outcome = "failed",
          .code = 256,
          .message = "the provider helper ended: libvirtd closed the connection while the domain "
                     "was being shut down, and did not come back within 10 s",
          .took = "10s"},
         {.host = "web", .outcome = "failed", .code = 3, .took = "2s"},
         {.host = "old",
          .outcome = "unreachable",
          .code = -1,
          .message = "no answer from 10.0.0.9",
          .took = "0s"},
         {.host = "big-iron",
          .outcome = "refused",
          .code = -2,
          .message = "build still runs",
          .took = "0s"}});
    set_argument(
        effect, "subject", text("stopped all closet instances, room too hot (4 of 8, 4 failed)"));
    set_argument(effect, "thread", text("11.closet-heat.2.0"));
    expect_golden("partial.eml", with_plain_ends(mail(effect)));
}

TEST(MailTest, TheConditionIsOver)
{
    engine::Effect effect = closet_mail();
    effect.identity = "incident-4.closet-heat.2.recovered";
    effect.args = effect.args.as_map()
                      .dissoc(data::Value::keyword("event"))
                      .dissoc(data::Value::keyword("hosts"));
    set_argument(effect, "subject", text("over: stopped all closet instances, room too hot"));
    set_argument(effect, "thread", text("12.closet-heat.2.0"));
    set_argument(effect, "note", text("The condition is over after 1h12m."));
    expect_golden("over.eml", with_plain_ends(mail(effect)));
}

TEST(MailTest, WordsOfOtherLanguagesAndAnotherZone)
{
    engine::Effect effect =
        closet_mail({{.host = "küche", .message = "läuft noch: 温度が高い"},
                     {.host = "wohnzimmer-тест", .outcome = "timeout", .code = -3}});
    set_argument(effect,
                 "subject",
                 text("Serverschrank zu heiß: alle Rechner ausgeschaltet, bitte lüften 温度"));
    set_argument(effect, "from", text("Größe & Wärme <reops@home>"));
    set_argument(effect, "to", engine::texts({"me@home", "\"Ops, on call\" <ops@home>", "root"}));
    MailSettings with = settings();
    with.utc_offset = [](Time) { return hours(11); };
    expect_golden("words.eml", with_plain_ends(mail(effect, with)));
}

TEST(MailTest, AnAlert)
{
    expect_golden("alert.eml",
                  with_plain_ends(mail(alert("source-down:temperature",
                                             "the source `temperature` has sent nothing for 5m; "
                                             "the broker at 127.0.0.1:1883 answers"))));
}

TEST(MailTest, AnAlertIsOver)
{
    expect_golden(
        "recovered.eml",
        with_plain_ends(mail(alert(
            "source-down:temperature", "the source `temperature` has sent nothing for 5m", true))));
}

TEST(MailTest, TheDigestKeepsItsList)
{
    expect_golden(
        "digest.eml",
        with_plain_ends(mail(alert("mail-limit",
                                   "2 mails were over the limit of 30 an hour:\n"
                                   "- room too hot\n- a subject that is so long that it "
                                   "has to be continued on the next line of the list\n"))));
}

TEST(MailTest, EveryAttemptIsTheSameBytes)
{
    engine::Effect effect = closet_mail({{.host = "foo"}});
    const std::string first = mail(effect);
    effect.attempt = 7;
    EXPECT_EQ(mail(effect), first);
    effect.identity = "13.closet-heat.2.0";
    EXPECT_NE(mail(effect), first);
}

TEST(MailTest, EveryLineEndsInBothCharactersAndIsShort)
{
    const std::string bytes =
        mail(closet_mail({{.host = "küche", .message = std::string(900, 'x')}}));
    EXPECT_EQ(count(bytes, "\n"), count(bytes, "\r\n"));
    EXPECT_EQ(count(bytes, "\r"), count(bytes, "\r\n"));
    std::istringstream lines{bytes};
    for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 78U) << line;
}

// Whatever field the line break comes in, there is no new header and no second body.
TEST(MailTest, NoTextBecomesAHeader)
{
    const std::string evil = "x\r\nBcc: thief@evil\r\n\r\nhello\nX-Evil: 1\r.\r\n\x01\x1b[31m";
    std::vector<engine::Effect> effects;
    for (const std::string_view name : {"subject", "flow", "run", "thread", "note", "at"}) {
        effects.push_back(closet_mail({{.host = "foo"}}));
        set_argument(effects.back(), name, text(evil));
    }
    for (const std::string_view name : {"name", "key", "value", "id"}) {
        effects.push_back(closet_mail({{.host = "foo"}}));
        const data::Map event = effects.back().args.as_map().get("event").as_map();
        set_argument(effects.back(), "event", event.assoc(data::Value::keyword(name), text(evil)));
    }
    effects.push_back(closet_mail({{evil, evil, evil, 1, evil, true, true, evil, evil}}));
    effects.push_back(closet_mail());
    effects.back().identity = evil;
    effects.push_back(closet_mail());
    effects.back().flow = evil;
    set_argument(effects.back(), "flow", {});
    set_argument(effects.back(), "subject", {});
    effects.push_back(alert(evil, evil));
    effects.push_back(alert(evil, evil, true));
    const std::vector<std::string> known{"From: ",
                                         "To: ",
                                         "Subject: ",
                                         "Date: ",
                                         "Message-ID: ",
                                         "In-Reply-To: ",
                                         "References: ",
                                         "Auto-Submitted: ",
                                         "X-Reops-Flow: ",
                                         "X-Reops-Run: ",
                                         "MIME-Version: ",
                                         "Content-Type: ",
                                         "Content-Transfer-Encoding: "};
    for (const engine::Effect& effect : effects) {
        const std::string bytes = mail(effect);
        for (const std::string& field : fields(bytes))
            EXPECT_TRUE(std::any_of(known.begin(), known.end(), [&](const std::string& name) {
                return field.starts_with(name);
            })) << field;
        for (const char c : bytes)
            EXPECT_TRUE(c == '\r' || c == '\n' || static_cast<unsigned char>(c) >= 0x20) << int{c};
        EXPECT_EQ(count(bytes, "\r"), count(bytes, "\r\n"));
        EXPECT_EQ(count(bytes, "\n"), count(bytes, "\r\n"));
    }
}

TEST(MailTest, EvilAddressesAreLeftOutAndSaid)
{
    engine::Effect effect = closet_mail();
    const std::string evil = "me@home>\r\nRCPT TO:<thief@evil";
    set_argument(effect, "to", engine::texts({evil, "me@home", "two words@home"}));
    const auto composed = compose_mail(effect, settings());
    ASSERT_TRUE(composed.ok());
    ASSERT_EQ(composed->message.to.size(), 1U);
    EXPECT_EQ(composed->message.to[0].spec, "me@home");
    EXPECT_EQ(composed->not_addresses,
              (std::vector<std::string>{"me@home> RCPT TO:<thief@evil", "two words@home"}));
}

TEST(MailTest, WithoutSenderOrRecipientThereIsNoMail)
{
    engine::Effect effect = closet_mail();
    set_argument(effect, "from", text("a@b\r\nX: y"));
    const auto no_sender = compose_mail(effect, settings());
    ASSERT_FALSE(no_sender.ok());
    EXPECT_EQ(no_sender.failure().message,
              "the mail's sender: expected a mail address such as reops@home but got \"a@b X: y\"");
    effect = closet_mail();
    set_argument(effect, "to", engine::texts({"a b"}));
    EXPECT_EQ(compose_mail(effect, settings()).failure().message,
              "no recipient is a mail address: \"a b\"");
    set_argument(effect, "to", {});
    EXPECT_EQ(compose_mail(effect, settings()).failure().code, Code::invalid_argument);
}

TEST(MailTest, SenderAndFlowHaveDefaults)
{
    engine::Effect effect = closet_mail();
    for (const std::string_view name : {"from", "flow", "subject"})
        set_argument(effect, name, {});
    const auto composed = compose_mail(effect, settings());
    ASSERT_TRUE(composed.ok());
    EXPECT_EQ(composed->message.from.spec, "reops@home");
    EXPECT_EQ(composed->message.flow, "closet-heat");
    EXPECT_EQ(composed->message.subject, "reops: closet-heat");
}

TEST(MailTest, ArgsThatAreNoMapAreNoMail)
{
    engine::Effect effect;
    effect.kind = "email";
    EXPECT_FALSE(compose_mail(effect, settings()).ok());
    EXPECT_TRUE(compose_alert(effect, settings()).ok()) << "an alert says at least that it is one";
}

TEST(MailTest, HugeTablesKeepWhatFailed)
{
    std::vector<HostRow> rows{10'000};
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].host = "host-" + std::to_string(i);
    for (const std::size_t i : {500U, 9'999U}) {
        rows[i].outcome = "timeout";
        rows[i].message = "did not stop";
    }
    const std::string bytes = mail(closet_mail(rows));
    EXPECT_LT(bytes.size(), 20'000U);
    EXPECT_NE(bytes.find("9998 of 10000 hosts are done, 2 are not."), std::string::npos);
    EXPECT_NE(bytes.find("  ! host-500 "), std::string::npos);
    EXPECT_NE(bytes.find("  ! host-9999 "), std::string::npos);
    EXPECT_NE(bytes.find("    (9800 more; `reops why r-12` shows all)\r\n"), std::string::npos);
    EXPECT_EQ(count(bytes, "host-"), 200U);
}

TEST(MailTest, LongTextsAreCutOrEncodedNotLost)
{
    engine::Effect effect = closet_mail();
    set_argument(effect, "subject", text(std::string(2000, 'y')));
    set_argument(effect, "note", text(std::string(1500, 'n')));
    const std::string bytes = mail(effect);
    EXPECT_NE(bytes.find("Content-Transfer-Encoding: quoted-printable"), std::string::npos);
    std::string joined = bytes;
    for (std::size_t at = 0; (at = joined.find("=\r\n", at)) != std::string::npos;)
        joined.erase(at, 3);
    EXPECT_NE(joined.find("\r\n" + std::string(1500, 'n') + "\r\n"), std::string::npos);
    for (const std::string& field : fields(bytes))
        EXPECT_LT(field.size(), 400U) << field;
}

}  // namespace
}  // namespace reops::sinks::test
