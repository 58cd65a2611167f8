// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Values that hold another value: reduced, atoms, volatiles, delays, promises, futures.

#include "data/map.hh"
#include "data/native.hh"
#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/class_id.hh"
#include "lang/reduced.hh"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

using data::Value;

class Task;

/// The value inside, if it is a Reduced: then the reduction ends.
inline bool take_reduced(Value& value)
{
    const Reduced* reduced = find<Reduced>(value);
    if (reduced == nullptr)
        return false;
    value = Value{reduced->value()};
    return true;
}

/// What may be watched and validated: atoms, and vars' cousins. Any thread may call.
class Atom final : public data::Native {
public:
    static constexpr ClassId id = ClassId::atom;

    Atom(Value value, Value meta, Value validator);

    Value get() const;
    /// `swap!`: the function may be called again when another thread was faster. Both values.
    std::pair<Value, Value> swap(Task& task, const Value& function, Arguments more) const;
    std::pair<Value, Value> reset(Task& task, Value value) const;
    bool compare_and_set(Task& task, const Value& expected, Value value) const;

    Value meta() const;
    void set_meta(Value meta) const;
    Value validator() const;
    void set_validator(Task& task, Value validator) const;
    void add_watch(Value key, Value function) const;
    void remove_watch(const Value& key) const;

    std::string_view type_name() const override { return "atom"; }
    std::string print() const override;

private:
    /// Throws IllegalStateException when the validator says no.
    void validate(Task& task, const Value& value) const;
    void notify(Task& task, const Value& before, const Value& after) const;
    /// Did it still hold what was read?
    bool exchange(const Value& before, const Value& after) const;

    mutable std::mutex mutex_;
    mutable Value value_;        // guarded by mutex_
    mutable Value meta_;         // guarded by mutex_
    mutable Value validator_;    // guarded by mutex_
    mutable data::Map watches_;  // guarded by mutex_
};

/// `volatile!`: for one thread at a time; the lock only keeps memory whole.
class Volatile final : public data::Native {
public:
    static constexpr ClassId id = ClassId::volatile_box;

    explicit Volatile(Value value)
        : Native(static_cast<std::uint16_t>(id)), value_(std::move(value))
    {
    }

    Value get() const;
    void set(Value value) const;

    std::string_view type_name() const override { return "volatile"; }
    std::string print() const override;

private:
    mutable std::mutex mutex_;
    mutable Value value_;  // guarded by mutex_
};

/// Computed by the first who asks; the others wait. What it throws it throws to each.
class Delay final : public data::Native {
public:
    static constexpr ClassId id = ClassId::delay;

    explicit Delay(Value body) : Native(static_cast<std::uint16_t>(id)), body_(std::move(body)) {}

    Value get(Task& task) const;
    bool is_realized() const { return done_.load(std::memory_order_acquire); }

    std::string_view type_name() const override { return "delay"; }
    std::string print() const override;

private:
    mutable std::recursive_mutex mutex_;
    mutable std::atomic<bool> done_{false};
    mutable Value body_;   // guarded by mutex_ until done_
    mutable Value value_;  // written before done_
    mutable Value error_;
};

/// The meeting point of promises and futures: set once, waited for with a deadline.
class Outcome {
public:
    /// False when it was set already.
    bool set(Value value, bool is_error);
    bool is_set() const;
    /// Polls the task while it waits. Nothing after `milliseconds` (negative: for ever).
    std::optional<Value> wait(Task& task, std::int64_t milliseconds) const;

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool is_set_ = false;    // guarded by mutex_
    bool is_error_ = false;  // guarded by mutex_
    Value value_;            // guarded by mutex_
};

/// Called with a value it delivers it.
class Promise final : public Callable {
public:
    static constexpr ClassId id = ClassId::promise;

    Promise() : Callable(id) {}

    Outcome& outcome() const { return outcome_; }

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override { return {1, 1, false}; }
    std::string_view type_name() const override { return "promise"; }
    std::string print() const override;

private:
    mutable Outcome outcome_;
};

class Future final : public data::Native {
public:
    static constexpr ClassId id = ClassId::future;

    Future() : Native(static_cast<std::uint16_t>(id)) {}

    Outcome& outcome() const { return outcome_; }
    /// Ends the work at its next poll; false when it was done.
    bool cancel() const;
    bool is_cancelled() const;
    /// The task at work, or null before and after.
    void set_task(Task* task) const;

    std::string_view type_name() const override { return "future"; }
    std::string print() const override;

private:
    mutable Outcome outcome_;
    mutable std::mutex mutex_;
    mutable Task* task_ = nullptr;       // guarded by mutex_
    mutable bool is_cancelled_ = false;  // guarded by mutex_
};

/// `deref` of anything that has it; throws ClassCastException for other values.
Value deref(Task& task, const Value& reference);
/// With a limit: `otherwise` when nothing is there in time.
Value deref(Task& task, const Value& reference, std::int64_t milliseconds, Value otherwise);

}  // namespace reops::lang
