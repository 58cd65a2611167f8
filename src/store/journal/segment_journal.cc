// SPDX-License-Identifier: Apache-2.0
#include "store/journal/segment_journal.hh"

#include "base/crash_point.hh"

#include <algorithm>

namespace reops::store {

namespace {

constexpr std::string_view prefix = "segment-";
constexpr std::string_view reserve_name = "reserve";
/// Reserved room that was never written costs the file system a change of its own tables at each
/// sync. Small commits are many, so for them zeros are written ahead.
constexpr std::uint64_t small_commit = 4096;
constexpr std::uint64_t zeros_ahead = 256ULL << 10;

std::string segment_name(std::uint64_t number)
{
    const std::string digits = std::to_string(number);
    return std::string{prefix} + std::string(12 - std::min<std::size_t>(12, digits.size()), '0') +
           digits;
}

std::string folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Failure unreadable(const std::string& path, const Failure& why)
{
    if (why.code == Code::unsupported)
        return Failure{why.code, path + " " + why.message, newer_format_hint()};
    return Failure{why.code,
                   path + " " + why.message,
                   "to go on without what it holds, move the file away: mv " + path + " /tmp/"};
}

}  // namespace

std::string newer_format_hint()
{
    return "start the newer reops again, or restore a backup that this version wrote";
}

SegmentJournal::SegmentJournal(std::string directory, JournalOptions options)
    : directory_(std::move(directory)),
      options_(options),
      files_(options.files != nullptr ? *options.files : system_files())
{
}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& directory,
                                               const JournalOptions& options,
                                               const std::function<void(const Damage&)>& on_damage)
{
    auto journal = std::make_unique<SegmentJournal>(directory, options);
    if (auto recovered = journal->recover(on_damage); !recovered.ok())
        return recovered.failure();
    return std::unique_ptr<Journal>{std::move(journal)};
}

Result<void> SegmentJournal::recover(const std::function<void(const Damage&)>& on_damage)
{
    if (auto made = files_.make_directory(directory_); !made.ok())
        return made;
    if (auto synced = files_.sync_directory(folder_of(directory_)); !synced.ok())
        return synced;
    auto names = files_.list(directory_);
    if (!names.ok())
        return names.failure();
    std::erase_if(*names, [](const std::string& name) { return !name.starts_with(prefix); });
    for (std::size_t i = 0; i < names->size(); ++i)
        if (auto one = recover_segment((*names)[i], i + 1 == names->size(), on_damage); !one.ok())
            return one;
    low_ = !make_reserve().ok();
    return {};
}

/// Only the last segment may end in the middle of a record; it is cut there, so that bytes behind a
/// torn record can never be taken for later ones.
Result<void> SegmentJournal::recover_segment(const std::string& name,
                                             bool is_last,
                                             const std::function<void(const Damage&)>& on_damage)
{
    const std::string path = directory_ + "/" + name;
    auto file = files_.open(path, false);
    if (!file.ok())
        return file.failure();
    auto head = (*file)->read_at(0, segment_header_bytes);
    if (!head.ok())
        return head.failure();
    const auto size = (*file)->size();
    if (!size.ok())
        return size.failure();
    auto header = decode_segment_header(*head);
    if (!header.ok() && is_last && header.failure().code == Code::corrupt &&
        head->find_first_not_of('\0') == std::string::npos) {
        on_damage({.file = path, .offset = 0, .bytes = *size, .why = "a segment never begun"});
        return files_.remove(path);
    }
    if (!header.ok())
        return unreadable(path, header.failure());
    SegmentReader reader{**file, header->segment};
    last_ = std::max(last_, engine::Position{std::max<std::uint64_t>(1, header->first.number) - 1});
    while (const auto record = reader.next())
        last_ = engine::Position{record->header.position.number + record->header.count - 1};
    if (auto good = check_end(reader, path, is_last); !good.ok())
        return good;
    if (!reader.why().empty())
        on_damage({.file = path,
                   .offset = reader.end(),
                   .bytes = *size - reader.end(),
                   .why = reader.why()});
    if (is_last && *size > reader.end()) {
        if (auto cut = (*file)->truncate(reader.end()); !cut.ok())
            return cut;
        if (auto synced = (*file)->sync(); !synced.ok())
            return synced;
    }
    segments_.push_back({header->segment, header->first, path, reader.end()});
    return {};
}

