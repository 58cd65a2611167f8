// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A runtime for one program that acts: on the state folder, on a thread of its own, opened
/// when the first action is asked for. `reops run FILE` and `reops -e` have one.

#include "app/config.hh"
#include "app/posted_steps.hh"
#include "base/clock.hh"
#include "base/random.hh"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace reops::app {

/// Any thread may ask. The destructor waits for actions in flight (20 s) and for what was
/// decided to be committed.
class Acting {
public:
    using ReadConfig = std::function<Result<Config>()>;

    Acting(ReadConfig read_config, const Clock& clock, Random& random);
    ~Acting();
    Acting(const Acting&) = delete;
    Acting& operator=(const Acting&) = delete;

    /// Opens the runtime at the first call. conflict: another reops uses the state folder.
    Result<PostedSteps::Place> place();

private:
    class Thread;

    ReadConfig read_config_;
    const Clock& clock_;
    Random& random_;
    std::mutex mutex_;
    std::unique_ptr<Thread> thread_;  // guarded by mutex_
};

}  // namespace reops::app
