// SPDX-License-Identifier: Apache-2.0
// From a broker's messages to events and back to acknowledgements.
#include "tests/support/fake_clock.hh"
#include "tests/unit/sources/sensor/source_fixture.hh"

namespace reops::sources::test {

TEST_F(SourceTest, AReadingIsAnEvent)
{
    start();
    temperature(R"({"temperature": 71.4, "ts": "2026-11-23T14:02:07Z", "battery": 3})");
    ASSERT_TRUE(received(1));
    ASSERT_EQ(offered(), "closet 71.4 live");
    const engine::Event& event = intake.events[0];
    EXPECT_EQ(event.name, "temperature");
    EXPECT_EQ(event.origin, "mqtt");
    EXPECT_EQ(event.observed, Time{1'795'442'527'000'000});
    EXPECT_EQ(event.payload.as_map().get("battery"), data::Value::integer(3));
    EXPECT_FALSE(event.emitted);
    EXPECT_EQ(event.depth, 0U);
}

TEST_F(SourceTest, IsAcknowledgedOnlyAfterTheCommitAndOnceForABatch)
{
    start();
    temperature("1");
    temperature("2");
    send("sensors/attic/temperature", "3");
    ASSERT_TRUE(received(3));
    EXPECT_EQ(offered(), "closet 1 live, closet 2 live, attic 3 live");
    EXPECT_FALSE(loop.run_until([&] { return acknowledged() > 0; }, milliseconds(20)));
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 3; }));
    EXPECT_EQ(source->counts().committed, 3U);
}

TEST_F(SourceTest, WhatIsNoReadingIsCountedShownLoggedOnceAndAcknowledged)
{
    start();
    temperature("71,4");
    temperature("72,5");
    temperature("nan");
    temperature("71\xb0");
    temperature("{\"temperature\": " + std::string(70, '['));
    send("sensors//temperature", "71");
    ASSERT_TRUE(received(6));
    EXPECT_EQ(offered(), "");
    EXPECT_EQ(counted().undecodable(), 5U);
    EXPECT_EQ(counted().faults[static_cast<std::size_t>(PayloadFault::comma)], 2U);
    EXPECT_EQ(counted().faults[static_cast<std::size_t>(PayloadFault::not_finite)], 1U);
    EXPECT_EQ(counted().faults[static_cast<std::size_t>(PayloadFault::not_utf8)], 1U);
    EXPECT_EQ(counted().faults[static_cast<std::size_t>(PayloadFault::too_deep)], 1U);
    EXPECT_EQ(counted().without_key, 1U);
    EXPECT_EQ(counted().last_refused,
              "sensors//temperature: expected a name where the topic filter has its `+`, which "
              "would be the key: `71`");
    EXPECT_EQ(log.count("found a comma"), 1U) << "not once for each reading";
    EXPECT_TRUE(
        log.contains("sensors/closet/temperature: expected a number with a point but "
                     "found a comma: `71,4`"));
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 6; })) << "or the broker repeats them";
}

TEST_F(SourceTest, AnOversizeMessageIsCountedAndAcknowledged)
{
    start();
    temperature(std::string(3 * largest_payload, 'x'));
    temperature("71");
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 71 live");
    EXPECT_EQ(counted().faults[static_cast<std::size_t>(PayloadFault::oversize)], 1U);
    EXPECT_EQ(counted().last_refused,
              "sensors/closet/temperature: the payload is larger than 1 MiB, 3145728 bytes");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 2; }));
}

TEST_F(SourceTest, RetainedOnesAreMarkedUnlessTheMappingWantsThem)
{
    options.mappings.push_back(default_mapping("door"));
    options.mappings[1].retained = true;
    start();
    send_once("sensors/closet/temperature", "71", true);
    send_once("sensors/closet/door", "on", true);
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 71 retained, closet true live");
    EXPECT_EQ(counted().retained, 1U);
}

