// SPDX-License-Identifier: Apache-2.0
// Reading the state back, and the facts of a start: how long the program was down, and
// whether that is known.
#include "engine/detail.hh"
#include "io/files.hh"
#include "runtime/frames.hh"
#include "runtime/rebuild.hh"
#include "runtime/runtime.hh"
#include "runtime/state_lock.hh"
#include "store/snapshot.hh"

#include <algorithm>

namespace reops::runtime {

Result<std::unique_ptr<Runtime>> Runtime::open(io::EventLoop& loop,
                                               const Clock& clock,
                                               Log& log,
                                               RuntimeOptions options)
{
    std::unique_ptr<Runtime> runtime{new Runtime(loop, clock, log, std::move(options))};
    if (auto recovered = runtime->recover(); !recovered.ok())
        return recovered.failure();
    return runtime;
}

Result<void> Runtime::recover()
{
    if (auto made = io::make_private_directory(options_.state); !made.ok())
        return made;
    auto lock = lock_state(options_.state);
    if (!lock.ok())
        return lock.failure();
    lock_ = std::move(*lock);
    store::JournalOptions journal_options;
    journal_options.segment_bytes = options_.segment_bytes;
    journal_options.reserve_bytes = options_.reserve_bytes;
    journal_options.sync = options_.durable_power;
    journal_options.files = options_.files;
    auto journal = store::Journal::open(
        options_.state + "/journal", journal_options, [this](const store::Damage& damage) {
            log_.warning("journal",
                         damage.file + ": " + damage.why + " at byte " +
                             std::to_string(damage.offset) + ", cut off");
        });
    if (!journal.ok())
        return journal.failure();
    journal_ = std::move(*journal);
    if (auto loaded = load_state(); !loaded.ok())
        return loaded;
    auto history = store::History::open(options_.state + "/history.sqlite");
    if (!history.ok())
        return history.failure();
    history_ = std::move(*history);
    history_feed_.open(*history_, [this] { return catch_up_history(); });
    return catch_up_history();
}

/// The newest snapshot that is whole, then the decisions since: they are loaded, not made again.
Result<void> Runtime::load_state()
{
    std::string passed_over;
    auto snapshot = store::load_latest_snapshot(journal_->directory(), &passed_over, files());
    if (!snapshot.ok())
        return snapshot.failure();
    if (!passed_over.empty())
        log_.warning("journal", passed_over + " is damaged; the one before is used");
    engine::Position from{1};
    if (snapshot->has_value()) {
        if (auto loaded = engine_.load((*snapshot)->payload); !loaded.ok())
            return loaded;
        from = engine::Position{(*snapshot)->position.number + 1};
    }
    Result<void> result;
    const auto apply = [&](const engine::FrameItem& item) {
        if (item.entry.position < from || !result.ok())
            return;
        result = check_follows(item.entry.position);
        if (result.ok())
            result = engine_.apply(item.entry.position, item.entry.at, item.delta);
    };
    // The last commit is always looked at: it says what CLOCK_BOOTTIME showed.
    const auto replayed =
        journal_->replay(std::min(from, std::max(journal_->last(), engine::Position{1})),
                         [&](engine::Position, std::uint32_t, std::string_view payload) {
                             const auto since_boot = decode_commit(payload, apply);
                             if (since_boot.ok())
                                 last_boot_span_ = *since_boot;
                             else if (result.ok())
                                 result = since_boot.failure();
                         });
    return replayed.ok() ? result : replayed;
}

/// A segment that somebody took away from the middle, or one that only a damaged snapshot could
/// have replaced: the state cannot be known, so there is no start on half of it.
Result<void> Runtime::check_follows(engine::Position position) const
{
    const std::uint64_t expected = engine_.state().position.number + 1;
    if (position.number == expected)
        return {};
    return Failure{Code::corrupt,
                   "the journal in " + journal_->directory() + " goes on with " +
                       engine::to_string(position) + " but " +
                       engine::to_string(engine::Position{expected}) + " was expected",
                   "put the missing segments or snapshots back, or restore a backup"};
}

/// The projection may be behind (or gone): what it lacks is read from the journal. It may also be
/// ahead, when the journal lost its end with the power: then it is made anew.
Result<void> Runtime::catch_up_history()
{
    if (history_->position() > journal_->last())
        if (auto cleared = history_->clear(); !cleared.ok())
            return cleared;
    const auto fed =
        feed_from_journal(*journal_, *history_, engine::Position{history_->position().number + 1});
    return fed.ok() ? Result<void>{} : fed.failure();
}

/// Within one boot the downtime is exact; over a boot it is the wall clock's, if that can be
/// trusted.
engine::Started Runtime::facts_of_start()
{
    engine::Started started;
    started.boot_id = wall_.boot_id();
    started.mail_host = options_.mail_host;
    started.utc_offset = options_.utc_offset;
    const engine::Counters* before = engine_.state().counters.find("");
    const bool first = engine_.state().position.number == 0;
    started.same_boot = !first && before != nullptr && before->boot_id == started.boot_id;
    const Time last = engine_.state().now;
    last_wall_ = last;
    if (started.same_boot) {
        // Without any commit left there is no span: then the wall clock has to do.
        const bool exact = last_boot_span_ != Duration{};
        const Duration wall_gap = std::max(Duration{}, wall_.wall() - last);
        started.downtime =
            exact ? std::max(Duration{}, wall_.since_boot() - last_boot_span_) : wall_gap;
        clock_.begin(last + started.downtime);
        return started;
    }
    clock_.begin(std::max(wall_.wall(), last));
    started.downtime = clock_.now() - last;
    started.downtime_known = first || wall_.is_synchronised();
    started.downtime_pending = !started.downtime_known;
    return started;
}

void Runtime::put_disarm(const std::string& flow, const std::string& actor)
{
    put(engine::Command{.verb = "disarm",
                        .args = engine::make_detail({{"flow", engine::text(flow)}}),
                        .actor = actor});
}

void Runtime::put_armed(const DeclaredFlow& declared)
{
    engine::Armed armed{.flow = declared.flow->name,
                        .version = declared.flow->version,
                        .stages = {},
                        .origin = declared.origin};
    for (const engine::StagePtr& stage : declared.flow->stages)
        armed.stages.push_back(stage->printed());
    put(std::move(armed));
}

Result<void> Runtime::start(std::shared_ptr<const hosts::Inventory> inventory)
{
    engine_.finish_recovery();
    const engine::Started facts = facts_of_start();
    put(engine::InventoryChanged{std::move(inventory)});
    put(facts);
    std::vector<std::string> gone;
    for (const auto& [name, armed] : engine_.state().flows.rows())
        if (armed.active && std::none_of(declared_.begin(),
                                         declared_.end(),
                                         [&name = name](const auto& one) {  // clang 14 wants it so
                                             return one.flow->name == name;
                                         }))
            gone.push_back(name);
    for (const std::string& name : gone)
        put_disarm(name, "start");
    for (const DeclaredFlow& declared : declared_)
        put_armed(declared);
    started_ = true;
    if (facts.downtime_known)
        downtime_ = facts.downtime;
    leftovers_wait_ = facts.downtime_pending;
    const std::vector<const engine::Effect*> before = engine_.outstanding();
    std::vector<engine::EffectId> leftovers;
    leftovers.reserve(before.size());
    for (const engine::Effect* effect : before)
        leftovers.push_back(effect->id);
    commit_now();
    if (stalled_)
        return Failure{Code::internal, "the journal cannot be written; see the log"};
    intake_open_ = true;
    update_accepting();
    watch_clock();
    if (leftovers_wait_)
        wait_for_synchronised_clock(std::move(leftovers),
                                    clock_.now() + options_.synchronise_within);
    else
        offer_again(leftovers);
    return {};
}

Result<void> Runtime::visit(std::shared_ptr<const hosts::Inventory> inventory,
                            const std::string& actor)
{
    engine_.finish_recovery();
    engine::Started facts = facts_of_start();
    facts.downtime_pending = true;  // nobody asks how old what is left over is
    put(engine::InventoryChanged{std::move(inventory)});
    put(engine::Command{.verb = "visit", .args = {}, .actor = actor});
    put(facts);
    started_ = true;
    commit_now();
    if (stalled_)
        return Failure{Code::internal, "the journal cannot be written; see the log"};
    return {};
}

void Runtime::offer_again(const std::vector<engine::EffectId>& effects)
{
    for (const engine::EffectId id : effects)
        offer_effect(id);
}

void Runtime::wait_for_synchronised_clock(std::vector<engine::EffectId> leftovers, Time until)
{
    const bool known = wall_.is_synchronised();
    if (!known && clock_.now() < until) {
        sync_timer_.after(options_.look_again,
                          [this, leftovers = std::move(leftovers), until]() mutable {
                              wait_for_synchronised_clock(std::move(leftovers), until);
                          });
        return;
    }
    if (known) {
        clock_.catch_up();
        engine_timer_.cancel();  // what it was set for is nearer now
    } else {
        clock_alert_ = true;  // until watch_clock() sees that it is over
        trouble("clock-unsynchronised",
                "the clock is not synchronised, so how long reops was down is not known",
                false);
    }
    leftovers_wait_ = false;
    incoming_.waiting[incoming_.entries.size()] = [this, leftovers = std::move(leftovers)](
                                                      const auto&, const auto&, const auto&) {
        offer_again(leftovers);
    };
    put(engine::DowntimeKnown{.known = known, .downtime = clock_.now() - last_wall_});
    schedule_commit();
}

}  // namespace reops::runtime
