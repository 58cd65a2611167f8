// SPDX-License-Identifier: Apache-2.0
// The player itself: a scenario that is not as expected fails, and a wrong word is told with its
// place.
#include "runtime/threads.hh"
#include "tests/support/scenario/scenario.hh"
#include "tests/support/scenario/text_diff.hh"
#include "tests/support/temp_dir.hh"

#include <fstream>

#include <gtest/gtest.h>

namespace reops::scenario {
namespace {

MakeParallel threads()
{
    return [](std::size_t lanes) { return std::make_unique<runtime::Threads>(lanes); };
}

Scenario small()
{
    Scenario scenario;
    scenario.name = "small";
    scenario.flow = R"({:flows [{:build :closet :above 70 :hosts ["foo"] :mail true}]})";
    scenario.hosts = R"({:systems {"foo" {:provider :sim}}})";
    scenario.events = R"({:until "1m" :events [{:at "1s" :value 71}]})";
    return scenario;
}

TEST(scenario_player, judges_by_the_expected_text)
{
    Scenario scenario = small();
    const Verdict first = judge(scenario, threads());
    EXPECT_FALSE(first.passed);
    EXPECT_TRUE(first.acceptable);
    EXPECT_NE(first.got.find(R"({:at "1s" :do stop :host "foo")"), std::string::npos) << first.got;

    scenario.expected = ";; a comment at the top is not compared\n" + first.got;
    EXPECT_TRUE(judge(scenario, threads()).passed) << judge(scenario, threads()).complaint;

    scenario.events = R"({:until "1m" :events [{:at "1s" :value 69}]})";
    const Verdict other = judge(scenario, threads());
    EXPECT_FALSE(other.passed);
    EXPECT_NE(other.complaint.find(R"(-  [{:at "1s" :do stop)"), std::string::npos)
        << other.complaint;
}

TEST(scenario_player, tells_a_wrong_word_with_its_place)
{
    Scenario scenario = small();
    scenario.events = "{:until \"1m\"\n :events [{:att \"1s\" :value 71}]}";
    const Verdict verdict = judge(scenario, threads());
    EXPECT_FALSE(verdict.passed);
    EXPECT_TRUE(verdict.is_error);
    EXPECT_NE(verdict.got.find("events.edn:2:12"), std::string::npos) << verdict.got;
    EXPECT_NE(verdict.got.find("did you mean `:at`"), std::string::npos) << verdict.got;
    scenario.error = verdict.got;
    EXPECT_TRUE(judge(scenario, threads()).passed);
}

TEST(scenario_player, an_error_that_does_not_come_is_a_difference)
{
    Scenario scenario = small();
    scenario.error = "error: expected\n";
    const Verdict verdict = judge(scenario, threads());
    EXPECT_FALSE(verdict.passed);
    EXPECT_NE(verdict.complaint.find("- error: expected"), std::string::npos) << verdict.complaint;
}

TEST(scenario_player, accepting_keeps_the_comments_at_the_top)
{
    const test::TempDir folder;
    Scenario scenario = small();
    scenario.expected = ";; why\n;; it is so\n{:runs []}\n";
    const Verdict verdict = judge(scenario, threads());
    ASSERT_TRUE(accept(folder.path(), scenario, verdict).ok());
    std::ifstream file{folder / "expected.edn"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(text, ";; why\n;; it is so\n" + verdict.got);
}

TEST(scenario_player, a_folder_without_its_files_is_an_error)
{
    const test::TempDir folder;
    const auto scenario = read_scenario(folder.path());
    ASSERT_FALSE(scenario.ok());
    EXPECT_NE(scenario.failure().message.find("no file flow.edn"), std::string::npos);
}

TEST(text_diff, shows_what_differs_and_what_is_around)
{
    EXPECT_EQ(text_diff("a\nb\n", "a\nb\n"), "");
    EXPECT_EQ(text_diff("a\nb\nc\nd\ne\n", "a\nb\nc\nx\ne\n"), "  b\n  c\n- d\n+ x\n  e\n");
    EXPECT_EQ(text_diff("a\n", "a"), "the texts differ in their last line end\n");
}

}  // namespace
}  // namespace reops::scenario
