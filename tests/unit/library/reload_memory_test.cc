// SPDX-License-Identifier: Apache-2.0
// Each reload is a program of its own: ten thousand of them, each replacing the one before, take no
// more memory than a few.
#include "data/pool.hh"
#include "library/program.hh"

#include <cstdint>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reops::library {
namespace {

constexpr const char* text = R"(
(def seen (let [state (atom {})] (swap! state assoc :note (fn [k] (get @state k))) state))
(def ticks (lazy-seq (cons 1 (map inc ticks))))
(defn hot? [s] (> (:value s) (nth ticks 2)))
(def closet-heat
  (run (sensor :event :temperature) | (pick hot?) | (email "hot")))
)";

std::int64_t resident_bytes()
{
    std::ifstream in{"/proc/self/statm"};
    std::int64_t all = 0;
    std::int64_t resident = 0;
    in >> all >> resident;
    return resident * sysconf(_SC_PAGESIZE);
}

TEST(Reloads, leave_no_program_behind)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr int rounds = 1'000;  // a sanitizer takes ten times as long
#else
    constexpr int rounds = 10'000;
#endif
    constexpr int first_rounds = 500;
    ProgramFacts facts;
    facts.to_from = {"reops@example.org", {"ops@example.org"}};
    LoadedProgram served;
    std::int64_t values = 0;
    std::int64_t pages = 0;
    for (int round = 0; round < rounds; ++round) {
        auto loaded = Program::load({{"closet.clj", text}}, facts);
        ASSERT_TRUE(loaded.ok()) << loaded.failure().message;
        ASSERT_EQ(loaded->flows.size(), 1U);
        served = std::move(*loaded);
        if (round == first_rounds) {
            values = data::thread_bytes;
            pages = resident_bytes();
        }
    }
    EXPECT_LE(data::thread_bytes - values, 64 * 1024);
    if (data::is_pooled()) {
        EXPECT_LE(resident_bytes() - pages, 4 << 20);
    }
}

}  // namespace
}  // namespace reops::library
