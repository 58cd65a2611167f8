// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is there later: promises, which somebody delivers, and futures, which a thread works
/// on.

#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/cycles.hh"
#include "lang/reference.hh"
#include "lang/references.hh"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace reops::lang {

class Task;

/// Set once, waited for with a deadline. Any thread may call.
class Outcome {
public:
    /// False when it was set already.
    bool set(Value value, bool is_error = false);
    bool is_set() const;
    /// Nothing after `milliseconds`; without them it waits for ever. The task's limits and its
    /// interrupt end it early. An error that was set is thrown.
    Value wait(Task& task) const;
    std::optional<Value> wait(Task& task, std::int64_t milliseconds) const;
    /// The value, or nil while there is none.
    Value peek() const;
    void list(References& out) const;
    void empty();

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    bool is_set_ = false;    // guarded by mutex_
    bool is_error_ = false;  // guarded by mutex_
    Value value_;            // guarded by mutex_
};

/// Called with a value it delivers it.
class Promise final : public Callable, public Container {
public:
    static constexpr ClassId id = ClassId::promise;

    Promise() : Callable(id), Container(static_cast<const data::Object&>(*this)) {}
    ~Promise() override { leave(); }
    Promise(const Promise&) = delete;
    Promise& operator=(const Promise&) = delete;

    Outcome& outcome() const { return outcome_; }
    void list(References& out) const { outcome_.list(out); }
    void empty() const { outcome_.empty(); }

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override { return {1, 1, false}; }
    std::string_view type_name() const override { return "promise"; }
    std::string print() const override;

private:
    mutable Outcome outcome_;
};

class Future final : public Reference, public Container {
public:
    static constexpr ClassId id = ClassId::future;

    Future() : Reference(id), Container(static_cast<const data::Object&>(*this)) {}
    ~Future() override { leave(); }
    Future(const Future&) = delete;
    Future& operator=(const Future&) = delete;

    Outcome& outcome() const { return outcome_; }
    /// On its own thread.
    void run(Task& task, const Value& function) const;
    /// Ends the work at its next poll; false when it was done.
    bool cancel() const;
    bool is_cancelled() const;

    Value deref(Task& task) const override { return outcome_.wait(task); }
    Value held() const override { return outcome_.peek(); }
    bool is_realized() const override { return outcome_.is_set(); }
    void list(References& out) const { outcome_.list(out); }
    void empty() const { outcome_.empty(); }

    std::string_view type_name() const override { return "future"; }
    std::string print() const override;

private:
    mutable Outcome outcome_;
    mutable std::mutex mutex_;
    mutable Task* task_ = nullptr;       // guarded by mutex_; while it works
    mutable bool is_cancelled_ = false;  // guarded by mutex_
};

/// The outcome of a promise or future, or null.
Outcome* find_outcome(const Value& value);

}  // namespace reops::lang
