// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/store.hh"

#include "base/crash_point.hh"
#include "io/files.hh"
#include "providers/sim/log_line.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reops::providers::sim {

namespace {

Failure failed(std::string_view doing, const std::filesystem::path& what)
{
    return {Code::internal,
            fmt::format("cannot {} {}: {}", doing, what.string(), std::strerror(errno))};
}

}  // namespace

/// The folder's lock, held for the few milliseconds of one request; nobody waits longer than 5 s.
class Store::Lock {
public:
    static Result<Lock> take(const std::filesystem::path& folder)
    {
        const std::filesystem::path file = folder / "lock";
        io::UniqueFd fd{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
        if (!fd)
            return failed("open", file);
        for (int tries = 0; tries < 5000; ++tries) {
            if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0)
                return Lock{std::move(fd)};
            ::poll(nullptr, 0, 1);
        }
        return Failure{Code::internal,
                       fmt::format("{} is held by another process for 5 s", file.string())};
    }

private:
    explicit Lock(io::UniqueFd fd) : fd_(std::move(fd)) {}
    io::UniqueFd fd_;
};

Store::Store(std::filesystem::path folder, const Clock& clock)
    : folder_(std::move(folder)), clock_(clock), world_(std::make_unique<World>())
{
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder, const Clock& clock)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return Failure{Code::internal,
                       fmt::format("cannot make {}: {}", folder.string(), error.message())};
    std::unique_ptr<Store> store{new Store(folder, clock)};
    {
        auto lock = Lock::take(folder);
        if (!lock)
            return lock.failure();
        if (auto made = store->open_log(); !made)
            return made.failure();
        if (auto synced = io::sync_directory(folder.string()); !synced)
            return synced.failure();
    }
    if (auto read = store->refresh(); !read)
        return read.failure();
    return store;
}

void Store::forget()
{
    fd_.reset();
    offset_ = 0;
    last_ = {};
    world_ = std::make_unique<World>();
}

Result<void> Store::open_log()
{
    forget();
    const std::filesystem::path file = folder_ / "log.jsonl";
    fd_.reset(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    struct stat status {};
    if (!fd_ || ::fstat(fd_.get(), &status) != 0)
        return failed("open", file);
    inode_ = status.st_ino;
    return {};
}

Result<void> Store::refresh()
{
    // reset() by another process puts a new file in the place of the one that we have open
    const std::filesystem::path file = folder_ / "log.jsonl";
    struct stat status {};
    if (!fd_ || ::stat(file.c_str(), &status) != 0 || status.st_ino != inode_)
        if (auto opened = open_log(); !opened)
            return opened;
    std::string text;
    std::array<char, 64 * 1024> block;  // NOLINT: read() fills it
    for (;;) {
        const auto at = static_cast<off_t>(offset_ + text.size());
        const ssize_t got = ::pread(fd_.get(), block.data(), block.size(), at);
        if (got < 0)
            return failed("read", file);
        if (got == 0)
            break;
        text.append(block.data(), static_cast<std::size_t>(got));
    }
    if (auto taken = take_in(text); !taken) {
        forget();
        return taken;
    }
    world_->advance(now());
    return {};
}

// A last line without its newline is being written, or was torn by a kill: not accepted yet.
Result<void> Store::take_in(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            break;
        auto line = parse_log_line(text.substr(0, end));
        if (!line || line->number != last_.number + 1)
            return Failure{Code::corrupt,
                           fmt::format("{}/log.jsonl: line {}: {}",
                                       folder_.string(),
                                       last_.number + 1,
                                       line ? "it has another number" : line.failure().message)};
        // what the machine answered then, it answers again; only the state matters here
        static_cast<void>(world_->apply(line->entry));
        last_ = std::move(line).value();
        offset_ += end + 1;
        text.remove_prefix(end + 1);
    }
    return {};
}

Time Store::now() const
{
    if (last_.number == 0)
        return clock_.wall();
    if (last_.boot != clock_.boot_id())
        return std::max(last_.entry.at, clock_.wall());
    return last_.entry.at + std::max(Duration::zero(), clock_.since_boot() - last_.since_boot);
}

std::optional<Duration> Store::until_next_due() const
{
    const auto due = world_->next_due();
    if (!due)
        return std::nullopt;
    return std::max(Duration::zero(), *due - now());
}

Result<void> Store::append(const LogLine& line)
{
    const std::string text = print_log_line(line);
    // cuts what a killed process left of its line
    if (::ftruncate(fd_.get(), static_cast<off_t>(offset_)) != 0)
        return failed("cut", folder_ / "log.jsonl");
    REOPS_BEFORE("sim-log");
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t count = ::pwrite(fd_.get(),
                                       text.data() + written,
                                       text.size() - written,
                                       static_cast<off_t>(offset_ + written));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failed("write", folder_ / "log.jsonl");
        written += static_cast<std::size_t>(count);
    }
    if (::fdatasync(fd_.get()) != 0)
        return failed("sync", folder_ / "log.jsonl");
    REOPS_AFTER("sim-log");
    offset_ += text.size();
    last_ = line;
    return {};
}

Result<void> Store::request(std::string op, std::string_view system, data::Value arguments)
{
    auto lock = Lock::take(folder_);
    if (!lock)
        return lock.failure();
    if (auto fresh = refresh(); !fresh)
        return fresh;
    LogLine line;
    line.number = last_.number + 1;
    line.since_boot = clock_.since_boot();
    line.boot = clock_.boot_id();
    line.entry = {now(), std::move(op), std::string{system}, std::move(arguments)};
    Result<void> outcome = world_->apply(line.entry);
    if (!outcome && outcome.failure().code == Code::invalid_argument)
        return outcome;  // it changes nothing but the time, and is the configuration's mistake
    line.outcome = outcome ? "accepted" : outcome.failure().message;
    if (auto written = append(line); !written) {
        forget();  // the world in memory has what the log has not
        return written;
    }
    return outcome;
}

Result<void> Store::declare(std::string_view system, const data::Map& words)
{
    if (auto fresh = refresh(); !fresh)
        return fresh;
    const Machine* known = world_->find(system);
    if (known != nullptr && known->declared == words)
        return {};
    return request("declare", system, words);
}

Result<void> Store::reset()
{
    auto lock = Lock::take(folder_);
    if (!lock)
        return lock.failure();
    const std::filesystem::path file = folder_ / "log.jsonl";
    const std::filesystem::path fresh = folder_ / "log.jsonl.new";
    if (!io::UniqueFd{::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)})
        return failed("make", fresh);
    if (::rename(fresh.c_str(), file.c_str()) != 0)
        return failed("replace", file);
    if (auto synced = io::sync_directory(folder_.string()); !synced)
        return synced;
    return open_log();
}

Result<void> Store::visit_log(const Visit& visit)
{
    if (auto opened = open_log(); !opened)
        return opened;
    std::string text;
    std::array<char, 64 * 1024> block;  // NOLINT: read() fills it
    for (ssize_t got = 0; (got = ::read(fd_.get(), block.data(), block.size())) > 0;)
        text.append(block.data(), static_cast<std::size_t>(got));
    for (std::string_view rest = text; rest.find('\n') != std::string_view::npos;) {
        const std::size_t end = rest.find('\n') + 1;
        if (auto taken = take_in(rest.substr(0, end)); !taken)
            return taken;
        visit(last_, world_->take_transitions());
        rest.remove_prefix(end);
    }
    world_->advance(now());
    const LogLine none;
    visit(none, world_->take_transitions());
    return {};
}

}  // namespace reops::providers::sim