/// A crash tears the end of the last segment, since one commit at a time is written and synced.
/// Anything else is damage of the disk, and cutting there would lose what was acknowledged.
Result<void> SegmentJournal::check_end(SegmentReader& reader,
                                       const std::string& path,
                                       bool is_last) const
{
    if (reader.trouble())
        return *reader.trouble();
    if (reader.why().empty())
        return {};
    const std::string found =
        path + ": " + reader.why() + " at byte " + std::to_string(reader.end());
    if (!is_last)
        return Failure{Code::corrupt,
                       found + ", and later segments follow: the disk is damaged",
                       "restore a backup, or move this and the later segments away"};
    if (!options_.sync)
        return {};  // without syncs the system writes in any order
    const auto later = reader.find_later_record();
    if (reader.trouble())
        return *reader.trouble();
    if (!later)
        return {};
    return Failure{Code::corrupt,
                   found + ", and a good one follows at byte " + std::to_string(*later) +
                       ": the disk is damaged",
                   "restore a backup, or go on without what follows: truncate -s " +
                       std::to_string(reader.end()) + " " + path};
}

Result<void> SegmentJournal::make_reserve()
{
    auto file = files_.open(directory_ + "/" + std::string{reserve_name}, true);
    if (!file.ok())
        return file.failure();
    auto reserved = (*file)->reserve(options_.reserve_bytes);
    if (!reserved.ok())
        drop_reserve();  // a part of it helps nobody
    return reserved;
}

void SegmentJournal::drop_reserve()
{
    (void)files_.remove(directory_ + "/" + std::string{reserve_name}).ok();  // may be gone already
}

/// Room for the reserve alone is not enough to go on: a segment must fit as well. Until it does,
/// the small segment stays the one that is written.
bool SegmentJournal::find_room()
{
    if (!low_ || broken_ || !make_reserve().ok())
        return !low_;
    const std::uint64_t end = at_;
    const std::uint64_t room = room_;
    std::unique_ptr<File> small = std::move(file_);
    if (make_segment(engine::Position{last_.number + 1}, options_.segment_bytes).ok()) {
        low_ = false;
        (void)close_segment(std::move(small), end, room).ok();  // failing, it breaks the journal
    } else {
        file_ = std::move(small);
    }
    return !low_;
}

/// Gives the unused room back. What a refused write left behind the end goes with it, for good:
/// a segment that is not the last may not end in the middle of a record.
Result<void> SegmentJournal::close_segment(std::unique_ptr<File> file,
                                           std::uint64_t end,
                                           std::uint64_t room)
{
    if (file == nullptr || end >= room)
        return {};
    Result<void> closed = file->truncate(end);
    if (closed.ok() && options_.sync)
        closed = file->sync();
    if (!closed.ok())
        return broken(closed.failure());
    return {};
}

Result<void> SegmentJournal::make_segment(engine::Position first, std::uint64_t bytes)
{
    const std::uint64_t number = segments_.empty() ? 1 : segments_.back().number + 1;
    const std::string path = directory_ + "/" + segment_name(number);
    REOPS_BEFORE("segment-create");
    auto file = files_.open(path, true);
    if (!file.ok())
        return file.failure();
    Result<void> made = (*file)->reserve(bytes);
    if (made.ok())
        made = write_header(**file, number, first);
    REOPS_AFTER("segment-create");
    if (!made.ok()) {
        file->reset();
        (void)files_.remove(path).ok();  // half a segment is none; a later try makes it anew
        return made;
    }
    file_ = std::move(*file);
    room_ = bytes;
    at_ = written_ = segment_header_bytes;
    segments_.push_back({number, first, path, segment_header_bytes});
    ++stats_.segments;
    return {};
}

Result<void> SegmentJournal::write_header(File& file, std::uint64_t number, engine::Position first)
{
    auto written = file.write_at(0, encode_segment_header({.segment = number, .first = first}));
    if (!written.ok() && written.failure().code == Code::conflict)
        return written;
    if (written.ok())
        written = file.sync();
    if (written.ok())
        written = files_.sync_directory(directory_);
    return written.ok() ? written : broken(written.failure());
}

/// A full disk: the reserve gives way to one small segment, for the results of what runs.
Result<void> SegmentJournal::open_segment(engine::Position first, std::uint64_t least_bytes)
{
    if (auto closed = close_segment(std::move(file_), at_, room_); !closed.ok())
        return closed;
    room_ = 0;
    auto made = make_segment(first, std::max(options_.segment_bytes, least_bytes));
    if (made.ok() || made.failure().code != Code::conflict)
        return made;
    low_ = true;
    drop_reserve();
    return make_segment(first, std::max(options_.reserve_bytes * 3 / 4, least_bytes));
}

