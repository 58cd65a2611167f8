// SPDX-License-Identifier: Apache-2.0
// One instant after the other. What happens in one instant is one batch, as in the runtime; what
// its effects answer at once is the next batch of the same instant.
#include "tests/support/scenario/player.hh"

#include "engine/engine.hh"
#include "engine/frame_codec.hh"
#include "tests/support/scenario/chronicle.hh"
#include "tests/support/scenario/performers.hh"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace reops::scenario {

namespace {

constexpr std::size_t most_batches_an_instant = 1000;
constexpr std::size_t snapshot_every = 50;  // batches
constexpr Duration synchronise_within = minutes(2);

/// Reads a frame's deltas into an engine.
Result<void> apply_frame(engine::Engine& engine, std::string_view frame)
{
    Result<void> damage;
    const auto decoded = engine::decode_frame(frame, [&](engine::FrameItem& item) {
        if (damage.ok())
            damage = engine.apply(item.entry.position, item.entry.at, item.delta);
    });
    return decoded.ok() ? damage : decoded;
}

class Play {
public:
    Play(const Parts& parts, engine::Parallel& parallel, Recovery recovery)
        : parts_(parts),
          parallel_(parallel),
          recovery_(recovery),
          world_(parts.world),
          performers_(world_),
          chronicle_(parts.script.start),
          now_(parts.script.start)
    {
    }

    Played run()
    {
        begin_program({});
        settle();
        const Time end = parts_.script.start + parts_.script.until;
        while (error_.empty() && next_instant() <= end) {
            now_ = next_instant();
            instant();
        }
        Played played;
        played.report = chronicle_.write(world_);
        played.journal = std::move(journal_);
        played.state = engine::encode_snapshot(engine_.state());
        played.error = std::move(error_);
        return played;
    }

private:
    /// Engine time: behind the world's while a wrong clock has not been set right.
    Time engine_now() const { return now_ - behind_; }
    bool is_running() const { return !begins_again_; }

    Time next_instant() const;
    void instant();
    void happen(const Happening& happening);
    void put(engine::Body body) { batch_.entries.push_back({{}, {}, std::move(body)}); }
    void settle();
    bool commit();
    void perform();
    void take_answers();
    void end_program(const Restart& restart);
    void begin_program(const Restart& restart);
    void recover();
    void synchronise();
    void reload(const std::string& snapshot, std::string_view frame);
    void offer(engine::EffectId id);
    void fail(std::string_view why)
    {
        error_ = fmt::format("at {}: {}", reops::to_string(now_ - parts_.script.start), why);
    }

