// SPDX-License-Identifier: Apache-2.0
// The commands of an open connection: each on a channel of its own, opened one after the other.
#include "base/check.hh"
#include "remote/ssh/connection.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::remote {

namespace {

constexpr std::uint32_t most_refusals = 10;
constexpr Duration after_refusal = milliseconds(50);

}  // namespace

bool Connection::has_room() const
{
    return is_open() && load() < most_channels_;
}

void Connection::run(JobPtr job)
{
    REOPS_CHECK(has_room(), "run() needs room");
    waiting_.push_back(std::move(job));
    pump_soon();  // the owner may be called from our own step
}

/// One channel is opened at a time: libssh allows one call that is pending.
void Connection::begin_next()
{
    std::erase_if(waiting_, [](const JobPtr& job) { return job->is_over(); });
    if (waiting_.empty())
        return;
    JobPtr job = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    auto channel = std::make_unique<ChannelRun>(session_, job->order);
    opening_ = std::make_unique<Running>(Running{std::move(job), std::move(channel), nullptr});
    opening_timer_.after(shared_.settings.phases.channel, [this] {
        fail(Trouble::broken,
             {Code::unreachable,
              fmt::format("{} opens no channel within {}",
                          where(),
                          to_string(shared_.settings.phases.channel))});
    });
}

bool Connection::step_opening()
{
    if (opening_->job->is_over() && !opening_->channel->is_asked()) {
        opening_timer_.cancel();
        opening_.reset();
        return true;
    }
    const Stepped how = opening_->channel->begin();
    opening_->job->is_asked = opening_->channel->is_asked();
    if (how == Stepped::again)
        return false;
    if (how == Stepped::failed) {
        fail(Trouble::broken, what_libssh_says());
        return false;
    }
    opening_timer_.cancel();
    const std::unique_ptr<Running> opened = std::move(opening_);
    if (how == Stepped::done) {
        const JobPtr job = opened->job;
        if (job->is_over()) {
            opened->channel->signal("KILL");
            return true;
        }
        job->began = shared_.loop.now();
        job->limit.after(job->order.limit, [this, weak = std::weak_ptr{job}] {
            if (const auto alive = weak.lock())
                on_limit(alive);
        });
        running_.push_back(std::move(*opened));
        job->stop = [this, weak = std::weak_ptr{job}] {
            if (const auto alive = weak.lock())
                on_cancel(alive);
        };
        if (job->is_cancelled)
            on_cancel(job);
        return true;
    }
    if (!running_.empty()) {  // the server allows fewer channels: the job waits for one of ours
        most_channels_ = running_.size();
        waiting_.insert(waiting_.begin(), opened->job);
        return false;
    }
    // sshd counts a session until it has seen our end of the channel, and a little longer
    if (++opened->job->refusals < most_refusals) {
        waiting_.insert(waiting_.begin(), opened->job);
        opening_timer_.after(after_refusal, [this] { pump(); });
        return false;
    }
    opened->job->end(Failure{
        Code::denied, fmt::format("{} does not run commands: {}", where(), session_->trouble())});
    owner_.on_room(*this);
    return true;
}

bool Connection::step_open()
{
    const auto alive = shared_from_this();
    // Reading comes first: it may bring the answer that the channel being opened waits for, and
    // nothing else would wake us up for it.
    if (session_->poll() == Stepped::failed) {
        collect();
        if (phase_ == Phase::open)
            fail(Trouble::broken, what_libssh_says());
        return false;
    }
    if (may_begin())
        begin_next();
    const bool moved = opening_ && step_opening();
    if (phase_ != Phase::open)
        return false;
    collect();
    return moved || (!waiting_.empty() && may_begin());
}

/// One at a time, with room, and not right after a refusal.
bool Connection::may_begin() const
{
    return !opening_ && running_.size() < most_channels_ && !opening_timer_.is_pending();
}

