// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file On which processor a thread runs. Two threads of which one waits for the other are best on
/// one: no other processor has to wake up, and what they share is in its cache.

#include <thread>

#include <sched.h>

namespace reops::io {

/// Keeps one other thread beside the one that calls. Owned by the latter.
class ThreadPlace {
public:
    /// Remembers where threads may run.
    ThreadPlace();

    /// The thread goes to the processor of the caller. Costs nothing while both are there.
    void bring_here(std::thread& other);
    /// The thread may run anywhere again.
    void let_go(std::thread& other);

private:
    cpu_set_t anywhere_;
    int here_ = -1;
};

}  // namespace reops::io
