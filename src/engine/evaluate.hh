// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Calls the user's function of a stage inside a run. The answer becomes an entry.

#include "engine/call.hh"
#include "engine/entry.hh"
#include "engine/records.hh"
#include "engine/stage.hh"

#include <atomic>

namespace reops::engine {

/// `stage` is a ChooseStage or a Transformer. What it throws ends up in Evaluated::error.
Evaluated call_stage(const Run& run, const Stage& stage);

/// The same as a call that may take any time, with a copy of the run.
class StageCall final : public Call {
public:
    StageCall(FlowPtr flow, Run run, bool again);

    void run() override;
    bool leave() override;
    std::uint64_t begun() const override { return 1; }
    const Flow& flow() const override { return *flow_; }
    Body answer(Duration took) override;

private:
    enum class Phase : std::uint8_t { running, left, ended };

    FlowPtr flow_;
    Run run_;
    bool again_;
    std::atomic<Phase> phase_{Phase::running};
    Evaluated answer_;
};

}  // namespace reops::engine
