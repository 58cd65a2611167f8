// SPDX-License-Identifier: Apache-2.0
// What is typed acts at once: what goes from step to step, and where acting is refused.
#include "library/direct_run.hh"

#include "data/map.hh"
#include "engine/stages.hh"
#include "lang/error.hh"
#include "lang/printer.hh"
#include "library/program.hh"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::library {
namespace {

using data::Value;

/// Answers each step as the test says, and remembers what it was.
class ScriptedSteps final : public DirectSteps {
public:
    Result<runtime::StepEnd> step(lang::Task&, runtime::StepWish wish) override
    {
        asked.push_back(wish.run + ":" + wish.stage->printed());
        if (refuses)
            return Failure{Code::conflict, "64 direct runs are open, which is the most"};
        runtime::StepEnd end;
        end.state.run = "r-1";
        for (const std::string& host : hosts_of(*wish.stage))
            end.state.ended.insert(end.state.ended.begin(), answer(host, wish.stage->name()));
        return end;
    }
    void end(const std::string& run, const std::string& error) override
    {
        ended.push_back(run + (error.empty() ? "" : ": " + error));
    }

    std::map<std::string, engine::Outcome> outcomes;
    std::vector<std::string> asked;
    std::vector<std::string> ended;
    bool refuses = false;

private:
    static std::vector<std::string> hosts_of(const engine::Stage& stage)
    {
        if (stage.role() == engine::StageRole::power)
            return static_cast<const engine::PowerStage&>(stage).options().hosts.names;
        if (stage.role() == engine::StageRole::operate)
            return static_cast<const engine::OperationStage&>(stage).options().hosts.names;
        return {};
    }
    engine::HostResult answer(const std::string& host, std::string_view action)
    {
        const auto found = outcomes.find(host);
        engine::Outcome good{
            .status = engine::Status::done,
            .exit_code = 0,
            .evidence =
                Value{data::make_map({{Value::keyword("result"), Value::string("up " + host)}})}};
        return {.host = host,
                .action = std::string{action},
                .outcome = found != outcomes.end() ? found->second : good};
    }
};

class DirectRunTest : public testing::Test {
protected:
    DirectRunTest()
    {
        ProgramFacts facts;
        facts.to_from = {"reops@home", {"me@home"}};
        facts.output = &output;
        facts.direct = &steps;
        program = Program::make(facts);
    }
    /// The printed value, or the message of the error.
    std::string eval(const std::string& text)
    {
        lang::Interpreter& interpreter = program->interpreter();
        lang::Task task{interpreter};
        try {
            return lang::print_value(task, interpreter.eval(task, text, "typed"), true);
        } catch (const lang::LangError& error) {
            return interpreter.report(error).message;
        }
    }
    static engine::Outcome failed()
    {
        return {.status = engine::Status::failed, .exit_code = 3, .message = "no room"};
    }

