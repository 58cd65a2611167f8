// SPDX-License-Identifier: Apache-2.0
// Our own client against a real sshd: commands, their ends, many at once, connections that break.
#include "operations/printable.hh"
#include "tests/unit/remote/remote_fixture.hh"

#include <set>

namespace reops::test {

namespace {

using remote::End;
using remote::Ran;

TEST_F(RemoteTest, BringsBackWhatACommandSays)
{
    serve();
    const auto ran = run({"sh", "-c", "echo 'out $HOME'; echo err >&2; cat; exit 3"});
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->out, "out $HOME\n");
    EXPECT_EQ(ran->err, "err\n");
    EXPECT_EQ(ran->end, End::exited);
    EXPECT_EQ(remote::code_of(ran), 3);
    EXPECT_EQ(remote::describe(ran), "exit status 3: err");
}

TEST_F(RemoteTest, WordsArriveAsTheyAre)
{
    serve();
    const std::vector<std::string> hostile = {"printf",
                                              "%s|",
                                              "a b",
                                              "$(touch x)",
                                              "`id`",
                                              "it's",
                                              "\"",
                                              "\\",
                                              "*",
                                              "~",
                                              "",
                                              "-n",
                                              ";&|<>#!"};
    const auto ran = run(hostile);
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->out, "a b|$(touch x)|`id`|it's|\"|\\|*|~||-n|;&|<>#!|");
}

TEST_F(RemoteTest, EveryExitStatusArrives)
{
    serve();
    std::vector<int> codes(256, -99);
    std::size_t ended = 0;
    for (std::size_t i = 0; i < codes.size(); ++i)
        way().run(there(),
                  order({"sh", "-c", "exit " + std::to_string(i)}),
                  [&, i](const Result<Ran>& ran) {
                      codes[i] = ran.ok() ? ran->exit_code : -98;
                      ++ended;
                  });
    ASSERT_TRUE(loop.run_until([&] { return ended == codes.size(); }, seconds(50)));
    for (std::size_t i = 0; i < codes.size(); ++i)
        EXPECT_EQ(codes[i], static_cast<int>(i));
}

TEST_F(RemoteTest, ManyAtOnceShareFewConnections)
{
    serve();
    std::set<std::string> outputs;
    std::size_t ended = 0;
    for (int i = 0; i < 200; ++i)
        way().run(there(), order({"echo", std::to_string(i)}), [&](const Result<Ran>& ran) {
            EXPECT_TRUE(ran.ok()) << ran.failure().message;
            if (ran.ok())
                outputs.insert(ran->out);
            ++ended;
        });
    ASSERT_TRUE(loop.run_until([&] { return ended == 200; }, seconds(50)));
    EXPECT_EQ(outputs.size(), 200U);
    EXPECT_LE(way().own().logins(), settings.limits.per_host);
    EXPECT_EQ(way().routes().asked(), 2U) << "one for the defaults, one for the host";
}

TEST_F(RemoteTest, AServerThatAllowsFewChannelsIsAskedAgain)
{
    serve("MaxSessions 2");
    std::size_t good = 0;
    std::size_t ended = 0;
    for (int i = 0; i < 20; ++i)
        way().run(there(), order({"true"}), [&](const Result<Ran>& ran) {
            good += ran.ok() && ran->end == End::exited ? 1U : 0U;
            EXPECT_EQ(remote::describe(ran), "");
            ++ended;
        });
    ASSERT_TRUE(loop.run_until([&] { return ended == 20; }, seconds(30)));
    EXPECT_EQ(good, 20U);
}

TEST_F(RemoteTest, ASignalIsNoExitStatus)
{
    serve();
    const auto ran = run(there(), line("kill -KILL $$"));
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->end, End::signalled);
    EXPECT_EQ(ran->signal, "KILL");
    EXPECT_EQ(remote::code_of(ran), 137);
    EXPECT_EQ(remote::describe(ran), "killed by signal KILL");
}

TEST_F(RemoteTest, EscapesOfTheTerminalAreShownHarmless)
{
    serve();
    const auto ran = run({"printf", "\\033[2Jgone\\007"});
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran->out, "\x1b[2Jgone\a");
    EXPECT_EQ(operations::printable(ran->out), "\\x1b[2Jgone\\x07");
    const auto failed = run({"sh", "-c", "printf '\\033]0;x\\007' >&2; exit 1"});
    EXPECT_EQ(remote::describe(failed), "exit status 1: \\x1b]0;x\\x07");
}

