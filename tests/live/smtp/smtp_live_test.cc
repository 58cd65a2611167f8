// SPDX-License-Identifier: Apache-2.0
// Mails through a real mail server with STARTTLS and a login, judged by its maildir and its log.
#include "base/crash_point.hh"
#include "io/system_clock.hh"
#include "sinks/email/mail_performer.hh"
#include "tests/live/smtp/live_mail_server.hh"
#include "tests/support/recorded_log.hh"
#include "tests/unit/sinks/mail_fixture.hh"

#include <mutex>

namespace reops::sinks::test {
namespace {

using engine::Outcome;
using engine::Status;

const std::string password = "s3cret canary";

class LiveMail : public testing::Test {
protected:
    void SetUp() override
    {
        if (!server.start(login()))
            GTEST_SKIP() << "aiosmtpd is not installed; try: apt-get install python3-aiosmtpd";
        make(smtp());
    }
    void TearDown() override
    {
        EXPECT_FALSE(log.contains(password)) << "a password is in the log";
        for (const Outcome& outcome : outcomes)
            EXPECT_EQ(outcome.message.find(password), std::string::npos);
    }
    static std::vector<std::string> login() { return {"--user", "ops", "--password", password}; }
    SmtpSettings smtp() const
    {
        SmtpSettings out;
        out.url = server.url();
        out.user = "ops";
        out.password = data::Value::secret(password);
        out.ca_file = server.certificate();
        return out;
    }
    void make(const SmtpSettings& with)
    {
        MailSettings all = settings();
        all.smtp = with;
        all.folder = (folder / "mail").string();
        performer = std::make_unique<MailPerformer>(loop, clock, log, all);
    }
    void perform(const engine::Effect& effect)
    {
        performer->perform(effect,
                           [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
    }
    Outcome next_outcome(std::size_t count)
    {
        EXPECT_TRUE(loop.run_until([&] { return outcomes.size() >= count; }, seconds(20)));
        return outcomes.size() >= count ? outcomes.back() : Outcome{.message = "no outcome"};
    }
    Outcome run(const engine::Effect& effect)
    {
        perform(effect);
        return next_outcome(outcomes.size() + 1);
    }
    Outcome check()
    {
        performer->check_login(seconds(5),
                               [this](Outcome outcome) { outcomes.push_back(std::move(outcome)); });
        return next_outcome(outcomes.size() + 1);
    }
    engine::Effect mail_to(const std::vector<std::string>& to)
    {
        engine::Effect effect =
            closet_mail({{.host = "foo"}, {.host = "bar"}, {.host = "big-iron"}});
        set_argument(effect, "to", engine::texts(to));
        return effect;
    }
    /// One attempt later.
    static engine::Effect again(engine::Effect effect)
    {
        ++effect.attempt;
        return effect;
    }

    io::SystemClock clock;
    reops::test::RecordedLog log;
    io::EventLoop loop;
    reops::test::TempDir folder;
    LiveMailServer server{loop};
    std::unique_ptr<MailPerformer> performer;
    std::vector<Outcome> outcomes;
};

TEST_F(LiveMail, IsDeliveredOnceWithItsMessageId)
{
    const Outcome outcome = run(closet_mail({{.host = "foo"}, {.host = "bar"}}));
    EXPECT_EQ(outcome.status, Status::done) << outcome.message;
    EXPECT_EQ(outcome.message, "");
    const auto mails = server.mails();
    ASSERT_EQ(mails.size(), 1U);
    for (const std::string_view part :
         {"From: reops@home\n",
          "To: me@home\n",
          "Subject: stopped all closet instances, room too hot\n",
          "Message-ID: <12.closet-heat.2.0@closet.home>\n",
          "Auto-Submitted: auto-generated\n",
          "X-Envelope-To: me@home\n",
          "    foo   stop    verified  41s\n    bar   stop    verified  41s\n",
          "\n    reops why r-12\n"})
        EXPECT_NE(mails[0].find(part), std::string::npos) << part << " is not in\n" << mails[0];
    EXPECT_EQ(server.count("auth ops ok"), 1U);
    EXPECT_TRUE(server.logs("quit")) << "the conversation ends politely";
}

TEST_F(LiveMail, AMailReaderSeesTheWordsThatWereMeant)
{
    engine::Effect effect = closet_mail({{.host = "küche", .message = ". läuft noch: 温度が高い"}});
    const std::string subject =
        "Serverschrank zu heiß: alle Rechner ausgeschaltet, bitte lüften 温度";
    set_argument(effect, "subject", text(subject));
    set_argument(effect, "from", text("Größe & Wärme <reops@home>"));
    set_argument(effect,
                 "note",
                 text(".\n..\n. one dot at the front\nFrom here on\n" + std::string(1200, 'x')));
    EXPECT_EQ(run(effect).status, Status::done);
    const auto mails = server.mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_NE(mails[0].find("Subject: " + subject + '\n'), std::string::npos) << mails[0];
    EXPECT_NE(mails[0].find("From: Größe & Wärme <reops@home>\n"), std::string::npos) << mails[0];
    EXPECT_NE(mails[0].find("\n.\n..\n. one dot at the front\nFrom here on\n" +
                            std::string(1200, 'x') + '\n'),
              std::string::npos)
        << mails[0];
    EXPECT_NE(mails[0].find("    küche  stop    verified  41s   . läuft noch: 温度が高い\n"),
              std::string::npos)
        << mails[0];
}

TEST_F(LiveMail, TheSecondMailOfAnIncidentIsAReplyToTheFirst)
{
    EXPECT_EQ(run(closet_mail()).status, Status::done);
    engine::Effect second = closet_mail();
    second.identity = "13.closet-heat.2.0";
    set_argument(second, "thread", text("12.closet-heat.2.0"));
    EXPECT_EQ(run(second).status, Status::done);
    std::string all;
    for (const std::string& mail : server.mails())
        all += mail;
    EXPECT_NE(all.find("In-Reply-To: <12.closet-heat.2.0@closet.home>\n"), std::string::npos);
    EXPECT_NE(all.find("Message-ID: <13.closet-heat.2.0@closet.home>\n"), std::string::npos);
}

TEST_F(LiveMail, AnAlertGoesToTheAlertAddresses)
{
    EXPECT_EQ(run(alert("source-down:temperature", "nothing for 5m")).status, Status::done);
    const auto mails = server.mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_NE(mails[0].find("Subject: reops: source-down:temperature\n"), std::string::npos);
    EXPECT_NE(mails[0].find("To: me@home\n"), std::string::npos);
}

TEST_F(LiveMail, AWrongPasswordIsTriedAgainSinceAPersonCanRepairIt)
{
    SmtpSettings wrong = smtp();
    wrong.password = data::Value::secret("not it");
    make(wrong);
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("does not accept the login of `ops` (535)"), std::string::npos)
        << outcome.message;
    EXPECT_EQ(outcome.message.find("not it"), std::string::npos);
    EXPECT_TRUE(server.mails().empty());
}

TEST_F(LiveMail, PutOffByTheServerItIsTakenAtALaterAttempt)
{
    for (const std::string mode : {"sender-451", "rcpt-451", "data-451"}) {
        server.behave(mode);
        const Outcome outcome = run(closet_mail());
        EXPECT_EQ(outcome.status, Status::failed) << mode;
        EXPECT_TRUE(outcome.retry) << mode;
        EXPECT_NE(outcome.message.find("451 4.3.0 try again later"), std::string::npos)
            << outcome.message;
    }
    EXPECT_TRUE(server.mails().empty());
    server.behave("");
    EXPECT_EQ(run(again(closet_mail())).status, Status::done);
    EXPECT_EQ(server.mails().size(), 1U);
}

TEST_F(LiveMail, RefusedForGoodItIsNotTriedAgain)
{
    for (const std::string mode : {"sender-550", "rcpt-550", "data-552"}) {
        server.behave(mode);
        const Outcome outcome = run(closet_mail());
        EXPECT_EQ(outcome.status, Status::failed) << mode;
        EXPECT_FALSE(outcome.retry) << mode << ": " << outcome.message;
        EXPECT_NE(outcome.message.find(mode.substr(mode.size() - 3)), std::string::npos)
            << outcome.message;
    }
    EXPECT_TRUE(server.mails().empty());
}

TEST_F(LiveMail, OneRefusedRecipientDoesNotKeepItFromTheOthers)
{
    const Outcome outcome = run(mail_to({"nobody@home", "me@home"}));
    EXPECT_EQ(outcome.status, Status::done);
    EXPECT_EQ(outcome.message, "the mail server refused nobody@home (550 5.1.1 no such user)");
    const auto mails = server.mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_NE(mails[0].find("X-Envelope-To: me@home\n"), std::string::npos);
}

TEST_F(LiveMail, ARecipientThatIsPutOffGetsItLaterAndTheOthersOnce)
{
    const Outcome first = run(mail_to({"me@home", "once@home", "nobody@home"}));
    EXPECT_EQ(first.status, Status::failed);
    EXPECT_TRUE(first.retry);
    const Outcome second = run(again(mail_to({"me@home", "once@home", "nobody@home"})));
    EXPECT_EQ(second.status, Status::done) << second.message;
    EXPECT_EQ(server.count("rcpt me@home 250"), 1U);
    EXPECT_EQ(server.count("rcpt once@home 250"), 1U);
    EXPECT_EQ(server.mails().size(), 2U) << "one for each recipient";
}

TEST_F(LiveMail, AServerThatSaysNothingCostsTheLimitAndNoMore)
{
    for (const std::string mode : {"hang-accept", "hang-data"}) {
        server.behave(mode);
        engine::Effect effect = closet_mail();
        effect.limit = seconds(3);
        const Duration began = clock.since_boot();
        const Outcome outcome = run(effect);
        const Duration took = clock.since_boot() - began;
        EXPECT_EQ(outcome.status, Status::timeout) << outcome.message;
        EXPECT_TRUE(outcome.retry);
        EXPECT_LT(took, effect.limit + seconds(3)) << mode;
        EXPECT_GE(took, effect.limit / 2 - milliseconds(10)) << "half of it is for connecting";
        EXPECT_EQ(outcome.message.find("it may have taken the mail") != std::string::npos,
                  mode == "hang-data")
            << outcome.message;
    }
}

TEST_F(LiveMail, AMailTakenWithoutAnAnswerComesAgainWithTheSameMessageId)
{
    server.behave("hang-taken");
    engine::Effect effect = closet_mail();
    effect.limit = seconds(3);
    EXPECT_EQ(run(effect).status, Status::timeout);
    server.behave("");
    effect.limit = seconds(10);
    EXPECT_EQ(run(again(effect)).status, Status::done);
    EXPECT_EQ(server.count("mail <12.closet-heat.2.0@closet.home>"), 2U);
}

TEST_F(LiveMail, CancelEndsAHangingConversation)
{
    server.behave("hang-data");
    perform(closet_mail());
    ASSERT_TRUE(server.logs("hang"));
    const Duration began = clock.since_boot();
    performer->cancel(closet_mail().id);
    const Outcome outcome = next_outcome(1);
    EXPECT_EQ(outcome.status, Status::cancelled);
    EXPECT_FALSE(outcome.retry);
    EXPECT_LT(clock.since_boot() - began, seconds(3));
}

TEST_F(LiveMail, NoConversationOutlivesThePerformer)
{
    server.behave("hang-accept");
    for (std::uint64_t id = 1; id <= 5; ++id) {
        engine::Effect effect = closet_mail();
        effect.id = engine::EffectId{id};
        perform(effect);
    }
    ASSERT_TRUE(server.logs("hang"));
    const Duration began = clock.since_boot();
    performer.reset();
    EXPECT_LT(clock.since_boot() - began, seconds(3));
    bool has_turned = false;
    loop.post([&] { has_turned = true; });
    ASSERT_TRUE(loop.run_until([&] { return has_turned; }, seconds(5)));
    EXPECT_TRUE(outcomes.empty()) << "nobody is told after its end";
}

TEST_F(LiveMail, TwoConversationsAtOnceTheOthersWaitWithinTheirLimits)
{
    server.behave("hang-accept");
    for (std::uint64_t id = 1; id <= 4; ++id) {
        engine::Effect effect = closet_mail();
        effect.id = engine::EffectId{id};
        effect.limit = id <= 2 ? seconds(5) : milliseconds(300);
        perform(effect);
    }
    next_outcome(2);
    for (const Outcome& outcome : outcomes) {
        EXPECT_EQ(outcome.status, Status::timeout);
        EXPECT_EQ(outcome.message, "earlier mails have kept the mail server busy");
        EXPECT_TRUE(outcome.retry);
    }
    EXPECT_LE(server.count("connect"), 2U);
}

TEST_F(LiveMail, ASlowFarewellDoesNotMatter)
{
    server.behave("hang-quit");
    const Duration began = clock.since_boot();
    EXPECT_EQ(run(closet_mail()).status, Status::done);
    EXPECT_LT(clock.since_boot() - began, seconds(6));
    EXPECT_EQ(server.mails().size(), 1U);
}

TEST_F(LiveMail, AServerThatIsGoneIsUnreachableUntilItIsBack)
{
    server.end();
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("no mail server at 127.0.0.1:"), std::string::npos)
        << outcome.message;
    ASSERT_TRUE(server.start(login()));
    EXPECT_EQ(run(again(closet_mail())).status, Status::done);
}

TEST_F(LiveMail, AServerThatDiesInTheMiddleIsUnreachable)
{
    server.behave("hang-data");
    perform(closet_mail());
    ASSERT_TRUE(server.logs("hang"));
    server.end();
    const Outcome outcome = next_outcome(1);
    EXPECT_EQ(outcome.status, Status::unreachable) << outcome.message;
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("it may have taken the mail"), std::string::npos);
}

TEST_F(LiveMail, ACertificateThatIsNotTrustedGetsNoMail)
{
    SmtpSettings strict = smtp();
    strict.ca_file = "";
    make(strict);
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("is not trusted"), std::string::npos) << outcome.message;
    EXPECT_NE(outcome.message.find(":smtp {:ca"), std::string::npos) << outcome.message;
    EXPECT_EQ(server.count("auth ops ok"), 0U) << "the password was not sent";
}

