// SPDX-License-Identifier: Apache-2.0
#include "tests/live/libvirt/live_guests.hh"

#include "data/map.hh"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace reops::test {

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// "2026-11-23 08:45:04.919+0000: event 'lifecycle' for domain 'foo': Shutdown Finished ..."
std::optional<DomainEvent> parse_event(const std::string& line)
{
    constexpr std::string_view mark = ": event 'lifecycle' for domain '";
    const std::size_t begin = line.find(mark);
    const std::size_t end = line.find("': ", begin + mark.size());
    if (begin == std::string::npos || end == std::string::npos || begin < 24)
        return std::nullopt;
    std::string at = line.substr(0, 23);
    at[10] = 'T';
    const auto time = parse_iso(at + "Z");
    if (!time)
        return std::nullopt;
    const std::size_t name = begin + mark.size();
    return DomainEvent{time.value(), line.substr(name, end - name), line.substr(end + 3)};
}

}  // namespace

std::optional<LiveGuests> LiveGuests::find()
{
    const char* uri = std::getenv("REOPS_LIBVIRT_URI");
    const char* driver = std::getenv("REOPS_LIBVIRT_DRIVER");
    const char* folder = std::getenv("REOPS_LIBVIRT_FOLDER");
    const char* events = std::getenv("REOPS_LIBVIRT_EVENTS");
    if (uri == nullptr || driver == nullptr || folder == nullptr || events == nullptr)
        return std::nullopt;
    LiveGuests guests;
    guests.uri_ = uri;
    guests.driver_ = driver;
    guests.folder_ = folder;
    guests.events_ = events;
    return guests;
}

std::vector<int> LiveGuests::emulators(std::string_view guest) const
{
    std::vector<int> pids;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator{"/proc", ignored}) {
        const std::string name = entry.path().filename().string();
        int pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{})
            continue;
        const std::string words = read_file(entry.path() / "cmdline");
        const bool is_emulator = fs::read_symlink(entry.path() / "exe", ignored)
                                     .filename()
                                     .string()
                                     .starts_with("qemu-system-");
        if (is_emulator && words.find("guest=" + std::string{guest} + ",") != std::string::npos &&
            words.find(folder_.string()) != std::string::npos)
            pids.push_back(pid);
    }
    return pids;
}

bool LiveGuests::is_up(std::string_view guest) const
{
    return read_file(folder_ / (std::string{guest} + ".serial")).find("REOPS-GUEST-UP") !=
           std::string::npos;
}

std::vector<DomainEvent> LiveGuests::events() const
{
    std::vector<DomainEvent> events;
    std::ifstream file{events_};
    for (std::string line; std::getline(file, line);)
        if (auto event = parse_event(line))
            events.push_back(*std::move(event));
    return events;
}

std::optional<Time> LiveGuests::last_event(std::string_view guest, std::string_view what) const
{
    std::optional<Time> last;
    for (const DomainEvent& event : events())
        if (event.domain == guest && event.what.starts_with(what))
            last = event.at;
    return last;
}

data::Value LiveGuests::options() const
{
    return data::make_map({{data::Value::keyword("uri"), data::Value::string(uri_)}});
}

providers::SystemRef LiveGuests::system_named(std::string name) const
{
    return {std::move(name), "", options()};
}

}  // namespace reops::test
