// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The journal: append-only segment files of group commits (docs/protocol/journal.md). It
/// knows nothing of what is inside a commit.

#include "base/result.hh"
#include "base/time.hh"
#include "engine/ids.hh"
#include "store/journal/file_layer.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace reops::store {

/// What to type when a file was written by a newer program.
std::string newer_format_hint();

/// Something at the end of the journal that was cut off at open().
struct Damage {
    std::string file;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::string why;
};

struct JournalOptions {
    std::uint64_t segment_bytes = 64ULL << 20;
    bool sync = true;                       ///< fdatasync each commit
    std::uint64_t reserve_bytes = 4 << 20;  ///< room kept for results when the disk is full
    FileLayer* files = nullptr;             ///< null: the real ones
};

struct JournalStats {
    std::uint64_t commits = 0;
    std::uint64_t syncs = 0;
    std::uint64_t bytes = 0;
    std::uint64_t segments = 0;
};

using Frame =
    std::function<void(engine::Position first, std::uint32_t count, std::string_view payload)>;
/// Goes on while it returns true.
using FrameWhile =
    std::function<bool(engine::Position first, std::uint32_t count, std::string_view payload)>;

/// Owned by the runtime; one thread.
class Journal {
public:
    virtual ~Journal() = default;

    /// Finds the end: a torn tail is cut and told to `on_damage`. Damage before the end is corrupt,
    /// with file, offset and what to type.
    static Result<std::unique_ptr<Journal>> open(
        const std::string& directory,
        const JournalOptions& options,
        const std::function<void(const Damage&)>& on_damage);

    /// Appends one group commit and makes it durable. Failures: conflict = no space (nothing of it
    /// is there; try again later); internal = the disk failed, every later commit fails too.
    virtual Result<void> commit(engine::Position first,
                                std::uint32_t count,
                                std::string_view payload) = 0;
    virtual bool is_broken() const = 0;
    /// No room for another segment: what is committed now uses the reserve kept for results. Intake
    /// must stop; find_room() says when it may go on.
    virtual bool is_low() const = 0;
    /// Tries to get the reserve back; true when there is room again.
    virtual bool find_room() = 0;

    /// Every commit that holds `from` or something later, in order.
    virtual Result<void> replay(engine::Position from, const Frame& each) = 0;
    /// The same until `each` returns false; not_found when `from` is older than what is kept.
    virtual Result<void> read_from(engine::Position from, const FrameWhile& each) = 0;

    /// The first and last position that are kept; 0 when there is none.
    virtual engine::Position first() const = 0;
    virtual engine::Position last() const = 0;

    /// Removes whole segments that end before `before`, oldest first, while the rest is larger than
    /// `keep_bytes` or they are older than `keep_for` on the wall clock.
    virtual Result<void> drop_before(engine::Position before,
                                     std::uint64_t keep_bytes,
                                     Duration keep_for,
                                     Time wall_now) = 0;

    /// What its segments take on the disk.
    virtual std::uint64_t kept_bytes() const = 0;

    virtual const std::string& directory() const = 0;
    virtual JournalStats stats() const = 0;

protected:
    Journal() = default;
    Journal(const Journal&) = default;
    Journal& operator=(const Journal&) = default;
};

}  // namespace reops::store