TEST_F(LiveMail, AMissingFileOfAuthoritiesIsSaid)
{
    SmtpSettings strict = smtp();
    strict.ca_file = (folder / "missing.pem").string();
    make(strict);
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("missing.pem"), std::string::npos) << outcome.message;
}

TEST_F(LiveMail, AServerWithoutGreetingIsTriedAgain)
{
    server.behave("no-greeting");
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed) << outcome.message;
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("554"), std::string::npos) << outcome.message;
}

TEST_F(LiveMail, TheLoginCanBeCheckedWithoutAMail)
{
    EXPECT_EQ(check().status, Status::done);
    EXPECT_TRUE(server.logs("noop"));
    EXPECT_EQ(server.count("auth ops ok"), 1U);
    EXPECT_TRUE(server.mails().empty());
    SmtpSettings wrong = smtp();
    wrong.password = data::Value::secret("not it");
    make(wrong);
    const Outcome refused = check();
    EXPECT_EQ(refused.status, Status::failed);
    EXPECT_NE(refused.message.find("does not accept the login"), std::string::npos);
    server.end();
    EXPECT_EQ(check().status, Status::unreachable);
}

TEST_F(LiveMail, ALoginThatIsWantedAndNotConfiguredIsSaid)
{
    SmtpSettings without = smtp();
    without.user = "";
    make(without);
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
    EXPECT_NE(outcome.message.find("wants a login (530"), std::string::npos) << outcome.message;
}

