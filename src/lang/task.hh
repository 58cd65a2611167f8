// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One evaluation at work: its stack of values, its shadow stack of open calls, its limits
/// and its dynamic bindings. What a builtin function sees of the world.

#include "data/map.hh"
#include "data/pool.hh"
#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/error.hh"
#include "lang/limits.hh"

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace reops::lang {

class Interpreter;
class Var;
struct Node;

/// Belongs to one thread from construction to destruction (interrupt() apart). While it lives it is
/// that thread's current task; tasks of one thread nest.
class Task {
public:
    explicit Task(Interpreter& interpreter, TaskLimits limits = {});
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task();

    /// Of this thread; null outside of any.
    static Task* find_current();
    static Task& current();

    Interpreter& interpreter() { return interpreter_; }

    /// Calls anything callable: functions, keywords, maps, sets, vectors, symbols, vars. The
    /// arguments may be moved from.
    Value call(const Value& function, Arguments arguments);
    template <std::convertible_to<Value>... A>
    Value call(const Value& function, A&&... each)
    {
        std::array<Value, sizeof...(A)> values{Value(std::forward<A>(each))...};
        return call(function, Arguments{values});
    }
    /// Clojure's `apply`: arguments, then the elements of a seqable, which is taken lazily where
    /// the function allows it.
    Value apply(const Value& function, std::vector<Value> arguments, const Value& more);

    /// Who may run long calls this in each round. Throws Interrupted.
    void poll()
    {
        if (--ticks_ == 0 || signal_.load(std::memory_order_relaxed) != 0 ||
            data::thread_bytes > memory_end_) [[unlikely]]
            poll_slowly();
    }

    /// Calls `rest`, which waits for about so long without using the processor, and looks at the
    /// limits: waiting counts as time, whatever the time source measures.
    void wait(Duration slice, const std::function<void()>& rest);
    const TaskLimits& limits() const { return limits_; }

    /// From any thread: the task ends at its next poll.
    void interrupt() { signal_.store(1, std::memory_order_relaxed); }
    bool is_interrupted() const { return signal_.load(std::memory_order_relaxed) != 0; }

    /// While one lives, limits and interrupts leave a `finally` the grace time to work.
    class Grace {
    public:
        explicit Grace(Task& task);
        Grace(const Grace&) = delete;
        Grace& operator=(const Grace&) = delete;
        ~Grace();

    private:
        Task& task_;
        std::uint32_t signal_;
        std::int64_t memory_end_;
        Duration deadline_;
        bool is_outer_;
    };

    /// Where the stacks stood. A C++ function that catches LangError makes one before and calls
    /// restore() in the handler.
    class Mark {
    public:
        explicit Mark(Task& task) : task_(task), top_(task.top), depth_(task.depth) {}
        void restore();

    private:
        Task& task_;
        Value* top_;
        std::size_t depth_;
    };

    /// The calls open now, innermost first; equal neighbours are not collapsed.
    std::vector<TraceEntry> trace() const;

    /// Dynamic bindings: var to value. Whoever starts work on another thread hands them on.
    const data::Map& bindings() const { return bindings_; }
    void set_bindings(data::Map bindings) { bindings_ = std::move(bindings); }

    /// Throws StackOverflowError when the thread's stack is nearly used up. Who recurses in C++
    /// over a program's data calls it at each level.
    void check_stack() const
    {
        if (static_cast<const char*>(__builtin_frame_address(0)) < stack_end_) [[unlikely]]
            overflow();
    }
    [[noreturn]] void overflow() const;

    /// A place for the trace of a builtin that stands in no call node of the program.
    void enter(const Node* site)
    {
        if (depth == depth_end_) [[unlikely]]
            overflow();
        sites[depth++] = site;
    }
    void leave() { --depth; }

    /// Definitions of the embedded library are being analysed: nobody needs to hear of them.
    unsigned realising = 0;

    // The evaluator's registers. Everything from `top` on is nil.
    Value* top = nullptr;
    Value* stack_limit = nullptr;
    const Node** sites = nullptr;
    std::size_t depth = 0;

private:
    void poll_slowly();
    [[noreturn]] void stop(Stop why, std::string message);

    Interpreter& interpreter_;
    TaskLimits limits_;
    static constexpr std::uint32_t ticks_between =
        512;  ///< polls from one look at the clock to the next
    std::uint32_t ticks_ = ticks_between;
    std::atomic<std::uint32_t> signal_{0};
    std::int64_t memory_end_ = INT64_MAX;
    std::int64_t memory_begin_ = 0;
    Duration deadline_ = Duration{0};  ///< by the time source; 0: not yet, or none
    std::size_t depth_end_;
    const char* stack_end_ = nullptr;
    data::Map bindings_;
    Task* outer_;
    void* memory_ = nullptr;
    std::unique_ptr<const Node*[]> site_memory_;
    bool in_grace_ = false;
};

}  // namespace reops::lang
