// SPDX-License-Identifier: Apache-2.0
#include "lang/task.hh"

#include "base/check.hh"
#include "data/list.hh"
#include "lang/closure.hh"
#include "lang/collections.hh"
#include "lang/interpreter.hh"
#include "lang/nodes/node.hh"
#include "lang/seq.hh"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>

#include <pthread.h>

namespace reops::lang {

namespace {

constinit thread_local Task* current_task = nullptr;

/// Of the thread's stack stay untouched: what runs between two checks needs less.
constexpr std::size_t stack_reserve = 256UL * 1024;
constexpr std::size_t stack_values = 256UL * 1024;
/// Polls between two looks at the clock.

const char* end_of_stack()
{
    pthread_attr_t attributes;
    void* base = nullptr;
    std::size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return nullptr;
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    return static_cast<const char*>(base) + std::min(stack_reserve, size / 2);
}

const char* end_of_this_stack()
{
    thread_local const char* const end = end_of_stack();
    return end;
}

}  // namespace

namespace {

/// A thread calls one short function after another: the stack of the last task is kept for the next
/// one. A task leaves it as it found it, all nil.
struct KeptStack {
    KeptStack() = default;
    KeptStack(const KeptStack&) = delete;
    KeptStack& operator=(const KeptStack&) = delete;
    ~KeptStack() { std::free(values); }

    void* values = nullptr;
    std::unique_ptr<const Node*[]> sites;
    std::size_t depth = 0;  ///< that `sites` has room for
};

thread_local KeptStack kept_stack;

}  // namespace

Task::Task(Interpreter& interpreter, TaskLimits limits)
    : interpreter_(interpreter),
      limits_(std::move(limits)),
      memory_begin_(data::thread_bytes),
      depth_end_(limits_.depth),
      stack_end_(end_of_this_stack()),
      outer_(current_task)
{
    // Untouched pages cost nothing, and nil is all zeros.
    memory_ = std::exchange(kept_stack.values, nullptr);
    if (memory_ == nullptr)
        memory_ = std::calloc(stack_values, sizeof(Value));
    if (memory_ == nullptr)
        throw std::bad_alloc{};
    top = static_cast<Value*>(memory_);
    stack_limit = top + stack_values;
    if (kept_stack.depth == limits_.depth)
        site_memory_ = std::move(kept_stack.sites);
    if (site_memory_ == nullptr)
        site_memory_ = std::make_unique_for_overwrite<const Node*[]>(limits_.depth);
    sites = site_memory_.get();
    if (limits_.memory > 0)
        memory_end_ = memory_begin_ + limits_.memory;
    if (outer_ != nullptr)
        bindings_ = outer_->bindings_;
    current_task = this;
    interpreter_.task_begins();
}

Task::~Task()
{
    for (Value* slot = top; slot != memory_;)
        *--slot = Value{};
    bindings_ = {};
    current_task = outer_;
    interpreter_.task_ends();
    if (kept_stack.values != nullptr) {  // of a task that ended inside this one
        std::free(memory_);
        return;
    }
    kept_stack.values = memory_;
    kept_stack.sites = std::move(site_memory_);
    kept_stack.depth = limits_.depth;
}

Task* Task::find_current()
{
    return current_task;
}

Task& Task::current()
{
    REOPS_CHECK(current_task != nullptr, "no task runs on this thread");
    return *current_task;
}

Value Task::call(const Value& function, Arguments arguments)
{
    if (is_callable_object(function)) {
        check_stack();
        // The callee may give up the reference that `function` is.
        const Value kept = function;  // NOLINT(performance-unnecessary-copy-initialization)
        return static_cast<const Callable&>(kept.as_native()).call(*this, arguments);
    }
    return invoke_lookup(*this, function, arguments);
}

Value Task::apply(const Value& function, std::vector<Value> arguments, const Value& more)
{
    if (const Closure* closure = find<Closure>(function)) {
        // The callee may give up the reference that `function` is.
        const Value kept = function;  // NOLINT(performance-unnecessary-copy-initialization)
        return closure->apply(*this, std::move(arguments), more);
    }
    Walk walk{*this, more};
    for (Value element; walk.next(element);)
        arguments.push_back(std::move(element));
    return call(function, Arguments{arguments});
}

void Task::Mark::restore()
{
    for (Value* slot = task_.top; slot != top_;)
        *--slot = Value{};
    task_.top = top_;
    task_.depth = depth_;
}

Task::Grace::Grace(Task& task)
    : task_(task),
      signal_(task.signal_.load(std::memory_order_relaxed)),
      memory_end_(task.memory_end_),
      deadline_(task.deadline_),
      is_outer_(!task.in_grace_)
{
    if (!is_outer_)
        return;
    task_.in_grace_ = true;
    task_.signal_.store(0, std::memory_order_relaxed);
    if (memory_end_ != INT64_MAX)
        task_.memory_end_ = memory_end_ + task_.limits_.memory / 2;
    task_.deadline_ =
        task_.limits_.time_source ? task_.limits_.time_source() + task_.limits_.grace : Duration{0};
}

Task::Grace::~Grace()
{
    if (!is_outer_)
        return;
    task_.in_grace_ = false;
    task_.signal_.fetch_or(signal_, std::memory_order_relaxed);
    task_.memory_end_ = memory_end_;
    task_.deadline_ = deadline_;
}

std::vector<TraceEntry> Task::trace() const
{
    constexpr std::size_t most = 64;
    std::vector<TraceEntry> entries;
    for (std::size_t i = depth; i > 0 && entries.size() < most; --i) {
        const Node* site = sites[i - 1];
        if (site != nullptr)
            entries.push_back(
                {site->place, site->owner == nullptr ? std::string{} : site->owner->full_name()});
    }
    return entries;
}

void Task::overflow() const
{
    fail(errors::stack_overflow,
         "the calls nest too deeply (" + std::to_string(depth) + " are open)",
         "a function that calls itself at its end can use `recur`");
}

void Task::stop(Stop why, std::string message)
{
    throw Interrupted{why, std::move(message), trace()};
}

void Task::wait(Duration slice, const std::function<void()>& rest)
{
    const Duration before = limits_.time_source ? limits_.time_source() : Duration{0};
    if (deadline_ == Duration{0} && limits_.time_source && limits_.time > Duration{0})
        deadline_ = before + limits_.time;
    const bool is_timed = deadline_ != Duration{0};
    rest();
    if (is_timed)
        deadline_ -= std::max(Duration{0}, slice - (limits_.time_source() - before));
    poll_slowly();
}

void Task::poll_slowly()
{
    ticks_ = ticks_between;
    if (signal_.load(std::memory_order_relaxed) != 0)
        stop(Stop::interrupt, "interrupted");
    if (data::thread_bytes > memory_end_)
        stop(Stop::memory,
             "the values take " + std::to_string(data::thread_bytes - memory_begin_) +
                 " bytes, the limit is " + std::to_string(limits_.memory) + " bytes");
    if (!limits_.time_source)
        return;
    // The first look at the clock is late by a few microseconds, and short tasks need none.
    const Duration now = limits_.time_source();
    if (deadline_ == Duration{0} && limits_.time > Duration{0})
        deadline_ = now + limits_.time;
    if (deadline_ != Duration{0} && now >= deadline_)
        stop(Stop::deadline,
             "it ran longer than its limit of " +
                 std::to_string(
                     std::chrono::duration_cast<std::chrono::milliseconds>(limits_.time).count()) +
                 " ms");
}

}  // namespace reops::lang
