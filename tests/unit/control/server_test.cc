// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/control/control_case.hh"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace reops::control {
namespace {

class ServerRoutes : public ControlCase {};

TEST_F(ServerRoutes, TheSocketIsForOurUserAlone)
{
    struct stat facts = {};
    ASSERT_EQ(::stat(world.socket.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777U, 0600U);
    EXPECT_TRUE(S_ISSOCK(facts.st_mode));
    world.server.reset();
    EXPECT_FALSE(std::filesystem::exists(world.socket));
}

TEST_F(ServerRoutes, ASecondServerIsRefused)
{
    const auto second = Server::start(world.parts(), world.socket);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.failure().code, Code::conflict);
}

TEST_F(ServerRoutes, StatusShowsNumbersAndTheComposersParts)
{
    ControlParts parts = world.parts();
    parts.status = {{"broker",
                     [] {
                         return engine::make_detail({{"state", engine::text("connected")}});
                     }},
                    {"mail", [] { return data::Value{}; }}};
    world.server.reset();
    world.serve(std::move(parts));
    emit("69");
    const Said said = get("/v1/status");
    EXPECT_EQ(said.status, 200);
    EXPECT_EQ(said.word("version"), "0.1.0");
    EXPECT_EQ(said.word("now"), "2026-11-23T14:00:00.000Z");
    EXPECT_EQ(said.word("accepting"), "true");
    EXPECT_EQ(said.word("broker.state"), "connected");
    EXPECT_TRUE(said.at("mail").is_nil());
    EXPECT_EQ(said.word("numbers.open_runs"), "0");
    EXPECT_GT(said.at("resident_bytes").as_integer(), 1000);
}

TEST_F(ServerRoutes, UnknownRoutesNameTheNearestOne)
{
    const Said said = get("/v1/flow");
    EXPECT_EQ(said.status, 404);
    EXPECT_EQ(said.word("code"), "not_found");
    EXPECT_EQ(said.word("hint"), "did you mean `/v1/flows`?");
    const Said method = get("/v1/emit");
    EXPECT_EQ(method.status, 400);
    EXPECT_EQ(method.word("error"), "/v1/emit expected POST but got GET");
}

TEST_F(ServerRoutes, ALargeBodyIsRefused)
{
    EXPECT_EQ(post("/v1/emit", std::string(100'000, 'x')).status, 413);
}

TEST_F(ServerRoutes, ShutdownAnswersFirst)
{
    const Said said = post("/v1/shutdown", "{}");
    EXPECT_EQ(said.status, 200) << said.text;
    EXPECT_TRUE(world.loop.run_until([&] { return world.shut_down_asked; }, patience));
    EXPECT_TRUE(world.log.contains("shutdown asked for by uid "));
}

TEST_F(ServerRoutes, CommandsAreRefusedWhileReopsStops)
{
    bool stopped = false;
    world.runtime->stop(seconds(1), [&] { stopped = true; });
    EXPECT_TRUE(world.loop.run_until([&] { return stopped; }, patience));
    const Said said = emit("71.4");
    EXPECT_EQ(said.status, 409);
    EXPECT_EQ(said.word("code"), "conflict");
    EXPECT_EQ(post("/v1/disarm", R"({"flow":"solar"})").status, 409);
    EXPECT_EQ(get("/v1/flows").status, 200);
}

}  // namespace
}  // namespace reops::control
