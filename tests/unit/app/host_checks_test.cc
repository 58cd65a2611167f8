// SPDX-License-Identifier: Apache-2.0
// Each check of a host, green once and red for its own reason, against a real sshd.
#include "app/host_checks.hh"

#include "data/map.hh"
#include "data/vector.hh"
#include "io/system_clock.hh"
#include "tests/unit/remote/remote_fixture.hh"

#include <map>

#include <unistd.h>

namespace reops::test {

namespace {

using control::Check;
using control::Health;
using data::Value;

class HostChecks : public RemoteTest {
protected:
    hosts::System machine(std::vector<data::KeyValue> more = {}) const
    {
        hosts::System system;
        system.name = "big-iron";
        system.address = "127.0.0.1";
        system.provider = "physical";
        data::MapBuilder options;
        if (host)
            options.set(Value::keyword("ssh-port"), Value::integer(host->port));
        for (data::KeyValue& one : more)
            options.set(std::move(one.key), std::move(one.value));
        system.options = options.finish();
        return system;
    }
    static data::KeyValue power_off(const char* program)
    {
        return {Value::keyword("power-off"), data::make_vector({Value::string(program)})};
    }
    /// By the word behind the host's name: "login".
    std::map<std::string, Check> checks(const hosts::System& system)
    {
        std::map<std::string, Check> out;
        bool done = false;
        app::check_host(way(), registry, system, seconds(10), [&](std::vector<Check> found) {
            for (Check& check : found)
                out[check.name.substr(check.name.find(' ') + 1)] = std::move(check);
            done = true;
        });
        EXPECT_TRUE(loop.run_until([&] { return done; }, seconds(30)));
        return out;
    }

    io::SystemClock clock;
    providers::Registry registry{loop, clock, log, {{}, ""}};
};

TEST_F(HostChecks, AllIsWell)
{
    serve();
    auto found = checks(machine(
        {power_off("/bin/true"), {Value::keyword("mac"), Value::string("52:54:00:aa:bb:cc")}}));
    for (const char* name : {"reach", "host key", "login", "power-off", "wake"})
        EXPECT_EQ(found[name].health, Health::ok) << name << ": " << found[name].text;
    EXPECT_EQ(found.size(), 5U);
    EXPECT_EQ(found["power-off"].text, "may run /bin/true");
}

TEST_F(HostChecks, NobodyAnswers)
{
    serve();
    host->stop();
    auto found = checks(machine());
    EXPECT_EQ(found["reach"].health, Health::fail);
    EXPECT_NE(found["reach"].text.find("connection refused"), std::string::npos);
    EXPECT_EQ(found["reach"].type, "reops path big-iron");
    EXPECT_FALSE(found.contains("login"));
}

TEST_F(HostChecks, AKeyThatNobodyKnows)
{
    serve();
    write("known", "");
    auto found = checks(machine());
    EXPECT_EQ(found["reach"].health, Health::ok);
    EXPECT_EQ(found["host key"].health, Health::fail);
    EXPECT_EQ(found["host key"].type, "reops trust big-iron");
    EXPECT_FALSE(found.contains("login"));
}

TEST_F(HostChecks, AKeyThatIsNewAndWillBeTaken)
{
    serve();
    write("known", "");
    settings.host_keys = remote::HostKeyPolicy::accept_new;
    auto found = checks(machine({power_off("/bin/true")}));
    EXPECT_EQ(found["host key"].health, Health::warn);
    EXPECT_EQ(found["login"].health, Health::ok);
}

TEST_F(HostChecks, NobodyLetsUsIn)
{
    serve();
    host->make_key("stranger");
    settings.key = host->path("stranger");
    auto found = checks(machine());
    EXPECT_EQ(found["host key"].health, Health::ok);
    EXPECT_EQ(found["login"].health, Health::fail);
    EXPECT_NE(found["login"].type.find("ssh-copy-id"), std::string::npos);
    EXPECT_FALSE(found.contains("power-off"));
}

TEST_F(HostChecks, ThePowerOffIsNotAllowed)
{
    serve();
    auto found = checks(machine({power_off("/nowhere/poweroff")}));
    EXPECT_EQ(found["login"].health, Health::ok);
    EXPECT_EQ(found["power-off"].health, Health::fail);
    EXPECT_NE(found["power-off"].text.find("may not run /nowhere/poweroff"), std::string::npos);
}

TEST_F(HostChecks, SudoWantsAPassword)
{
    if (::access("/usr/bin/sudo", X_OK) != 0 || ::geteuid() != 0)
        GTEST_SKIP() << "needs sudo, and a user who has no rights by it";
    serve();
    auto found = checks(machine());
    EXPECT_EQ(found["power-off"].health, Health::fail) << found["power-off"].text;
    EXPECT_NE(found["power-off"].text.find("may not run sudo -n /sbin/poweroff"),
              std::string::npos);
    EXPECT_NE(found["power-off"].type.find("reops-test ALL=(root) NOPASSWD: /sbin/poweroff"),
              std::string::npos)
        << found["power-off"].type;
}

TEST_F(HostChecks, WhoCannotBeWoken)
{
    hosts::System system = machine();
    EXPECT_EQ(app::check_mac(system).health, Health::warn);
    system = machine({{Value::keyword("mac"), Value::string("52:54")}});
    EXPECT_EQ(app::check_mac(system).health, Health::fail);
    system = machine({{Value::keyword("mac"), Value::string("52:54:00:aa:bb:cc")}});
    EXPECT_EQ(app::check_mac(system).health, Health::ok);
    system.address = "big-iron.home";
    EXPECT_EQ(app::check_mac(system).health, Health::fail) << "where does the packet go";
}

TEST_F(HostChecks, AProviderThatIsNotThere)
{
    settings.config_file = "none";
    hosts::System system = machine();
    system.provider = "nosuch";
    auto found = checks(system);
    EXPECT_EQ(found["provider"].health, Health::fail);
    EXPECT_NE(found["provider"].text.find("no program reops-provider-nosuch"), std::string::npos);
}

TEST_F(HostChecks, AConfigurationThatSshDoesNotRead)
{
    serve();
    write("config", "Portt 22\n");
    auto found = checks(machine());
    EXPECT_EQ(found["reach"].health, Health::fail);
    EXPECT_EQ(found["reach"].type, "ssh -G big-iron");
}

}  // namespace

}  // namespace reops::test
