// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Turns notes of decisions into rows of the history.

#include "base/log.hh"
#include "engine/decision.hh"
#include "io/event_loop.hh"
#include "store/history.hh"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace reops::runtime {

/// Writes entries in order; one transaction from the first row to finish(). A batch without notes
/// costs nothing: the position then stays behind, and is made up for by the next one. A run that
/// one decision opens and closes is one row, written once.
class HistoryWriter {
public:
    explicit HistoryWriter(store::History& history) : history_(history) {}

    void write(const engine::Entry& entry, const std::vector<engine::Note>& notes);
    Result<void> finish(engine::Position position);
    /// Rows since the last finish().
    std::size_t rows() const { return rows_; }

private:
    void write_note(const engine::Entry& entry, const engine::Note& note);
    void put_run();

    store::History& history_;
    std::optional<store::RunRow> run_;  ///< opened by the present decision, not written yet
    std::size_t rows_ = 0;
};

/// Feeds the history while the program runs. It is a projection, so it may lag a little: many
/// commits share a transaction. When it cannot be written the journal still has all, and it is
/// caught up with from there.
class HistoryFeed {
public:
    HistoryFeed(io::EventLoop& loop, Log& log, Duration look_again);

    /// `catch_up` writes what the history lacks from the journal. Both must outlive this.
    void open(store::History& history, std::function<Result<void>()> catch_up);
    void feed(const engine::Batch& batch);
    /// Before somebody reads, and before the journal drops entries.
    void flush();
    void stop();

private:
    void fell_behind(const Failure& why);
    void retry();

    Log& log_;
    Duration look_again_;
    std::optional<HistoryWriter> writer_;
    std::function<Result<void>()> catch_up_;
    engine::Position last_;  ///< fed, and not behind
    bool is_behind_ = false;
    io::Timer timer_;  ///< to write what waits, or to catch up
};

}  // namespace reops::runtime
