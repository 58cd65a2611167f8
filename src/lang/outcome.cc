// SPDX-License-Identifier: Apache-2.0
#include "lang/outcome.hh"

#include "data/print.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <algorithm>
#include <chrono>
#include <utility>

namespace reops::lang {

namespace {

/// Between two looks at the task's limits.
constexpr std::int64_t slice_milliseconds = 5;

Value make_error(const ErrorClass& kind, const std::string& message, Value cause = {})
{
    return data::make_native<Exception>(kind, Value::string(message), Value{}, std::move(cause));
}

}  // namespace

bool Outcome::set(Value value, bool is_error)
{
    const std::lock_guard lock{mutex_};
    if (is_set_)
        return false;
    is_set_ = true;
    is_error_ = is_error;
    value_ = std::move(value);
    changed_.notify_all();
    return true;
}

bool Outcome::is_set() const
{
    const std::lock_guard lock{mutex_};
    return is_set_;
}

std::optional<Value> Outcome::wait(Task& task, std::int64_t milliseconds) const
{
    for (std::int64_t left = milliseconds;;) {
        {
            const std::lock_guard lock{mutex_};
            if (is_set_ && is_error_)
                throw LangError{value_};
            if (is_set_)
                return value_;
        }
        if (left <= 0)
            return std::nullopt;
        const std::chrono::milliseconds slice{std::min(left, slice_milliseconds)};
        left -= slice.count();
        task.wait(slice, [&] {
            std::unique_lock lock{mutex_};
            changed_.wait_for(lock, slice, [&] { return is_set_; });
        });
    }
}

Value Outcome::wait(Task& task) const
{
    return *wait(task, INT64_MAX);
}

Value Outcome::peek() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

void Outcome::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(value_);
}

void Outcome::empty()
{
    Value value;
    const std::lock_guard lock{mutex_};
    std::swap(value_, value);
}

Value Promise::call(Task&, Arguments arguments) const
{
    if (arguments.size() != 1)
        fail_arity(arguments.size(), "promise");
    return outcome_.set(std::move(arguments[0])) ? value_of(*this) : Value{};
}

std::string Promise::print() const
{
    return outcome_.is_set() ? "#promise[ready]" : "#promise[pending]";
}

void Future::run(Task& task, const Value& function) const
{
    {
        const std::lock_guard lock{mutex_};
        task_ = &task;
        if (is_cancelled_)
            task.interrupt();
    }
    try {
        outcome_.set(task.call(function, Arguments{}));
    } catch (const LangError& error) {
        const Exception& thrown = error.exception();
        outcome_.set(make_error(errors::execution,
                                std::string{thrown.kind().package} + "." + error.what(),
                                error.value()),
                     true);
    } catch (const Interrupted& stopped) {
        const bool is_cancel = is_cancelled();
        outcome_.set(make_error(is_cancel ? errors::cancellation : errors::execution,
                                is_cancel ? "the future was cancelled" : stopped.message()),
                     true);
    }
    const std::lock_guard lock{mutex_};
    task_ = nullptr;
}

bool Future::cancel() const
{
    const std::lock_guard lock{mutex_};
    if (outcome_.is_set())
        return false;
    is_cancelled_ = true;
    if (task_ != nullptr)
        task_->interrupt();
    return outcome_.set(make_error(errors::cancellation, "the future was cancelled"), true);
}

bool Future::is_cancelled() const
{
    const std::lock_guard lock{mutex_};
    return is_cancelled_;
}

std::string Future::print() const
{
    return outcome_.is_set() ? "#future[ready]" : "#future[pending]";
}

Outcome* find_outcome(const Value& value)
{
    if (const auto* promise = find<Promise>(value))
        return &promise->outcome();
    if (const auto* future = find<Future>(value))
        return &future->outcome();
    return nullptr;
}

}  // namespace reops::lang
