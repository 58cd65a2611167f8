// SPDX-License-Identifier: Apache-2.0
// big-iron is an sshd in a namespace of its own: its power-off really ends it, a magic packet
// starts it again. with_lan.sh makes the network.
#include "actions/power_performer.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "io/system_clock.hh"
#include "providers/physical/physical_provider.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/ssh_host.hh"

#include <cstdlib>

#include <gtest/gtest.h>

namespace reops::test {

namespace {

using data::Value;
using engine::Outcome;
using engine::Status;

constexpr const char* mac = "52:54:00:aa:bb:cc";

class PhysicalLive : public testing::Test {
protected:
    void SetUp() override
    {
        const char* folder = std::getenv("REOPS_LAN");
        ASSERT_NE(folder, nullptr) << "run it with with_lan.sh";
        lan = folder;
        settings.config_file = lan + "/config";
        settings.known_hosts = lan + "/known_hosts";
        settings.key = lan + "/id";
        settings.user = "root";
        physical.ledger = (dir / "power.edn").string();
        physical.silent_for = seconds(1);
        physical.probe_within = milliseconds(300);
        physical.wake_again = milliseconds(300);
        make();
        switch_gateway("up");
        switch_on();
        std::ofstream{lan + "/log"} << "";
    }
    void TearDown() override
    {
        parts.reset();
        if (!lan.empty())
            switch_gateway("up");
    }

    struct Parts {
        Parts(PhysicalLive& test)
            : remote(test.loop, test.log, test.settings, test.lan),
              registry(test.loop, test.clock, test.log, {{}, ""}),
              performer(test.loop,
                        test.clock,
                        registry,
                        {milliseconds(50),
                         milliseconds(200),
                         milliseconds(50),
                         milliseconds(200),
                         seconds(5),
                         seconds(5)})
        {
            registry.add(std::make_unique<providers::PhysicalProvider>(
                test.loop, test.clock, test.log, remote, test.physical));
        }
        remote::Remote remote;
        providers::Registry registry;
        actions::PowerPerformer performer;
    };
    /// As after a start of reops: nothing is remembered but what is on the disk.
    void make() { parts = std::make_unique<Parts>(*this); }

    void switch_gateway(const char* state) { ASSERT_TRUE(run_program(loop, {lan + "/gw", state})); }
    void switch_on()
    {
        if (!is_on()) {
            ASSERT_TRUE(run_program(loop, {lan + "/iron-on"}));
        }
        const Duration begun = loop.now();
        while (!is_on()) {
            ASSERT_LT(loop.now() - begun, seconds(20)) << "the test's machine does not start";
            loop.run_until([] { return false; }, milliseconds(20));
        }
    }
    void switch_off()
    {
        ASSERT_TRUE(run_program(loop, {lan + "/iron-off"}));
        ASSERT_FALSE(is_on());
    }
    bool is_on()
    {
        std::optional<io::Answer> answer;
        const auto probe = io::probe_port(
            loop, "10.91.0.9", 22, milliseconds(500), [&](io::Answer got) { answer = got; });
        loop.run_until([&] { return answer.has_value(); }, seconds(5));
        return answer == io::Answer::accepted;
    }

