// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Steps of direct runs from a thread that evaluates, carried out on the thread of a loop.

#include "app/progress.hh"
#include "io/event_loop.hh"
#include "library/direct_run.hh"

#include <atomic>
#include <functional>
#include <string>

namespace reops::app {

/// Any number of evaluating threads at once. What it has posted is done even when it is gone, as
/// long as the DirectRuns live.
class PostedSteps final : public library::DirectSteps {
public:
    /// `begin` is called before each step, on the thread that evaluates, and gives the loop's end
    /// of it, or says why nothing can act.
    struct Place {
        io::EventLoop& loop;
        runtime::DirectRuns& runs;
    };
    using Begin = std::function<Result<Place>()>;
    using MakeProgress = std::function<Progress(lang::Task& task)>;

    PostedSteps(Begin begin, std::string actor, MakeProgress make_progress);
    ~PostedSteps() override = default;
    PostedSteps(const PostedSteps&) = delete;
    PostedSteps& operator=(const PostedSteps&) = delete;

    Result<runtime::StepEnd> step(lang::Task& task, runtime::StepWish wish) override;
    void end(const std::string& run, const std::string& error) override;
    /// Did a host fail in any step?
    bool failed() const { return failed_; }

private:
    struct Waiting;

    Result<runtime::StepEnd> tell_end(Progress& progress, Result<runtime::StepEnd> end);

    Begin begin_;
    std::string actor_;
    MakeProgress make_progress_;
    std::atomic<bool> failed_ = false;
};

}  // namespace reops::app
