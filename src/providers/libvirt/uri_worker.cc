// SPDX-License-Identifier: Apache-2.0
#include "providers/libvirt/uri_worker.hh"

#include <utility>

namespace reops::providers::libvirt {

namespace {

constexpr std::size_t most_waiting = 1024;
constexpr auto reopen_every = std::chrono::seconds(10);

/// Whoever asks next hears why it failed; here it is only for the events.
void open_it(Connection& connection)
{
    static_cast<void>(connection.open());
}

}  // namespace

UriWorker::UriWorker(std::string uri, OnDomain on_domain)
    : connection_(std::move(uri), std::move(on_domain)), thread_([this] { run(); })
{
}

UriWorker::~UriWorker()
{
    {
        const std::lock_guard<std::mutex> lock{guard_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool UriWorker::add(Work work)
{
    {
        const std::lock_guard<std::mutex> lock{guard_};
        if (waiting_.size() >= most_waiting)
            return false;
        waiting_.push_back(std::move(work));
    }
    changed_.notify_all();
    return true;
}

void UriWorker::keep_open()
{
    {
        const std::lock_guard<std::mutex> lock{guard_};
        if (std::exchange(keep_open_, true))
            return;
        waiting_.push_back(open_it);
    }
    changed_.notify_all();
}

bool UriWorker::wait_idle(std::chrono::milliseconds longest)
{
    std::unique_lock<std::mutex> lock{guard_};
    return changed_.wait_for(lock, longest, [this] { return waiting_.empty() && !busy_; });
}

void UriWorker::run()
{
    std::unique_lock<std::mutex> lock{guard_};
    while (!stopping_) {
        Work work;
        if (!waiting_.empty()) {
            work = std::move(waiting_.front());
            waiting_.pop_front();
        } else if (keep_open_) {
            work = open_it;  // one that is open already costs a look
        }
        if (work) {
            busy_ = true;
            lock.unlock();
            work(connection_);
            work = nullptr;
            lock.lock();
            busy_ = false;
            changed_.notify_all();
        }
        changed_.wait_for(lock, reopen_every, [this] { return stopping_ || !waiting_.empty(); });
    }
}

}  // namespace reops::providers::libvirt
