// SPDX-License-Identifier: Apache-2.0
// Many orders at once: cancelled, listened to while they run, held up by nobody, tried again.
#include "remote/ssh/retry.hh"
#include "tests/unit/remote/remote_fixture.hh"

#include <array>
#include <map>

namespace reops::test {

namespace {

using remote::End;
using remote::OrderId;
using remote::Ran;
using remote::Trouble;

/// By our own client, and by the user's `ssh`.
class Both : public RemoteTest, public testing::WithParamInterface<std::string> {
protected:
    void serve_both(const std::string& more = "")
    {
        serve(more);
        write("config", GetParam());
        settings.control_folder.clear();  // no master that outlives the test
    }
};

INSTANTIATE_TEST_SUITE_P(Ways, Both, testing::Values("", "AddressFamily inet\n"));

TEST_P(Both, OutputComesWhileTheCommandRuns)
{
    serve_both();
    std::string seen;
    std::string errors;
    std::optional<Result<Ran>> ended;
    const std::string gate = host->path("gate");
    remote::Order order =
        line("echo early; echo bad >&2; while [ ! -e " + gate + " ]; do :; done; echo late");
    order.live = [&](std::string_view bytes, bool is_error) {
        (is_error ? errors : seen) += bytes;
    };
    way().run(there(), order, [&](Result<Ran> ran) { ended = std::move(ran); });
    ASSERT_TRUE(
        loop.run_until([&] { return seen == "early\n" && errors == "bad\n"; }, seconds(20)));
    EXPECT_FALSE(ended.has_value());
    write("gate", "");
    ASSERT_TRUE(loop.run_until([&] { return ended.has_value(); }, seconds(20)));
    ASSERT_TRUE(ended->ok()) << ended->failure().message;
    EXPECT_EQ(seen, "early\nlate\n");
    EXPECT_EQ((*ended)->out, seen);
    EXPECT_EQ(way().own().logins(), GetParam().empty() ? 1U : 0U);
}

TEST_P(Both, LiveOutputIsBounded)
{
    serve_both();
    std::size_t total = 0;
    std::size_t largest = 0;
    remote::Order order = line("head -c 3000000 /dev/zero");
    order.most_output = 500'000;
    order.live = [&](std::string_view bytes, bool) {
        total += bytes.size();
        largest = std::max(largest, bytes.size());
    };
    const auto ran = run(there(), order);
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(total, 500'000U);
    EXPECT_LE(largest, 32U * 1024U);
    EXPECT_TRUE(ran->is_cut);
}

TEST_P(Both, ARunningCommandIsAskedToEnd)
{
    serve_both();
    if (::geteuid() != 0)
        GTEST_SKIP() << "sshd delivers signals only when it runs as root";
    std::optional<Result<Ran>> ended;
    bool begun = false;
    remote::Order order = line("echo ready; exec sleep 1000", seconds(60));
    order.live = [&](std::string_view, bool) { begun = true; };
    const OrderId id = way().run(there(), order, [&](Result<Ran> ran) { ended = std::move(ran); });
    ASSERT_TRUE(loop.run_until([&] { return begun; }, seconds(20)));
    way().cancel(id);
    EXPECT_FALSE(ended.has_value()) << "a reply never comes inside a call";
    ASSERT_TRUE(loop.run_until([&] { return ended.has_value(); }, seconds(20)));
    ASSERT_TRUE(ended->ok());
    EXPECT_EQ((*ended)->end, End::cancelled);
    EXPECT_EQ((*ended)->out, "ready\n");
    EXPECT_EQ(remote::code_of(*ended), -4);
    EXPECT_EQ(remote::describe(*ended).find("cancelled after "), 0U) << remote::describe(*ended);
    way().cancel(id);  // it is over
    EXPECT_EQ(remote::code_of(run({"true"})), 0);
}

TEST_F(RemoteTest, WhoEndsProperlyWhenAskedToIsHeard)
{
    serve();
    if (::geteuid() != 0)
        GTEST_SKIP() << "sshd delivers signals only when it runs as root";
    std::optional<Result<Ran>> ended;
    OrderId id{};
    remote::Order order =
        line("trap 'echo bye; exit 7' TERM; echo ready; sleep 1000 >&- 2>&- & wait", seconds(60));
    order.live = [&](std::string_view bytes, bool) {
        if (bytes == "ready\n")
            way().cancel(id);
    };
    id = way().run(there(), order, [&](Result<Ran> ran) { ended = std::move(ran); });
    ASSERT_TRUE(loop.run_until([&] { return ended.has_value(); }, seconds(20)));
    ASSERT_TRUE(ended->ok());
    EXPECT_EQ((*ended)->end, End::exited);
    EXPECT_EQ((*ended)->exit_code, 7);
    EXPECT_EQ((*ended)->out, "ready\nbye\n");
}

TEST_F(RemoteTest, WhoIgnoresTheRequestIsLeft)
{
    settings.limits.cancel_grace = milliseconds(200);
    serve();
    std::optional<Result<Ran>> ended;
    OrderId id{};
    remote::Order order = line("trap '' TERM; echo ready; exec sleep 1000", seconds(60));
    order.live = [&](std::string_view, bool) { way().cancel(id); };
    id = way().run(there(), order, [&](Result<Ran> ran) { ended = std::move(ran); });
    ASSERT_TRUE(loop.run_until([&] { return ended.has_value(); }, seconds(20)));
    ASSERT_TRUE(ended->ok());
    EXPECT_EQ((*ended)->end, End::cancelled);
}

TEST_P(Both, WhatHasNotBegunIsDropped)
{
    settings.limits.channels = 1;
    settings.limits.per_host = 1;
    settings.limits.cancel_grace = milliseconds(200);
    serve_both();
    constexpr std::size_t count = 40;
    std::map<std::size_t, Result<Ran>> ended;
    bool begun = false;
    for (std::size_t i = 0; i < count; ++i) {
        remote::Order order = line("echo ready; exec sleep 1000", seconds(60));
        order.live = [&](std::string_view, bool) { begun = true; };
        way().run(there(), order, [&, i](Result<Ran> ran) { ended.emplace(i, std::move(ran)); });
    }
    ASSERT_TRUE(loop.run_until([&] { return begun; }, seconds(30)));
    way().cancel_all();
    EXPECT_TRUE(ended.empty());
    ASSERT_TRUE(loop.run_until([&] { return ended.size() == count; }, seconds(30)));
    std::size_t dropped = 0;
    for (const auto& [i, ran] : ended) {
        EXPECT_EQ(remote::code_of(ran), -4);
        if (!ran.ok()) {
            EXPECT_EQ(ran.failure().code, Code::cancelled);
            ++dropped;
        }
    }
    EXPECT_GE(dropped, count - 16) << "those that waited";
    EXPECT_LT(dropped, count) << "one had begun";
}

TEST_F(RemoteTest, AnOrderWhoseWayIsNotKnownYetIsDroppedToo)
{
    serve();
    std::optional<Result<Ran>> ended;
    const OrderId id =
        way().run(there(), order({"true"}), [&](Result<Ran> ran) { ended = std::move(ran); });
    way().cancel(id);
    EXPECT_FALSE(ended.has_value());
    ASSERT_TRUE(loop.run_until([&] { return ended.has_value(); }, seconds(20)));
    ASSERT_FALSE(ended->ok());
    EXPECT_EQ(ended->failure().code, Code::cancelled);
    EXPECT_EQ(way().own().logins(), 0U);
}

TEST_F(RemoteTest, ABusySshdIsAskedAgain)
{
    serve("MaxStartups 1:100:1");
    spread(8);
    std::size_t good = 0;
    std::size_t ended = 0;
    for (std::size_t i = 0; i < 8; ++i)
        way().run(at_address(i), order({"true"}), [&](const Result<Ran>& ran) {
            EXPECT_EQ(remote::describe(ran), "");
            good += remote::code_of(ran) == 0 ? 1U : 0U;
            ++ended;
        });
    ASSERT_TRUE(loop.run_until([&] { return ended == 8; }, seconds(50)));
    EXPECT_EQ(good, 8U);
    EXPECT_NE(host->log.find("MaxStartups"), std::string::npos) << "it was never busy";
}

/// With two places for handshakes and four hosts that accept and say nothing, asked first.
TEST_F(RemoteTest, HostsThatSayNothingLendTheirPlaces)
{
    settings.limits.handshakes = 2;
    settings.limits.lend_after = milliseconds(50);
    settings.phases.banner = seconds(100);
    serve();
    spread(6);
    std::vector<std::unique_ptr<io::Stream>> held;
    auto mute = io::listen(
        loop, {"127.0.0.1", 0, ""}, [&](auto stream) { held.push_back(std::move(stream)); });
    ASSERT_TRUE(mute.ok());
    std::size_t dead_ended = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        remote::Target dead = at_address(i);
        dead.port = (*mute)->port();
        dead.host = "127.0.0.1";
        dead.user = "u" + std::to_string(i);  // four destinations
        way().run(dead, order({"true"}, seconds(100)), [&](const auto&) { ++dead_ended; });
    }
    ASSERT_TRUE(loop.run_until([&] { return held.size() == 4; }, seconds(20)))
        << "the third waits for the place of the first, not for its end";
    std::size_t good = 0;
    for (std::size_t i = 0; i < 6; ++i)
        way().run(at_address(i), order({"true"}), [&](const Result<Ran>& ran) {
            good += remote::code_of(ran) == 0 ? 1U : 0U;
        });
    EXPECT_TRUE(loop.run_until([&] { return good == 6; }, seconds(30)));
    EXPECT_EQ(dead_ended, 0U);
}

TEST_F(RemoteTest, TheOldestIdleConnectionMakesRoom)
{
    settings.limits.connections = 2;
    serve();
    spread(5);
    for (std::size_t i = 0; i < 5; ++i)
        EXPECT_EQ(remote::code_of(run(at_address(i), order({"true"}))), 0);
    EXPECT_EQ(way().own().connections(), 2U);
    EXPECT_EQ(way().own().logins(), 5U);
}

TEST(Retry, OnlyWhatMayChangeByItselfIsTriedAgain)
{
    for (const Trouble trouble : {Trouble::unreachable, Trouble::silent, Trouble::unwanted})
        EXPECT_EQ(remote::retry_rule(trouble).tries, 1U);
    EXPECT_GT(remote::retry_rule(Trouble::dropped).tries, 1U);
    EXPECT_GT(remote::retry_rule(Trouble::broken).tries, 1U);
}

TEST(Retry, WaitsGrowAndDiffer)
{
    const remote::RetryRule& rule = remote::retry_rule(Trouble::dropped);
    Duration before{};
    for (std::uint32_t tries = 1; tries <= 5; ++tries) {
        const Duration wait = remote::retry_wait(rule, tries, 0);
        EXPECT_GT(wait, before);
        before = wait;
    }
    EXPECT_EQ(remote::retry_wait(rule, 100, 0), before) << "up to a limit";
    EXPECT_NE(remote::retry_wait(rule, 1, 1), remote::retry_wait(rule, 1, 2));
}

}  // namespace

}  // namespace reops::test
