// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The thread that talks to one URI, and its queue.

#include "providers/libvirt/connection.hh"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace reops::providers::libvirt {

/// Any thread may add work. The destructor waits for the work in hand, which may take as long as
/// libvirt takes.
class UriWorker {
public:
    using Work = std::function<void(Connection&)>;

    UriWorker(std::string uri, OnDomain on_domain);
    ~UriWorker();
    UriWorker(const UriWorker&) = delete;
    UriWorker& operator=(const UriWorker&) = delete;

    /// False when 1,024 pieces of work wait already.
    bool add(Work work);
    /// From now on the connection is opened again every 10 s while it is broken, for its events.
    void keep_open();
    /// True once nothing waits and nothing runs; false after `longest`.
    bool wait_idle(std::chrono::milliseconds longest);

private:
    void run();

    std::mutex guard_;  ///< guards all below but connection_, which is the thread's
    std::condition_variable changed_;
    std::deque<Work> waiting_;
    bool busy_ = false;
    bool keep_open_ = false;
    bool stopping_ = false;
    Connection connection_;
    std::thread thread_;  ///< last: starts when the rest is there
};

}  // namespace reops::providers::libvirt
