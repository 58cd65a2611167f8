// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file History for people: runs, outcomes and notes, in SQLite. A projection of the journal: it
/// records the position it reflects, and can be thrown away and built again.

#include "base/result.hh"
#include "base/time.hh"
#include "engine/ids.hh"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::store {

struct RunRow {
    std::uint64_t number = 0;
    std::string flow;
    std::string version;
    std::string key;
    std::uint64_t event = 0;
    std::string event_name;
    std::string value;  ///< as printed
    std::string actor;
    bool repeat = false;
    Time opened;
    Time closed;         ///< 0 while it is open
    std::string status;  ///< "open", "done", "partial" ...
    std::string good;    ///< hosts, comma separated
    std::string bad;
    std::string error;
};

struct OutcomeRow {
    std::uint64_t run = 0;
    std::uint32_t stage = 0;
    std::string host;
    std::string action;
    std::string outcome;
    int code = 0;
    std::string message;
    bool changed = true;
    bool hard = false;
    std::string because;
    std::string took;
    Time at;
};

struct NoteRow {
    std::uint64_t position = 0;
    Time at;
    std::string kind;
    std::uint64_t run = 0;
    std::uint64_t effect = 0;
    std::string flow;
    std::string key;
    std::string host;
    std::string detail;  ///< EDN
};

/// What to list; empty fields match all.
struct RunQuery {
    std::string flow;
    std::string host;
    bool with_repeats = false;  ///< also repeat runs that found all unchanged
    std::size_t limit = 20;
};

struct NoteQuery {
    std::uint64_t run = 0;
    std::uint64_t from_position = 0;
    std::string flow;
    std::string kind;
    bool newest_first = false;
    std::size_t limit = 1000;
};

/// Loop thread only. Writing happens in batches between begin() and commit().
class History {
public:
    virtual ~History() = default;
    /// Makes the file and its tables when absent; a damaged file, or one of a newer version, is
    /// moved aside as `.damaged` and an empty one made, which the caller fills again from the
    /// journal.
    static Result<std::unique_ptr<History>> open(const std::string& path);

    /// The last journal position that it contains.
    virtual engine::Position position() const = 0;

    virtual void begin() = 0;
    virtual void add_run(const RunRow& run) = 0;
    /// Sets closed, status, good, bad and error of the run with that number.
    virtual void close_run(const RunRow& run) = 0;
    virtual void add_outcome(const OutcomeRow& outcome) = 0;
    virtual void add_note(const NoteRow& note) = 0;
    /// One transaction with the new position; the first failure of the batch.
    virtual Result<void> commit(engine::Position position) = 0;

    virtual Result<std::vector<RunRow>> runs(const RunQuery& query) = 0;
    /// not_found names the number.
    virtual Result<RunRow> run(std::uint64_t number) = 0;
    virtual Result<std::vector<OutcomeRow>> outcomes(std::uint64_t run) = 0;
    virtual Result<std::vector<NoteRow>> notes(const NoteQuery& query) = 0;

    /// Removes all rows, for a rebuild.
    virtual Result<void> clear() = 0;
    /// Removes runs (and what belongs to them) beyond the newest `keep`.
    virtual Result<void> prune(std::size_t keep) = 0;

protected:
    History() = default;
    History(const History&) = default;
    History& operator=(const History&) = default;
};

}  // namespace reops::store
