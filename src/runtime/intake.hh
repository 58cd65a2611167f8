// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The way in for sources: offer events, acknowledge after the commit.

#include "base/time.hh"
#include "engine/event.hh"

#include <functional>
#include <string>

namespace reops::runtime {

/// Loop thread only. Implemented by the Runtime.
class Intake {
public:
    virtual ~Intake() = default;

    /// Puts an event into the next commit. Call only while is_accepting().
    virtual void offer(engine::Event event) = 0;
    /// Calls `committed` once everything offered so far is durable: the place to acknowledge, all
    /// of a batch at once. Not called when the program ends before that: the sender sends again.
    virtual void after_commit(std::function<void()> committed) = 0;
    /// How long a few events that are offered now would wait for their commit: there is no hurry to
    /// read them.
    virtual Duration window_left() const { return Duration::zero(); }
    /// False while the disk is full or the program stops: read nothing, acknowledge nothing.
    virtual bool is_accepting() const = 0;
    /// Told whenever is_accepting() changes, to pause and resume reading.
    virtual void on_accepting(std::function<void(bool)> changed) = 0;
    /// A source is in trouble (or well again): becomes an alert after the engine's rules.
    virtual void trouble(const std::string& cause, const std::string& text, bool over) = 0;

protected:
    Intake() = default;
    Intake(const Intake&) = default;
    Intake& operator=(const Intake&) = default;
};

}  // namespace reops::runtime