TEST_F(SourceTest, OutsideRangeOrBeyondStepIsImplausible)
{
    options.mappings[0].range = {{-20, 90}};
    options.mappings[0].max_step = 10;
    start();
    for (const char* each : {"20", "91", "25", "45", "26", "on", "47"})
        temperature(each);
    ASSERT_TRUE(received(7));
    EXPECT_EQ(offered(),
              "closet 20 live, closet 91 implausible, closet 25 live, closet 45 implausible, "
              "closet 26 live, closet true live, closet 47 implausible");
    EXPECT_EQ(counted().implausible, 3U);
    EXPECT_EQ(counted().live, 4U);
    EXPECT_EQ(log.count("outside `:range` or beyond `:max-step`"), 1U);
    ASSERT_EQ(source->known().size(), 1U);
    EXPECT_EQ(source->known()[0].value, data::Value::boolean(true)) << "and not 47";
}

TEST_F(SourceTest, OneTopicMayCarryTwoEvents)
{
    options.mappings = {default_mapping("power"), default_mapping("voltage")};
    for (SensorMapping& each : options.mappings)
        each.topic = "solar/inverter";
    start();
    send("solar/inverter", "{power: 2.5, voltage: 230}");
    ASSERT_TRUE(received(1));
    ASSERT_EQ(offered(), "solar/inverter 2.5 live, solar/inverter 230 live");
    EXPECT_EQ(intake.events[1].name, "voltage");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 1; }));
}

TEST_F(SourceTest, LastKnownValuesAreListedNewestFirst)
{
    start();
    send("sensors/attic/temperature", "{value: 20, ts: 1795442527}");
    send("sensors/closet/temperature", "71");
    send("sensors/closet/temperature", "72");
    ASSERT_TRUE(received(3));
    const auto known = source->known();
    ASSERT_EQ(known.size(), 2U);
    EXPECT_EQ(known[0].key + ' ' + data::print(known[0].value), "closet 72");
    EXPECT_EQ(known[0].topic, "sensors/closet/temperature");
    EXPECT_EQ(known[1].key, "attic");
    EXPECT_EQ(known[1].observed, Time{1'795'442'527'000'000});
}

TEST_F(SourceTest, MappingsMayChangeWhileItRuns)
{
    start();
    temperature("71");
    ASSERT_TRUE(received(1));
    SensorMapping power;
    power.event = "power";
    power.topic = "sensors/+/power";
    const SensorMapping before = source->mappings()[0];
    ASSERT_TRUE(source->change_mappings({power, before}).ok());
    const auto count = [&](std::string_view type) {
        std::size_t found = 0;
        const std::string& seen = broker.last().seen;
        for (std::size_t at = 0; (at = seen.find(type, at)) != std::string::npos; ++at)
            ++found;
        return found;
    };
    ASSERT_TRUE(until([&] { return count(" SUBSCRIBE") == 2; }));
    send("sensors/roof/power", "12");
    temperature("72");
    ASSERT_TRUE(received(3));
    EXPECT_EQ(offered(), "closet 71 live, roof 12 live, closet 72 live");
    EXPECT_EQ(source->counts().mappings[1].live, 2U) << "counts move with their mapping";
    EXPECT_EQ(source->known().size(), 2U);
    ASSERT_TRUE(source->change_mappings({power}).ok());
    ASSERT_TRUE(until([&] { return count("UNSUBSCRIBE") == 1; }));
    temperature("73");
    ASSERT_TRUE(received(4));
    EXPECT_EQ(source->counts().unmapped, 1U);
    power.topic = "no/#/filter";
    EXPECT_FALSE(source->change_mappings({power}).ok());
    EXPECT_EQ(source->mappings()[0].topic, "sensors/+/power") << "nothing is changed";
}

TEST_F(SourceTest, AMessageOfAFlowBringsItsDepthAndName)
{
    start();
    wm::Publish message{.topic = "sensors/closet/temperature", .payload = "71"};
    std::string properties;
    wm::append_property(properties,
                        {.id = wm::PropertyId::user_property, .text = "reops-flow", .value = "a"});
    wm::append_property(properties,
                        {.id = wm::PropertyId::user_property, .text = "reops-depth", .value = "3"});
    message.properties = properties;
    broker.say(broker.last(), message);
    ASSERT_TRUE(received(1));
    EXPECT_EQ(intake.events[0].depth, 3U);
    EXPECT_EQ(intake.events[0].caused_by, "a");
}

TEST_F(SourceTest, TopicsOfASessionThatNobodyMapsAnyMoreAreCounted)
{
    start();
    send("old/closet/temperature", "71");
    ASSERT_TRUE(received(1));
    EXPECT_EQ(offered(), "");
    EXPECT_EQ(source->counts().unmapped, 1U);
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 1; }));
}

