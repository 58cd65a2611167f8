// SPDX-License-Identifier: Apache-2.0
#include "library/world.hh"

#include "io/files.hh"
#include "io/process.hh"
#include "library/stage_function.hh"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

constexpr std::size_t most_bytes = 64UL << 20;
constexpr Duration slice = milliseconds(20);  // of a sleep: between two polls

/// In a stage's function nothing may be done that another evaluation would do again.
Result<void> refuse_in_stage(std::string_view what, std::string_view instead)
{
    const StageScope* scope = StageScope::current();
    if (scope == nullptr)
        return {};
    return Failure{
        Code::denied,
        fmt::format("{} is refused in the function of `{}`: a stage's function only looks "
                    "at the event",
                    what,
                    scope->word()),
        std::string{instead}};
}

bool is_relative_name(std::string_view name)
{
    return !name.empty() && name.find("..") == std::string_view::npos && name.front() != '/' &&
           name.find('\0') == std::string_view::npos;
}

}  // namespace

World::World(const Clock& clock,
             Random& random,
             std::map<std::string, std::string> environment,
             std::string folder)
    : clock_(clock),
      random_(random),
      environment_(std::move(environment)),
      folder_(std::move(folder))
{
}

Result<std::optional<lang::SourceFile>> World::find_namespace(std::string_view name)
{
    std::string file{name};
    std::replace(file.begin(), file.end(), '.', '/');
    std::replace(file.begin(), file.end(), '-', '_');
    if (folder_.empty() || !is_relative_name(file))
        return std::optional<lang::SourceFile>{};
    for (const char* ending : {".clj", ".cljc"}) {
        const std::string path = folder_ + '/' + file + ending;
        if (!std::filesystem::exists(path))
            continue;
        auto text = io::read_file(path, most_bytes);
        if (!text.ok())
            return text.failure();
        return std::optional{lang::SourceFile{file + ending, std::move(*text)}};
    }
    return std::optional<lang::SourceFile>{};
}

Result<std::string> World::read_file(const std::string& path)
{
    if (auto refused = refuse_in_stage(
            "reading a file",
            "read it once, outside of the function: (def levels (slurp \"levels.edn\"))");
        !refused.ok())
        return refused.failure();
    return io::read_file(path, most_bytes);
}

Result<void> World::write_file(const std::string& path, std::string_view text, bool append)
{
    if (auto refused = refuse_in_stage(
            "writing a file", "`publish` and `email` are stages that tell: | (publish \"topic\")");
        !refused.ok())
        return refused;
    std::ofstream out{path, append ? std::ios::app : std::ios::trunc};
    out << text << std::flush;
    if (!out)
        return Failure{Code::denied, "cannot write " + path};
    return {};
}

Result<bool> World::delete_file(const std::string& path)
{
    if (auto refused = refuse_in_stage(
            "deleting a file",
            "`exec` is a stage that does things on hosts: | (exec closet \"rm x\")");
        !refused.ok())
        return refused.failure();
    std::error_code error;
    const bool gone = std::filesystem::remove(path, error);
    if (error)
        return Failure{Code::denied, fmt::format("cannot delete {}: {}", path, error.message())};
    return gone;
}

bool World::file_exists(const std::string& path)
{
    std::error_code ignored;
    return StageScope::current() == nullptr && std::filesystem::exists(path, ignored);
}

Result<Duration> World::pause(Duration wanted)
{
    if (auto refused = refuse_in_stage(
            "sleeping", "`hold-for` is the stage that waits: | (hold-for (seconds 30))");
        !refused.ok())
        return refused.failure();
    const Duration now = std::min(wanted, Duration{slice});
    io::rest_thread(now);
    return now;
}

Result<Time> World::wall_time()
{
    const StageScope* scope = StageScope::current();
    return scope != nullptr ? scope->at() : clock_.wall();
}

Result<Duration> World::steady_time()
{
    const StageScope* scope = StageScope::current();
    return scope != nullptr ? Duration{scope->at().us} : clock_.since_boot();
}

std::optional<std::string> World::variable(const std::string& name)
{
    const auto found = environment_.find(name);
    return found == environment_.end() ? std::nullopt : std::optional{found->second};
}

Result<void> World::start_thread(std::function<void()> work)
{
    if (auto refused = refuse_in_stage("starting a thread",
                                       "a function decides by itself, in the thread that calls it");
        !refused.ok())
        return refused.failure();
    try {
        threads_.start(std::move(work));
    } catch (const std::system_error& error) {
        return Failure{Code::internal, fmt::format("starting a thread: {}", error.what())};
    }
    return {};
}

Result<std::uint64_t> World::random()
{
    if (StageScope* scope = StageScope::current())
        return scope->random();
    return random_.next();
}

}  // namespace reops::library
