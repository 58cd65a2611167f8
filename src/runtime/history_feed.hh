// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Turns notes of decisions into rows of the history.

#include "engine/decision.hh"
#include "store/history.hh"

#include <vector>

namespace reops::runtime {

/// Writes entries in order; one transaction from the first row to finish(). A batch without notes
/// costs nothing: the position then stays behind, and is made up for by the next one.
class HistoryWriter {
public:
    explicit HistoryWriter(store::History& history) : history_(history) {}

    void write(const engine::Entry& entry, const std::vector<engine::Note>& notes);
    Result<void> finish(engine::Position position);

private:
    store::History& history_;
    bool open_ = false;
};

}  // namespace reops::runtime
