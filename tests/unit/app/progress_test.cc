// SPDX-License-Identifier: Apache-2.0
#include "app/progress.hh"

#include <gtest/gtest.h>

namespace reops::app {
namespace {

engine::HostResult result(const char* host, engine::Status status, const char* message = "")
{
    return {.host = host,
            .action = "exec",
            .outcome = {.status = status, .exit_code = 3, .message = message}};
}

runtime::StepState two_of_three()
{
    return {.run = "r-1",
            .hosts = 3,
            .ended = {result("foo", engine::Status::done),
                      result("bar", engine::Status::failed, "no room")},
            .working = {"baz"}};
}

std::string shown(ProgressForm form)
{
    std::string out;
    Progress progress{form, [&](std::string_view text) { out += text; }};
    runtime::StepState state = two_of_three();
    progress.show(state);
    progress.show(state);
    state.ended.push_back(result("baz", engine::Status::done));
    state.working.clear();
    progress.end(state);
    return out;
}

TEST(Progress, InAPipeIsALineForEachHost)
{
    EXPECT_EQ(shown(ProgressForm::lines),
              "foo: exec done\nbar: exec failed: no room\nbaz: exec done\n");
}

TEST(Progress, OnATerminalIsOneLineThatGoes)
{
    EXPECT_EQ(shown(ProgressForm::live), "\r\x1b[K1 of 3 done, 1 failed, waiting for baz\r\x1b[K");
}

TEST(Progress, AsJsonIsAnObjectForEachHost)
{
    const std::string told = shown(ProgressForm::json);
    EXPECT_EQ(told.substr(0, told.find('\n')),
              R"({"run":"r-1","host":"foo","action":"exec","outcome":"done","code":0})");
}

}  // namespace
}  // namespace reops::app
