// SPDX-License-Identifier: Apache-2.0
#include "runtime/threads.hh"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace reops::runtime {

struct Threads::Shared {
    std::mutex mutex;
    std::condition_variable begin;
    std::condition_variable end;
    const std::function<void(std::size_t)>* work = nullptr;
    std::uint64_t round = 0;
    std::size_t busy = 0;
    bool stopping = false;
    std::vector<std::thread> threads;

    void serve(std::size_t lane)
    {
        std::uint64_t seen = 0;
        std::unique_lock lock{mutex};
        while (true) {
            begin.wait(lock, [&] { return stopping || round != seen; });
            if (stopping)
                return;
            seen = round;
            const auto* job = work;
            lock.unlock();
            (*job)(lane);
            lock.lock();
            if (--busy == 0)
                end.notify_one();
        }
    }
};

Threads::Threads(std::size_t lanes) : shared_(std::make_unique<Shared>())
{
    for (std::size_t lane = 1; lane < lanes; ++lane)
        shared_->threads.emplace_back([shared = shared_.get(), lane] { shared->serve(lane); });
}

Threads::~Threads()
{
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->stopping = true;
    }
    shared_->begin.notify_all();
    for (std::thread& thread : shared_->threads)
        thread.join();
}

std::size_t Threads::lanes() const
{
    return shared_->threads.size() + 1;
}

void Threads::run(const std::function<void(std::size_t)>& work)
{
    if (!shared_->threads.empty()) {
        const std::lock_guard lock{shared_->mutex};
        shared_->work = &work;
        shared_->busy = shared_->threads.size();
        ++shared_->round;
        shared_->begin.notify_all();
    }
    work(0);
    std::unique_lock lock{shared_->mutex};
    shared_->end.wait(lock, [&] { return shared_->busy == 0; });
}

}  // namespace reops::runtime
