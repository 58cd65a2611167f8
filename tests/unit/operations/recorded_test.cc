// SPDX-License-Identifier: Apache-2.0
// What real programs printed, and what the verbs make of it: recorded/SYSTEM/VERB.out (or
// VERB+CASE.out) and beside it the result. recorded/README.md says how each was made.
// REOPS_ACCEPT=1 writes the results: read them before you keep them.
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/verb.hh"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace reops::operations {

namespace {

namespace fs = std::filesystem;

fs::path recorded_folder()
{
    const char* wanted = "tests/unit/operations/recorded";
    for (fs::path at = fs::current_path();; at = at.parent_path()) {
        if (fs::exists(at / wanted))
            return at / wanted;
        if (at == at.parent_path())
            return {};
    }
}

std::string read_file(const fs::path& path)
{
    std::ostringstream text;
    text << std::ifstream{path, std::ios::binary}.rdbuf();
    return text.str();
}

/// One element of a list on a line.
std::string shown(const data::Value& value)
{
    if (!value.is_vector())
        return data::print(value) + "\n";
    std::string out = "[";
    for (const data::Value& element : value.as_vector())
        out += (out.size() > 1 ? "\n " : "") + data::print(element);
    return out + "]\n";
}

std::map<std::string, std::vector<fs::path>> recordings_by_verb()
{
    std::map<std::string, std::vector<fs::path>> found;
    for (const auto& entry : fs::recursive_directory_iterator(recorded_folder())) {
        const std::string name = entry.path().stem().string();
        if (entry.path().extension() == ".out")
            found[name.substr(0, name.find('+'))].push_back(entry.path());
    }
    return found;
}

TEST(Recorded, IsUnderstood)
{
    std::size_t count = 0;
    for (const auto& [name, paths] : recordings_by_verb())
        for (const fs::path& path : paths) {
            const Verb* verb = find_verb(name);
            ASSERT_NE(verb, nullptr) << path;
            const auto value = read_reply(*verb, {0, read_file(path), {}});
            ASSERT_TRUE(value.ok()) << path << ": " << value.failure().message;
            const fs::path expected = fs::path{path}.replace_extension(".edn");
            if (std::getenv("REOPS_ACCEPT") != nullptr)  // NOLINT(concurrency-mt-unsafe)
                std::ofstream{expected} << shown(*value);
            EXPECT_EQ(shown(*value), read_file(expected)) << path;
            ++count;
        }
    EXPECT_GE(count, 40U) << "the recordings are not where the test looks";
}

/// A reply that ends early is a failure or a shorter list, and never anything that was not there.
TEST(Recorded, CutAnywhereIsNoCrash)
{
    for (const auto& [name, paths] : recordings_by_verb()) {
        const Verb* verb = find_verb(name);
        ASSERT_NE(verb, nullptr);
        const std::string whole = read_file(paths.front());
        const std::size_t step = std::max<std::size_t>(1, whole.size() / 200);
        for (std::size_t size = 0; size < whole.size(); size += step) {
            const auto value = read_reply(*verb, {0, whole.substr(0, size), {}});
            EXPECT_TRUE(value.ok() || !value.failure().message.empty()) << name << " " << size;
        }
        EXPECT_FALSE(read_reply(*verb, {0, whole, {}, true}).ok() && !verb->takes_part) << name;
    }
}

/// Every verb that understands something has a recording.
TEST(Recorded, IsThereForEveryVerb)
{
    const auto recordings = recordings_by_verb();
    const std::set<std::string_view> without = {
        "exec",
        "nohup",
        "mkdir",
        "rm",
        "power-off",
        "power-check",
        // Nothing here says what it would: no service manager, no sensors, nobody logged in.
        "service",
        "restart",
        "service-status",
        "sensor-readings",
        "ssh-sessions"};
    for (const Verb* verb : verbs())
        EXPECT_EQ(recordings.contains(std::string{verb->name}), !without.contains(verb->name))
            << verb->name;
}

}  // namespace

}  // namespace reops::operations
