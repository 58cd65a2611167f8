// SPDX-License-Identifier: Apache-2.0
// The checks of `reops doctor` that look at files, folders and the machine.
#include "app/doctor.hh"
#include "io/files.hh"
#include "io/process.hh"
#include "store/journal/segment.hh"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace reops::app {

namespace {

using control::Check;
using control::Health;

constexpr std::uint64_t little_space = 1ULL << 30;
constexpr std::uint64_t no_space = 64ULL << 20;
constexpr std::size_t segments_looked_at = 4;

Check check_config(const Config& config)
{
    if (config.path.empty())
        return {"configuration", Health::ok, "there is none: defaults", ""};
    struct stat facts = {};
    if (::stat(config.path.c_str(), &facts) != 0)
        return {
            "configuration", Health::fail, config.path + " cannot be read", "ls -l " + config.path};
    if (facts.st_uid != io::own_uid() && facts.st_uid != 0)
        return {
            "configuration",
            Health::warn,
            fmt::format(
                "{} belongs to uid {}, who can change what reops does", config.path, facts.st_uid),
            "ls -l " + config.path};
    return {"configuration", Health::ok, config.path + " is read, only its owner can write it", ""};
}

Check check_state(const Config& config)
{
    struct stat facts = {};
    if (::stat(config.state.c_str(), &facts) != 0)
        return {"state folder", Health::ok, config.state + " is made at the first start", ""};
    if (!S_ISDIR(facts.st_mode))
        return {
            "state folder", Health::fail, config.state + " is no folder", "ls -ld " + config.state};
    if (facts.st_uid != io::own_uid())
        return {"state folder",
                Health::fail,
                fmt::format("{} belongs to uid {}", config.state, facts.st_uid),
                "ls -ld " + config.state};
    if ((facts.st_mode & 077U) != 0)
        return {
            "state folder",
            Health::fail,
            fmt::format(
                "{} can be entered by others (mode {:o})", config.state, facts.st_mode & 07777U),
            "chmod 700 " + config.state};
    return {"state folder", Health::ok, config.state + " is for us alone", ""};
}

/// Who holds the folder. A shared lock is asked for and given back at once: nothing is written.
Check check_lock(const Config& config, bool is_served)
{
    const std::string path = config.state + "/lock";
    const io::UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!fd)
        return {"lock", Health::ok, "nobody uses the state folder", ""};
    const auto text = io::read_file(path, 64);
    std::string holder = text.ok() ? *text : "?";
    std::erase_if(holder, [](char c) { return c < '0' || c > '9'; });
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) == 0)
        return {"lock", Health::ok, "nobody uses the state folder", ""};
    if (is_served)
        return {"lock", Health::ok, "held by the reops that answers, process " + holder, ""};
    return {"lock",
            Health::fail,
            "process " + holder + " holds the state folder and does not answer",
            "ps -p " + holder + " -o pid,etime,args"};
}

Check check_space(const Config& config)
{
    const auto free = io::free_space(config.state);
    if (!free.ok())
        return {"free space", Health::ok, "not known before the first start", ""};
    const std::string text = fmt::format("{} MiB in {}", *free >> 20U, config.state);
    const std::string type = "df -h " + config.state;
    if (*free < no_space)
        return {"free space", Health::fail, text + ": intake stops soon", type};
    if (*free < little_space)
        return {"free space", Health::warn, text, type};
    return {"free space", Health::ok, text, ""};
}

/// Damage in the middle of a segment; a torn end is cut at the next start and loses nothing that
/// was acknowledged. While a reops writes, an unfinished end is no news.
std::string damage_of(const std::string& path, bool is_last, bool is_served)
{
    auto file = store::system_files().open(path, false);
    if (!file.ok())
        return file.failure().message;
    const auto head = (*file)->read_at(0, store::segment_header_bytes);
    if (!head.ok())
        return head.failure().message;
    const auto header = store::decode_segment_header(*head);
    if (!header.ok())
        return is_last ? "" : path + ": " + header.failure().message;
    store::SegmentReader reader{**file, header->segment};
    while (reader.next()) {
    }
    if (reader.trouble())
        return reader.trouble()->message;
    if (reader.why().empty() || (is_last && is_served))
        return {};
    if (const auto later = reader.find_later_record())
        return fmt::format("{}: {} at byte {}, good records follow at byte {}",
                           path,
                           reader.why(),
                           reader.end(),
                           *later);
    return is_last ? "" : fmt::format("{}: {} at byte {}", path, reader.why(), reader.end());
}

Check check_journal(const Config& config, bool is_served)
{
    const std::string folder = config.state + "/journal";
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored))
        return {"journal", Health::ok, "is begun at the first start", ""};
    auto names = store::system_files().list(folder);
    if (!names.ok())
        return {"journal", Health::fail, names.failure().message, "ls -l " + folder};
    std::erase_if(*names, [](const std::string& name) { return !name.starts_with("segment-"); });
    const std::size_t count = names->size();
    const std::size_t first = count > segments_looked_at ? count - segments_looked_at : 0;
    for (std::size_t i = first; i < count; ++i)
        if (const std::string damage =
                damage_of(folder + "/" + (*names)[i], i + 1 == count, is_served);
            !damage.empty())
            return {"journal",
                    Health::fail,
                    damage,
                    "restore a backup, or ask for help before starting"};
    return {"journal",
            Health::ok,
            fmt::format("{} segment(s), the newest {} read without damage", count, count - first),
            ""};
}

Check check_clock(const Clock& clock)
{
    if (clock.is_synchronised())
        return {"clock", Health::ok, "is synchronised", ""};
    return {"clock",
            Health::warn,
            "is not synchronised: after a boot all effects that were left over expire",
            "timedatectl status"};
}

Check check_user(const Surroundings& surroundings)
{
    if (!surroundings.is_root)
        return {"user", Health::ok, "not root", ""};
    return {"user",
            Health::warn,
            "this is root; reops needs no more than a user of its own",
            "systemctl cat reops"};
}

/// The running reops has its own word about mail.
Check check_mail(const Config& config)
{
    if (!config.smtp.url.empty())
        return {"mail", Health::ok, "goes to " + config.smtp.url, ""};
    return {"mail",
            Health::fail,
            "goes to files in " + config.state + "/mail: there is no :smtp",
            "write :smtp {:url \"smtp://HOST:587\"} into the configuration"};
}

}  // namespace

std::vector<Check> local_checks(const Config& config, const Call& call, bool is_served)
{
    std::vector<Check> checks = {check_config(config),
                                 check_state(config),
                                 check_lock(config, is_served),
                                 check_space(config),
                                 check_journal(config, is_served),
                                 check_clock(call.clock),
                                 check_user(call.surroundings)};
    if (!is_served)
        checks.push_back(check_mail(config));
    return checks;
}

}  // namespace reops::app
