// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.hh"

#include "base/bytes.hh"
#include "base/crash_point.hh"
#include "store/journal/crc32c.hh"
#include "store/journal/journal.hh"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace reops::store {

namespace {

constexpr std::string_view prefix = "snapshot-";
constexpr std::string_view magic = "REOPSSN\n";
constexpr std::uint8_t snapshot_format = 1;
constexpr std::size_t largest = 1U << 30;

std::string snapshot_name(engine::Position position)
{
    const std::string digits = std::to_string(position.number);
    return std::string{prefix} + std::string(20 - std::min<std::size_t>(20, digits.size()), '0') +
           digits;
}

std::vector<std::string> snapshot_names(FileLayer& files, const std::string& directory)
{
    auto names = files.list(directory);
    if (!names.ok())
        return {};
    std::erase_if(*names, [](const std::string& name) {
        return !name.starts_with(prefix) || name.ends_with(".new");
    });
    return std::move(*names);
}

Result<Snapshot> read_snapshot(FileLayer& files, const std::string& path)
{
    auto file = files.open(path, false);
    if (!file.ok())
        return file.failure();
    auto size = (*file)->size();
    auto bytes = (*file)->read_at(0, size.ok() ? std::min<std::size_t>(*size, largest) : 0);
    if (!bytes.ok())
        return bytes.failure();
    const std::string_view all = *bytes;
    const Failure corrupt{Code::corrupt, path + " is damaged"};
    if (!all.starts_with(magic))
        return corrupt;
    ByteReader reader{all.substr(magic.size())};
    const std::uint8_t format = reader.byte();
    if (format > snapshot_format)
        return Failure{Code::unsupported,
                       path + " was written by a newer reops (snapshot format " +
                           std::to_string(format) + ", this program reads " +
                           std::to_string(snapshot_format) + ")",
                       newer_format_hint()};
    const engine::Position position{reader.unsigned_()};
    const std::uint64_t crc = reader.unsigned_();
    const std::string_view payload = reader.text();
    const bool named = path.ends_with("/" + snapshot_name(position));
    if (!reader.ok() || !reader.at_end() || format != snapshot_format || !named ||
        crc32c(payload) != crc)
        return corrupt;
    return Snapshot{.position = position, .payload = std::string{payload}};
}

}  // namespace

Result<void> write_snapshot(const std::string& directory,
                            engine::Position position,
                            std::string_view payload,
                            FileLayer& files)
{
    std::string bytes{magic};
    ByteWriter writer{bytes};
    writer.byte(snapshot_format);
    writer.unsigned_(position.number);
    writer.unsigned_(crc32c(payload));
    writer.text(payload);
    const std::string path = directory + "/" + snapshot_name(position);
    REOPS_BEFORE("snapshot-write");
    auto file = files.open(path + ".new", true);
    if (!file.ok())
        return file.failure();
    Result<void> done = (*file)->truncate(0);
    if (done.ok())
        done = (*file)->write_at(0, bytes);
    if (done.ok())
        done = (*file)->sync();
    REOPS_AFTER("snapshot-write");
    if (!done.ok()) {
        (void)files.remove(path + ".new").ok();
        return done;
    }
    REOPS_BEFORE("snapshot-rename");
    done = files.rename(path + ".new", path);
    if (done.ok())
        done = files.sync_directory(directory);
    REOPS_AFTER("snapshot-rename");
    std::vector<std::string> names = snapshot_names(files, directory);
    for (std::size_t i = 0; done.ok() && i + 2 < names.size(); ++i)
        done = files.remove(directory + "/" + names[i]);
    return done;
}

Result<std::optional<Snapshot>> load_latest_snapshot(const std::string& directory,
                                                     std::string* passed_over,
                                                     FileLayer& files)
{
    std::vector<std::string> names = snapshot_names(files, directory);
    std::reverse(names.begin(), names.end());
    for (const std::string& name : names) {
        std::string path = directory;
        path.append("/").append(name);
        auto snapshot = read_snapshot(files, path);
        if (snapshot.ok())
            return std::optional<Snapshot>{std::move(*snapshot)};
        if (snapshot.failure().code == Code::unsupported)
            return snapshot.failure();
        if (passed_over != nullptr)
            *passed_over = std::move(path);
    }
    return std::optional<Snapshot>{};
}

engine::Position droppable_before(const std::string& directory, FileLayer& files)
{
    const std::vector<std::string> names = snapshot_names(files, directory);
    if (names.size() < 2)
        return {};
    const std::string_view digits = std::string_view{names[names.size() - 2]}.substr(prefix.size());
    engine::Position position;
    std::from_chars(digits.data(), digits.data() + digits.size(), position.number);
    return position;
}

}  // namespace reops::store
