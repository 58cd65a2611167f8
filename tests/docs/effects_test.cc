// SPDX-License-Identifier: Apache-2.0
// docs/effects.md shows the table of effect_kinds.cc. When this fails, copy the expected table.
#include "engine/effect.hh"

#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace reops::engine {
namespace {

std::string_view name_of(Repeat repeat)
{
    constexpr std::array<std::string_view, 5> names = {
        "probe", "keyed", "never", "again", "volatile"};
    return names.at(static_cast<std::size_t>(repeat));
}

std::string table()
{
    std::string out =
        "| kind | what it is | repeated | must begin within | one attempt takes at most | "
        "retries |\n|---|---|---|---|---|---|\n";
    for (const EffectKind* kind = effect_kinds_begin(); kind != effect_kinds_end(); ++kind)
        out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n",
                           kind->name,
                           kind->about,
                           name_of(kind->repeat),
                           to_string(kind->good_for),
                           to_string(kind->limit),
                           kind->retries ? "yes" : "no");
    return out;
}

TEST(EffectsPage, ShowsTheTableOfTheCode)
{
    std::ifstream file{REOPS_DOCS "/effects.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    const auto begin = page.find("| kind |");
    ASSERT_NE(begin, std::string::npos) << "docs/effects.md has the table";
    const auto end = page.find("\n\n", begin);
    EXPECT_EQ(page.substr(begin, end == std::string::npos ? end : end + 1 - begin), table());
}

TEST(EffectsPage, ExplainsEveryWayOfRepeating)
{
    std::ifstream file{REOPS_DOCS "/effects.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    for (auto i = 0U; i <= static_cast<unsigned>(Repeat::is_volatile); ++i)
        EXPECT_NE(page.find(fmt::format("- *{}*:", name_of(static_cast<Repeat>(i)))),
                  std::string::npos)
            << name_of(static_cast<Repeat>(i));
}

}  // namespace
}  // namespace reops::engine
