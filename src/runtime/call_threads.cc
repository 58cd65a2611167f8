// SPDX-License-Identifier: Apache-2.0
#include "runtime/call_threads.hh"

#include "base/crash_point.hh"
#include "engine/call_limit.hh"
#include "io/thread_clock.hh"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace reops::runtime {

namespace {

constexpr int quick_ones = 8;  // in a row, and a flow is not slow any more

std::string name_of(const engine::Flow& flow)
{
    return flow.name + "/" + flow.version;
}

/// Of the thread that makes it: its processor time since a function began, read when somebody asks.
class ThreadLimit final : public engine::CallLimit {
public:
    ThreadLimit(Duration limit, const std::atomic<bool>& stopping)
        : limit_(limit), stopping_(stopping)
    {
    }
    Duration used() const { return clock_.used(); }
    /// A call of one or many functions: nobody has asked yet.
    void start() { is_asked_.store(false, std::memory_order_relaxed); }
    void begin() override { is_fresh_ = true; }
    bool is_over() override
    {
        const Duration now = clock_.used();
        if (std::exchange(is_fresh_, false))
            since_ = now;
        is_asked_.store(true, std::memory_order_relaxed);
        return stopping_.load(std::memory_order_relaxed) || now - since_ > limit_;
    }
    /// Somebody asks, so the function will end.
    bool is_asked() const { return is_asked_.load(std::memory_order_relaxed); }

private:
    io::ThreadClock clock_;
    Duration limit_;
    const std::atomic<bool>& stopping_;
    bool is_fresh_ = true;
    Duration since_{};
    std::atomic<bool> is_asked_{false};
};

}  // namespace

/// All fields but the call and what says whose it is are guarded by Shared::mutex.
struct CallThreads::Job {
    explicit Job(engine::CallPtr of) : call(std::move(of)) {}

    engine::CallPtr call;
    std::string flow = {};     ///< of a late one
    std::string version = {};  ///< name_of
    bool is_late = false;
    bool has_ended = false;
    bool is_told = false;    ///< that it is overdue
    std::uint64_t seen = 1;  ///< functions begun, when the loop looked
    Duration began{};
    Duration took{};
    std::thread::id thread = {};
    Duration used{};                     ///< by its thread, before
    const ThreadLimit* limit = nullptr;  ///< while it runs
};

struct CallThreads::Shared {
    explicit Shared(const CallOptions& of) : options(of) {}

    const CallOptions options;
    std::mutex mutex;
    std::condition_variable work;
    std::condition_variable end;
    std::deque<std::shared_ptr<Job>> now;  ///< the loop waits for them
    std::map<std::string, std::deque<std::shared_ptr<Job>>> late;
    std::string last_late;  ///< flow that had its turn
    std::vector<std::shared_ptr<Job>> running;
    std::vector<std::thread> threads;
    std::size_t idle = 0;
    std::atomic<bool> stopping{false};
    std::function<void(const std::shared_ptr<Job>&)> back;  ///< any thread, with the mutex

    /// Late ones that run; those over the limit do not count: they may never come back.
    std::size_t late_running(const std::string* flow) const
    {
        const Duration time = io::time_that_passes();
        return static_cast<std::size_t>(
            std::count_if(running.begin(), running.end(), [&](const auto& job) {
                return job->is_late && time - job->began < options.limit &&
                       (flow == nullptr || job->flow == *flow);
            }));
    }

    /// Threads that functions keep, however long.
    std::size_t kept() const
    {
        return static_cast<std::size_t>(std::count_if(
            running.begin(), running.end(), [](const auto& job) { return job->is_late; }));
    }

    /// Half of what may be kept is for functions that the loop leaves.
    bool has_room_for_late() const
    {
        return late_running(nullptr) < options.most_late && kept() < options.most_kept / 2;
    }

    /// The next late one, flow by flow in turn; null when there is none, or no room for it.
    std::shared_ptr<Job> next_late()
    {
        if (late.empty() || !has_room_for_late())
            return nullptr;
        auto at = late.upper_bound(last_late);
        for (std::size_t tried = 0; tried < late.size(); ++tried, ++at) {
            if (at == late.end())
                at = late.begin();
            if (late_running(&at->first) >= options.most_late_of_one)
                continue;
            last_late = at->first;
            std::shared_ptr<Job> job = std::move(at->second.front());
            at->second.pop_front();
            if (at->second.empty())
                late.erase(at);
            return job;
        }
        return nullptr;
    }

    std::shared_ptr<Job> next()
    {
        if (now.empty())
            return next_late();
        std::shared_ptr<Job> job = std::move(now.front());
        now.pop_front();
        return job;
    }

    void run(const std::shared_ptr<Job>& job,
             ThreadLimit& limit,
             std::unique_lock<std::mutex>& lock)
    {
        running.push_back(job);
        job->thread = std::this_thread::get_id();
        job->limit = &limit;
        limit.start();
        job->began = io::time_that_passes();
        job->used = limit.used();
        lock.unlock();
        job->call->run();
        lock.lock();
        job->took = io::time_that_passes() - job->began;
        job->limit = nullptr;
        job->has_ended = true;
        std::erase(running, job);
        if (job->is_late && back)
            back(job);
        if (job->is_late)
            return;
        job->call.reset();  // nobody but the engine has it now
        lock.unlock();      // else the loop wakes up only to wait for the mutex
        end.notify_one();
        lock.lock();
    }

