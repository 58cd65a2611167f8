// SPDX-License-Identifier: Apache-2.0
// Flow files: what they declare, under which names, and what is said about mistakes in them.
#include "library/program.hh"

#include "engine/flow.hh"

#include <gtest/gtest.h>

namespace reops::library {
namespace {

ProgramFacts facts()
{
    ProgramFacts out;
    out.to_from = {"reops@home", {"me@home"}};
    return out;
}

/// "name: (run ...)" lines of what the files declare, or the report.
std::string declared(const std::vector<ProgramFile>& files)
{
    auto loaded = Program::load(files, facts());
    if (!loaded.ok())
        return loaded.failure().message;
    std::string out;
    for (const DeclaredFlow& flow : loaded->flows) {
        auto made = flow.pipeline.finish({facts().to_from}, flow.source_id);
        if (!made.ok())
            return flow.name + ": " + made.failure().message;
        out += flow.name + ": " + print(**made) + '\n';
    }
    for (const std::string& warning : loaded->warnings)
        out += "warning: " + warning + '\n';
    return out;
}

std::string declared(const std::string& text)
{
    return declared({{"closet.clj", text}});
}

TEST(Program, ThePostsClosetAsItIsWritten)
{
    EXPECT_EQ(
        declared(R"(
(def closet (Hosts. {} ["foo" "bar" "big-iron"]))
(run (sensor :event :temperture) | (pick (fn [t] (> t 70)))  | (stop closet) | (email to-from "stopped all closed instances, room too hot"))
)"),
        "flows.closet/temperature: (run (sensor :event :temperature) | (pick (fn [t] (> t 70))) "
        "| (stop [foo bar big-iron]) | (email me@home \"stopped all closed instances, room too "
        "hot\"))\n");
}

TEST(Program, ThePostsSolarAsItIsWritten)
{
    EXPECT_EQ(
        declared(R"(
(def mining-pool (Hosts. {} ["coin-1" "coin-1" "big-iron"]))
(run (sensor :event :power) | (pick (fn [kw] (> kw 10)))  | (start mining-pool))
)"),
        "flows.closet/power: (run (sensor :event :power) | (pick (fn [kw] (> kw 10))) | (start "
        "[coin-1 big-iron]))\n");
}

TEST(Program, ADefNamesTheFlow)
{
    EXPECT_EQ(
        declared("(def closet-heat (run (sensor :event :temperature) | (rising 70) | (publish "
                 "\"hot\")))"),
        "closet-heat: (run (sensor :event :temperature) | (rising 70) | (publish \"hot\"))\n");
}

TEST(Program, ASecondFlowOfADefaultNameGetsANumberAndAWarning)
{
    const std::string flow =
        "(run (sensor :event :power) | (once-within (hours 1)) | (publish \"a\"))\n";
    EXPECT_EQ(
        declared(flow + flow),
        "flows.closet/power: (run (sensor :event :power) | (once-within 1h) | (publish \"a\"))\n"
        "flows.closet/power-2: (run (sensor :event :power) | (once-within 1h) | (publish "
        "\"a\"))\n"
        "warning: closet.clj: a second flow on :power is named `flows.closet/power-2`; name it "
        "with (def NAME (run ...)), so that it keeps its name when flows move\n");
}

TEST(Program, NamesComeFromTheNamespace)
{
    const std::string flow = "(run (sensor :event :power) | (rising 1) | (publish \"a\"))";
    EXPECT_EQ(
        declared({{"garden/pump.clj", flow}, {"b.clj", "(ns my.house)" + flow}}),
        "flows.garden.pump/power: (run (sensor :event :power) | (rising 1) | (publish \"a\"))\n"
        "my.house/power: (run (sensor :event :power) | (rising 1) | (publish \"a\"))\n");
}

TEST(Program, WordsOfTheLanguageMakeFlows)
{
    EXPECT_EQ(
        declared(R"(
(doseq [[name level] {"attic" 40}]
  (run (sensor :event :temperature :key name) | (pick (fn [t] (> t level))) | (publish (str "hot/" name))))
)"),
        "flows.closet/temperature: (run (sensor :event :temperature :key \"attic\") | (pick (fn "
        "[t] (> t level))) | (publish \"hot/attic\"))\n");
}

TEST(Program, AShortNameOfAnEventIsNoSlipOfAnother)
{
    EXPECT_EQ(declared("(def f (run (sensor :event :good) | (rising 1) | (publish \"a\")))"),
              "f: (run (sensor :event :good) | (rising 1) | (publish \"a\"))\n");
}

struct Mistake {
    const char* what;
    const char* text;
    std::vector<const char*> said;
};

TEST(Program, MistakesAreNamedWithPlaceAndHint)
{
    const std::vector<Mistake> mistakes = {
        {"an unknown word",
         "(run (sensor :event :power) | (pikc pos?) | (publish \"a\"))",
         {"pikc", "pick", "closet.clj:1"}},
        {"two bars",
         "(run (sensor :event :power) | | (rising 1))",
         {"a `|` follows a `|`", "write (run (sensor :event :power) | (rising 1))"}},
        {"a bar at the end",
         "(run (sensor :event :power) | (rising 1) |)",
         {"a `|` stands at the end", "write (run (sensor :event :power) | (rising 1))"}},
        {"a bar at the begin",
         "(run | (sensor :event :power) | (rising 1))",
         {"a `|` stands before the source"}},
        {"no bar", "(run (sensor :event :power) (rising 1))", {"expected a `|` before (rising 1)"}},
        {"a stage without parentheses",
         "(run (sensor :event :power) | start)",
         {"expected a stage in parentheses but got start",
          "write (run (sensor :event :power) | (start))"}},
        {"a misspelt event",
         "(run (sensor :event :temprature) | (rising 1))",
         {"no event :temprature", "did you mean :temperature?"}},
        {"a misspelt option",
         "(run (sensor :evnt :power) | (rising 1))",
         {"`sensor` has no option :evnt", "did you mean :event?"}},
        {"a wrong arity", "(run (sensor :event :power) | (rising))", {"rising", "0"}},
        {"a wrong kind",
         "(run (sensor :event :power) | (rising :high))",
         {"`rising` expected a number but got a keyword: :high"}},
        {"no function", "(run (sensor :event :power) | (pick 70))", {"`pick` expected a function"}},
        {"a function of two arguments",
         "(run (sensor :event :power) | (pick (fn [a b] true)))",
         {"this one takes 2"}},
        {"hosts that are none", "(run (sensor :event :power) | (stop 12))", {"`stop`", "Hosts"}},
        {"a name like an option",
         "(run (sensor :event :power) | (stop (Hosts. {} [\"-oProxy\"])))",
         {"is no name of a host"}},
        {"an effect at top level", "(email \"x\")", {"closet.clj:1"}},
        {"an action at top level",
         "(stop [\"foo\"])",
         {"`stop` acts at once and is refused while a file is loaded",
          "wrap it in defn, or use `reops run`"}},
        {"a direct run at top level",
         "(run (exec [\"foo\"] \"uptime\") | (pretty))",
         {"`exec` acts at once and is refused", "wrap it in defn, or use `reops run`"}},
        {"a verb without its argument",
         "(run (sensor :event :power) | (mkdir (Hosts. {} [\"foo\"])))",
         {"`mkdir` takes [hosts path & flags] but got 0"}},
        {"a verb's option of another kind",
         "(run (sensor :event :power) | (exec [\"foo\"] \"x\" :timeout :long))",
         {"`exec`", "timeout"}},
        {"a table of nothing",
         "(run (sensor :event :power) | (pretty))",
         {"`pretty` shows what came of hosts"}},
        {"unbalanced", "(run (sensor :event :power)\n | (rising 1)", {"closet.clj"}},
        {"an endless loop", "(loop [] (recur))", {}},
    };
    for (const Mistake& mistake : mistakes) {
        if (mistake.said.empty())
            continue;
        const std::string told = declared(mistake.text);
        for (const char* part : mistake.said)
            EXPECT_NE(told.find(part), std::string::npos)
                << mistake.what << ": expected `" << part << "` in:\n"
                << told;
    }
}

}  // namespace
}  // namespace reops::library
