// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.hh"

#include "app/commands.hh"
#include "io/process.hh"
#include "runtime/state_lock.hh"
#include "tests/support/control_world.hh"

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace reops::app {
namespace {

using control::Check;
using control::Health;

class DoctorChecks : public testing::Test {
protected:
    DoctorChecks()
    {
        config.state = (folder / "state").string();
        std::filesystem::create_directories(config.state);
        ::chmod(config.state.c_str(), 0700);
    }
    Check check(const std::string& name, bool is_served = false)
    {
        for (const Check& each : local_checks(config, call, is_served))
            if (each.name == name)
                return each;
        return {};
    }
    /// A state with a journal, not in use.
    void leave_a_journal()
    {
        test::ControlWorld world{config.state};
        for (int i = 0; i < 3; ++i) {  // a commit each
            bool committed = false;
            world.runtime->trouble("source-down:mqtt", "the broker is gone", i % 2 == 1);
            world.runtime->after_commit([&] { committed = true; });
            EXPECT_TRUE(world.loop.run_until([&] { return committed; }, seconds(10)));
        }
        bool stopped = false;
        world.runtime->stop(seconds(1), [&] { stopped = true; });
        EXPECT_TRUE(world.loop.run_until([&] { return stopped; }, seconds(10)));
    }
    std::string segment() const
    {
        for (const auto& entry : std::filesystem::directory_iterator(config.state + "/journal"))
            if (entry.path().filename().string().starts_with("segment-"))
                return entry.path().string();
        return {};
    }
    int reops(std::vector<std::string> words)
    {
        words.insert(words.end(), {"--state", config.state});
        out.str("");
        err.str("");
        const std::vector<Command> commands = all_commands();
        return run_command_line(words, commands, screen, surroundings, clock);
    }

    test::TempDir folder;
    test::FakeClock clock;
    Config config;
    GlobalOptions global;
    std::map<std::string, std::string, std::less<>> given;
    std::ostringstream out;
    std::ostringstream err;
    Screen screen{out, err};
    Surroundings surroundings{.environment = {{"HOME", folder.path().string()}}, .is_root = false};
    Call call{global, given, screen, surroundings, clock};
};

TEST_F(DoctorChecks, AFolderThatOthersCanEnterIsRed)
{
    EXPECT_EQ(check("state folder").health, Health::ok);
    ::chmod(config.state.c_str(), 0750);
    EXPECT_EQ(check("state folder").health, Health::fail);
    EXPECT_EQ(check("state folder").type, "chmod 700 " + config.state);
}

TEST_F(DoctorChecks, TheClockAndTheUser)
{
    EXPECT_EQ(check("clock").health, Health::ok);
    clock.set_synchronised(false);
    EXPECT_EQ(check("clock").health, Health::warn);
    EXPECT_EQ(check("user").health, Health::ok);
    surroundings.is_root = true;
    EXPECT_EQ(check("user").health, Health::warn);
}

TEST_F(DoctorChecks, MailThatGoesToFilesIsRed)
{
    EXPECT_EQ(check("mail").health, Health::fail);
    EXPECT_NE(check("mail").text.find("/mail: there is no :smtp"), std::string::npos);
    config.smtp.url = "smtp://mail.home";
    EXPECT_EQ(check("mail").health, Health::ok);
}

TEST_F(DoctorChecks, WhoeverHoldsTheFolderIsNamed)
{
    EXPECT_EQ(check("lock").text, "nobody uses the state folder");
    const auto lock = runtime::lock_state(config.state);
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ(check("lock", true).health, Health::ok);
    const Check held = check("lock", false);
    EXPECT_EQ(held.health, Health::fail);
    EXPECT_NE(held.text.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST_F(DoctorChecks, AJournalThatIsWholeIsGreenAndADamagedOneRed)
{
    EXPECT_EQ(check("journal").text, "is begun at the first start");
    leave_a_journal();
    EXPECT_EQ(check("journal").health, Health::ok) << check("journal").text;
    {
        std::fstream file{segment(), std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(128 + 40);  // inside the first record
        file << "damage";
    }
    EXPECT_EQ(check("journal").health, Health::fail) << check("journal").text;
    EXPECT_NE(check("journal").text.find("good records follow"), std::string::npos)
        << check("journal").text;
}

TEST_F(DoctorChecks, RebuildTellsWhatIsInTheHistory)
{
    {
        test::ControlWorld world{config.state};
        engine::Event event;
        event.name = "temperature";
        event.key = "closet";
        event.value = data::Value::integer(71);
        world.runtime->offer(std::move(event));
        const engine::State& state = world.runtime->engine().state();
        ASSERT_TRUE(world.loop.run_until(
            [&] {
                return state.incidents.size() == 1 && state.runs.size() == 0 &&
                       state.outbox.size() == 0;
            },
            seconds(10)));
        EXPECT_EQ(reops({"doctor", "--rebuild"}), exit_status::failed) << "it is in use";
        EXPECT_NE(err.str().find("another reops uses the state folder"), std::string::npos)
            << err.str();
    }
    std::filesystem::remove(config.state + "/history.sqlite");
    EXPECT_EQ(reops({"doctor", "--rebuild"}), exit_status::done) << err.str();
    EXPECT_NE(out.str().find("1 run"), std::string::npos) << out.str();
    EXPECT_EQ(reops({"doctor", "--rebuild", "--json"}), exit_status::done);
    EXPECT_NE(out.str().find("\"runs\":1"), std::string::npos) << out.str();
}

TEST_F(DoctorChecks, TheCommandSaysWhatToTypeAndFailsWhenSomethingIsRed)
{
    EXPECT_EQ(reops({"doctor"}), exit_status::failed);
    EXPECT_NE(out.str().find("fail  mail"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("type: write :smtp"), std::string::npos);
    EXPECT_NE(out.str().find("no reops answers at " + config.state), std::string::npos);
    EXPECT_EQ(reops({"doctor", "--json"}), exit_status::failed);
    EXPECT_TRUE(out.str().starts_with("{\"checks\":[")) << out.str();
}

TEST_F(DoctorChecks, ABrokenConfigurationIsTheFirstFinding)
{
    std::ofstream{folder / "bad.edn"} << "{:brokr 1}";
    EXPECT_EQ(reops({"doctor", "--config", (folder / "bad.edn").string()}), exit_status::failed);
    EXPECT_TRUE(out.str().starts_with("fail  configuration")) << out.str();
    EXPECT_NE(out.str().find("did you mean"), std::string::npos) << out.str();
}

}  // namespace
}  // namespace reops::app
