// SPDX-License-Identifier: Apache-2.0
// Mails as files, and what needs no mail server. The server's part is tests/live/smtp.
#include "sinks/email/mail_performer.hh"

#include "base/crash_point.hh"
#include "io/system_clock.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"
#include "tests/unit/sinks/mail_fixture.hh"

#include <mutex>
#include <set>

#include <sys/stat.h>

namespace reops::sinks::test {
namespace {

using engine::Outcome;
using engine::Status;

class MailPerformerTest : public testing::Test {
protected:
    void make(MailSettings with)
    {
        with.folder = (folder / "state/mail").string();
        performer = std::make_unique<MailPerformer>(loop, clock, log, std::move(with));
    }
    Outcome run(const engine::Effect& effect)
    {
        std::optional<Outcome> got;
        performer->perform(effect, [&](Outcome outcome) { got = std::move(outcome); });
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(10)));
        return got.value_or(Outcome{.message = "no outcome"});
    }
    std::string read(const std::string& name)
    {
        std::ifstream file{folder / ("state/mail/" + name)};
        std::ostringstream out;
        out << file.rdbuf();
        return out.str();
    }
    std::size_t files(const std::string& name)
    {
        const auto all = std::filesystem::directory_iterator{folder / ("state/mail/" + name)};
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }
    unsigned mode(const std::string& name)
    {
        struct stat found = {};
        EXPECT_EQ(::stat((folder / ("state/mail/" + name)).c_str(), &found), 0) << name;
        return found.st_mode & 0777U;
    }

    io::SystemClock clock;
    reops::test::RecordedLog log;
    io::EventLoop loop;
    reops::test::TempDir folder;
    std::unique_ptr<MailPerformer> performer;
};

TEST_F(MailPerformerTest, WithoutAServerMailsAreFilesAndARepeatIsTheSameFile)
{
    make(settings());
    EXPECT_TRUE(log.contains("mail goes to files in ")) << "it says so at start";
    const Outcome first = run(closet_mail({{.host = "foo"}}));
    EXPECT_EQ(first.status, Status::done) << first.message;
    EXPECT_NE(first.message.find("/mail/12.closet-heat.2.0.eml"), std::string::npos)
        << first.message;
    const std::string bytes = read("12.closet-heat.2.0.eml");
    EXPECT_NE(bytes.find("\r\nMessage-ID: <12.closet-heat.2.0@closet.home>\r\n"),
              std::string::npos);
    engine::Effect again = closet_mail({{.host = "foo"}});
    again.attempt = 2;
    EXPECT_EQ(run(again).status, Status::done);
    EXPECT_EQ(files(""), 1U);
    EXPECT_EQ(read("12.closet-heat.2.0.eml"), bytes);
    EXPECT_EQ(mode(""), 0700U);
    EXPECT_EQ(mode("12.closet-heat.2.0.eml"), 0600U);
}

TEST_F(MailPerformerTest, AMailThatNobodyTookLiesInFailed)
{
    make(settings());
    engine::Effect effect = closet_mail();
    effect.kind = "file-mail";
    EXPECT_EQ(run(effect).status, Status::done);
    EXPECT_NE(read("failed/12.closet-heat.2.0.eml"), "");
    EXPECT_EQ(mode("failed"), 0700U);
    EXPECT_EQ(files(""), 1U) << "the folder `failed` alone";
}

TEST_F(MailPerformerTest, AMailThatNobodyCanTakeIsFiledToo)
{
    make(settings());
    engine::Effect effect = closet_mail({{.host = "foo"}});
    effect.kind = "file-mail";
    set_argument(effect, "from", text("no address"));
    set_argument(effect, "to", engine::texts({"neither is this"}));
    const Outcome outcome = run(effect);
    EXPECT_EQ(outcome.status, Status::done);
    EXPECT_NE(outcome.message.find("\"neither is this\" is not a mail address"), std::string::npos);
    const std::string bytes = read("failed/12.closet-heat.2.0.eml");
    EXPECT_NE(bytes.find("From: reops@closet.home\r\nTo: undisclosed-recipients:;\r\n"),
              std::string::npos)
        << bytes;
    EXPECT_NE(bytes.find("foo   stop    verified"), std::string::npos);
}

TEST_F(MailPerformerTest, AnAlertThatCannotBeAMailIsInTheLog)
{
    MailSettings with = settings();
    with.from = "";
    make(with);
    const Outcome outcome = run(alert("disk-low", "1 MB left"));
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_FALSE(outcome.retry);
    EXPECT_TRUE(log.contains("disk-low: 1 MB left"));
}