    void serve()
    {
        ThreadLimit limit{options.limit, stopping};
        engine::set_call_limit(&limit);
        std::unique_lock lock{mutex};
        while (!stopping) {
            std::shared_ptr<Job> job = next();
            if (job == nullptr) {
                ++idle;
                work.wait(lock);
                --idle;
                continue;
            }
            run(job, limit, lock);
        }
    }
};

CallThreads::CallThreads(io::EventLoop& loop,
                         CallOptions options,
                         Answered answered,
                         Overdue overdue)
    : loop_(loop),
      options_(options),
      answered_(std::move(answered)),
      overdue_(std::move(overdue)),
      shared_(std::make_shared<Shared>(options)),
      watch_(loop)
{
    shared_->back = [this, alive = alive_](const std::shared_ptr<Job>& job) {
        loop_.post([this, alive, job] {
            if (*alive)
                take(job);
        });
    };
}

CallThreads::~CallThreads()
{
    *alive_ = false;
    std::vector<std::thread::id> kept;
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->stopping = true;
        shared_->back = nullptr;
        for (const auto& job : shared_->running)
            kept.push_back(job->thread);
    }
    shared_->work.notify_all();
    for (std::thread& thread : shared_->threads)
        if (std::find(kept.begin(), kept.end(), thread.get_id()) != kept.end())
            thread.detach();  // a function of C++ that does not return cannot be ended
        else
            thread.join();
}

/// With the mutex.
void CallThreads::add_thread()
{
    shared_->threads.emplace_back([shared = shared_] { shared->serve(); });
}

void CallThreads::run(std::span<const engine::CallPtr> calls, std::span<engine::CallEnd> ends)
{
    std::vector<std::shared_ptr<Job>> jobs;
    std::unique_lock lock{shared_->mutex};
    if (shared_->kept() >= options_.most_kept) {
        std::fill(ends.begin(), ends.end(), engine::CallEnd::refused);
        return;
    }
    std::fill(ends.begin(), ends.end(), engine::CallEnd::ended);
    const std::size_t idle = shared_->idle;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        jobs.push_back(shared_->now.emplace_back(std::make_shared<Job>(calls[i])));
        if (i >= idle)
            add_thread();
    }
    if (shared_->threads.size() == 1)
        place_.bring_here(shared_->threads.front());
    lock.unlock();
    shared_->work.notify_all();
    lock.lock();
    const auto all_back = [&] {
        return std::all_of(jobs.begin(), jobs.end(), [](const auto& job) {
            return job->has_ended || job->is_late;
        });
    };
    for (std::size_t look = 1; !all_back(); ++look) {
        const Duration wait = look <= 2 ? options_.patience : Duration{milliseconds(1)};
        if (shared_->end.wait_for(lock, std::chrono::microseconds{wait.count()}, all_back))
            break;
        for (std::size_t i = 0; i < jobs.size(); ++i)
            if (!jobs[i]->has_ended && !jobs[i]->is_late && leave_slow(*jobs[i], look))
                ends[i] = engine::CallEnd::left;
    }
}

/// Is it still at the function that it was at when the loop looked before? With the mutex.
bool CallThreads::leave_slow(Job& job, std::size_t look)
{
    const std::uint64_t begun = job.call->begun();
    const bool stands = begun == job.seen || look > 1;
    job.seen = begun;
    if (job.limit == nullptr || !stands || !job.call->leave())
        return false;
    became_late(job);
    slow_[job.version] = quick_ones;
    return true;
}

void CallThreads::became_late(Job& job)
{
    if (!shared_->threads.empty())
        place_.let_go(shared_->threads.front());
    job.is_late = true;
    job.flow = job.call->flow().name;
    job.version = name_of(job.call->flow());
    if (late_++ == 0)
        watch();
}

engine::CallEnd CallThreads::begin(const engine::CallPtr& call)
{
    const auto job = std::make_shared<Job>(call);
    const std::lock_guard lock{shared_->mutex};
    became_late(*job);
    shared_->late[job->flow].push_back(job);
    wake_for_late();
    return engine::CallEnd::left;
}

/// With the mutex.
void CallThreads::wake_for_late()
{
    if (shared_->idle == 0 && shared_->has_room_for_late())
        add_thread();
    shared_->work.notify_one();
}

bool CallThreads::expects_slow(const engine::Flow& flow) const
{
    return !slow_.empty() && slow_.contains(name_of(flow));
}

/// A call that the loop did not wait for has come back.
void CallThreads::take(const std::shared_ptr<Job>& job)
{
    --late_;
    const auto slow = slow_.find(job->version);
    if (job->took > options_.patience)
        slow_[job->version] = quick_ones;
    else if (slow != slow_.end() && --slow->second == 0)
        slow_.erase(slow);
    if (job->is_told && --overdue_by_flow_[job->flow] == 0)
        overdue_(job->flow, true);
    REOPS_BEFORE("call-answer");
    answered_(*job->call, job->took);
    REOPS_AFTER("call-answer");
}

void CallThreads::watch()
{
    watch_.after(options_.look, [this] {
        std::vector<std::string> overdue;
        {
            const std::lock_guard lock{shared_->mutex};
            for (const auto& job : shared_->running) {
                if (!job->is_late || job->is_told || job->limit->is_asked())
                    continue;
                job->is_told = job->limit->used() - job->used > options_.limit;
                if (job->is_told)
                    overdue.push_back(job->flow);
            }
            if (!shared_->late.empty())
                wake_for_late();
        }
        for (const std::string& flow : overdue)
            if (++overdue_by_flow_[flow] == 1)
                overdue_(flow, false);
        if (late_ > 0)
            watch();
    });
}

}  // namespace reops::runtime
