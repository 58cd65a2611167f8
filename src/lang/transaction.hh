// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Refs, changed together or not at all: one transaction of an interpreter runs at a time, so
/// none is ever tried again.

#include "data/value.hh"
#include "lang/cycles.hh"
#include "lang/reference.hh"
#include "lang/references.hh"

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::lang {

class Task;

class Ref final : public Reference, public Container {
public:
    static constexpr ClassId id = ClassId::reference;

    explicit Ref(Value value)
        : Reference(id),
          Container(static_cast<const data::Object&>(*this)),
          value_(std::move(value))
    {
    }
    ~Ref() override { leave(); }
    Ref(const Ref&) = delete;
    Ref& operator=(const Ref&) = delete;

    /// In a transaction: what that has set.
    Value deref(Task& task) const override;
    Value held() const override;
    void set(Value value) const;
    void list(References& out) const;
    void empty() const { set({}); }

    std::string_view type_name() const override { return "ref"; }
    std::string print() const override;

private:
    mutable std::mutex mutex_;
    mutable Value value_;  // guarded by mutex_
};

/// Owned by the Interpreter.
class Transactions {
public:
    /// Calls the function; what it set is there for all when it returns, and forgotten when it
    /// throws. Waits for the transactions of other threads; an inner one is part of the outer one.
    Value run(Task& task, const Value& function);

private:
    std::timed_mutex mutex_;
};

/// The open transaction of this thread. Throws IllegalStateException when there is none.
Value get_in_transaction(const Ref& ref);
void set_in_transaction(const Ref& ref, Value value);

}  // namespace reops::lang
