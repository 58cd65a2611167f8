// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How the engine calls functions of the user, of which nobody knows how long they take,
/// without knowing threads or clocks. What does not come back soon is left behind: the batch is
/// decided without it, its entry is marked `pending`, and its answer is an entry of its own.

#include "base/time.hh"
#include "engine/entry.hh"
#include "engine/flow.hh"
#include "engine/parallel.hh"

#include <cstdint>
#include <memory>
#include <span>

namespace reops::engine {

/// A function of the user with its arguments, or a lane of many. All but run() belong to the
/// engine's thread.
class Call {
public:
    virtual ~Call() = default;

    /// Once, on any thread.
    virtual void run() = 0;
    /// Patience is over. True when a function is at work in this moment: from then on the call goes
    /// on alone and touches nothing of the engine. False: it is between two, or at its end.
    virtual bool leave() = 0;
    /// How many functions it has begun: the same number later means the same function.
    virtual std::uint64_t begun() const = 0;
    /// Whose function is at work, once it was left; always for one that is begun alone.
    virtual const Flow& flow() const = 0;
    /// What it gave, once run() is over: the body of an entry. Only after leave() or begin().
    virtual Body answer(Duration took) = 0;

protected:
    Call() = default;
    Call(const Call&) = default;
    Call& operator=(const Call&) = default;
};

using CallPtr = std::shared_ptr<Call>;

enum class CallEnd : std::uint8_t {
    ended,
    left,     ///< it goes on; its answer comes later
    refused,  ///< not begun: too many functions do not come back
};

/// Who runs calls. The runtime has one with threads; where nothing may be late, it is CallsAtOnce.
class Caller {
public:
    virtual ~Caller() = default;

    /// Runs the calls at the same time and waits for them as long as its patience lasts.
    virtual void run(std::span<const CallPtr> calls, std::span<CallEnd> ends) = 0;
    /// Lets a call begin alone, in order within its flow. Ended: its answer can be taken now.
    virtual CallEnd begin(const CallPtr& call) = 0;
    /// The flow's functions took long lately: its entries are `pending` without a try. Any thread
    /// while run() waits.
    virtual bool expects_slow(const Flow& flow) const = 0;

protected:
    Caller() = default;
    Caller(const Caller&) = default;
    Caller& operator=(const Caller&) = default;
};

/// Runs every call to its end in the lanes that there are: nothing is ever pending. For virtual
/// time, plans and tests.
class CallsAtOnce final : public Caller {
public:
    explicit CallsAtOnce(Parallel& parallel) : parallel_(parallel) {}

    void run(std::span<const CallPtr> calls, std::span<CallEnd> ends) override
    {
        if (calls.size() == parallel_.lanes())
            parallel_.run([&](std::size_t lane) { calls[lane]->run(); });
        else
            for (const CallPtr& call : calls)
                call->run();
        for (CallEnd& end : ends)
            end = CallEnd::ended;
    }
    CallEnd begin(const CallPtr& call) override
    {
        call->run();
        return CallEnd::ended;
    }
    bool expects_slow(const Flow&) const override { return false; }

private:
    Parallel& parallel_;
};

}  // namespace reops::engine