/// Hands over what has ended.
void Connection::collect()
{
    std::vector<Running> ended;
    for (std::size_t i = 0; i < running_.size();) {
        Running& one = running_[i];
        one.channel->tell();
        if (one.channel->is_closed() || one.job->is_over()) {
            ended.push_back(std::move(one));
            running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        if (one.channel->has_ended() && !one.grace)
            begin_grace(one);
        ++i;
    }
    for (Running& one : ended)
        finish(std::move(one));
}

/// It has ended; whoever still holds its output has a little time.
void Connection::begin_grace(Running& running)
{
    running.grace = std::make_unique<io::Timer>(shared_.loop);
    running.grace->after(shared_.settings.limits.close_grace,
                         [this, job = running.job.get()] { end_grace(job); });
}

void Connection::end_grace(const Job* job)
{
    const auto found = std::find_if(
        running_.begin(), running_.end(), [&](const Running& one) { return one.job.get() == job; });
    if (found == running_.end())
        return;
    const auto alive = shared_from_this();
    Running gone = std::move(*found);
    running_.erase(found);
    // its timer is below us on the stack
    shared_.loop.post([timer = std::shared_ptr{std::move(gone.grace)}] {});
    finish(std::move(gone));
    if (phase_ == Phase::open)
        pump_soon();
}

void Connection::finish(Running running)
{
    idle_since_ = shared_.loop.now();
    running.channel->tell();
    Ran ran = running.channel->result();
    if (running.job->is_cancelled && ran.end != End::exited)
        ran.end = End::cancelled;
    ran.took = shared_.loop.now() - running.job->began;
    running.channel.reset();
    running.job->end(std::move(ran));
    if (phase_ == Phase::open)
        owner_.on_room(*this);
}

void Connection::on_limit(const JobPtr& job)
{
    const auto alive = shared_from_this();
    const auto found = std::find_if(
        running_.begin(), running_.end(), [&](const Running& one) { return one.job == job; });
    if (found == running_.end())
        return;
    found->channel->signal("KILL");
    Running gone = std::move(*found);
    running_.erase(found);
    Ran ran = gone.channel->result();
    ran.end = job->is_cancelled ? End::cancelled : End::overdue;
    ran.took = shared_.loop.now() - job->began;
    gone.channel.reset();
    idle_since_ = shared_.loop.now();
    job->end(std::move(ran));
    if (phase_ != Phase::open)
        return;
    owner_.on_room(*this);
    if (phase_ == Phase::open)
        pump();
}

/// Asks politely; its limit comes soon.
void Connection::on_cancel(const JobPtr& job)
{
    const auto found = std::find_if(
        running_.begin(), running_.end(), [&](const Running& one) { return one.job == job; });
    if (found == running_.end())
        return;
    found->channel->signal("TERM");
    job->limit.after(shared_.settings.limits.cancel_grace, [this, weak = std::weak_ptr{job}] {
        if (const auto alive = weak.lock())
            on_limit(alive);
    });
    pump_soon();
}

void Connection::close(const std::string& why)
{
    if (phase_ != Phase::closed && load() == 0)
        fail(Trouble::ours, {Code::cancelled, why});
}

/// Those that the server may have begun; the others go to `unbegun`.
std::vector<Connection::Running> Connection::take_begun(std::vector<JobPtr>& unbegun)
{
    unbegun = std::exchange(waiting_, {});
    std::vector<Running> begun = std::exchange(running_, {});
    if (const auto opening = std::move(opening_)) {
        if (opening->channel->is_asked())
            begun.push_back(std::move(*opening));
        else
            unbegun.insert(unbegun.begin(), opening->job);
    }
    return begun;
}

void Connection::fail(Trouble trouble, Failure why)
{
    if (phase_ == Phase::closed)
        return;
    const auto alive = shared_from_this();
    if (phase_ == Phase::agent)
        session_->give_up();
    phase_ = Phase::closed;
    phase_timer_.cancel();
    opening_timer_.cancel();
    attempt_.reset();
    ready_.reset();
    std::vector<JobPtr> unbegun;
    for (Running& one : take_begun(unbegun)) {
        one.channel->tell();
        Ran ran = one.channel->result();
        if (ran.end == End::lost)
            ran.trouble = why.message;
        if (one.job->began.count() != 0)
            ran.took = shared_.loop.now() - one.job->began;
        one.channel.reset();
        one.job->end(std::move(ran));
    }
    owner_.on_closed({*this, std::move(why), trouble, !was_open_, std::move(unbegun)});
}

}  // namespace reops::remote