TEST_F(SourceTest, AfterALongGapOnlyTheNewestOfEachKeyIsDecided)
{
    options.max_gap = Duration::zero();
    broker.session_present = true;
    options.down_before_start = Duration::zero();
    start();
    temperature("1");
    ASSERT_TRUE(received(1));
    ASSERT_EQ(offered(), "closet 1 live") << "the program was not down before";
    intake.events.clear();
    reconnect();
    temperature("2");
    send("sensors/attic/temperature", "20");
    temperature("3");
    ASSERT_TRUE(received(4));
    EXPECT_EQ(offered(), "closet 2 superseded, attic 20 superseded, closet 3 superseded");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 3; })) << "at once, undecided";
    intake.events.clear();
    ASSERT_TRUE(until([&] { return intake.events.size() == 2; }));
    EXPECT_EQ(offered(), "attic 20 live, closet 3 live");
    intake.events.clear();
    temperature("4");
    ASSERT_TRUE(received(5));
    EXPECT_EQ(offered(), "closet 4 live") << "the rush is over";
    EXPECT_EQ(counted().superseded, 3U);
    EXPECT_EQ(source->counts().decided_after_gap, 2U);
}

TEST_F(SourceTest, AfterAShortGapEverythingIsDecided)
{
    start();
    reconnect();
    temperature("2");
    temperature("3");
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 2 live, closet 3 live");
}

TEST_F(SourceTest, TheSleepOfTheMachineIsAGap)
{
    reops::test::FakeClock sleeper;
    source = std::make_unique<SensorSource>(loop, sleeper, random, log, intake, options);
    ASSERT_TRUE(source->start().ok());
    ASSERT_TRUE(until([&] { return source->is_connected(); }));
    temperature("1");
    ASSERT_TRUE(received(1));
    sleeper.advance(hours(1));
    reconnect();
    temperature("2");
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 1 live, closet 2 superseded");
}

TEST_F(SourceTest, WhatTheBrokerKeptWhileTheProgramWasDownIsReducedToo)
{
    broker.session_present = true;
    start();
    temperature("1");
    temperature("2");
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 1 superseded, closet 2 superseded");
    intake.events.clear();
    ASSERT_TRUE(until([&] { return !intake.events.empty(); }));
    EXPECT_EQ(offered(), "closet 2 live");
}

TEST_F(SourceTest, WhileTheIntakeIsClosedNothingIsReadAndNothingIsLost)
{
    start();
    intake.set_accepting(false);
    temperature("1");
    EXPECT_FALSE(loop.run_until([&] { return source->counts().received > 0; }, milliseconds(20)));
    intake.set_accepting(true);
    ASSERT_TRUE(received(1));
    EXPECT_EQ(offered(), "closet 1 live");
}

TEST_F(SourceTest, AfterACommitOfAFewReadingWaitsForTheNextWindow)
{
    start();
    intake.window = milliseconds(300);
    temperature("1");
    ASSERT_TRUE(received(1));
    intake.commit();
    temperature("2");
    temperature("3");
    EXPECT_FALSE(loop.run_until([&] { return source->counts().received > 1; }, milliseconds(15)));
    ASSERT_TRUE(received(2));
    EXPECT_EQ(offered(), "closet 1 live, closet 2 live, closet 3 live") << "in one piece";
}

TEST_F(SourceTest, AfterACommitOfManyReadingGoesOn)
{
    start();
    intake.window = hours(1);
    for (int i = 1; i <= 65; ++i)
        temperature(std::to_string(i));
    ASSERT_TRUE(received(65));
    intake.commit();
    temperature("66");
    EXPECT_TRUE(received(66));
}

