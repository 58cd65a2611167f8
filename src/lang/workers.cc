// SPDX-License-Identifier: Apache-2.0
#include "lang/workers.hh"

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"

#include <string>
#include <utility>

namespace reops::lang {

namespace {

constexpr std::size_t most_workers = 64;

}  // namespace

void Workers::start(const Task& starter, Work work)
{
    {
        const std::lock_guard lock{mutex_};
        if (is_closed_)
            fail(errors::illegal_state, "no thread starts any more");
        if (count_ == most_workers)
            fail(errors::illegal_state,
                 std::to_string(most_workers) + " futures and agents are at work already",
                 "wait for some of them with `deref` before more are started");
        ++count_;
    }
    auto started = interpreter_.outside().start_thread(
        [this, limits = starter.limits(), bindings = starter.bindings(), work = std::move(work)] {
            run(limits, bindings, work);
        });
    if (started.ok())
        return;
    {
        const std::lock_guard lock{mutex_};
        --count_;
    }
    fail(errors::illegal_state, started.failure().message, started.failure().details);
}

void Workers::run(const TaskLimits& limits, const data::Map& bindings, const Work& work)
{
    {
        Task task{interpreter_, limits};
        task.set_bindings(bindings);
        {
            const std::lock_guard lock{mutex_};
            running_.insert(&task);
            if (is_closed_)
                task.interrupt();
        }
        try {
            work(task);
        } catch (const Interrupted&) {
            // Whoever waits for the result was told by the work itself.
        }
        const std::lock_guard lock{mutex_};
        running_.erase(&task);
    }
    const std::lock_guard lock{mutex_};
    --count_;
    changed_.notify_all();
}

void Workers::close()
{
    std::unique_lock lock{mutex_};
    is_closed_ = true;
    for (Task* task : running_)
        task->interrupt();
    changed_.wait(lock, [&] { return count_ == 0; });
}

}  // namespace reops::lang
