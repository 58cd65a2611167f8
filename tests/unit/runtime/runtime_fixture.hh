// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A Runtime on a real loop and real files, with a clock that the test moves and performers
/// that end when the test says so. `crash()` destroys it without stop(), as a kill would.

#include "engine/detail.hh"
#include "engine/stages.hh"
#include "runtime/runtime.hh"
#include "store/snapshot.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/faulty_files.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reops::runtime {

/// Does every kind. Ends an effect at once with `answer`, or when the test says so.
class ScriptedPerformer final : public Performer {
public:
    std::span<const std::string_view> kinds() const override { return all_kinds; }
    void perform(const engine::Effect& effect, Done done) override
    {
        performed.push_back(effect);
        if (on_perform)
            on_perform(effect);
        if (answer)
            done(*answer);
        else
            open[effect.id.number] = std::move(done);
    }
    void cancel(engine::EffectId effect) override { cancelled.push_back(effect.number); }

    /// Ends the oldest open effect.
    void end_one(engine::Outcome outcome)
    {
        ASSERT_FALSE(open.empty()) << "nothing is being performed";
        const Done done = open.begin()->second;
        open.erase(open.begin());
        done(std::move(outcome));
    }
    std::size_t count(std::string_view kind) const
    {
        return static_cast<std::size_t>(std::count_if(
            performed.begin(), performed.end(), [&](const auto& one) { return one.kind == kind; }));
    }

    std::vector<engine::Effect> performed;
    std::vector<std::uint64_t> cancelled;
    std::map<std::uint64_t, Done> open;
    std::optional<engine::Outcome> answer;
    std::function<void(const engine::Effect&)> on_perform;

private:
    static constexpr std::array<std::string_view, 10> all_kinds = {"stop",
                                                                   "stop-hard",
                                                                   "start",
                                                                   "email",
                                                                   "publish",
                                                                   "alert",
                                                                   "file-mail",
                                                                   "exec",
                                                                   "ask",
                                                                   "reply"};
};

inline engine::Outcome good()
{
    return engine::Outcome{.status = engine::Status::verified, .exit_code = 0};
}

class RuntimeTest : public testing::Test {
protected:
    RuntimeTest()
    {
        options.state = (folder / "state").string();
        options.look_again = milliseconds(5);
        options.look_at_clock = milliseconds(50);
        options.commit_window = {};
        options.segment_bytes = 1 << 20;
        options.reserve_bytes = 64 << 10;
    }

    /// Over 70: stop foo, then tell by mail.
    static engine::FlowPtr closet()
    {
        engine::PowerOptions stop;
        stop.hosts = hosts::Hosts{"foo"};
        engine::MailOptions mail;
        mail.from = "reops@home";
        mail.to = {"me@home"};
        mail.subject = "closet too hot";
        return flow("closet-heat",
                    "temperature",
                    {over_70(),
                     std::make_shared<engine::PowerStage>(stop),
                     std::make_shared<engine::EmailStage>(mail)});
    }
    /// Every reading over 70 is published.
    static engine::FlowPtr relay()
    {
        engine::PublishOptions publish;
        publish.topic = "hot";
        return flow(
            "relay", "temperature", {over_70(), std::make_shared<engine::PublishStage>(publish)});
    }
    static engine::StagePtr over_70()
    {
        return engine::make_pick(
            [](const data::Value& value) { return value.is_integer() && value.as_integer() > 70; },
            "t > 70");
    }
    static engine::FlowPtr flow(std::string name,
                                std::string event,
                                std::vector<engine::StagePtr> stages)
    {
        engine::Flow made;
        made.name = std::move(name);
        made.event = std::move(event);
        made.stages = std::move(stages);
        auto done = engine::make_flow(std::move(made), "build-1");
        EXPECT_TRUE(done.ok());
        return *done;
    }
    static engine::Event reading(std::int64_t value, std::string key = "closet")
    {
        engine::Event event;
        event.name = "temperature";
        event.key = std::move(key);
        event.value = data::Value::integer(value);
        event.origin = "test";
        return event;
    }
    static std::shared_ptr<const hosts::Inventory> inventory()
    {
        hosts::System foo;
        foo.name = "foo";
        foo.provider = "sim";
        foo.address = "foo";
        return std::make_shared<hosts::Inventory>(*hosts::Inventory::make({foo}, 1));
    }

    Result<void> open()
    {
        auto opened = Runtime::open(loop, clock, log, options);
        if (!opened.ok())
            return opened.failure();
        runtime = std::move(*opened);
        runtime->add_performer(performer);
        for (const engine::FlowPtr& one : flows)
            runtime->declare(one, "program");
        return {};
    }
    void start()
    {
        const auto opened = open();
        ASSERT_TRUE(opened.ok()) << opened.failure().message;
        const auto started = runtime->start(inventory());
        ASSERT_TRUE(started.ok()) << started.failure().message;
    }
    void crash()
    {
        runtime.reset();
        performer.open.clear();
        performer.performed.clear();
    }
    void restart()
    {
        crash();
        start();
    }
    bool until(const std::function<bool()>& done, Duration longest = seconds(10))
    {
        return loop.run_until(done, longest);
    }
    /// Offers it and waits for the commit.
    void commit(engine::Event event)
    {
        bool committed = false;
        runtime->offer(std::move(event));
        runtime->after_commit([&] { committed = true; });
        ASSERT_TRUE(until([&] { return committed; }));
    }
    /// Everything that was put in so far is decided and committed, and so is what came of it.
    void settle()
    {
        for (int i = 0; i < 3; ++i) {
            bool committed = false;
            runtime->after_commit([&] { committed = true; });
            ASSERT_TRUE(until([&] { return committed; }));
        }
    }
    void stop()
    {
        bool stopped = false;
        runtime->stop(seconds(5), [&] { stopped = true; });
        ASSERT_TRUE(until([&] { return stopped; }));
        crash();
    }
    std::string snapshot() const { return engine::encode_snapshot(runtime->engine().state()); }
    std::vector<store::NoteRow> notes(std::string kind)
    {
        store::NoteQuery query;
        query.kind = std::move(kind);
        return *runtime->history().notes(query);
    }

    test::TempDir folder;
    io::EventLoop loop;
    test::FakeClock clock;
    test::RecordedLog log;
    ScriptedPerformer performer;  // outlives the runtime
    RuntimeOptions options;
    std::vector<engine::FlowPtr> flows = {closet()};
    std::unique_ptr<Runtime> runtime;
};

}  // namespace reops::runtime
