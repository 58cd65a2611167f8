// SPDX-License-Identifier: Apache-2.0
#include "app/posted_steps.hh"

#include "lang/error.hh"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace reops::app {

namespace {

constexpr auto look_every = std::chrono::milliseconds(20);  // between two polls of the task

bool has_failures(const runtime::StepState& state)
{
    return std::any_of(state.ended.begin(), state.ended.end(), [](const engine::HostResult& one) {
        return !is_success(one.outcome.status);
    });
}

}  // namespace

/// One step between the two threads.
struct PostedSteps::Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    runtime::StepState state;                       // guarded by mutex
    bool has_news = false;                          // guarded by mutex
    std::optional<Result<runtime::StepEnd>> ended;  // guarded by mutex
    bool is_unwanted = false;                       // guarded by mutex; cancelled before it began

    void progress(const runtime::StepState& now)
    {
        const std::lock_guard lock{mutex};
        state = now;
        has_news = true;
        changed.notify_one();
    }
    void end(Result<runtime::StepEnd> how)
    {
        const std::lock_guard lock{mutex};
        ended = std::move(how);
        changed.notify_one();
    }
    /// News since the last call, if any; returns after a while without.
    std::optional<runtime::StepState> wait()
    {
        std::unique_lock lock{mutex};
        changed.wait_for(lock, look_every, [this] { return has_news || ended.has_value(); });
        if (!std::exchange(has_news, false))
            return std::nullopt;
        return state;
    }
    std::optional<Result<runtime::StepEnd>> take_end()
    {
        const std::lock_guard lock{mutex};
        return std::exchange(ended, std::nullopt);
    }
    std::string run()
    {
        const std::lock_guard lock{mutex};
        return state.run;
    }
};

PostedSteps::PostedSteps(Begin begin, std::string actor, MakeProgress make_progress)
    : begin_(std::move(begin)), actor_(std::move(actor)), make_progress_(std::move(make_progress))
{
}

Result<runtime::StepEnd> PostedSteps::tell_end(Progress& progress, Result<runtime::StepEnd> end)
{
    if (end.ok()) {
        progress.end(end->state);
        failed_ = failed_ || has_failures(end->state);
    }
    return end;
}

Result<runtime::StepEnd> PostedSteps::step(lang::Task& task, runtime::StepWish wish)
{
    const auto place = begin_();
    if (!place.ok())
        return place.failure();
    runtime::DirectRuns* runs = &place->runs;
    wish.actor = actor_;
    const auto waiting = std::make_shared<Waiting>();
    waiting->state.run = wish.run;
    const auto post = [&](std::function<void()> work) {
        place->loop.post([life = runs->life(), work = std::move(work)] {
            if (!life.expired())
                work();
        });
    };
    post([runs, waiting, wish] {
        runs->step(
            wish,
            [runs, waiting](const runtime::StepState& state) {
                waiting->progress(state);
                const std::lock_guard lock{waiting->mutex};
                if (std::exchange(waiting->is_unwanted, false))
                    runs->cancel(state.run);
            },
            [waiting](Result<runtime::StepEnd> how) { waiting->end(std::move(how)); });
    });
    Progress progress = make_progress_(task);
    try {
        for (;;) {
            const auto news = waiting->wait();
            if (auto ended = waiting->take_end())
                return tell_end(progress, std::move(*ended));
            if (news)
                progress.show(*news);
            task.poll();
        }
    } catch (const lang::Interrupted&) {
        post([runs, waiting] {
            const std::string run = waiting->run();
            if (!run.empty())
                return runs->cancel(run);
            const std::lock_guard lock{waiting->mutex};
            waiting->is_unwanted = true;
        });
        throw;
    }
}

void PostedSteps::end(const std::string& run, const std::string& error)
{
    const auto place = begin_();
    if (!place.ok())
        return;
    place->loop.post([life = place->runs.life(), runs = &place->runs, run, error] {
        if (!life.expired())
            runs->end(run, error);
    });
}

}  // namespace reops::app
