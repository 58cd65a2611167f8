// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The simulated machines' folder: `log.jsonl`, one synced line for each accepted request,
/// and `lock`. The log is the truth; the world is what follows from it. So nothing is half done
/// when every process that uses the folder is killed at any instant: a line is there or it is not.

#include "base/clock.hh"
#include "base/result.hh"
#include "base/time.hh"
#include "data/map.hh"
#include "io/unique_fd.hh"
#include "providers/sim/world.hh"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::providers::sim {

/// A line of the log, read back.
struct LogLine {
    std::uint64_t number = 0;
    Entry entry;
    Duration since_boot{};
    std::string boot;
    std::string outcome;  ///< "accepted", or why not
};

/// One process's view of the folder. One thread. Several processes may each have one.
class Store {
public:
    /// Makes the folder if it is missing. `clock` must outlive the store.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder,
                                               const Clock& clock);
    ~Store() = default;
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// Takes in what other processes wrote and what is due by now. Failure: corrupt (with the line
    /// number), internal.
    Result<void> refresh();
    /// Carries out a request: lock, refresh, apply, append, sync. Failures of the machine (a start
    /// that fails) are in the log too.
    Result<void> request(std::string op, std::string_view system, data::Value arguments);
    /// Makes the machine known with the words of the configuration, if they are not known yet.
    Result<void> declare(std::string_view system, const data::Map& words);
    /// Forgets all machines and the log, for every process.
    Result<void> reset();

    /// As of the last refresh() or request(). Pointers into it live until the next of these.
    World& world() { return *world_; }
    /// How long until a machine changes by itself; zero or more. Nothing: never.
    std::optional<Duration> until_next_due() const;
    const std::filesystem::path& folder() const { return folder_; }

    /// All lines as they stand, and with them the transitions that follow, for the `log` command.
    using Visit = std::function<void(const LogLine&, const std::vector<Transition>&)>;
    Result<void> visit_log(const Visit& visit);

private:
    class Lock;

    Store(std::filesystem::path folder, const Clock& clock);
    Result<void> open_log();
    Result<void> take_in(std::string_view text);
    Result<void> append(const LogLine& line);
    /// Time of the simulation: wall time at first, then on by CLOCK_BOOTTIME within one boot, so
    /// that a step of the wall clock neither hangs nor hurries a machine.
    Time now() const;
    void forget();

    std::filesystem::path folder_;
    const Clock& clock_;
    io::UniqueFd fd_;
    std::uint64_t inode_ = 0;
    std::uint64_t offset_ = 0;  ///< end of the last whole line taken in
    LogLine last_;              ///< number 0: none
    std::unique_ptr<World> world_;
};

}  // namespace reops::providers::sim