TEST_F(RemoteTest, EndlessOutputIsCutAndEnded)
{
    serve();
    remote::Order endless = order({"yes"}, milliseconds(700));
    endless.most_output = 10'000;
    const auto ran = run(there(), endless);
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->end, End::overdue);
    EXPECT_TRUE(ran->is_cut);
    EXPECT_EQ(ran->out.size(), 10'000U);
    EXPECT_EQ(remote::code_of(ran), -3);
    EXPECT_TRUE(run({"true"}).ok()) << "the connection goes on";
}

TEST_F(RemoteTest, MuchOutputIsReadToItsEnd)
{
    serve();
    remote::Order much = order({"head", "-c", "5000000", "/dev/zero"});
    much.most_output = 100'000;
    const auto ran = run(there(), much);
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran->end, End::exited);
    EXPECT_TRUE(ran->is_cut);
    EXPECT_EQ(ran->out.size(), 100'000U);
}

TEST_F(RemoteTest, AnOverdueCommandIsKilled)
{
    serve();
    if (::geteuid() != 0)
        GTEST_SKIP() << "sshd delivers signals only when it runs as root";
    const auto ran = run(there(), line("echo $$; exec sleep 1000", milliseconds(500)));
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran->end, End::overdue);
    const int pid = std::stoi("0" + ran->out);
    ASSERT_GT(pid, 0);
    const std::string look = "while kill -0 " + std::to_string(pid) + " 2>/dev/null; do :; done";
    EXPECT_EQ(remote::code_of(run(there(), line(look, seconds(10)))), 0);
}

TEST_F(RemoteTest, AChildThatHoldsTheOutputDelaysNobody)
{
    settings.limits.close_grace = milliseconds(100);
    serve();
    const auto ran = run({"sh", "-c", "sleep 30 & echo $!"});
    ASSERT_TRUE(ran.ok());
    EXPECT_EQ(ran->end, End::exited);
    EXPECT_LT(ran->took, seconds(10));
    EXPECT_EQ(remote::code_of(run({"kill", ran->out.substr(0, ran->out.find('\n'))})), 0);
}

TEST_F(RemoteTest, AConnectionThatEndsInTheMiddleLeavesTheFateOpen)
{
    serve();
    const auto ran = run(there(), line("kill -9 $PPID; sleep 20"));
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->end, End::lost);
    EXPECT_EQ(remote::code_of(ran), -4);
}

TEST_F(RemoteTest, AConnectionThatBrokeMeanwhileIsMadeAnew)
{
    serve();
    ASSERT_TRUE(run({"true"}).ok());
    EXPECT_EQ(remote::code_of(run(there(), line("kill -9 $PPID; sleep 20"))), -4);
    const auto ran = run({"echo", "again"});
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->out, "again\n");
    EXPECT_EQ(way().own().logins(), 2U);
}

TEST_F(RemoteTest, IdleConnectionsAreClosed)
{
    settings.limits.idle = milliseconds(100);
    serve();
    ASSERT_TRUE(run({"true"}).ok());
    EXPECT_TRUE(loop.run_until([&] { return way().own().connections() == 0; }, seconds(5)));
    EXPECT_TRUE(run({"true"}).ok());
}

TEST_F(RemoteTest, OneDeadHostDelaysNobody)
{
    constexpr std::size_t hosts = 12;
    settings.phases.banner = seconds(50);
    serve();
    spread(hosts);
    std::vector<std::unique_ptr<io::Stream>> held;
    auto mute = io::listen(
        loop, {"127.0.0.1", 0, ""}, [&](auto stream) { held.push_back(std::move(stream)); });
    ASSERT_TRUE(mute.ok());
    bool dead_ended = false;
    remote::Target dead = there();
    dead.port = (*mute)->port();
    way().run(dead, order({"true"}), [&](const auto&) { dead_ended = true; });
    std::size_t good = 0;
    std::size_t ended = 0;
    for (std::size_t i = 0; i < hosts; ++i) {
        way().run(at_address(i), order({"true"}), [&](const Result<Ran>& ran) {
            good += remote::code_of(ran) == 0 ? 1U : 0U;
            ++ended;
        });
    }
    EXPECT_TRUE(loop.run_until([&] { return ended == hosts; }, seconds(40)));
    EXPECT_EQ(good, hosts);
    EXPECT_EQ(way().own().logins(), hosts);
    EXPECT_FALSE(dead_ended) << "it still has time for its banner";
}

TEST_F(RemoteTest, TheDestructorCallsNobody)
{
    serve();
    bool called = false;
    way().run(there(), order({"sleep", "100"}), [&](const auto&) { called = true; });
    loop.run_until([&] { return way().own().connections() == 1; }, seconds(10));
    remote.reset();
    loop.run_until([] { return false; }, milliseconds(50));
    EXPECT_FALSE(called);
}

}  // namespace

}  // namespace reops::test
