// SPDX-License-Identifier: Apache-2.0
// Flows that come and go while the program runs.
#include "data/map.hh"
#include "tests/unit/runtime/runtime_fixture.hh"

namespace reops::runtime {
namespace {

class ChangeFlowsTest : public RuntimeTest {
protected:
    static engine::FlowPtr relay_to(const std::string& topic, std::string name = "relay")
    {
        engine::PublishOptions publish;
        publish.topic = topic;
        return flow(std::move(name),
                    "temperature",
                    {over_70(), std::make_shared<engine::PublishStage>(publish)});
    }
    void change(const std::vector<DeclaredFlow>& now, const std::vector<std::string>& gone)
    {
        bool done = false;
        ASSERT_TRUE(runtime->change_flows(now, gone, "reload", [&] { done = true; }));
        ASSERT_TRUE(until([&] { return done; }));
    }
    std::size_t versions() const { return runtime->engine().flows().known_versions(); }
    /// Topics that were published to, in order.
    std::string topics() const
    {
        std::string out;
        for (const engine::Effect& effect : performer.performed)
            if (effect.kind == "publish")
                out += std::string{effect.args.as_map().get("topic").as_string()} + ' ';
        return out;
    }
};

TEST_F(ChangeFlowsTest, EventsBeforeTheChangeGoToTheOldVersionThoseAfterItToTheNew)
{
    performer.answer = good();
    flows = {relay_to("old")};
    start();
    runtime->offer(reading(71));
    bool done = false;
    ASSERT_TRUE(
        runtime->change_flows({{relay_to("new"), "a.clj"}}, {}, "reload", [&] { done = true; }));
    runtime->offer(reading(72));
    ASSERT_TRUE(until([&] { return done; }));
    settle();
    EXPECT_EQ(topics(), "old new ") << "they were one batch";
    EXPECT_EQ(runtime->engine().state().flows.find("relay")->origin, "a.clj");
}

TEST_F(ChangeFlowsTest, WhatIsGoneIsDisarmedAndSaysWhoDidIt)
{
    performer.answer = good();
    flows = {relay_to("old")};
    start();
    change({{relay_to("other", "second"), "b.clj"}}, {"relay"});
    commit(reading(71));
    settle();
    EXPECT_EQ(topics(), "other ");
    ASSERT_EQ(notes("disarmed").size(), 1U);
    EXPECT_FALSE(runtime->engine().state().flows.find("relay")->active);
}

TEST_F(ChangeFlowsTest, AnOpenRunKeepsItsVersionAndNothingElseIsKept)
{
    flows = {closet()};
    start();
    runtime->offer(reading(80));
    ASSERT_TRUE(until([&] { return performer.count("stop") == 1; }));
    for (int i = 0; i < 100; ++i)
        change({{relay_to("topic-" + std::to_string(i)), "a.clj"}}, {});
    EXPECT_EQ(versions(), 2U) << "closet-heat and the newest relay";
    change({}, {"closet-heat"});
    EXPECT_EQ(versions(), 2U) << "the run is open";
    performer.end_one(good());
    ASSERT_TRUE(until([&] { return performer.count("email") == 1; })) << "it goes on to its end";
    performer.end_one(good());
    settle();
    change({}, {});
    EXPECT_EQ(versions(), 1U);
}

TEST_F(ChangeFlowsTest, AreThereAfterACrash)
{
    start();
    change({{relay_to("new"), "a.clj"}}, {});
    flows = {closet(), relay_to("new")};
    restart();
    EXPECT_TRUE(runtime->engine().state().flows.find("relay")->active);
    EXPECT_EQ(notes("armed").size(), 2U) << "the same version is not armed twice";
}

TEST_F(ChangeFlowsTest, RefusesWhileTooManyEntriesWait)
{
    options.most_unacknowledged = 2;
    start();
    runtime->offer(reading(1));
    runtime->offer(reading(2));
    EXPECT_FALSE(runtime->change_flows({{relay_to("new"), "a.clj"}}, {}, "reload", [] {}));
    settle();
    EXPECT_EQ(runtime->engine().state().flows.find("relay"), nullptr);
}

}  // namespace
}  // namespace reops::runtime
