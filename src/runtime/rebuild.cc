// SPDX-License-Identifier: Apache-2.0
#include "runtime/rebuild.hh"

#include "engine/state.hh"
#include "runtime/frames.hh"
#include "runtime/history_feed.hh"
#include "runtime/state_lock.hh"
#include "store/snapshot.hh"

#include <algorithm>

namespace reops::runtime {

namespace {

constexpr std::uint64_t entries_per_transaction = 5000;

void remove_history(store::FileLayer& files, const std::string& path)
{
    for (const char* ending : {"", "-wal", "-shm"})
        (void)files.remove(path + ending).ok();  // most are not there
}

/// Runs are numbered in order, so the first one that is opened tells how many were before it. When
/// none is, the engine's counter does.
Result<std::uint64_t> runs_before(const std::string& directory, store::FileLayer& files)
{
    const auto snapshot = store::load_latest_snapshot(directory, nullptr, files);
    if (!snapshot.ok())
        return snapshot.failure();
    if (!snapshot->has_value())
        return std::uint64_t{0};
    const auto state = engine::decode_snapshot((*snapshot)->payload);
    if (!state.ok())
        return state.failure();
    const engine::Counters* counters = state->counters.find("");
    return counters == nullptr ? std::uint64_t{0} : counters->next_run - 1;
}

Result<RebuildReport> build(store::Journal& journal, const std::string& path)
{
    auto history = store::History::open(path);
    if (!history.ok())
        return history.failure();
    return feed_from_journal(journal, **history, engine::Position{1});
}

}  // namespace

Result<RebuildReport> feed_from_journal(store::Journal& journal,
                                        store::History& history,
                                        engine::Position from)
{
    RebuildReport report;
    report.complete_from = journal.first();
    report.last = journal.last();
    from = std::max(from, journal.first());
    if (journal.last() < from)
        return report;
    HistoryWriter writer{history};
    Result<void> written;
    const auto read = read_entries(journal, from, [&](engine::FrameItem& item) {
        for (const engine::Note& note : item.notes) {
            const bool opened = note.kind == "run-opened";
            if (opened && report.runs == 0)
                report.gone_runs = note.run.number - 1;
            report.runs += opened ? 1 : 0;
        }
        writer.write(item.entry, item.notes);
        if (++report.entries % entries_per_transaction == 0)
            written = writer.finish(item.entry.position);
        return written.ok();
    });
    if (!read.ok())
        return read.failure();
    if (written.ok())
        written = writer.finish(journal.last());
    if (!written.ok())
        return written.failure();
    return report;
}

Result<RebuildReport> rebuild_history(const std::string& state_folder, store::FileLayer* files)
{
    store::FileLayer& layer = files != nullptr ? *files : store::system_files();
    const auto lock = lock_state(state_folder);
    if (!lock.ok())
        return lock.failure();
    std::uint64_t cut = 0;
    auto journal = store::Journal::open(state_folder + "/journal",
                                        {.files = &layer},
                                        [&](const store::Damage& damage) { cut += damage.bytes; });
    if (!journal.ok())
        return journal.failure();
    const std::string path = state_folder + "/history.sqlite";
    remove_history(layer, path + ".new");
    auto report = build(**journal, path + ".new");
    if (!report.ok()) {
        remove_history(layer, path + ".new");
        return report.failure().while_("building the history again");
    }
    report->cut_bytes = cut;
    if (report->runs == 0 && report->complete_from.number > 1) {
        const auto before = runs_before((*journal)->directory(), layer);
        if (!before.ok())
            return before.failure();
        report->gone_runs = *before;
    }
    remove_history(layer, path);
    if (auto moved = layer.rename(path + ".new", path); !moved.ok())
        return moved.failure();
    if (auto synced = layer.sync_directory(state_folder); !synced.ok())
        return synced.failure();
    return report;
}

std::string describe(const RebuildReport& report)
{
    if (report.entries == 0)
        return "the journal is empty, and so is the history";
    std::string text = "the history is complete from " + engine::to_string(report.complete_from) +
                       " to " + engine::to_string(report.last) + ": " +
                       std::to_string(report.runs) + (report.runs == 1 ? " run" : " runs");
    if (report.gone_runs > 0)
        text +=
            "; " + engine::to_string(engine::RunId{1}) +
            (report.gone_runs == 1 ? " is gone: its segment was dropped"
                                   : " to " + engine::to_string(engine::RunId{report.gone_runs}) +
                                         " are gone: their segments were dropped");
    if (report.cut_bytes > 0)
        text += "; " + std::to_string(report.cut_bytes) + " torn bytes at the end were cut off";
    return text;
}

}  // namespace reops::runtime
