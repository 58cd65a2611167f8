// SPDX-License-Identifier: Apache-2.0
// A damaged log.jsonl of the simulated machines. It is refused, or it is the truth: then a request
// is appended behind its whole lines, and a second process reads the same machines.
#include "providers/sim/store.hh"
#include "tests/support/fake_clock.hh"
#include "tests/support/temp_dir.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace sim = reops::providers::sim;

namespace {

void expect(bool holds)
{
    if (!holds)
        std::abort();
}

/// One folder for all executions.
const std::filesystem::path& folder()
{
    static const reops::test::TempDir made;
    return made.path();
}

std::string machines(sim::World& world)
{
    std::string all;
    for (const auto& [name, machine] : world.machines())
        all += name + " " + std::string{to_string(machine.state)} + "\n";
    return all;
}

}  // namespace

/// A log that is synced in memory is tried a hundred times as often.
extern "C" int LLVMFuzzerInitialize(int*, char***)
{
    if (std::filesystem::is_directory("/dev/shm"))
        ::setenv("TMPDIR", "/dev/shm", 1);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    {
        std::ofstream log{folder() / "log.jsonl", std::ios::binary | std::ios::trunc};
        log.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    }
    const reops::test::FakeClock clock;
    const auto first = sim::Store::open(folder(), clock);
    if (!first) {
        expect(first.failure().code == reops::Code::corrupt);
        return 0;
    }
    expect((*first)->request("declare", "fuzzed", {}).ok());
    std::uint64_t lines = 0;
    expect((*first)
               ->visit_log(
                   [&](const sim::LogLine& line, const auto&) { lines += line.number > 0 ? 1 : 0; })
               .ok());
    expect(lines > 0);
    const auto second = sim::Store::open(folder(), clock);
    expect(second.ok());
    expect(machines((*first)->world()) == machines((*second)->world()));
    expect((*second)->world().find("fuzzed") != nullptr);
    static_cast<void>((*second)->until_next_due());
    return 0;
}
