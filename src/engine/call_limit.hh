// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file How a function of the user is ended when it takes too much processor time. Only an
/// evaluator that asks can be ended: the language asks every few steps, C++ does not.

#include <stdexcept>

namespace reops::engine {

/// Thrown into a function that is over its limit: this event's run ends `failed`.
class CallOver : public std::runtime_error {
public:
    CallOver() : std::runtime_error("it took more than 1 s of processor time and was ended") {}
};

/// The limit of the calls on one thread. The engine has no clock: the runtime's threads bring one.
class CallLimit {
public:
    virtual ~CallLimit() = default;
    /// Another function begins: it has the whole limit before it.
    virtual void begin() = 0;
    virtual bool is_over() = 0;

protected:
    CallLimit() = default;
    CallLimit(const CallLimit&) = default;
    CallLimit& operator=(const CallLimit&) = default;
};

/// Of this thread, until it is replaced; null: no limit. Returns the one before.
CallLimit* set_call_limit(CallLimit* limit);

/// The engine's: a function begins.
void begin_limited_call();

/// For an evaluator, every thousand steps or so: throws CallOver when the function that runs on
/// this thread is over its limit.
void check_call_limit();

}  // namespace reops::engine
