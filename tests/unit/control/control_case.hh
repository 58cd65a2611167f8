// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the tests of routes share: a served world, and asking it.

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "tests/support/control_world.hh"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reops::control {

constexpr Duration patience = seconds(10);

struct Said {
    int status = 0;
    std::string text;
    data::Value body;

    /// "run.status", "flows.0.name"; nil when a step is absent.
    data::Value at(std::string_view path) const
    {
        data::Value value = body;
        while (!path.empty()) {
            const std::size_t dot = path.find('.');
            const std::string_view step = path.substr(0, dot);
            path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
            if (value.is_map()) {
                value = value.as_map().get(step);
            } else if (value.is_vector()) {
                const auto* found = value.as_vector().find(std::stoul(std::string{step}));
                value = found == nullptr ? data::Value{} : *found;
            } else {
                return {};
            }
        }
        return value;
    }
    std::string word(std::string_view path) const
    {
        const data::Value value = at(path);
        return value.is_string() ? std::string{value.as_string()} : data::print(value);
    }
    std::size_t count(std::string_view path) const
    {
        const data::Value value = at(path);
        return value.is_vector() ? value.as_vector().size() : 0;
    }
};

class ControlCase : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(world.started);
        world.serve(world.parts());
    }

    Said ask(const io::HttpRequest& request)
    {
        const auto response = io::fetch_http(world.loop, {"", 0, world.socket}, request, patience);
        if (!response.ok())
            return {.status = 0, .text = response.failure().message, .body = {}};
        auto body = data::read_json(response->body);
        return {.status = response->status,
                .text = response->body,
                .body = body.ok() ? *body : data::Value{}};
    }
    Said get(const std::string& path, std::vector<std::pair<std::string, std::string>> query = {})
    {
        io::HttpRequest request;
        request.method = "GET";
        request.path = path;
        request.query = std::move(query);
        return ask(request);
    }
    Said post(const std::string& path, const std::string& body)
    {
        io::HttpRequest request;
        request.method = "POST";
        request.path = path;
        request.body = body;
        return ask(request);
    }
    Said emit(const std::string& value, const std::string& key = "closet")
    {
        return post("/v1/emit",
                    R"({"name":"temperature","value":")" + value + R"(","key":")" + key + "\"}");
    }
    /// Until no run is open and nothing is in the outbox.
    bool settles()
    {
        const engine::State& state = world.runtime->engine().state();
        return world.loop.run_until(
            [&] { return state.runs.size() == 0 && state.outbox.size() == 0; }, patience);
    }

    test::ControlWorld world;
};

}  // namespace reops::control
