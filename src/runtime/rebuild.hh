// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The history built again from the journal (`reops doctor --rebuild`): for a damaged or
/// doubtful one, without a running server.

#include "base/result.hh"
#include "engine/ids.hh"
#include "store/history.hh"
#include "store/journal/journal.hh"

#include <cstdint>
#include <string>

namespace reops::runtime {

/// What a rebuild did.
struct RebuildReport {
    engine::Position complete_from;  ///< the first entry that the journal keeps
    engine::Position last;           ///< the last one
    std::uint64_t entries = 0;
    std::uint64_t runs = 0;       ///< in the history now
    std::uint64_t gone_runs = 0;  ///< r-1 ... r-N are gone: their segments were dropped; 0: none
    std::uint64_t cut_bytes = 0;  ///< a torn end of the journal that was cut off
};

/// Throws STATE/history.sqlite away and builds it again. The old one stays until the new one is
/// whole. Blocks. Failures: conflict (a server holds the folder: names it), not_found, corrupt (the
/// journal itself), internal; each with what to type next.
Result<RebuildReport> rebuild_history(const std::string& state_folder,
                                      store::FileLayer* files = nullptr);

/// Sentences for people: "the history is complete from e-193 to e-900: 12 runs", "r-1 to r-7 are
/// gone: ...".
std::string describe(const RebuildReport& report);

/// Writes what the journal keeps from `from` on into the history; counts entries and runs. For a
/// start as well: a history may be behind.
Result<RebuildReport> feed_from_journal(store::Journal& journal,
                                        store::History& history,
                                        engine::Position from);

}  // namespace reops::runtime
