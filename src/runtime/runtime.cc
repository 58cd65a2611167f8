// SPDX-License-Identifier: Apache-2.0
// The loop of intake, decision, commit and performing. Recovery is in recovery.cc.
#include "runtime/runtime.hh"

#include "base/bytes.hh"
#include "base/check.hh"
#include "base/crash_point.hh"
#include "runtime/history_feed.hh"
#include "runtime/threads.hh"
#include "store/snapshot.hh"

#include <algorithm>

namespace reops::runtime {

namespace {

constexpr std::size_t big_batch = 256;  // commit without waiting for the window
constexpr Duration retry_stalled = seconds(1);
constexpr Duration look_at_clock = seconds(30);

}  // namespace

Runtime::Runtime(io::EventLoop& loop, const Clock& clock, Log& log, RuntimeOptions options)
    : loop_(loop),
      wall_(clock),
      log_(log),
      options_(std::move(options)),
      clock_(clock),
      parallel_(std::make_unique<Threads>(options_.workers)),
      dispatcher_(loop,
                  log,
                  [this](engine::Ended ended) {
                      put(std::move(ended));
                      schedule_commit();
                  }),
      commit_timer_(loop),
      engine_timer_(loop),
      clock_timer_(loop),
      stop_timer_(loop),
      sync_timer_(loop)
{
}

Runtime::~Runtime()
{
    *alive_ = false;
}

void Runtime::declare(engine::FlowPtr flow, std::string origin)
{
    engine_.declare(flow);
    declared_.emplace_back(std::move(flow), std::move(origin));
}

void Runtime::offer(engine::Event event)
{
    ++counts_.events;
    put(std::move(event));
    schedule_commit();
}

void Runtime::after_commit(std::function<void()> committed)
{
    acknowledgements_.push_back(std::move(committed));
    schedule_commit();
}

void Runtime::on_accepting(std::function<void(bool)> changed)
{
    accepting_watchers_.push_back(std::move(changed));
}

void Runtime::trouble(const std::string& cause, const std::string& text, bool over)
{
    put(engine::Trouble{cause, text, over});
    schedule_commit();
}

void Runtime::submit(engine::Body body, Decided decided)
{
    if (decided)
        waiting_[batch_.entries.size()] = std::move(decided);
    put(std::move(body));
    schedule_commit();
}

RuntimeCounts Runtime::counts() const
{
    RuntimeCounts counts = counts_;
    counts.syncs = journal_->stats().syncs;
    return counts;
}

/// Position and time are given when the batch is decided: until then nothing is accepted.
void Runtime::put(engine::Body body)
{
    batch_.entries.push_back(engine::Entry{.position = {}, .at = {}, .body = std::move(body)});
}

void Runtime::schedule_commit()
{
    if (commit_scheduled_ || committing_ || stalled_ || !started_)
        return;
    commit_scheduled_ = true;
    const std::int64_t since = loop_.now().count() - last_commit_us_;
    const std::int64_t window = options_.commit_window.count();
    if (batch_.entries.size() >= big_batch || since >= window)
        loop_.post([this, alive = alive_] {
            if (*alive)
                commit_now();
        });
    else
        commit_timer_.after(Duration{window - since}, [this] { commit_now(); });
}

void Runtime::commit_now()
{
    commit_scheduled_ = false;
    if (committing_ || stalled_)
        return;
    committing_ = true;
    const Time at = clock_.now();
    if (const auto step = clock_.take_step())
        put(engine::ClockStepped{*step});
    for (engine::TimerDue& timer : engine_.due(at))
        put(std::move(timer));
    if (batch_.entries.empty() && acknowledgements_.empty()) {
        committing_ = false;
        return;
    }
    std::uint64_t next = engine_.state().position.number;
    for (engine::Entry& entry : batch_.entries) {
        entry.position = engine::Position{++next};
        entry.at = at;
    }
    engine_.process(batch_, *parallel_);
    frame_.clear();
    ByteWriter{frame_}.duration(wall_.since_boot());
    engine::encode_frame(batch_, 0, batch_.entries.size(), frame_);
    if (write_frame())
        after_write();
    committing_ = false;
    if (!batch_.entries.empty() || !acknowledgements_.empty())
        schedule_commit();
}

/// False: the disk is full; the same frame is tried again, and nothing of it is visible meanwhile.
bool Runtime::write_frame()
{
    if (batch_.entries.empty())
        return true;
    const auto written = journal_->commit(
        batch_.entries.front().position, static_cast<std::uint32_t>(batch_.entries.size()), frame_);
    if (written.ok()) {
        bytes_since_snapshot_ += frame_.size();
        return true;
    }
    stall(written.failure());
    return false;
}

void Runtime::stall(const Failure& why)
{
    if (!stalled_) {
        ++counts_.stalls;
        log_.error("journal", why.message + "; intake stops until it can be written");
    }
    stalled_ = true;
    set_accepting(false);
    commit_timer_.after(retry_stalled, [this] {
        committing_ = true;
        if (write_frame()) {
            stalled_ = false;
            log_.info("journal", "written again; intake goes on");
            after_write();
            set_accepting(!stopping_);
        }
        committing_ = false;
        if (!stalled_ && (!batch_.entries.empty() || !acknowledgements_.empty()))
            schedule_commit();
    });
}

void Runtime::set_accepting(bool accepting)
{
    if (accepting == accepting_)
        return;
    accepting_ = accepting;
    for (const auto& watcher : accepting_watchers_)
        watcher(accepting);
}

/// All that may only happen once the frame is durable: acknowledge, tell, perform.
void Runtime::after_write()
{
    ++counts_.commits;
    last_commit_us_ = loop_.now().count();
    // What happens below may put new entries: they belong to the next batch.
    engine::Batch done = std::move(batch_);
    batch_ = engine::Batch{};
    auto acknowledgements = std::move(acknowledgements_);
    acknowledgements_.clear();
    auto waiting = std::move(waiting_);
    waiting_.clear();
    REOPS_BEFORE("acknowledge");
    for (const auto& acknowledge : acknowledgements)
        acknowledge();
    REOPS_AFTER("acknowledge");
    feed_history(done);
    for (auto& [index, decided] : waiting) {
        const engine::Decision& decision = done.decisions[index];
        decided(
            done.entries[index],
            decision,
            {done.trace.begin() + decision.trace_begin, done.trace.begin() + decision.trace_end});
    }
    perform_decisions(done);
    done.clear();
    if (batch_.entries.empty() && waiting_.empty())
        std::swap(batch_, done);  // keeps the room for the next batch
    set_engine_timer();
    maybe_snapshot(false);
}

/// The history is a projection: when it cannot be written, the journal still has all.
void Runtime::feed_history(const engine::Batch& done)
{
    HistoryWriter writer{*history_};
    for (std::size_t i = 0; i < done.entries.size(); ++i)
        writer.write(done.entries[i], done.decisions[i].notes);
    if (const auto written = writer.finish(engine_.state().position); !written.ok())
        log_.warning("history", written.failure().message);
}

void Runtime::perform_decisions(const engine::Batch& done)
{
    for (const engine::Decision& decision : done.decisions) {
        for (const engine::EffectId id : decision.withdrawn)
            dispatcher_.withdraw(id);
        for (const engine::EffectId id : decision.offered)
            if (const engine::Effect* effect = engine_.find_effect(id))
                dispatcher_.offer(*effect, clock_.now());
    }
}

void Runtime::set_engine_timer()
{
    const Time due = engine_.next_due();
    if (due == Time::never()) {
        engine_timer_.cancel();
        return;
    }
    engine_timer_.after(due - clock_.now(), [this] { commit_now(); });
}

void Runtime::watch_clock()
{
    clock_timer_.after(look_at_clock, [this] {
        if (const auto step = clock_.take_step()) {
            put(engine::ClockStepped{*step});
            schedule_commit();
        }
        watch_clock();
    });
}

void Runtime::maybe_snapshot(bool always)
{
    if (!always && bytes_since_snapshot_ < options_.snapshot_after_bytes)
        return;
    const engine::State& state = engine_.state();
    const auto written = store::write_snapshot(
        journal_->directory(), state.position, engine::encode_snapshot(state));
    if (!written.ok()) {
        log_.warning("journal", written.failure().message);
        return;
    }
    bytes_since_snapshot_ = 0;
    const auto dropped =
        journal_->drop_before(state.position, options_.keep_bytes, options_.keep_for, wall_.wall());
    if (!dropped.ok())
        log_.warning("journal", dropped.failure().message);
}

void Runtime::stop(Duration patience, std::function<void()> done)
{
    stopping_ = true;
    stopped_ = std::move(done);
    set_accepting(false);
    dispatcher_.stop();
    stop_deadline_us_ = loop_.now().count() + patience.count();
    finish_stop();
}

/// Looks again until nothing is in flight, or patience is over; then the last commit and a
/// snapshot.
void Runtime::finish_stop()
{
    const bool over = loop_.now().count() >= stop_deadline_us_;
    const bool busy = dispatcher_.in_flight() > 0 || !batch_.entries.empty();
    if (busy && !over) {
        schedule_commit();
        stop_timer_.after(milliseconds(20), [this] { finish_stop(); });
        return;
    }
    if (!stalled_)
        commit_now();
    engine_timer_.cancel();
    clock_timer_.cancel();
    commit_timer_.cancel();
    if (!stalled_)
        maybe_snapshot(true);
    stopped_();
}

Result<void> Runtime::read_entries(engine::Position from,
                                   const std::function<bool(engine::FrameItem&)>& each)
{
    bool more = true;
    Result<void> damage;
    const auto read =
        journal_->read_from(from, [&](engine::Position, std::uint32_t, std::string_view payload) {
            ByteReader reader{payload};
            reader.duration();
            damage = engine::decode_frame(payload.substr(payload.size() - reader.left()),
                                          [&](engine::FrameItem& item) {
                                              item.delta = {};
                                              if (more && item.entry.position >= from)
                                                  more = each(item);
                                          });
            return more && damage.ok();
        });
    return read.ok() ? damage : read;
}

Result<engine::FrameItem> Runtime::read_entry(engine::Position position)
{
    std::optional<engine::FrameItem> found;
    const auto read = read_entries(position, [&](engine::FrameItem& item) {
        if (item.entry.position == position)
            found = std::move(item);
        return false;
    });
    if (!read.ok())
        return read.failure();
    if (!found)
        return Failure{Code::not_found,
                       "no entry " + engine::to_string(position) + " in what the journal keeps"};
    return std::move(*found);
}

}  // namespace reops::runtime
