// SPDX-License-Identifier: Apache-2.0
// Mails, their retries and their limit.
#include "tests/support/engine_bench.hh"

#include <gtest/gtest.h>

namespace reops::engine {
namespace {

using test::EngineBench;
using test::mail;
using test::make;
using test::over;
using test::publish;
using test::stop;

const Outcome try_later{.status = Status::failed, .message = "451 try later", .retry = true};
const Outcome never{.status = Status::failed, .message = "550 no such user"};

EngineBench chatty(std::string subject = "hot")
{
    return EngineBench{make("f", {over(70), mail(std::move(subject))}, {.mode = Mode::each})};
}

TEST(Mail, SaysWhatHappened)
{
    EngineBench bench{make("f", {over(70), stop({"foo"}), mail("hot")})};
    bench.play("71 +1m");
    ASSERT_EQ(bench.mails().size(), 1U);
    const data::Map& args = bench.mails()[0];
    EXPECT_EQ(EngineBench::text(args, "from"), "reops@lan");
    EXPECT_EQ(EngineBench::text(args, "flow"), "f");
    EXPECT_EQ(EngineBench::text(args, "run"), "r-1");
    EXPECT_EQ(EngineBench::text(args, "at"), "2026-11-23T14:00:10Z");
    const data::Value event = args.get("event");
    EXPECT_EQ(EngineBench::text(event.as_map(), "key"), "closet");
    EXPECT_EQ(event.as_map().get("value"), data::Value::real(71));
    const data::Value rows = args.get("hosts");
    const data::Map& row = rows.as_vector()[0].as_map();
    EXPECT_EQ(EngineBench::text(row, "host"), "foo");
    EXPECT_EQ(EngineBench::text(row, "outcome"), "verified");
    EXPECT_EQ(EngineBench::text(row, "took"), "10s");
}

TEST(Mail, ASubjectIsOneLineWithoutControlCharacters)
{
    EngineBench bench = chatty("hot\r\nBcc: you@lan\x1b[31m");
    bench.play("71");
    EXPECT_EQ(bench.acts(), "mail hot  Bcc: you@lan [31m");
}

TEST(Mail, ThirtyAnHourThenADigest)
{
    EngineBench bench = chatty();
    for (int i = 0; i < 33; ++i)
        bench.play("71 +1s");
    EXPECT_EQ(bench.mails().size(), 30U);
    EXPECT_EQ(bench.count("mail-in-digest"), 3U);
    EXPECT_TRUE(bench.alerts().empty());
    bench.play("+1h");
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U) << "one digest";
    EXPECT_EQ(alerts[0], "3 mails were over the limit of 30 an hour:\n- hot\n- hot\n- hot\n");
    bench.play("71");
    EXPECT_EQ(bench.mails().size(), 31U) << "an hour later mails go again";
}

TEST(Mail, AServerThatFailsIsTriedAgainAfter1_2_4_to_60Minutes)
{
    EngineBench bench = chatty();
    bench.mail_fails = try_later;
    bench.play("71 +4h");
    EXPECT_EQ(bench.timed_acts(),
              "0s mail hot, 1m mail hot, 3m mail hot, 7m mail hot, 15m mail hot, 31m mail hot, "
              "1h3m mail hot, 2h3m mail hot, 3h3m mail hot");
    for (const auto& [kind, identity] : bench.identities())
        EXPECT_EQ(identity, kind == "email" ? "1.f.1.0" : identity)
            << "one Message-ID for all attempts";
}

TEST(Mail, AServerThatWasDeadForADayGetsItOnce)
{
    EngineBench bench = chatty();
    bench.mail_fails = try_later;
    bench.play("71 +24h");
    EXPECT_EQ(bench.alerts().size(), 1U) << "the outbox is stuck: one alert";
    bench.mail_fails.reset();
    bench.play("+1h");
    EXPECT_EQ(bench.mails().size(), 1U);
    const auto alerts = bench.alerts();
    ASSERT_EQ(alerts.size(), 1U);
    EXPECT_TRUE(alerts[0].starts_with("over: the outbox is stuck: email")) << alerts[0];
    EXPECT_TRUE(bench.state().outbox.rows().empty());
}

TEST(Mail, AfterSevenDaysItLiesInAFile)
{
    EngineBench bench = chatty();
    bench.mail_fails = try_later;
    bench.play("71 +168h");
    const std::string acts = bench.acts();
    EXPECT_TRUE(acts.ends_with("file-mail")) << acts;
    EXPECT_EQ(bench.count("untold"), 1U);
}

TEST(Mail, ARefusalForGoodIsNotTriedAgain)
{
    EngineBench bench = chatty();
    bench.mail_fails = never;
    bench.play("71 +2h");
    EXPECT_EQ(bench.timed_acts(), "0s mail hot, 0s file-mail");
    EXPECT_EQ(bench.alerts(),
              std::vector<std::string>{"an email of `f` was not delivered: 550 no such user"});
}

TEST(Mail, TheLateAnswerOfAnEarlierAttemptCountsForNothing)
{
    EngineBench bench = chatty();
    bench.mail_fails = try_later;
    bench.play("71 +10s");
    bench.feed(Ended{.effect = EffectId{1}, .attempt = 1, .outcome = never});
    EXPECT_EQ(bench.state().outbox.size(), 1U) << "attempt 2 is planned";
}

TEST(Publish, IsTriedAgainForAnHour)
{
    EngineBench bench{make("f", {over(70), publish("out")})};
    bench.publish_fails = try_later;
    bench.play("71 +2h");
    EXPECT_EQ(bench.timed_acts(),
              "0s publish out, 1m publish out, 3m publish out, 7m publish out, 15m publish out, "
              "31m publish out");
    EXPECT_TRUE(bench.state().outbox.rows().empty());
    EXPECT_EQ(bench.count("untold"), 1U);
}

}  // namespace
}  // namespace reops::engine