std::mutex passed_guard;
std::vector<std::string> passed;

TEST_F(LiveMail, SendingPassesItsCrashPointAroundTheConversation)
{
    passed.clear();
    set_crash_hook([](const char* name, bool after) {
        const std::lock_guard<std::mutex> lock{passed_guard};
        passed.push_back(std::string{name} + (after ? ":after" : ":before"));
    });
    EXPECT_EQ(run(closet_mail()).status, Status::done);
    EXPECT_EQ(check().status, Status::done);
    set_crash_hook(nullptr);
#ifdef REOPS_CHECKED
    EXPECT_EQ(passed, (std::vector<std::string>{"smtp.send:before", "smtp.send:after"}));
#endif
}

/// The kinds of TLS: how the server was started, what is configured, what happens.
struct TlsCase {
    std::string name;
    std::string server;
    Tls tls;
    std::string scheme;
    Status status;
    std::string message;
};

class LiveMailTls : public LiveMail, public testing::WithParamInterface<TlsCase> {
protected:
    void SetUp() override
    {
        std::vector<std::string> options = login();
        options.insert(options.end(), {"--tls", GetParam().server});
        if (!server.start(options))
            GTEST_SKIP() << "aiosmtpd is not installed; try: apt-get install python3-aiosmtpd";
        SmtpSettings with = smtp();
        with.url = server.url(GetParam().scheme);
        with.tls = GetParam().tls;
        if (GetParam().server == "none")
            with.ca_file = "";
        make(with);
    }
};

