// SPDX-License-Identifier: Apache-2.0
// No route shows a secret, whatever the composer hands in.
#include "control/routes.hh"
#include "tests/unit/control/control_case.hh"

#include <string>

#include <gtest/gtest.h>

namespace reops::control {
namespace {

const std::string canary = "canary-7f3a";

data::Value with_secret()
{
    return engine::make_detail({{"url", engine::text("mqtt://broker")},
                                {"password", data::Value::secret(canary)},
                                {"state", engine::text("on")}});
}

class Secrets : public ControlCase {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(world.started);
        ControlParts parts = world.parts();
        parts.status = {{"broker", [] { return with_secret(); }},
                        {"mail", [] { return with_secret(); }}};
        parts.look = [](const hosts::System&, Duration, const auto& done) { done(with_secret()); };
        parts.run_checks = [](Duration, const auto& done) {
            done({{"broker", Health::ok, data::display(with_secret()), ""}});
        };
        world.serve(std::move(parts));
    }
};

TEST_F(Secrets, EveryRouteThatShowsSomethingIsClean)
{
    world.performer.answer("foo",
                           {.status = engine::Status::verified,
                            .exit_code = 0,
                            .evidence = engine::make_detail({{"state", engine::text("off")}})});
    emit("71.4");
    ASSERT_TRUE(settles());
    std::size_t shown = 0;
    for (const Route& route : routes()) {
        if (route.method != "GET")
            continue;
        std::string path{route.path};
        if (path == "/v1/runs/")
            path += "r-1";
        std::vector<std::pair<std::string, std::string>> query;
        if (path == "/v1/hosts")
            query = {{"look", "true"}};
        if (path == "/v1/why-not")
            query = {{"of", "closet-heat"}};
        if (path == "/v1/plan")
            query = {{"flow", "closet-heat"}, {"value", "71.4"}};
        const Said said = get(path, query);
        EXPECT_EQ(said.status, 200) << path << ": " << said.text;
        EXPECT_EQ(said.text.find(canary), std::string::npos) << path;
        ++shown;
    }
    EXPECT_EQ(shown, 10U) << "every route that shows something was asked";
    EXPECT_NE(get("/v1/status").text.find("#secret"), std::string::npos)
        << "the canary was there to be shown";
}

}  // namespace
}  // namespace reops::control
