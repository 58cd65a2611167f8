// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Agents: a value that functions are sent to; they run one after the other on a thread.

#include "data/value.hh"
#include "lang/cycles.hh"
#include "lang/reference.hh"
#include "lang/references.hh"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::lang {

class Task;

class Agent final : public Reference, public Container {
public:
    static constexpr ClassId id = ClassId::agent;

    explicit Agent(Value value)
        : Reference(id),
          Container(static_cast<const data::Object&>(*this)),
          value_(std::move(value))
    {
    }
    ~Agent() override { leave(); }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// `(f value arguments...)` gives the new value. Throws when an earlier one failed, or when too
    /// many wait.
    void send(Task& task, Value function, std::vector<Value> arguments) const;
    /// Until all that was sent is done; false when the time was over before.
    bool wait(Task& task, std::int64_t milliseconds) const;
    Value error() const;  ///< an exception, or nil
    /// After an error.
    void restart(Value value) const;

    Value deref(Task&) const override { return held(); }
    Value held() const override;
    void list(References& out) const;
    void empty() const;

    std::string_view type_name() const override { return "agent"; }
    std::string print() const override { return "#agent[...]"; }

private:
    struct Action {
        Value function;
        std::vector<Value> arguments;
    };
    void work(Task& task) const;
    bool take(Action& action) const;

    mutable std::mutex mutex_;
    mutable std::condition_variable changed_;
    mutable Value value_;                 // guarded by mutex_
    mutable Value error_;                 // guarded by mutex_
    mutable std::deque<Action> waiting_;  // guarded by mutex_
    mutable bool is_working_ = false;     // guarded by mutex_
};

}  // namespace reops::lang
