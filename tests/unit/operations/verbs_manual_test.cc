// SPDX-License-Identifier: Apache-2.0
// Every verb has a record; from the records comes docs/manual/verbs.md. REOPS_ACCEPT=1 writes it.
#include "operations/verb.hh"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace reops::operations {
namespace {

std::string parameters_of(const Verb& verb)
{
    std::string out;
    for (const Parameter& parameter : verb.parameters) {
        out += fmt::format("\n- `{}`: {}", parameter.name, parameter.about);
        if (parameter.kind == ParameterKind::setting)
            out += fmt::format("; from the host's entry, under `:{}`", parameter.name);
        if (parameter.presence == Presence::optional)
            out += "; may be left out";
        if (parameter.presence == Presence::rest)
            out += "; any number";
        if (!parameter.choices.empty())
            out += fmt::format("; one of `{}`", parameter.choices);
    }
    return out.empty() ? out : out + "\n";
}

std::string facts_of(const Verb& verb)
{
    std::string out;
    const auto add = [&](std::string_view title, std::string_view text) {
        if (!text.empty())
            out += fmt::format("\n{}: {}.\n", title, text);
    };
    add("Result", verb.result);
    add("Needs on the host", verb.needs);
    add("Changes the host",
        verb.changes ? "yes: it is begun once, and never repeated by itself" : "");
    add("Many hosts", verb.in_batches ? "10 at a time, unless `:batch` says another number" : "");
    add("Limit", reops::to_string(verb.limit));
    return out;
}

std::string page()
{
    std::string out =
        "# Verbs on hosts\n\n"
        "Made from the records of the verbs (`src/operations/verbs/`). A verb is a stage, "
        "`(run (sensor ...) | (exec closet \"sync\") | ...)`, and can be typed at the prompt, "
        "`(free web)`; how they are used is in [flows.md](flows.md).\n\n"
        "What a host said becomes its `:result`. Sizes are bytes, times seconds, shares percent. "
        "A host whose programs say something that the verb does not understand ends `failed` with "
        "`:code` 256 and a sentence. Arguments are positional parameters of a fixed command: "
        "nothing in them becomes syntax.\n";
    for (const Verb* verb : verbs()) {
        if (verb->is_internal)
            continue;
        std::string about{verb->about};
        about[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(about[0])));
        out += fmt::format(
            "\n## {}\n\n{}.\n\n```clojure\n{}\n```\n", verb->name, about, verb->example);
        out += parameters_of(*verb) + facts_of(*verb);
    }
    return out;
}

/// Build folders lie in the tree.
std::string path_of_page()
{
    for (std::filesystem::path at = std::filesystem::current_path();; at = at.parent_path()) {
        if (std::filesystem::exists(at / "docs/manual/flows.md"))
            return (at / "docs/manual/verbs.md").string();
        if (at == at.parent_path())
            return "verbs.md";
    }
}

TEST(VerbsManual, IsThePageThatTheRecordsMake)
{
    const std::string path = path_of_page();
    if (std::getenv("REOPS_ACCEPT") != nullptr)  // NOLINT(concurrency-mt-unsafe)
        std::ofstream{path} << page();
    std::ostringstream found;
    found << std::ifstream{path}.rdbuf();
    EXPECT_EQ(found.str(), page()) << "accept with REOPS_ACCEPT=1";
}

}  // namespace
}  // namespace reops::operations