TEST_F(SourceTest, ASourceBeforeItsIntakeReadsNothingYet)
{
    intake.set_accepting(false);
    source = std::make_unique<SensorSource>(loop, clock, random, log, intake, options);
    ASSERT_TRUE(source->start().ok());
    ASSERT_TRUE(until([&] { return source->is_connected(); }));
    temperature("1");
    EXPECT_FALSE(loop.run_until([&] { return source->counts().received > 0; }, milliseconds(20)));
    intake.set_accepting(true);
    ASSERT_TRUE(received(1));
    EXPECT_EQ(offered(), "closet 1 live");
}

TEST_F(SourceTest, WhatExceedsTheUnacknowledgedWaitsWithQos1)
{
    options.most_unacknowledged = 3;
    start();
    for (int i = 1; i <= 12; ++i)
        temperature(std::to_string(i));
    ASSERT_TRUE(received(12));
    temperature("13");
    EXPECT_FALSE(loop.run_until([&] { return source->counts().received > 12; }, milliseconds(20)))
        << "the broker keeps it";
    for (int commits = 0; intake.events.size() < 13; ++commits) {
        ASSERT_LT(commits, 13);
        EXPECT_LE(intake.events.size() - source->counts().committed, 3U);
        intake.commit();
        ASSERT_TRUE(until([&] { return !intake.waiting.empty(); }));
    }
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 13; }));
    for (std::size_t i = 0; i < 13; ++i)
        EXPECT_EQ(intake.events[i].value, data::Value::integer(static_cast<std::int64_t>(i) + 1));
    EXPECT_EQ(source->counts().shed, 0U);
}

TEST_F(SourceTest, WhatExceedsTheUnacknowledgedLosesItsOldestWithQos0)
{
    options.most_unacknowledged = 3;
    start();
    for (int i = 1; i <= 12; ++i)
        send_once("sensors/closet/temperature", std::to_string(i));
    ASSERT_TRUE(received(12));
    EXPECT_EQ(offered(), "closet 1 live, closet 2 live, closet 3 live");
    EXPECT_EQ(source->counts().shed, 6U);
    ASSERT_EQ(intake.troubles.size(), 1U);
    EXPECT_EQ(intake.troubles[0],
              "readings-lost:mqtt: more than 3 sensor readings wait for the journal: the oldest "
              "readings sent with QoS 0 are lost");
    intake.events.clear();
    intake.commit();
    EXPECT_EQ(offered(), "closet 10 live, closet 11 live, closet 12 live");
    ASSERT_EQ(intake.troubles.size(), 2U);
    EXPECT_TRUE(intake.troubles[1].starts_with("over readings-lost:mqtt"));
}

TEST_F(SourceTest, NeverAcknowledgesWhatWaits)
{
    options.most_unacknowledged = 1;
    start();
    temperature("1");
    temperature("2");
    temperature("nan");
    ASSERT_TRUE(received(3));
    ASSERT_EQ(offered(), "closet 1 live");
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 1; }));
    EXPECT_FALSE(loop.run_until([&] { return acknowledged() > 1; }, milliseconds(20)));
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 3; })) << "2, and the one after it";
}

TEST_F(SourceTest, WhatStoodBehindALostReadingIsAcknowledgedAllTheSame)
{
    options.most_unacknowledged = 1;
    start();
    temperature("1");
    send_once("sensors/closet/temperature", "2");
    temperature("nan");
    temperature("3");
    ASSERT_TRUE(received(4));
    EXPECT_EQ(source->counts().shed, 1U);
    intake.commit();
    ASSERT_TRUE(until([&] { return acknowledged() == 2; })) << "1 and nan";
    EXPECT_EQ(offered(), "closet 1 live, closet 3 live");
}

TEST_F(SourceTest, TellsWhenTheBrokerIsAwayForLongAndWhenItIsBack)
{
    options.alert_after = milliseconds(30);
    start();
    broker.die();
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 1; }));
    EXPECT_TRUE(intake.troubles[0].starts_with(
        "source-down:mqtt: no connection to the broker for 30ms: unix:"))
        << intake.troubles[0];
    broker.listen();
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 2; }));
    EXPECT_EQ(intake.troubles[1], "over source-down:mqtt: the broker is connected again");
}

