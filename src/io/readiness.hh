// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Waiting until a descriptor can be read or written. Whoever owns the descriptor does the
/// reading itself, in pieces that suit it.

#include "io/event_loop.hh"

#include <functional>
#include <memory>

namespace reops::io {

/// A call is a hint: Asio may deliver what was meant for a descriptor that had the same place just
/// before. Whoever reads or writes is told by EAGAIN; whoever only waits looks for himself.
///
/// Watches one descriptor, which must stay open until this is destroyed. Loop thread only; after
/// the destructor no callback comes, and callbacks may destroy it. Each arm_ is good for one call.
class Readiness {
public:
    Readiness(EventLoop& loop,
              int fd,
              std::function<void()> readable,
              std::function<void()> writable = nullptr);
    ~Readiness();
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    void arm_read();
    void arm_write();
    /// Until the next arm_ the loop does not even wake up for the descriptor. Nothing happens while
    /// a call is due.
    void rest();

private:
    struct Watch;
    std::shared_ptr<Watch> watch_;
};

}  // namespace reops::io
