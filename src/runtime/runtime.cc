// SPDX-License-Identifier: Apache-2.0
// The loop of intake, decision, commit and performing. Recovery is in recovery.cc.
#include "runtime/runtime.hh"

#include "base/crash_point.hh"
#include "engine/effect.hh"
#include "runtime/frames.hh"
#include "runtime/note_log.hh"
#include "runtime/threads.hh"
#include "store/snapshot.hh"

#include <algorithm>
#include <utility>

namespace reops::runtime {

namespace {

constexpr std::size_t big_batch = 256;            // commit without waiting for the window
constexpr Duration unhurried = milliseconds(50);  // ends that nobody waits for

}  // namespace

Runtime::Runtime(io::EventLoop& loop, const Clock& clock, Log& log, RuntimeOptions options)
    : loop_(loop),
      wall_(clock),
      log_(log),
      options_(std::move(options)),
      clock_(clock),
      parallel_(std::make_unique<Threads>(options_.workers)),
      calls_(
          loop,
          options_.calls,
          [this](engine::Call& call, Duration took) {
              put(call.answer(took));
              schedule_commit();
          },
          [this](const std::string& flow, bool over) { tell_overdue(flow, over); }),
      dispatcher_(loop,
                  log,
                  [this](engine::Ended ended) {
                      const bool waits = is_awaited(ended);
                      put(std::move(ended));
                      update_accepting();
                      if (waits)
                          schedule_commit();
                      else
                          schedule_late_commit();
                  }),
      commit_timer_(loop),
      late_timer_(loop),
      engine_timer_(loop),
      clock_timer_(loop),
      stop_timer_(loop),
      sync_timer_(loop),
      room_timer_(loop),
      history_feed_(loop, log, options_.look_again)
{
}

Runtime::~Runtime()
{
    *alive_ = false;
}

void Runtime::declare(engine::FlowPtr flow, std::string origin)
{
    engine_.declare(flow);
    declared_.push_back({std::move(flow), std::move(origin)});
}

bool Runtime::change_flows(const std::vector<DeclaredFlow>& now,
                           const std::vector<std::string>& gone,
                           const std::string& actor,
                           std::function<void()> done)
{
    if (incoming_.entries.size() + now.size() + gone.size() > options_.most_unacknowledged)
        return false;
    for (const std::string& flow : gone)
        put_disarm(flow, actor);
    for (const DeclaredFlow& declared : now) {
        engine_.declare(declared.flow);
        put_armed(declared);
    }
    ++changes_of_flows_;
    after_commit([this, done = std::move(done)] {
        if (--changes_of_flows_ == 0)  // else a version is declared that is not armed yet
            engine_.forget_old_versions();
        if (done)
            done();
    });
    return true;
}

void Runtime::offer(engine::Event event)
{
    ++counts_.events;
    incoming_.entries.emplace_back().body.emplace<engine::Event>(std::move(event));
    update_accepting();
    schedule_commit();
}

void Runtime::after_commit(std::function<void()> committed)
{
    incoming_.acknowledgements.push_back(std::move(committed));
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

bool Runtime::submit(engine::Body body, Decided decided)
{
    if (incoming_.entries.size() >= options_.most_unacknowledged)
        return false;
    if (decided)
        incoming_.waiting[incoming_.entries.size()] = std::move(decided);
    put(std::move(body));
    schedule_commit();
    return true;
}

bool Runtime::submit_with(engine::FlowPtr flow, engine::Body body, Decided decided)
{
    if (incoming_.entries.size() >= options_.most_unacknowledged)
        return false;
    engine_.declare(std::move(flow));
    ++changes_of_flows_;
    return submit(std::move(body),
                  [this, decided = std::move(decided)](
                      const auto& entry, const auto& decision, const auto& trace) {
                      if (--changes_of_flows_ == 0)
                          engine_.forget_old_versions();
                      decided(entry, decision, trace);
                  });
}

RuntimeCounts Runtime::counts() const
{
    RuntimeCounts counts = counts_;
    counts.syncs = journal_->stats().syncs;
    counts.low_on_disk = low_;
    return counts;
}

/// Position and time are given when the batch is decided: until then nothing is accepted.
void Runtime::put(engine::Body body)
{
    incoming_.entries.push_back(engine::Entry{.position = {}, .at = {}, .body = std::move(body)});
}

void Runtime::schedule_commit()
{
    incoming_.is_awaited = true;
    const bool big = incoming_.entries.size() >= big_batch;
    const bool sooner = big && commit_timer_.is_pending();
    if (committing_ || stalled_ || !started_ || (commit_scheduled_ && !sooner))
        return;
    commit_scheduled_ = true;
    commit_timer_.cancel();
    const std::int64_t since = loop_.now().count() - last_commit_us_;
    const std::int64_t window = options_.commit_window.count();
    if (big || since >= window)
        loop_.at_end_of_turn([this, alive = alive_] {
            if (*alive)
                commit_now();
        });
    else
        commit_timer_.after(Duration{window - since}, [this] { commit_now(); });
}

/// Nobody waits for the good end of what may be performed again: a crash that forgets it costs a
/// second copy at worst. So it goes along with what comes next.
bool Runtime::is_awaited(const engine::Ended& ended) const
{
    const engine::Effect* effect = engine_.find_effect(ended.effect);
    const engine::EffectKind* kind =
        effect != nullptr ? engine::find_effect_kind(effect->kind) : nullptr;
    return kind == nullptr || kind->repeat != engine::Repeat::again || kind->acts_on_host ||
           !engine::is_success(ended.outcome.status);
}

/// What came in during the commit.
void Runtime::schedule_rest()
{
    if (incoming_.is_awaited)
        schedule_commit();
    else if (!incoming_.is_empty())
        schedule_late_commit();
}

void Runtime::schedule_late_commit()
{
    if (incoming_.entries.size() >= big_batch)
        schedule_commit();
    else if (!commit_scheduled_ && !late_timer_.is_pending())
        late_timer_.after(unhurried, [this] { schedule_commit(); });
}

Duration Runtime::window_left() const
{
    const Duration since{loop_.now().count() - last_commit_us_};
    return std::max(Duration::zero(), options_.commit_window - since);
}

void Runtime::commit_now()
{
    commit_scheduled_ = false;
    if (committing_ || stalled_ || !started_)
        return;
    const Time at = clock_.now();
    if (const auto step = clock_.take_step())
        put(engine::ClockStepped{*step});
    for (engine::TimerDue& timer : engine_.due(at))
        put(std::move(timer));
    if (incoming_.is_empty())
        return;
    committing_ = true;
    // The window counts from the beginning: on a slow disk the sync itself is the pause.
    last_commit_us_ = loop_.now().count();
    decide(at);
    if (write_frame())
        after_write();
    committing_ = false;
    schedule_rest();
}

/// What came in becomes the batch; what comes from here on waits for the next one.
void Runtime::decide(Time at)
{
    batch_.clear();
    std::swap(batch_.entries, incoming_.entries);
    std::swap(in_commit_.acknowledgements, incoming_.acknowledgements);
    std::swap(in_commit_.waiting, incoming_.waiting);
    incoming_.is_awaited = false;
    std::uint64_t next = engine_.state().position.number;
    for (engine::Entry& entry : batch_.entries) {
        entry.position = engine::Position{++next};
        entry.at = at;
    }
    engine_.process(batch_, *parallel_, calls_);
    encode_commit(batch_, wall_.since_boot(), frame_);
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

/// A full disk is waited for. A disk that failed is not: what is on it is known only to a new
/// start.
void Runtime::stall(const Failure& why)
{
    const bool again = stalled_;
    stalled_ = true;
    update_accepting();
    if (journal_->is_broken()) {
        log_.error("journal", why.message);
        if (on_broken_)
            loop_.post([told = on_broken_, why] { told(why); });
        return;
    }
    if (!again) {
        ++counts_.stalls;
        log_.error("journal", why.message + "; intake stops until it can be written");
    }
    commit_timer_.after(options_.look_again, [this] { retry_frame(); });
}

void Runtime::retry_frame()
{
    committing_ = true;
    if (write_frame()) {
        stalled_ = false;
        log_.info("journal", "written again");
        after_write();
    }
    committing_ = false;
    schedule_rest();
}

/// The journal lives on its reserve: that is for results, so intake waits for room.
void Runtime::watch_room()
{
    if (!journal_->is_low() || room_timer_.is_pending())
        return;
    if (!low_) {
        low_ = true;
        log_.error("journal", "the disk is full: intake stops, results use the reserve");
        trouble("disk-low", "the disk under " + options_.state + " is full: intake stops", false);
    }
    room_timer_.after(options_.look_again, [this] {
        if (!journal_->find_room()) {
            watch_room();
            return;
        }
        low_ = false;
        log_.info("journal", "there is room again: intake goes on");
        trouble("disk-low", "", true);
        update_accepting();
    });
}

/// Back-pressure with a little distance, so that it does not flutter.
bool Runtime::has_room() const
{
    const std::size_t waiting = incoming_.entries.size();
    const std::size_t flying = dispatcher_.in_flight();
    const std::size_t share = accepting_ ? 1 : 2;
    return waiting < std::max<std::size_t>(1, options_.most_unacknowledged / share) &&
           flying < std::max<std::size_t>(1, options_.most_in_flight / share);
}

void Runtime::update_accepting()
{
    const bool accepting = intake_open_ && !stalled_ && !low_ && has_room();
    if (accepting == accepting_)
        return;
    accepting_ = accepting;
    for (const auto& watcher : accepting_watchers_)
        watcher(accepting);
}

/// All that may only happen once the frame is durable: acknowledge, tell, perform. What happens
/// here may put new entries: they belong to the next batch.
void Runtime::after_write()
{
    ++counts_.commits;
    REOPS_BEFORE("acknowledge");
    for (const auto& acknowledge : in_commit_.acknowledgements)
        acknowledge();
    REOPS_AFTER("acknowledge");
    in_commit_.acknowledgements.clear();
    for (const engine::Decision& decision : batch_.decisions)
        for (const engine::Note& note : decision.notes)
            log_note(log_, note);
    history_feed_.feed(batch_);
    tell_waiting();
    tell_watchers();
    perform_decisions();
    set_engine_timer();
    maybe_snapshot(false);
    watch_room();
    update_accepting();
}

void Runtime::tell_waiting()
{
    for (auto& [index, decided] : in_commit_.waiting) {
        const engine::Decision& decision = batch_.decisions[index];
        decided(batch_.entries[index],
                decision,
                {batch_.trace.begin() + decision.trace_begin,
                 batch_.trace.begin() + decision.trace_end});
    }
    in_commit_.waiting.clear();
}

void Runtime::tell_watchers()
{
    for (const auto& told : decision_watchers_)
        for (std::size_t i = 0; i < batch_.decisions.size(); ++i)
            told(batch_.entries[i], batch_.decisions[i]);
    for (const auto& told : commit_watchers_)
        told();
}

void Runtime::tell_overdue(const std::string& flow, bool over)
{
    trouble("slow-function:" + flow,
            "a function of `" + flow +
                "` has taken more than 1s of processor time for one event. One of a flow file is "
                "ended, one in C++ cannot be; other flows go on. Repair it, and to forget what "
                "waits for it: reops disarm " +
                flow,
            over);
}

void Runtime::perform_decisions()
{
    for (const engine::Decision& decision : batch_.decisions) {
        for (const engine::EffectId id : decision.withdrawn)
            dispatcher_.withdraw(id);
        for (const engine::EffectId id : decision.offered)
            offer_effect(id);
    }
}

/// What is never repeated is performed after `begun` is committed: a crash from there on leaves an
/// outcome that is unknown, and no second try.
void Runtime::offer_effect(engine::EffectId id)
{
    const engine::Effect* effect = engine_.find_effect(id);
    if (effect == nullptr)
        return;
    const engine::EffectKind* kind = engine::find_effect_kind(effect->kind);
    const bool begin_first = kind != nullptr && kind->repeat == engine::Repeat::never &&
                             !effect->begun && !dispatcher_.is_stopping() &&
                             clock_.now() <= effect->expires;
    if (!begin_first) {
        dispatcher_.offer(*effect, clock_.now());
        return;
    }
    incoming_.waiting[incoming_.entries.size()] =
        [this, id](const auto&, const auto&, const auto&) { offer_effect(id); };
    put(engine::Begun{id});
    schedule_commit();
}

void Runtime::set_engine_timer()
{
    const Time due = engine_.next_due();
    if (due == Time::never()) {
        engine_timer_.cancel();
        return;
    }
    if (engine_timer_.is_pending() && due == engine_timer_due_)
        return;
    engine_timer_due_ = due;
    engine_timer_.after(due - clock_.now(), [this] { commit_now(); });
}

void Runtime::watch_clock()
{
    clock_timer_.after(options_.look_at_clock, [this] {
        if (clock_alert_ && wall_.is_synchronised()) {
            clock_alert_ = false;
            trouble("clock-unsynchronised", "", true);
        }
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
        journal_->directory(), state.position, engine::encode_snapshot(state), files());
    if (!written.ok()) {
        bytes_since_snapshot_ = options_.snapshot_after_bytes / 2;  // not again at every commit
        log_.warning("journal", written.failure().message);
        return;
    }
    bytes_since_snapshot_ = 0;
    drop_old();
}

/// The journal grows while something open needs its beginning; says what, beyond twice its size.
void Runtime::tell_of_retention(engine::Position needed)
{
    const std::uint64_t kept = journal_->kept_bytes();
    // Some segments are always needed, since the older of two snapshots.
    const bool forced = kept > 2 * options_.keep_bytes + 4 * options_.segment_bytes;
    if (forced == retention_is_forced_)
        return;
    retention_is_forced_ = forced;
    std::string who = "two snapshots that are not written yet";
    for (const auto& [key, row] : engine_.state().pending.rows())
        if (row.entry == needed)
            who = "the function of `" + row.flow + "`, at work on " + to_string(row.entry);
    for (const auto& [key, run] : engine_.state().runs.rows())
        if (run.trigger.event == needed)
            who = to_string(run.id) + " of `" + run.flow +
                  "`, which is open; to end it: reops cancel " + to_string(run.id);
    trouble("retention",
            "the journal keeps " + std::to_string(kept >> 20) + " MiB instead of " +
                std::to_string(options_.keep_bytes >> 20) + " MiB because of " + who,
            !forced);
}

/// Segments go once two snapshots are newer than they and no open run began in them: `why` reads
/// its first entry. Timers and incidents are whole in the snapshots.
void Runtime::drop_old()
{
    history_feed_.flush();
    const engine::State& state = engine_.state();
    engine::Position before = store::droppable_before(journal_->directory(), files());
    for (const auto& [key, run] : state.runs.rows())
        before = std::min(before, run.trigger.event);
    for (const auto& [key, row] : state.pending.rows())
        before = std::min(before, row.entry);
    for (const auto& [key, queue] : state.run_queues.rows())
        for (const engine::Trigger& trigger : queue.waiting)
            before = std::min(before, trigger.event);
    auto dropped =
        journal_->drop_before(before, options_.keep_bytes, options_.keep_for, wall_.wall());
    if (!dropped.ok())
        log_.warning("journal", dropped.failure().message);
    tell_of_retention(before);
    dropped = history_->prune(options_.keep_runs);
    if (!dropped.ok())
        log_.warning("history", dropped.failure().message);
}

void Runtime::stop(Duration patience, std::function<void()> done)
{
    const std::int64_t deadline = loop_.now().count() + patience.count();
    stop_deadline_us_ = stopped_.empty() ? deadline : std::min(deadline, stop_deadline_us_);
    stopped_.push_back(std::move(done));
    intake_open_ = false;
    update_accepting();
    dispatcher_.stop();
    finish_stop();
}

/// Looks again until nothing is in flight, or patience is over; then the last commit and a
/// snapshot.
void Runtime::finish_stop()
{
    const bool over = loop_.now().count() >= stop_deadline_us_ || journal_->is_broken();
    const bool busy = dispatcher_.in_flight() > 0 || !incoming_.is_empty() || stalled_;
    if (busy && !over) {
        schedule_commit();
        stop_timer_.after(milliseconds(20), [this] { finish_stop(); });
        return;
    }
    commit_now();
    if (!stalled_)
        maybe_snapshot(true);
    started_ = false;
    history_feed_.stop();
    for (io::Timer* timer :
         {&engine_timer_, &clock_timer_, &commit_timer_, &late_timer_, &sync_timer_, &room_timer_})
        timer->cancel();
    for (const auto& done : std::exchange(stopped_, {}))
        done();
}

store::FileLayer& Runtime::files()
{
    return options_.files != nullptr ? *options_.files : store::system_files();
}

Result<void> Runtime::read_entries(engine::Position from,
                                   const std::function<bool(engine::FrameItem&)>& each)
{
    return runtime::read_entries(*journal_, from, each);
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