TEST_F(SourceTest, ABrokerThatWasNeverThereIsTold)
{
    options.alert_after = milliseconds(30);
    broker.die();
    source = std::make_unique<SensorSource>(loop, clock, random, log, intake, options);
    ASSERT_TRUE(source->start().ok());
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 1; }));
}

TEST_F(SourceTest, ABriefAbsenceIsNotTold)
{
    options.alert_after = milliseconds(400);
    start();
    reconnect();
    EXPECT_FALSE(loop.run_until([&] { return !intake.troubles.empty(); }, milliseconds(450)));
}

TEST_F(SourceTest, ARefusedSubscriptionIsToldByName)
{
    options.mappings.push_back(default_mapping("door"));
    broker.refused_filters = {"sensors/+/door"};
    start();
    ASSERT_EQ(intake.troubles.size(), 1U);
    EXPECT_EQ(intake.troubles[0],
              "subscription-refused:sensors/+/door: the broker refuses the subscription to "
              "`sensors/+/door`: not authorized (135)");
    broker.refused_filters.clear();
    reconnect();
    ASSERT_TRUE(until([&] { return intake.troubles.size() == 2; }));
    EXPECT_TRUE(intake.troubles[1].starts_with("over subscription-refused:sensors/+/door"));
    EXPECT_EQ(armed, 1) << "called once";
}

TEST_F(SourceTest, AThiefOfTheIdentifierIsTold)
{
    start();
    for (int theft = 1; theft <= 2; ++theft) {
        ASSERT_TRUE(until([&] { return source->is_connected(); }));
        broker.say(broker.last(), wm::Disconnect{.reason = wm::reason::session_taken_over});
        broker.drop(broker.last());
        ASSERT_TRUE(until([&] { return !source->is_connected(); }));
    }
    ASSERT_TRUE(until([&] { return !intake.troubles.empty(); }));
    EXPECT_TRUE(intake.troubles[0].starts_with(
        "client-id-taken:mqtt: another reops uses this id: `reops-0123abcd` at unix:"))
        << intake.troubles[0];
}

TEST_F(SourceTest, AFilterThatIsNoneIsRefusedAtStart)
{
    options.mappings[0].topic = "sensors/#/temperature";
    source = std::make_unique<SensorSource>(loop, clock, random, log, intake, options);
    EXPECT_EQ(source->start().failure().code, Code::invalid_argument);
}

TEST_F(SourceTest, WithoutMappingsItIsArmedOnceConnected)
{
    options.mappings.clear();
    start();
    EXPECT_EQ(broker.last().seen, "CONNECT");
}

TEST_F(SourceTest, StopsAndOffersNothingAfterwards)
{
    start();
    temperature("1");
    ASSERT_TRUE(received(1));
    bool has_stopped = false;
    source->stop([&] { has_stopped = true; });
    EXPECT_FALSE(has_stopped) << "not inside the call";
    ASSERT_TRUE(until([&] { return has_stopped && !broker.last().is_open; }));
    EXPECT_EQ(broker.last().seen, "CONNECT SUBSCRIBE DISCONNECT");
    intake.commit();
    EXPECT_EQ(intake.events.size(), 1U);
    source.reset();
    intake.set_accepting(false);  // nobody is called
}

TEST_F(SourceTest, WhatWaitedWhenItStoppedIsNotOfferedAfterwards)
{
    options.most_unacknowledged = 1;
    start();
    temperature("1");
    temperature("2");
    ASSERT_TRUE(received(2));
    bool has_stopped = false;
    source->stop([&] { has_stopped = true; });
    intake.commit();
    ASSERT_TRUE(until([&] { return has_stopped; }));
    EXPECT_EQ(offered(), "closet 1 live") << "2 was not acknowledged: the broker has it";
}

TEST_F(SourceTest, ACommitAfterItsEndReachesNobody)
{
    start();
    temperature("1");
    ASSERT_TRUE(received(1));
    source.reset();
    ASSERT_EQ(intake.waiting.size(), 1U);
    intake.commit();
}

}  // namespace reops::sources::test
