// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/pool_queue.hh"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace reops::sinks {

/// Who is at work on pool threads; after close() nobody begins.
struct PoolQueue::Threads {
    bool enter()
    {
        const std::lock_guard<std::mutex> lock{guard};
        if (is_closed)
            return false;
        ++inside;
        return true;
    }
    void leave()
    {
        const std::lock_guard<std::mutex> lock{guard};
        --inside;
        left.notify_all();
    }
    void close()
    {
        std::unique_lock<std::mutex> lock{guard};
        is_closed = true;
        left.wait(lock, [this] { return inside == 0; });
    }

    std::mutex guard;
    std::condition_variable left;
    std::size_t inside = 0;  // guarded
    bool is_closed = false;  // guarded
};

struct PoolQueue::Running {
    Job job;
    std::shared_ptr<std::atomic<bool>> is_cancelled;
};

PoolQueue::PoolQueue(io::EventLoop& loop,
                     const Clock& clock,
                     std::size_t at_once,
                     std::size_t longest_queue)
    : loop_(loop),
      clock_(clock),
      at_once_(at_once),
      longest_queue_(longest_queue),
      overdue_(loop),
      threads_(std::make_shared<Threads>()),
      self_(std::make_shared<PoolQueue*>(this))
{
}

PoolQueue::~PoolQueue()
{
    *self_ = nullptr;
    for (auto& [serial, running] : running_)
        *running.is_cancelled = true;
    threads_->close();
}

bool PoolQueue::submit(Job job)
{
    if (waiting_.size() >= longest_queue_)
        return false;
    waiting_.push_back(std::move(job));
    begin_next();
    set_timer();
    return true;
}

void PoolQueue::begin_next()
{
    while (running_.size() < at_once_ && !waiting_.empty()) {
        Job first = std::move(waiting_.front());
        waiting_.pop_front();
        begin(std::move(first));
    }
}

void PoolQueue::begin(Job job)
{
    const std::uint64_t serial = ++last_serial_;
    auto flag = std::make_shared<std::atomic<bool>>(false);
    auto work = [threads = threads_, flag, work = std::move(job.work)] {
        if (!threads->enter())
            return;
        work(*flag);
        threads->leave();
    };
    auto then = [self = self_, serial] {
        if (*self != nullptr)
            (*self)->ended(serial);
    };
    Job& kept = running_.emplace(serial, Running{std::move(job), flag}).first->second.job;
    if (loop_.run_blocking(std::move(work), std::move(then)))
        return;
    Job refused = std::move(kept);
    running_.erase(serial);
    tell_not_begun(std::move(refused), Code::unreachable);
}

void PoolQueue::ended(std::uint64_t serial)
{
    const auto node = running_.extract(serial);
    begin_next();
    set_timer();
    node.mapped().job.then();
}

void PoolQueue::cancel(std::uint64_t id)
{
    for (auto& [serial, running] : running_)
        if (running.job.id == id)
            *running.is_cancelled = true;
    const auto found = std::find_if(
        waiting_.begin(), waiting_.end(), [id](const Job& job) { return job.id == id; });
    if (found == waiting_.end())
        return;
    Job gone = std::move(*found);
    waiting_.erase(found);
    tell_not_begun(std::move(gone), Code::cancelled);
}

void PoolQueue::drop_overdue()
{
    const Duration now = clock_.since_boot();
    for (auto job = waiting_.begin(); job != waiting_.end();) {
        if (job->deadline > now) {
            ++job;
            continue;
        }
        tell_not_begun(std::move(*job), Code::timeout);
        job = waiting_.erase(job);
    }
    set_timer();
}

void PoolQueue::set_timer()
{
    if (waiting_.empty()) {
        overdue_.cancel();
        return;
    }
    const auto first =
        std::min_element(waiting_.begin(), waiting_.end(), [](const Job& a, const Job& b) {
            return a.deadline < b.deadline;
        });
    overdue_.after(first->deadline - clock_.since_boot(), [this] { drop_overdue(); });
}

void PoolQueue::tell_not_begun(Job job, Code why)
{
    loop_.post([self = self_, not_begun = std::move(job.not_begun), why] {
        if (*self != nullptr)
            not_begun(why);
    });
}

}  // namespace reops::sinks
