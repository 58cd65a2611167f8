// SPDX-License-Identifier: Apache-2.0
#include "app/readiness.hh"

#include "tests/support/control_world.hh"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::app {
namespace {

using control::Check;
using control::Health;

/// The closet flow and the solar flow, and what a look at their hosts finds.
class ReadinessTest : public testing::Test {
protected:
    ReadinessTest() { EXPECT_TRUE(world_.started); }

    Readiness make(bool sends_mail = true)
    {
        return Readiness{{.loop = world_.loop,
                          .clock = world_.clock,
                          .log = world_.log,
                          .runtime = *world_.runtime,
                          .check_hosts =
                              [this](const std::vector<std::string>& hosts, Duration, auto done) {
                                  ++looks_;
                                  std::map<std::string, std::vector<Check>> found = found_;
                                  for (const std::string& host : hosts)
                                      found[host].push_back({host + " reach", Health::ok, "", ""});
                                  done(found);
                              },
                          .zone = [](Time) { return Duration{hours(11)}; },
                          .sends_mail = sends_mail}};
    }

    test::ControlWorld world_;
    std::map<std::string, std::vector<Check>> found_;
    int looks_ = 0;
};

TEST_F(ReadinessTest, LooksAtThreeInTheNightOfItsZone)
{
    Readiness readiness = make();
    EXPECT_EQ(looks_, 0) << "the server says when it is armed";
    world_.clock.advance(hours(1) + minutes(59));  // 15:59 UTC, 02:59 there
    readiness.look_at_clock();
    EXPECT_EQ(looks_, 0);
    world_.clock.advance(minutes(1));
    readiness.look_at_clock();
    EXPECT_EQ(looks_, 1);
    world_.clock.advance(hours(23) + minutes(59));
    readiness.look_at_clock();
    EXPECT_EQ(looks_, 1);
    world_.clock.advance(minutes(1));
    readiness.look_at_clock();
    EXPECT_EQ(looks_, 2);
}

TEST_F(ReadinessTest, TellsOfAHostOnceUntilItIsReadyAgain)
{
    Readiness readiness = make();
    found_["big-iron"] = {{"big-iron reach", Health::fail, "no answer", ""}};
    readiness.look();
    readiness.look();
    EXPECT_EQ(world_.log.count("closet-heat is not ready: big-iron reach: no answer"), 1U);
    found_.clear();
    readiness.look();
    EXPECT_EQ(world_.log.count("closet-heat is ready again"), 1U);
}

TEST_F(ReadinessTest, AMailServerThatRefusesTheLoginIsInTheWayOfFlowsThatMail)
{
    Readiness readiness = make();
    found_[""] = {{"mail", Health::fail, "does not accept the login", ""}};
    readiness.look();
    EXPECT_EQ(world_.log.count("closet-heat is not ready: mail: does not accept the login"), 1U);
    EXPECT_EQ(world_.log.count("solar is not ready"), 0U) << "it tells nobody";
}

TEST_F(ReadinessTest, MailsThatGoToFilesAreToldAtTheStartAndNotEveryNight)
{
    Readiness readiness = make(false);
    found_[""] = {{"mail", Health::fail, "goes to files", ""}};
    readiness.look();
    EXPECT_EQ(world_.log.count("is not ready"), 0U);
}

}  // namespace
}  // namespace reops::app
