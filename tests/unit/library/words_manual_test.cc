// SPDX-License-Identifier: Apache-2.0
// Every word of flows has a record; from the records comes docs/manual/words.md, and every example
// in it runs. REOPS_ACCEPT=1 writes the page.
#include "library/duration_value.hh"
#include "library/program.hh"
#include "library/words.hh"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace reops::library {
namespace {

struct Group {
    const char* title;
    const char* about;
    std::span<const lang::Builtin> words;
    bool are_stages;
};

std::vector<Group> groups()
{
    return {
        {"Sources", "Where events come from; the first form of `run`.", source_words(), false},
        {"Stages that choose",
         "They stand between bars. Behind an action only `pick` and `map` may follow.",
         filter_words(),
         true},
        {"Stages that act on hosts",
         "Options of all: `:good-for` (how old the event may be when an action begins; 10 "
         "minutes), "
         "`:force` (over the holds of other flows), `:unknown-guests` (a hypervisor is stopped "
         "although guests run on it that nobody named).",
         action_words(),
         true},
        {"Verbs on hosts",
         "Behind their hosts (a Hosts, or none: those that the stage before left) they take what "
         "the verb needs. Options of all: `:timeout` (each host must begin within it of the moment "
         "in which its batch is released, and end within it of its beginning), `:batch` (hosts at "
         "once, the next when all of them ended), `:repeatable true` (it may be done again after a "
         "crash).",
         operation_words(),
         true},
        {"Stages that tell somebody",
         "`email` takes `:recovered true` (a mail too when the incident is over); `publish` takes "
         "`:qos` and `:retain`.",
         sink_words(),
         true},
        {"Spans of time",
         "Where a span is wanted, a text such as \"1h30m\" does too.",
         duration_words(),
         false},
    };
}

std::string first_line(std::string_view doc)
{
    return std::string{doc.substr(0, doc.find('\n'))};
}

std::string example(std::string_view doc)
{
    const std::size_t end = doc.find('\n');
    return end == std::string_view::npos ? "" : std::string{doc.substr(end + 1)};
}

std::string page()
{
    std::string out =
        "# The words of flows\n\n"
        "Made from the records of the words (`src/library/*_words.cc`); a test runs every "
        "example.\n"
        "How they join to flows is in [flows.md](flows.md).\n";
    for (const Group& group : groups()) {
        out += fmt::format(
            "\n## {}\n\n{}\n\n| word | arguments | what it does | example |\n|---|---|---|---|\n",
            group.title,
            group.about);
        for (const lang::Builtin& word : group.words)
            out += fmt::format("| `{}` | `{}` | {} | `{}` |\n",
                               word.name,
                               word.args,
                               first_line(word.doc),
                               example(word.doc));
    }
    return out;
}

/// Build folders lie in the tree.
std::string manual_folder()
{
    for (std::filesystem::path at = std::filesystem::current_path();; at = at.parent_path()) {
        if (std::filesystem::exists(at / "docs/manual/flows.md"))
            return (at / "docs/manual").string();
        if (at == at.parent_path())
            return ".";
    }
}

TEST(WordsManual, IsThePageThatTheRecordsMake)
{
    const std::string path = manual_folder() + "/words.md";
    if (std::getenv("REOPS_ACCEPT") != nullptr)  // NOLINT(concurrency-mt-unsafe)
        std::ofstream{path} << page();
    std::ostringstream found;
    found << std::ifstream{path}.rdbuf();
    EXPECT_EQ(found.str(), page()) << "accept with REOPS_ACCEPT=1";
}

TEST(WordsManual, EveryExampleRuns)
{
    ProgramFacts facts;
    facts.to_from = {"reops@home", {"me@home"}};
    for (const Group& group : groups())
        for (const lang::Builtin& word : group.words) {
            const std::string text = example(word.doc);
            ASSERT_FALSE(text.empty()) << word.name << " has no example";
            const bool is_span = std::string_view{group.title} == "Spans of time";
            const std::string stage = group.are_stages || is_span ? text : "(publish \"a\")";
            const std::string source =
                std::string_view{group.title} == "Sources" ? text : "(sensor :event :temperature)";
            const std::string file = fmt::format(
                "(def closet (Hosts. {{}} [\"foo\"]))\n(def mining-pool closet)\n(def web closet)\n"
                "(def scanner closet)\n(run {} | {} | (email \"x\"))",
                source,
                stage);
            const auto loaded = Program::load({{"example.clj", file}}, facts);
            ASSERT_TRUE(loaded.ok()) << word.name << ": " << loaded.failure().message;
            EXPECT_EQ(loaded->flows.size(), 1U);
        }
}

TEST(WordsManual, NoWordIsThereTwice)
{
    std::set<std::string_view> names;
    for (const Group& group : groups())
        for (const lang::Builtin& word : group.words)
            EXPECT_TRUE(names.insert(word.name).second) << word.name;
}

}  // namespace
}  // namespace reops::library