    const Parts& parts_;
    engine::Parallel& parallel_;
    Recovery recovery_;
    World world_;
    engine::Engine engine_;
    Performers performers_;
    Chronicle chronicle_;
    engine::Batch batch_;
    Time now_;
    Duration behind_{};
    std::size_t next_happening_ = 0;
    std::string journal_;
    std::string snapshot_;
    std::vector<std::string> frames_;  ///< since the snapshot
    Time last_commit_;                 ///< engine time of the last entry before this start
    std::optional<Time> begins_again_;
    Restart restart_;
    std::optional<Time> synchronises_;
    std::vector<engine::EffectId> leftovers_;
    std::size_t boots_ = 0;
    std::string error_;
};

Time Play::next_instant() const
{
    Time next = std::min(world_.next(), begins_again_.value_or(Time::never()));
    const auto& happenings = parts_.script.happenings;
    if (next_happening_ < happenings.size())
        next = std::min(next, parts_.script.start + happenings[next_happening_].at);
    if (!is_running())
        return next;
    next = std::min({next, performers_.next(), synchronises_.value_or(Time::never())});
    if (const Time due = engine_.next_due(); due != Time::never())
        next = std::min(next, due + behind_);
    return std::max(next, now_);
}

void Play::instant()
{
    world_.advance(now_);
    if (begins_again_ && *begins_again_ <= now_) {
        begins_again_.reset();
        begin_program(restart_);
        settle();
    }
    if (synchronises_ && *synchronises_ <= now_)
        synchronise();
    const auto& happenings = parts_.script.happenings;
    while (next_happening_ < happenings.size() &&
           parts_.script.start + happenings[next_happening_].at <= now_)
        happen(happenings[next_happening_++]);
    settle();
}

void Play::happen(const Happening& happening)
{
    if (const auto* host = std::get_if<HostChange>(&happening.what))
        return world_.change(host->host, host->change);
    if (const auto* server = std::get_if<MailServer>(&happening.what)) {
        world_.mail_answers = server->answers;
        return;
    }
    if (!is_running())
        return fail("the program is down, nobody takes it");
    if (const auto* reading = std::get_if<Reading>(&happening.what)) {
        engine::Event event = reading->event;
        if (reading->age)
            event.observed = now_ - *reading->age;
        put(std::move(event));
    } else if (const auto* order = std::get_if<Order>(&happening.what)) {
        put(engine::Command{order->verb, order->args, order->actor});
    } else if (const auto* step = std::get_if<ClockStep>(&happening.what)) {
        put(engine::ClockStepped{step->by});
    } else if (const auto* source = std::get_if<SourceTrouble>(&happening.what)) {
        put(engine::Trouble{.cause = "source-down:mqtt",
                            .text = source->over ? "the broker is connected again"
                                                 : "no connection to the broker for 5m",
                            .over = source->over});
    } else if (const auto* restart = std::get_if<Restart>(&happening.what)) {
        settle();
        end_program(*restart);
    }
}

void Play::settle()
{
    if (!is_running())
        return;
    for (std::size_t i = 0; error_.empty(); ++i) {
        performers_.review(now_);
        take_answers();
        if (!commit())
            return;
        if (i >= most_batches_an_instant)
            fail("no end of it in one instant");
    }
}

void Play::take_answers()
{
    Answers answers = performers_.take();
    for (engine::Ended& ended : answers.ended) {
        chronicle_.ended(ended, now_);
        put(std::move(ended));
    }
    for (engine::Event& event : answers.events)
        if (!engine_.flows().interested(event.name, event.key).empty())
            put(std::move(event));
}

/// False when there is nothing to decide.
bool Play::commit()
{
    for (engine::TimerDue& timer : engine_.due(engine_now()))
        put(std::move(timer));
    if (batch_.entries.empty())
        return false;
    std::uint64_t position = engine_.state().position.number;
    for (engine::Entry& entry : batch_.entries) {
        entry.position = engine::Position{++position};
        entry.at = engine_now();
    }
    const std::string before = recovery_ == Recovery::at_each_step
                                   ? engine::encode_snapshot(engine_.state())
                                   : std::string{};
    engine_.process(batch_, parallel_);
    std::string frame;
    engine::encode_frame(batch_, 0, batch_.entries.size(), frame);
    journal_ += frame;
    if (recovery_ == Recovery::at_each_step)
        reload(before, frame);
    frames_.push_back(std::move(frame));
    chronicle_.decided(batch_, engine_, now_);
    perform();
    if (frames_.size() >= snapshot_every) {
        snapshot_ = engine::encode_snapshot(engine_.state());
        frames_.clear();
    }
    return true;
}

void Play::perform()
{
    const engine::Batch done = std::exchange(batch_, engine::Batch{});
    for (const engine::Decision& decision : done.decisions) {
        for (const engine::EffectId id : decision.withdrawn)
            performers_.withdraw(id, now_);
        for (const engine::EffectId id : decision.offered)
            offer(id);
    }
}

void Play::offer(engine::EffectId id)
{
    const engine::Effect* effect = engine_.find_effect(id);
    if (effect == nullptr)
        return;
    chronicle_.offered(*effect, now_);
    performers_.offer(*effect, engine_now(), now_);
}

/// The batch is read back twice: the state before it and its delta, and the state after it. Both
/// must be the state that was decided.
void Play::reload(const std::string& snapshot, std::string_view frame)
{
    const std::string decided = engine::encode_snapshot(engine_.state());
    engine::Engine fresh;
    for (const engine::FlowPtr& flow : parts_.flows)
        fresh.declare(flow);
    if (engine_.state().position.number > 0)
        if (const auto loaded = fresh.load(snapshot); !loaded.ok())
            return fail(loaded.failure().message);
    if (const auto applied = apply_frame(fresh, frame); !applied.ok())
        return fail(applied.failure().message);
    if (engine::encode_snapshot(fresh.state()) != decided)
        return fail("snapshot and delta give another state than was decided");
    if (const auto loaded = fresh.load(decided); !loaded.ok())
        return fail(loaded.failure().message);
    if (engine::encode_snapshot(fresh.state()) != decided)
        return fail("the snapshot reads back as another state");
    fresh.take_process_facts(engine_);
    fresh.finish_recovery();
    engine_ = std::move(fresh);
}

void Play::end_program(const Restart& restart)
{
    chronicle_.died(now_);
    performers_ = Performers{world_};
    last_commit_ = engine_.state().now;
    restart_ = restart;
    begins_again_ = now_ + restart.down;
    synchronises_.reset();
    if (restart.power_cut)
        world_.power_cut(now_);
}

void Play::recover()
{
    engine_ = engine::Engine{};
    for (const engine::FlowPtr& flow : parts_.flows)
        engine_.declare(flow);
    if (!snapshot_.empty())
        if (const auto loaded = engine_.load(snapshot_); !loaded.ok())
            return fail(loaded.failure().message);
    for (const std::string& frame : frames_)
        if (const auto applied = apply_frame(engine_, frame); !applied.ok())
            return fail(applied.failure().message);
    engine_.finish_recovery();
}

/// As runtime/recovery.cc: the facts of the start, then the flows, in one batch; then what was left
/// over is offered again, unless nobody knows yet how old it is.
void Play::begin_program(const Restart& restart)
{
    recover();
    if (restart.power_cut) {
        world_.power_back();
        behind_ = restart.clock_behind;
    }
    engine::Started started;
    started.same_boot = boots_ > 0 && !restart.power_cut;
    if (!started.same_boot)
        ++boots_;
    started.boot_id = fmt::format("boot-{}", boots_);
    started.mail_host = "reops.test";
    started.utc_offset = parts_.script.utc_offset;
    if (last_commit_ != Time{}) {
        // the clock of a machine without battery may stand before what is in the journal
        behind_ = std::min(behind_, now_ - last_commit_);
        started.downtime = engine_now() - last_commit_;
        started.downtime_known = started.same_boot || restart.synchronised_after == Duration{};
        started.downtime_pending = !started.downtime_known;
    }
    put(engine::InventoryChanged{world_.inventory()});
    put(started);
    for (const engine::FlowPtr& flow : parts_.flows) {
        engine::Armed armed{flow->name, flow->version, {}, "scenario"};
        for (const engine::StagePtr& stage : flow->stages)
            armed.stages.push_back(stage->printed());
        put(std::move(armed));
    }
    leftovers_.clear();
    for (const engine::Effect* effect : engine_.outstanding())
        leftovers_.push_back(effect->id);
    commit();
    if (started.downtime_pending) {
        const Duration wait = restart.synchronised_after.value_or(synchronise_within);
        synchronises_ = now_ + std::min<Duration>(wait, synchronise_within);
        return;
    }
    for (const engine::EffectId id : leftovers_)
        offer(id);
}

/// The clock is right now, or two minutes are over and nobody knows how long it was down.
void Play::synchronise()
{
    synchronises_.reset();
    const bool known = restart_.synchronised_after.value_or(Duration::max()) <= synchronise_within;
    if (known)
        behind_ = Duration{};
    put(engine::DowntimeKnown{.known = known, .downtime = engine_now() - last_commit_});
    commit();
    for (const engine::EffectId id : leftovers_)
        offer(id);
}

}  // namespace

Played play(const Parts& parts, engine::Parallel& parallel, Recovery recovery)
{
    return Play{parts, parallel, recovery}.run();
}

}  // namespace reops::scenario
