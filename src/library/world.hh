// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The world as flow files may reach it: files, the clock, the environment. In a stage's
/// function all of it is refused but the time and the randomness, which come from the entry.

#include "base/clock.hh"
#include "base/random.hh"
#include "lang/outside.hh"
#include "lang/thread_set.hh"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace reops::library {

/// Any thread may call. What it is given must outlive it.
class World final : public lang::Outside {
public:
    /// `folder` is where namespaces are looked for: "my.tools" is my/tools.clj below it; empty:
    /// nowhere.
    World(const Clock& clock,
          Random& random,
          std::map<std::string, std::string> environment,
          std::string folder);

    Result<std::optional<lang::SourceFile>> find_namespace(std::string_view name) override;
    Result<std::string> read_file(const std::string& path) override;
    Result<void> write_file(const std::string& path, std::string_view text, bool append) override;
    Result<bool> delete_file(const std::string& path) override;
    bool file_exists(const std::string& path) override;
    Result<Duration> pause(Duration wanted) override;
    Result<Time> wall_time() override;
    Result<Duration> steady_time() override;
    std::optional<std::string> variable(const std::string& name) override;
    /// Of futures and agents; they end before their program does.
    Result<void> start_thread(std::function<void()> work) override;
    Result<std::uint64_t> random() override;

private:
    const Clock& clock_;
    Random& random_;
    std::map<std::string, std::string> environment_;
    std::string folder_;
    lang::ThreadSet threads_;
};

}  // namespace reops::library