    lang::TextOutput output;
    ScriptedSteps steps;
    std::shared_ptr<Program> program;
};

TEST_F(DirectRunTest, AVerbAloneGivesTheSignal)
{
    steps.outcomes["bar"] = failed();
    EXPECT_EQ(
        eval("(exec [\"foo\" \"bar\"] \"uptime\")"),
        "{:hosts #reops.core.Hosts{:auth {}, :hosts [\"foo\"]}, :success [{:host \"foo\", "
        ":code 0, :outcome :done, :result \"up foo\"}], :failure {3 [{:host \"bar\", :code 3, "
        ":outcome :failed, :result \"no room\"}]}, :value nil, :run \"r-1\"}");
    EXPECT_EQ(steps.asked,
              std::vector<std::string>{":(exec [foo bar] {:command \"uptime\"} :timeout 10m)"});
    EXPECT_EQ(steps.ended, std::vector<std::string>{"r-1"});
}

TEST_F(DirectRunTest, WhatIsLeftGoesOnInTheOrderInWhichItWasNamed)
{
    steps.outcomes["bar"] = failed();
    EXPECT_EQ(
        eval("(:hosts (:hosts (run (exec [\"foo\" \"bar\" \"baz\"] \"x\") | (pick successful) "
             "| (stop))))"),
        "[\"foo\" \"baz\"]");
    EXPECT_EQ(steps.asked.back(), "r-1:(stop [foo baz])");
}

TEST_F(DirectRunTest, PickLooksAtWhatEachHostGave)
{
    eval("(run (exec [\"foo\" \"bar\"] \"x\") | (pick (fn [said] (= said \"up bar\"))) | (stop))");
    EXPECT_EQ(steps.asked.back(), "r-1:(stop [bar])");
}

TEST_F(DirectRunTest, NothingLeftEndsIt)
{
    eval("(run (exec [\"foo\"] \"x\") | (pick failed) | (stop))");
    EXPECT_EQ(steps.asked.size(), 1U);
    EXPECT_EQ(steps.ended, std::vector<std::string>{"r-1"});
}

TEST_F(DirectRunTest, AFunctionGetsTheSignalAndMayReplaceTheValue)
{
    EXPECT_EQ(eval("(defn many [signal least] {:value (>= (count (:success signal)) least)}) "
                   "(:value (run (exec [\"foo\" \"bar\"] \"x\") | (many 2)))"),
              "true");
    EXPECT_EQ(eval("(run (exec [\"foo\"] \"x\") | ((fn [signal] 7)))"),
              "`(fn [signal] 7)` expected to give a signal, a map with :value, or nil, but gave 7");
}

TEST_F(DirectRunTest, PrettyShowsATable)
{
    steps.outcomes["bar"] = failed();
    eval("(run (exec [\"foo\" \"bar\"] \"x\") | (pretty))");
    EXPECT_EQ(output.text(), "foo   done            up foo\nbar   failed (3)      no room\n");
}

TEST_F(DirectRunTest, TheLastResultIsThatOfTheLastAction)
{
    EXPECT_EQ(eval("(run> (exec [\"foo\"] \"x\") | (pick successful))"),
              "{:success [{:host \"foo\", :code 0, :outcome :done, :result \"up foo\"}], :failure "
              "{}}");
}

TEST_F(DirectRunTest, AMailIsAStepToo)
{
    eval("(run (exec [\"foo\"] \"x\") | (email \"done\"))");
    EXPECT_EQ(steps.asked.back(), "r-1:(email me@home \"done\")");
}

TEST_F(DirectRunTest, AnErrorOnTheWayEndsTheRunWithIt)
{
    EXPECT_EQ(eval("(run (exec [\"foo\"] \"x\") | ((fn [signal] (/ 1 0))))"), "Divide by zero");
    EXPECT_EQ(steps.ended, std::vector<std::string>{"r-1: Divide by zero"});
}

TEST_F(DirectRunTest, ARefusedStepIsAnError)
{
    steps.refuses = true;
    EXPECT_EQ(eval("(exec [\"foo\"] \"x\")"), "64 direct runs are open, which is the most");
    EXPECT_TRUE(steps.ended.empty());
}

TEST_F(DirectRunTest, EmptyNeverMeansAll)
{
    EXPECT_EQ(eval("(stop (Hosts. {} []))"),
              "no hosts: the Hosts that was given is empty; empty never means all");
    EXPECT_EQ(eval("(stop)"), "no hosts: nothing stands before it that brings some");
    EXPECT_TRUE(steps.asked.empty());
}

TEST_F(DirectRunTest, WhatLooksAtEventsHasNoPlaceBehindAnAction)
{
    EXPECT_EQ(eval("(run (exec [\"foo\"] \"x\") | (rising 70))"),
              "`rising` looks at events, and what is typed comes from none");
}

TEST_F(DirectRunTest, IsRefusedInTheFunctionOfAStage)
{
    EXPECT_EQ(eval("(run (exec [\"foo\"] \"x\") | (pick (fn [said] (stop [\"bar\"]) true)))")
                  .substr(0, 75),
              "`stop` acts on hosts and is refused in the function of `pick`, which only l");
    EXPECT_EQ(steps.asked.size(), 1U);
}

TEST_F(DirectRunTest, WithoutARuntimeNothingActs)
{
    program = Program::make({});
    EXPECT_EQ(eval("(exec [\"foo\"] \"x\")"), "`exec`: nothing here can act on hosts");
}

}  // namespace
}  // namespace reops::library
