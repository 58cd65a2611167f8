// SPDX-License-Identifier: Apache-2.0
#include "io/detail/blocking_pool.hh"

#include <csignal>
#include <utility>

#include <pthread.h>

namespace reops::io {

namespace {

/// Threads inherit the mask of their creator: signals belong to the loop's thread.
class AllSignalsBlocked {
public:
    AllSignalsBlocked()
    {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    AllSignalsBlocked(const AllSignalsBlocked&) = delete;
    AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

void BlockingPool::stop()
{
    std::deque<std::function<void()>> dropped;
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
        dropped.swap(waiting_);
        threads.swap(threads_);
    }
    wake_.notify_all();
    for (std::thread& thread : threads)
        thread.join();
}

bool BlockingPool::submit(std::function<void()> work)
{
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || waiting_.size() >= most_waiting)
            return false;
        waiting_.push_back(std::move(work));
        if (idle_ < waiting_.size() && threads_.size() < most_threads) {
            const AllSignalsBlocked blocked;
            threads_.emplace_back([this] { serve(); });
        }
    }
    wake_.notify_one();
    return true;
}

void BlockingPool::serve()
{
    pthread_setname_np(pthread_self(), "reops-blocking");
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        if (waiting_.empty()) {
            ++idle_;
            wake_.wait(lock);
            --idle_;
            continue;
        }
        std::function<void()> work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        work = nullptr;
        lock.lock();
    }
}

}  // namespace reops::io