Failure SegmentJournal::broken(const Failure& why)
{
    broken_ = true;
    return Failure{Code::internal,
                   why.message + "; the journal is not written any more",
                   "check the disk (dmesg), then start again: what was acknowledged is kept"};
}

Result<void> SegmentJournal::commit(engine::Position first,
                                    std::uint32_t count,
                                    std::string_view payload)
{
    if (broken_)
        return Failure{Code::internal,
                       "the journal is not written any more: the disk failed before"};
    if (payload.empty() || payload.size() > longest_record)
        return broken({Code::internal,
                       "a commit has 1 to " + std::to_string(longest_record) + " bytes but got " +
                           std::to_string(payload.size())});
    const std::uint64_t whole = record_header_bytes + payload.size();
    if (file_ == nullptr || at_ + whole > room_) {
        if (auto opened = open_segment(first, segment_header_bytes + whole); !opened.ok())
            return opened;
    }
    encode_record(
        {.count = count, .position = first, .segment = segments_.back().number}, payload, record_);
    if (whole < small_commit && at_ + whole > written_)
        record_.append(std::min(zeros_ahead, room_ - at_ - whole), '\0');
    REOPS_BEFORE("journal-write");
    if (auto written = file_->write_at(at_, record_); !written.ok()) {
        if (written.failure().code == Code::conflict)
            return written;  // the next try overwrites what is there of it
        return broken(written.failure());
    }
    REOPS_AFTER("journal-write");
    written_ = std::max(written_, at_ + record_.size());
    if (options_.sync) {
        REOPS_BEFORE("journal-sync");
        if (auto synced = file_->sync(); !synced.ok())
            return broken(synced.failure());
        REOPS_AFTER("journal-sync");
        ++stats_.syncs;
    }
    at_ += whole;
    segments_.back().bytes = at_;
    last_ = engine::Position{first.number + count - 1};
    ++stats_.commits;
    stats_.bytes += whole;
    return {};
}

Result<void> SegmentJournal::replay(engine::Position from, const Frame& each)
{
    if (segments_.empty())
        return {};
    return read_from(std::max(from, first()),
                     [&](engine::Position at, std::uint32_t count, std::string_view payload) {
                         each(at, count, payload);
                         return true;
                     });
}

Result<void> SegmentJournal::read_from(engine::Position from, const FrameWhile& each)
{
    if (segments_.empty() || from < segments_.front().first)
        return Failure{Code::not_found,
                       engine::to_string(from) + " is older than what the journal keeps"};
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        const bool before = i + 1 < segments_.size() && segments_[i + 1].first <= from;
        if (before)
            continue;
        auto file = files_.open(segments_[i].path, false);
        if (!file.ok())
            return file.failure();
        SegmentReader reader{**file, segments_[i].number};
        while (const auto record = reader.next()) {
            const engine::Position last{record->header.position.number + record->header.count - 1};
            if (last < from)
                continue;
            if (!each(record->header.position, record->header.count, record->payload))
                return {};
        }
        if (reader.trouble())
            return *reader.trouble();
    }
    return {};
}

engine::Position SegmentJournal::first() const
{
    return segments_.empty() ? engine::Position{} : segments_.front().first;
}

std::uint64_t SegmentJournal::kept_bytes() const
{
    std::uint64_t total = 0;
    for (const Segment& segment : segments_)
        total += segment.bytes;
    return total;
}

Result<void> SegmentJournal::drop_before(engine::Position before,
                                         std::uint64_t keep_bytes,
                                         Duration keep_for,
                                         Time wall_now)
{
    std::uint64_t total = kept_bytes();
    bool dropped = false;
    while (segments_.size() > 1 && segments_[1].first <= before) {
        auto file = files_.open(segments_.front().path, false);
        const bool old =
            file.ok() && (*file)->written_at().ok() && wall_now - *(*file)->written_at() > keep_for;
        if (total <= keep_bytes && !old)
            break;
        if (auto removed = files_.remove(segments_.front().path); !removed.ok())
            return removed;
        total -= segments_.front().bytes;
        segments_.erase(segments_.begin());
        dropped = true;
    }
    return dropped ? files_.sync_directory(directory_) : Result<void>{};
}

}  // namespace reops::store