    Outcome run(const char* kind, Duration limit, std::vector<data::KeyValue> more = {})
    {
        engine::Effect effect;
        effect.id = engine::EffectId{++last_id};
        effect.kind = kind;
        effect.host = "big-iron";
        effect.limit = limit;
        data::MapBuilder options;
        options.set(Value::keyword("mac"), Value::string(mac));
        for (data::KeyValue& one : more)
            options.set(std::move(one.key), std::move(one.value));
        effect.args = data::make_map({{Value::keyword("provider"), Value::string("physical")},
                                      {Value::keyword("address"), Value::string("10.91.0.9")},
                                      {Value::keyword("options"), options.finish()}});
        std::optional<Outcome> got;
        parts->performer.perform(effect, [&](Outcome outcome) { got = std::move(outcome); });
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(60)));
        return got.value_or(Outcome{});
    }
    std::string asked() const
    {
        const auto text = io::read_file(lan + "/log", 10'000);
        return text.ok() ? *text : "";
    }

    io::EventLoop loop;
    io::SystemClock clock;
    RecordedLog log;
    TempDir dir;
    std::string lan;
    remote::SshSettings settings;
    providers::PhysicalSettings physical;
    std::unique_ptr<Parts> parts;
    std::uint64_t last_id = 0;
};

TEST_F(PhysicalLive, StopsOverSshAndIsSeenOff)
{
    const Outcome outcome = run("stop", seconds(30));
    EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
    EXPECT_TRUE(outcome.changed);
    EXPECT_EQ(asked(), "power-off \n") << "once";
    EXPECT_FALSE(is_on());
    const Outcome again = run("stop", seconds(30));
    EXPECT_EQ(again.status, Status::verified) << again.message;
    EXPECT_FALSE(again.changed);
    EXPECT_EQ(asked(), "power-off \n");
}

TEST_F(PhysicalLive, AfterARestartTheAcceptedPowerOffIsRemembered)
{
    ASSERT_EQ(run("stop", seconds(30)).status, Status::verified);
    make();
    const Outcome outcome = run("stop", seconds(30));
    EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
    EXPECT_EQ(asked(), "power-off \n") << "nobody is asked twice";
}

TEST_F(PhysicalLive, AMagicPacketStartsIt)
{
    ASSERT_EQ(run("stop", seconds(30)).status, Status::verified);
    const Outcome outcome = run("start", seconds(30));
    EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
    EXPECT_TRUE(outcome.changed);
    EXPECT_NE(asked().find("wake from 10.91.0.2"), std::string::npos) << asked();
    EXPECT_EQ(run("start", seconds(30)).changed, false);
    // what was accepted before is over: silence means nothing now
    switch_off();
    EXPECT_EQ(run("stop", seconds(4)).status, Status::unreachable);
}

TEST_F(PhysicalLive, AHostThatWasNeverStoppedByUsMayBeStarted)
{
    switch_off();
    const Outcome outcome = run("start", seconds(30));
    EXPECT_EQ(outcome.status, Status::verified) << outcome.message;
    EXPECT_TRUE(outcome.changed);
}

TEST_F(PhysicalLive, WithoutAWitnessItIsUnverified)
{
    switch_gateway("down");
    const Outcome outcome = run("stop", seconds(6));
    EXPECT_EQ(outcome.status, Status::unverified) << outcome.message;
    EXPECT_NE(outcome.message.find("nobody behind the same path answers"), std::string::npos)
        << outcome.message;
    EXPECT_EQ(asked(), "power-off \n");
}

TEST_F(PhysicalLive, ASilentHostWithoutAnAcceptedPowerOffIsUnreachable)
{
    switch_off();
    const Outcome outcome = run("stop", seconds(3));
    EXPECT_EQ(outcome.status, Status::unreachable);
    EXPECT_NE(outcome.message.find("no answer from 10.91.0.9:22"), std::string::npos)
        << outcome.message;
}

TEST_F(PhysicalLive, WhoDoesNotWakeTimesOutWithWhatToTry)
{
    switch_off();
    const Outcome outcome =
        run("start", seconds(2), {{Value::keyword("mac"), Value::string("52:54:00:00:00:01")}});
    EXPECT_EQ(outcome.status, Status::timeout) << outcome.message;
    EXPECT_NE(outcome.message.find("ethtool -s INTERFACE wol g"), std::string::npos)
        << outcome.message;
}

TEST_F(PhysicalLive, WithoutAMacAStartIsRefused)
{
    switch_off();
    const Outcome outcome = run("start", seconds(5), {{Value::keyword("mac"), Value::string("")}});
    EXPECT_EQ(outcome.status, Status::refused);
    EXPECT_EQ(outcome.message, "no MAC or provider for big-iron");
}

TEST_F(PhysicalLive, AChangedHostKeyIsARefusal)
{
    const auto other = io::read_file(lan + "/other.pub", 10'000);
    ASSERT_TRUE(other.ok());
    settings.known_hosts = (dir / "known").string();
    std::ofstream{settings.known_hosts} << "10.91.0.9 " << *other;
    make();
    const Outcome outcome = run("stop", seconds(10));
    EXPECT_EQ(outcome.status, Status::refused) << outcome.message;
    EXPECT_EQ(outcome.code(), -2);
    EXPECT_NE(outcome.message.find("has changed"), std::string::npos) << outcome.message;
    EXPECT_EQ(asked(), "");
}

TEST_F(PhysicalLive, APowerOffThatIsNotAllowedFails)
{
    const Value words = data::make_vector(
        {Value::string("sh"), Value::string("-c"), Value::string("echo not allowed >&2; exit 1")});
    const Outcome outcome = run("stop", seconds(10), {{Value::keyword("power-off"), words}});
    EXPECT_EQ(outcome.status, Status::failed);
    EXPECT_EQ(outcome.message, "its power-off command failed: exit status 1: not allowed");
    EXPECT_TRUE(is_on());
}

TEST_F(PhysicalLive, AMachineThatIgnoresItsCommandTimesOut)
{
    const Value words = data::make_vector({Value::string("true")});
    const Outcome outcome = run("stop", seconds(3), {{Value::keyword("power-off"), words}});
    EXPECT_EQ(outcome.status, Status::timeout) << outcome.message;
    EXPECT_EQ(outcome.message, "did not stop: its power-off was accepted");
    EXPECT_TRUE(outcome.changed);
    EXPECT_TRUE(is_on());
}

TEST_F(PhysicalLive, ThereIsNoHardSwitch)
{
    EXPECT_EQ(run("stop-hard", seconds(5)).status, Status::refused);
    EXPECT_TRUE(is_on());
}

}  // namespace

}  // namespace reops::test
