// SPDX-License-Identifier: Apache-2.0
// scenario_test FOLDER...: plays each and compares. 0: as expected, 1: not, 77: REOPS_ACCEPT=1 has
// written the new texts (a test that was accepted has not passed).
#include "tests/support/scenario/scenario.hh"

#include "runtime/threads.hh"

#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

namespace {

using namespace std::string_view_literals;

enum class Ending { passed = 0, failed = 1, accepted = 77 };

constexpr std::string_view how_to_accept =
    "\nIf the new text is right by the rules, accept it and let the review see the difference:\n"
    "  REOPS_ACCEPT=1 ctest --preset dev -R scenario\n";

Ending complain(const reops::Failure& why)
{
    fmt::print("error: {}\n{}\n", why.message, why.details);
    return Ending::failed;
}

Ending test(const std::filesystem::path& folder, bool may_accept)
{
    const auto scenario = reops::scenario::read_scenario(folder);
    if (!scenario.ok())
        return complain(scenario.failure());
    const auto verdict = reops::scenario::judge(*scenario, [](std::size_t lanes) {
        return std::make_unique<reops::runtime::Threads>(lanes);
    });
    if (verdict.passed)
        return Ending::passed;
    fmt::print("{}", verdict.complaint);
    if (!verdict.acceptable)
        return Ending::failed;
    if (!may_accept) {
        fmt::print("{}", how_to_accept);
        return Ending::failed;
    }
    const auto written = reops::scenario::accept(folder, *scenario, verdict);
    if (!written.ok())
        return complain(written.failure());
    fmt::print("accepted {}\n", folder.string());
    return Ending::accepted;
}

}  // namespace

int main(int argc, char** argv)
{
    const char* wish = std::getenv("REOPS_ACCEPT");
    Ending worst = Ending::passed;
    for (int i = 1; i < argc; ++i) {
        const Ending ending = test(argv[i], wish != nullptr && wish == "1"sv);
        if (worst != Ending::failed && ending != Ending::passed)
            worst = ending;
    }
    return static_cast<int>(worst);
}