TEST_P(LiveMailTls, Behaves)
{
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, GetParam().status) << outcome.message;
    EXPECT_NE(outcome.message.find(GetParam().message), std::string::npos) << outcome.message;
    EXPECT_EQ(server.mails().size(), outcome.status == Status::done ? 1U : 0U);
    EXPECT_EQ(outcome.retry, outcome.status != Status::done);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    LiveMailTls,
    testing::Values(
        TlsCase{
            "RequiredWithoutOffer", "none", Tls::required, "smtp", Status::failed, "offers no TLS"},
        TlsCase{"OptionalWithoutOffer", "none", Tls::optional, "smtp", Status::done, ""},
        TlsCase{"None", "none", Tls::none, "smtp", Status::done, ""},
        TlsCase{"NoneWhereItIsRequired", "starttls", Tls::none, "smtp", Status::failed, ""},
        TlsCase{"OptionalWithOffer", "starttls", Tls::optional, "smtp", Status::done, ""},
        TlsCase{"Implicit", "implicit", Tls::implicit, "smtp", Status::done, ""},
        TlsCase{"ImplicitByUrl", "implicit", Tls::required, "smtps", Status::done, ""}),
    [](const auto& which) { return which.param.name; });

}  // namespace
}  // namespace reops::sinks::test
