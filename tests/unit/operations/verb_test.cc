// SPDX-License-Identifier: Apache-2.0
#include "operations/verb.hh"

#include "data/edn.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/command_line.hh"
#include "tests/unit/operations/verb_calls.hh"

#include <set>

#include <gtest/gtest.h>

namespace reops::operations {

namespace {

using data::Value;
using Words = std::vector<std::string>;

TEST(VerbRecords, AreWhole)
{
    std::set<std::string_view> names;
    for (const Verb* verb : verbs()) {
        EXPECT_TRUE(names.insert(verb->name).second) << verb->name << " is there twice";
        EXPECT_EQ(find_verb(verb->name), verb);
        EXPECT_FALSE(verb->about.empty()) << verb->name;
        EXPECT_FALSE(verb->about.ends_with('.')) << verb->name;
        EXPECT_FALSE(verb->result.empty()) << verb->name;
        EXPECT_GT(verb->limit, Duration::zero()) << verb->name;
        EXPECT_TRUE(verb->example.starts_with("(" + std::string{verb->name} + " ")) << verb->name;
        EXPECT_NE(verb->command, nullptr) << verb->name;
        EXPECT_NE(verb->parse, nullptr) << verb->name;
        EXPECT_NE(verb->explain, nullptr) << verb->name;
        EXPECT_TRUE(verb->changes || !verb->in_batches) << verb->name;
    }
    EXPECT_EQ(find_verb("exek"), nullptr);
}

TEST(VerbRecords, ParametersAreInAnOrderThatCanBeTaken)
{
    for (const Verb* verb : verbs()) {
        Presence before = Presence::required;
        for (const Parameter& parameter : verb->parameters) {
            if (parameter.kind == ParameterKind::setting)
                continue;
            EXPECT_FALSE(parameter.about.empty()) << verb->name << " " << parameter.name;
            EXPECT_NE(before, Presence::rest) << verb->name << ": nothing comes behind the rest";
            EXPECT_GE(parameter.presence, before) << verb->name << ": optional ones come last";
            const bool has_choices =
                parameter.kind == ParameterKind::flag || parameter.kind == ParameterKind::choice;
            EXPECT_EQ(parameter.choices.empty(), !has_choices) << verb->name;
            before = parameter.presence;
        }
    }
}

/// The example of every verb is a call that the verb takes and that becomes one line.
TEST(VerbRecords, ExamplesAreCalls)
{
    for (const Verb* verb : verbs()) {
        const auto read = data::read_edn(verb->example);
        ASSERT_TRUE(read.ok()) << verb->example;
        const Result<Words> words = command_of(*verb, *read);
        ASSERT_TRUE(words.ok()) << verb->example << ": " << words.failure().message;
        const auto line = quote_command(*words);
        EXPECT_TRUE(line.ok()) << verb->example << ": " << line.failure().message;
    }
}

TEST(Arguments, BecomeAMapByTheirNames)
{
    const auto args = [](const char* verb, std::initializer_list<Value> positional) {
        const std::vector<Value> values{positional};
        auto read = read_arguments(*find_verb(verb), values);
        return read.ok() ? data::print(*read) : read.failure().message;
    };
    EXPECT_EQ(args("exec", {Value::string("uptime")}), "{:command \"uptime\"}");
    EXPECT_EQ(args("rm", {Value::string("a"), Value::string("-r"), Value::string("-f")}),
              "{:path \"a\", :flags [\"-r\" \"-f\"]}");
    EXPECT_EQ(args("rm", {Value::string("a")}), "{:path \"a\"}");
    EXPECT_EQ(args("power-off", {}), "{}") << "settings are not written";
}

TEST(Arguments, ThatDoNotFitAreNamed)
{
    const auto failure = [](const char* verb, std::initializer_list<Value> positional) {
        const std::vector<Value> values{positional};
        const auto read = read_arguments(*find_verb(verb), values);
        EXPECT_FALSE(read.ok());
        return read.ok() ? std::string{} : read.failure().message + " | " + read.failure().details;
    };
    EXPECT_EQ(failure("exec", {}),
              "`exec` takes [hosts command] but got 0 arguments behind the hosts | "
              "try: (exec web \"uptime -p\")");
    EXPECT_EQ(failure("exec", {Value::string("a"), Value::string("b")}).substr(0, 60),
              "`exec` takes [hosts command] but got 2 arguments behind the ");
    EXPECT_EQ(failure("rm", {Value::integer(1)}),
              "`rm` expected a path of one line for `path` but got 1 | ");
    EXPECT_EQ(failure("rm", {Value::string("a"), Value::string("-x")}),
              "`rm` expected one of: -r -f -rf -fr for `flags` but got \"-x\" | did you mean "
              "`-r` or `-f`?");
    for (const Value& bad : {Value::string(""),
                             Value::string("a\nb"),
                             Value::string(std::string_view{"a\0b", 3}),
                             Value::integer(1),
                             Value{},
                             Value{data::make_vector({})},
                             Value{data::make_vector({Value::string("")})},
                             Value{data::make_vector({Value::string("a"), Value::integer(1)})}})
        EXPECT_NE(failure("exec", {bad}).find("`exec` expected a command of one line"),
                  std::string::npos)
            << data::print(bad);
}

TEST(Arguments, AreListedAsTheLanguageDoes)
{
    EXPECT_EQ(argument_lists(*find_verb("exec")), "[hosts command]");
    EXPECT_EQ(argument_lists(*find_verb("rm")), "[hosts path & flags]");
    EXPECT_EQ(argument_lists(*find_verb("power-off")), "[hosts]");
    EXPECT_EQ(argument_count(*find_verb("rm")).least, 1U);
    EXPECT_EQ(argument_count(*find_verb("rm")).most, SIZE_MAX);
    EXPECT_EQ(argument_count(*find_verb("exec")).most, 1U);
}

TEST(Replies, ThatWereCutAreNoLists)
{
    EXPECT_TRUE(read_reply(*find_verb("exec"), {0, "half", "", true}).ok());
    const auto cut = read_reply(*find_verb("nohup"), {0, "47", "", true});
    ASSERT_FALSE(cut.ok());
    EXPECT_EQ(cut.failure().code, Code::corrupt);
    EXPECT_FALSE(read_reply(*find_verb("nohup"), {0, "x", ""}).ok());
    EXPECT_EQ(data::print(*read_reply(*find_verb("nohup"), {0, "4711\n", ""})), "{:pid 4711}");
}

}  // namespace

}  // namespace reops::operations
