// SPDX-License-Identifier: Apache-2.0
#include "lang/agent.hh"

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"
#include "lang/workers.hh"

#include <algorithm>
#include <chrono>
#include <iterator>

namespace reops::lang {

namespace {

constexpr std::size_t most_waiting = 10'000;
/// Between two looks at the task's limits.
constexpr std::int64_t slice_milliseconds = 5;

}  // namespace

void Agent::send(Task& task, Value function, std::vector<Value> arguments) const
{
    {
        const std::lock_guard lock{mutex_};
        if (!error_.is_nil())
            fail(errors::runtime, "Agent is failed, needs restart", "see (agent-error a)");
        if (waiting_.size() == most_waiting)
            fail(errors::illegal_state,
                 std::to_string(most_waiting) + " functions wait for this agent already",
                 "wait for it with `await` before more are sent");
        waiting_.push_back({std::move(function), std::move(arguments)});
        if (std::exchange(is_working_, true))
            return;
    }
    try {
        task.interpreter().workers().start(
            task, [held = value_of(*this)](Task& own) { find<Agent>(held)->work(own); });
    } catch (...) {  // thrown on: what was sent is taken back
        const std::lock_guard lock{mutex_};
        waiting_.clear();
        is_working_ = false;
        throw;
    }
}

bool Agent::take(Action& action) const
{
    const std::lock_guard lock{mutex_};
    if (waiting_.empty() || !error_.is_nil()) {
        is_working_ = false;
        changed_.notify_all();
        return false;
    }
    action = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
}

void Agent::work(Task& task) const
{
    for (Action action; take(action);) {
        std::vector<Value> arguments{held()};
        std::move(action.arguments.begin(), action.arguments.end(), std::back_inserter(arguments));
        Value next;
        Value error;
        Task::Mark mark{task};
        try {
            next = task.call(action.function, Arguments{arguments});
        } catch (const LangError& thrown) {
            mark.restore();
            error = thrown.value();
        } catch (const Interrupted& stopped) {
            error =
                data::make_native<Exception>(errors::interrupted, Value::string(stopped.message()));
        }
        const std::lock_guard lock{mutex_};
        std::swap(error.is_nil() ? value_ : error_, error.is_nil() ? next : error);
    }
}

bool Agent::wait(Task& task, std::int64_t milliseconds) const
{
    for (std::int64_t left = milliseconds;;) {
        {
            const std::lock_guard lock{mutex_};
            if (!is_working_)
                return true;
        }
        if (left <= 0)
            return false;
        const std::chrono::milliseconds slice{std::min(left, slice_milliseconds)};
        left -= slice.count();
        task.wait(slice, [&] {
            std::unique_lock lock{mutex_};
            changed_.wait_for(lock, slice, [&] { return !is_working_; });
        });
    }
}

Value Agent::error() const
{
    const std::lock_guard lock{mutex_};
    return error_;
}

void Agent::restart(Value value) const
{
    Value error;
    const std::lock_guard lock{mutex_};
    std::swap(value_, value);
    std::swap(error_, error);
    waiting_.clear();
}

Value Agent::held() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

void Agent::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(value_);
    out.add(error_);
    for (const Action& action : waiting_) {
        out.add(action.function);
        out.add(action.arguments);
    }
}

void Agent::empty() const
{
    restart({});
}

}  // namespace reops::lang