TEST_F(MailPerformerTest, AnIdentityCannotLeaveTheFolder)
{
    make(settings());
    engine::Effect effect = closet_mail();
    effect.identity = "../../../etc/x";
    EXPECT_EQ(run(effect).status, Status::done);
    EXPECT_EQ(files(""), 1U);
}

TEST_F(MailPerformerTest, AFolderThatCannotBeWrittenIsTriedAgain)
{
    make(settings());
    std::ofstream{folder / "state"} << "a file where the folder should be";
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
    EXPECT_FALSE(outcome.message.empty());
}

TEST_F(MailPerformerTest, AlertsWithoutAddressAreLinesInTheLog)
{
    MailSettings with = settings();
    with.alert_to.clear();
    make(with);
    EXPECT_EQ(run(alert("disk-low", "1 MB\nleft")).status, Status::done);
    EXPECT_TRUE(log.contains("disk-low: 1 MB left"));
    EXPECT_EQ(run(alert("disk-low", "1 MB left", true)).status, Status::done);
    EXPECT_TRUE(log.contains("disk-low: recovered: 1 MB left"));
    EXPECT_FALSE(std::filesystem::exists(folder / "state"));
}

TEST_F(MailPerformerTest, AlertsWithAnAddressAreMails)
{
    make(settings());
    EXPECT_EQ(run(alert("disk-low", "1 MB left")).status, Status::done);
    EXPECT_NE(read("alert.disk-low.17.eml").find("Subject: reops: disk-low\r\n"),
              std::string::npos);
}

TEST_F(MailPerformerTest, AMailWithoutRecipientFailsForGood)
{
    make(settings());
    engine::Effect effect = closet_mail();
    set_argument(effect, "to", {});
    const Outcome outcome = run(effect);
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_FALSE(outcome.retry);
    EXPECT_NE(outcome.message.find(":email {:to"), std::string::npos) << outcome.message;
}

TEST_F(MailPerformerTest, RecipientsThatAreNoneAreSaid)
{
    make(settings());
    engine::Effect effect = closet_mail();
    set_argument(effect, "to", engine::texts({"me@home", "a b"}));
    const Outcome outcome = run(effect);
    EXPECT_EQ(outcome.status, Status::done);
    EXPECT_NE(outcome.message.find("; \"a b\" is not a mail address"), std::string::npos)
        << outcome.message;
}

TEST_F(MailPerformerTest, AWrongUrlIsSaidAtStartAndWorthAnotherTry)
{
    MailSettings with = settings();
    with.smtp = SmtpSettings{.url = "mail.home"};
    make(with);
    EXPECT_TRUE(log.contains("expected a mail server such as smtp://"));
    const Outcome outcome = run(closet_mail());
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_TRUE(outcome.retry);
}

TEST_F(MailPerformerTest, APasswordThatMayTravelInTheClearIsSaidAtStart)
{
    for (const Tls tls : {Tls::required, Tls::optional, Tls::none, Tls::implicit}) {
        MailSettings with = settings();
        with.smtp = SmtpSettings{.url = "smtp://mail.home",
                                 .user = "ops",
                                 .password = data::Value::secret("x"),
                                 .tls = tls};
        make(with);
    }
    EXPECT_EQ(log.count("may travel in the clear"), 2U);
}

TEST_F(MailPerformerTest, WithoutAServerThereIsNoLoginToCheck)
{
    make(settings());
    EXPECT_FALSE(performer->has_server());
    std::optional<Outcome> got;
    performer->check_login(seconds(1), [&](Outcome outcome) { got = std::move(outcome); });
    ASSERT_TRUE(got.has_value());
    EXPECT_EQ(got->status, Status::refused);
    EXPECT_NE(got->message.find("mail goes to files"), std::string::npos);
}

std::mutex passed_guard;
std::multiset<std::string> passed;

TEST_F(MailPerformerTest, WritingPassesItsCrashPoint)
{
    make(settings());
    passed.clear();
    set_crash_hook([](const char* name, bool after) {
        const std::lock_guard<std::mutex> lock{passed_guard};
        passed.insert(std::string{name} + (after ? ":after" : ":before"));
    });
    EXPECT_EQ(run(closet_mail()).status, Status::done);
    set_crash_hook(nullptr);
#ifdef REOPS_CHECKED
    EXPECT_EQ(passed.count("mail.file:before"), 1U);
    EXPECT_EQ(passed.count("mail.file:after"), 1U);
#endif
}

}  // namespace
}  // namespace reops::sinks::test
