// SPDX-License-Identifier: Apache-2.0
// closet-server STATE SCENE: a reops without machines for the goldens of the command line. It plays
// a scene on virtual time, prints `ready`, and serves until it is shut down or its input ends.
#include "io/stream.hh"
#include "tests/support/control_world.hh"

#include <array>
#include <iostream>
#include <string>
#include <string_view>

#include <unistd.h>

namespace {

using reops::Duration;
using reops::engine::Status;
using reops::test::ControlWorld;

constexpr Duration patience = reops::seconds(20);

void offer(ControlWorld& world, reops::data::Value value, const std::string& key = "closet")
{
    reops::engine::Event event;
    event.name = "temperature";
    event.key = key;
    event.value = std::move(value);
    event.origin = "mqtt";
    bool committed = false;
    world.runtime->offer(std::move(event));
    world.runtime->after_commit([&committed] { committed = true; });
    world.loop.run_until([&committed] { return committed; }, patience);
}

void settle(ControlWorld& world, std::size_t outbox = 0)
{
    const reops::engine::State& state = world.runtime->engine().state();
    world.loop.run_until([&] { return state.runs.size() == 0 && state.outbox.size() == outbox; },
                         patience);
}

void readings(ControlWorld& world)
{
    world.clock.advance(reops::seconds(60));
    offer(world, reops::data::Value::real(69.5));
    world.clock.advance(reops::seconds(67));
    offer(world, reops::data::Value::real(71.4));
}

/// Nothing has happened yet.
void play_quiet(ControlWorld&) {}

/// 69.5, then 71.4: all three hosts go off and a mail is sent.
void play_closet(ControlWorld& world)
{
    readings(world);
    settle(world);
}

/// The first host takes its time.
void play_open(ControlWorld& world)
{
    world.performer.hold("foo");
    readings(world);
}

/// A guest does not stop, the mail server is busy, and what comes from outside is hostile.
void play_trouble(ControlWorld& world)
{
    world.performer.answer(
        "bar",
        {.status = Status::timeout, .message = "did not stop\x1b[2J", .took = reops::seconds(180)});
    world.performer.answer("email",
                           {.status = Status::failed, .message = "451 try later", .retry = true});
    readings(world);
    settle(world, 1);
    offer(world, reops::data::Value::string("warm\x1b]0;owned\x07"), "attic");
}

/// The function of the stage fails until the flow is paused.
void play_paused(ControlWorld& world)
{
    for (int i = 0; i < 20; ++i)
        offer(world, reops::data::Value::string("warm"));
    settle(world);
}

/// Somebody has frozen it, and then it gets hot.
void play_frozen(ControlWorld& world)
{
    world.runtime->submit(reops::engine::Command{.verb = "freeze", .args = {}, .actor = "uid 1000"},
                          nullptr);
    readings(world);
}

struct Scene {
    std::string_view name;
    void (*play)(ControlWorld& world);
};

constexpr std::array<Scene, 6> scenes = {{
    {"quiet", play_quiet},
    {"closet", play_closet},
    {"open", play_open},
    {"trouble", play_trouble},
    {"paused", play_paused},
    {"frozen", play_frozen},
}};

bool play(ControlWorld& world, std::string_view name)
{
    for (const Scene& scene : scenes)
        if (scene.name == name) {
            scene.play(world);
            return true;
        }
    return false;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    ControlWorld world{argv[1]};
    world.performer.pass_time_on(world.clock);
    world.serve(world.parts());
    if (!world.started || !play(world, argv[2]))
        return 2;
    const auto input = reops::io::adopt(world.loop, ::dup(0), ::dup(2), "input");
    input->start([](std::string_view) {},
                 [&world](const reops::Failure&) { world.shut_down_asked = true; });
    std::cout << "ready\n" << std::flush;
    world.loop.run_until([&] { return world.shut_down_asked; }, reops::minutes(2));
    world.server.reset();
    world.loop.run_until([] { return false; }, reops::milliseconds(50));  // the last answer leaves
    return 0;
}
