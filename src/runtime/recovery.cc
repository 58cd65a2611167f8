// SPDX-License-Identifier: Apache-2.0
// Reading the state back, and the facts of a start (RULES 7): how long the program was down, and
// whether that is known.
#include "base/bytes.hh"
#include "base/crash_point.hh"
#include "engine/detail.hh"
#include "runtime/history_feed.hh"
#include "runtime/runtime.hh"
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
    store::JournalOptions journal_options;
    journal_options.segment_bytes = options_.segment_bytes;
    journal_options.sync = options_.durable_power;
    auto journal = store::Journal::open(
        options_.state + "/journal", journal_options, [this](const store::Damage& damage) {
            log_.warning("journal",
                         damage.file + ": " + damage.why + " at byte " +
                             std::to_string(damage.offset) + ", cut off");
        });
    if (!journal.ok())
        return journal.failure();
    journal_ = std::move(*journal);
    auto snapshot = store::load_latest_snapshot(journal_->directory());
    if (!snapshot.ok())
        return snapshot.failure();
    engine::Position from{1};
    if (snapshot->has_value()) {
        if (auto loaded = engine_.load((*snapshot)->payload); !loaded.ok())
            return loaded;
        from = engine::Position{(*snapshot)->position.number + 1};
    }
    Result<void> damage;
    const auto replayed =
        journal_->replay(from, [&](engine::Position, std::uint32_t, std::string_view payload) {
            ByteReader reader{payload};
            last_boot_span_ = reader.duration();
            const auto decoded = engine::decode_frame(
                payload.substr(payload.size() - reader.left()), [&](engine::FrameItem& item) {
                    if (item.entry.position < from || !damage.ok())
                        return;
                    damage = engine_.apply(item.entry.position, item.entry.at, item.delta);
                });
            damage = decoded.ok() ? damage : decoded;
        });
    if (!replayed.ok())
        return replayed;
    if (!damage.ok())
        return damage;
    auto history = store::History::open(options_.state + "/history.sqlite");
    if (!history.ok())
        return history.failure();
    history_ = std::move(*history);
    return catch_up_history();
}

/// The projection may be behind (or gone): what it lacks is read from the journal.
Result<void> Runtime::catch_up_history()
{
    const engine::Position reflects = history_->position();
    const engine::Position last = engine_.state().position;
    if (reflects >= last)
        return {};
    HistoryWriter writer{*history_};
    const auto read =
        read_entries(engine::Position{reflects.number + 1}, [&](engine::FrameItem& item) {
            writer.write(item.entry, item.notes);
            return true;
        });
    if (!read.ok() && read.failure().code != Code::not_found)
        return read;
    return writer.finish(last);
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
        // A snapshot without later frames leaves no span: then the wall clock has to do.
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

Result<void> Runtime::start(std::shared_ptr<const hosts::Inventory> inventory)
{
    engine_.finish_recovery();
    const engine::Started facts = facts_of_start();
    put(engine::InventoryChanged{std::move(inventory)});
    put(facts);
    std::vector<std::string> gone;
    for (const auto& [name, armed] : engine_.state().flows.rows())
        if (armed.active && std::none_of(declared_.begin(), declared_.end(), [&](const auto& one) {
                return one.first->name == name;
            }))
            gone.push_back(name);
    for (const std::string& name : gone)
        put(engine::Command{.verb = "disarm",
                            .args = engine::make_detail({{"flow", engine::text(name)}}),
                            .actor = "start"});
    for (const auto& [flow, origin] : declared_) {
        engine::Armed armed{
            .flow = flow->name, .version = flow->version, .stages = {}, .origin = origin};
        for (const engine::StagePtr& stage : flow->stages)
            armed.stages.push_back(stage->printed());
        put(std::move(armed));
    }
    started_ = true;
    leftovers_wait_ = facts.downtime_pending;
    const std::vector<const engine::Effect*> before = engine_.outstanding();
    std::vector<engine::EffectId> leftovers;
    for (const engine::Effect* effect : before)
        leftovers.push_back(effect->id);
    commit_now();
    if (stalled_)
        return Failure{Code::internal, "the journal cannot be written; see the log"};
    set_accepting(true);
    watch_clock();
    if (leftovers_wait_)
        wait_for_synchronised_clock(std::move(leftovers),
                                    clock_.now() + options_.synchronise_within);
    else
        offer_again(leftovers);
    return {};
}

void Runtime::offer_again(const std::vector<engine::EffectId>& effects)
{
    for (const engine::EffectId id : effects)
        if (const engine::Effect* effect = engine_.find_effect(id))
            dispatcher_.offer(*effect, clock_.now());
}

void Runtime::wait_for_synchronised_clock(std::vector<engine::EffectId> leftovers, Time until)
{
    const bool known = wall_.is_synchronised();
    if (!known && clock_.now() < until) {
        sync_timer_.after(seconds(1), [this, leftovers = std::move(leftovers), until]() mutable {
            wait_for_synchronised_clock(std::move(leftovers), until);
        });
        return;
    }
    if (known)
        clock_.catch_up();
    leftovers_wait_ = false;
    submit(
        engine::DowntimeKnown{.known = known, .downtime = clock_.now() - last_wall_},
        [this, leftovers = std::move(leftovers)](
            const engine::Entry&, const engine::Decision&, const std::vector<engine::TraceItem>&) {
            offer_again(leftovers);
        });
}

}  // namespace reops::runtime
