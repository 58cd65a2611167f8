// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Steps of direct runs (engine/direct.hh) through a runtime: puts a step in, collects what
/// came of each host as it comes, and says when the step has ended.

#include "base/result.hh"
#include "engine/direct.hh"
#include "engine/signal.hh"
#include "runtime/runtime.hh"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::runtime {

/// How a step stands.
struct StepState {
    std::string run = {};                   ///< "r-12"
    std::uint32_t hosts = 0;                ///< that it acts on; 0 until it has begun
    engine::HostResults ended = {};         ///< in the order in which they ended
    std::vector<std::string> working = {};  ///< some of those that have begun and not ended
};

/// How it ended. Closed: the run takes no further step (it was cancelled, or reops ends).
struct StepEnd {
    StepState state = {};
    bool is_closed = false;
};

struct StepWish {
    std::string run = {};   ///< of the steps before; empty: the first
    std::string form = {};  ///< "(exec closet \"uptime\")", for the history
    std::string actor = {};
    engine::StagePtr stage = {};
};

/// Loop thread only; of the same life as the runtime, destroyed before it.
class DirectRuns {
public:
    using Progress = std::function<void(const StepState&)>;
    using Ended = std::function<void(Result<StepEnd>)>;

    explicit DirectRuns(Runtime& runtime);
    DirectRuns(const DirectRuns&) = delete;
    DirectRuns& operator=(const DirectRuns&) = delete;
    ~DirectRuns();

    /// `progress` is called for each host that ended, `ended` once: conflict when 64 are open, when
    /// the run is gone, or while the journal cannot be written.
    void step(const StepWish& wish, Progress progress, Ended ended);
    /// What has not begun ends cancelled; the step ends behind what has.
    void cancel(const std::string& run);
    /// No further step. With an error the run has failed.
    void end(const std::string& run, const std::string& error);
    std::size_t open() const { return open_.size(); }
    /// Expires with this object: for what is posted to the loop.
    std::weak_ptr<bool> life() const { return alive_; }

private:
    struct Open {
        std::vector<engine::StagePtr> stages = {};
        std::string actor = {};
        StepState state = {};
        Progress progress = {};
        Ended ended = {};
    };

    void opened(const std::shared_ptr<Open>& step, const engine::Decision& decision);
    void look(const engine::Entry& entry, const engine::Decision& decision);
    void take(Open& step, const engine::Entry& entry, const engine::Note& note);
    void tell(Open& step);
    void finish_idle();
    void command(std::string verb, const std::string& run, const std::string& error);

    Runtime& runtime_;
    std::map<std::string, std::shared_ptr<Open>> open_;  ///< by the run
    std::uint64_t steps_ = 0;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::runtime
