// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A journal of mixed entries that an engine really led to: readings of several keys, timers
/// that were due, answers of hosts and servers in any order, and people's commands.

#include "data/map.hh"
#include "engine/engine.hh"
#include "tests/support/test_flows.hh"

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace reops::test {

/// Small numbers from a seed, the same on every machine (xorshift64*, Vigna).
class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
    std::uint64_t below(std::uint64_t bound)
    {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return (state_ * 2685821657736338717ULL >> 33) % bound;
    }

private:
    std::uint64_t state_;
};

/// Flows of every mode, with state and without, that share systems.
inline std::vector<FlowPtr> mixed_flows()
{
    using engine::HostResult;
    using engine::HostResults;
    using engine::Mode;
    const auto half = engine::make_map(
        [](const data::Value& v) { return data::Value::real(v.number().value_or(0) / 2); }, "half");
    const auto good = engine::make_choose(
        [](const HostResults& success, const HostResults&, const std::vector<std::string>&) {
            std::vector<std::string> out;
            for (const HostResult& result : success)
                out.push_back(result.host);
            return out;
        },
        "successful");
    return {
        make("heat",
             {over(75), engine::make_hold_for(seconds(5)), stop({"big-iron"}), mail("hot", true)}),
        make("edge",
             {engine::make_rising(70), engine::make_once_within(seconds(9)), publish("edge")}),
        make(
            "narrow", {over(72), stop({"foo"}), good, half, mail("narrow")}, {.mode = Mode::queue}),
        make("sun",
             {over(10), start({"foo", "coin-1"}), publish("sun")},
             {.mode = Mode::restart},
             "power"),
        make("each", {over(60), half, publish("each")}),
    };
}

inline std::vector<hosts::System> mixed_systems()
{
    auto systems = closet_systems();
    systems.push_back(make_system("coin-1", "big-iron"));
    return systems;
}

/// Drives an engine of its own and keeps what came from outside, batch by batch. One thread.
class RandomJournal {
public:
    explicit RandomJournal(std::uint64_t seed) : dice_(seed)
    {
        auto made = hosts::Inventory::make(mixed_systems(), 1);
        inventory_ = std::make_shared<const hosts::Inventory>(std::move(*made));
        std::vector<engine::Body> first = {engine::InventoryChanged{inventory_},
                                           engine::Started{.boot_id = "b"}};
        for (const FlowPtr& flow : mixed_flows()) {
            engine_.declare(flow);
            first.emplace_back(armed(*flow));
        }
        run(std::move(first));
    }
    /// Goes on until that many entries have come from outside.
    void grow_to(std::size_t entries)
    {
        while (entries_ < entries)
            run(next_bodies());
    }
    const std::vector<std::vector<engine::Entry>>& batches() const { return batches_; }
    const engine::Engine& engine() const { return engine_; }

private:
    static engine::Armed armed(const engine::Flow& flow)
    {
        engine::Armed out{.flow = flow.name, .version = flow.version};
        for (const engine::StagePtr& stage : flow.stages)
            out.stages.push_back(stage->printed());
        return out;
    }
    std::vector<engine::Body> next_bodies()
    {
        std::vector<engine::Body> bodies;
        now_ = now_ + Duration{static_cast<std::int64_t>(dice_.below(3'000'000))};
        for (const engine::TimerDue& due : engine_.due(now_))
            bodies.emplace_back(due);
        for (std::uint64_t count = 1 + dice_.below(30); count > 0; --count)
            bodies.push_back(next_body());
        return bodies;
    }
    engine::Body next_body()
    {
        const std::uint64_t kind = dice_.below(100);
        if (kind < 25 && !offered_.empty())
            return answer();
        if (kind == 99)
            return command();
        return reading();
    }
    engine::Event reading()
    {
        engine::Event event{.name = dice_.below(6) == 0 ? "power" : "temperature"};
        event.key = "k" + std::to_string(dice_.below(12));
        event.value = data::Value::real(55 + static_cast<double>(dice_.below(30)));
        const std::uint64_t odd = dice_.below(60);
        if (odd == 0)
            event.value = data::Value::string("bad");
        if (odd == 1)
            event.observed = now_ - minutes(9);
        if (odd >= 2 && odd <= 4)
            event.arrival = static_cast<engine::Arrival>(odd - 1);
        if (odd == 5)
            event.caused_by = "each";
        return event;
    }
    engine::Ended answer()
    {
        const std::size_t which = dice_.below(offered_.size());
        const engine::EffectId id = offered_[which];
        offered_.erase(offered_.begin() + static_cast<std::ptrdiff_t>(which));
        engine::Outcome outcome{.status = static_cast<engine::Status>(dice_.below(10))};
        if (dice_.below(3) != 0)
            outcome.status = engine::Status::verified;
        outcome.retry = dice_.below(2) == 0;
        outcome.changed = dice_.below(2) == 0;
        const engine::Effect* effect = engine_.find_effect(id);
        return {.effect = id,
                .attempt = effect != nullptr ? effect->attempt : 1,
                .outcome = std::move(outcome)};
    }
    engine::Command command()
    {
        const auto word = [](std::string_view key, data::Value value) {
            return data::Value{data::make_map({{data::Value::keyword(key), std::move(value)}})};
        };
        switch (dice_.below(4)) {
            case 0:
                return {.verb = "release", .args = word("host", data::Value::string("foo"))};
            case 1:
                return {.verb = "resume", .args = word("flow", data::Value::string("heat"))};
            case 2:
                return {.verb = "nonsense", .args = {}};
            default:
                return {.verb = "cancel",
                        .args = word("run",
                                     data::Value::integer(static_cast<std::int64_t>(
                                         1 + dice_.below(entries_ + 1))))};
        }
    }
    void run(std::vector<engine::Body> bodies)
    {
        engine::Batch batch;
        std::uint64_t position = engine_.state().position.number;
        for (engine::Body& body : bodies)
            batch.entries.push_back(
                {.position = engine::Position{++position}, .at = now_, .body = std::move(body)});
        batches_.push_back(batch.entries);
        entries_ += batch.entries.size();
        engine::Inline one_lane;
        engine_.process(batch, one_lane);
        for (const engine::Decision& decision : batch.decisions)
            offered_.insert(offered_.end(), decision.offered.begin(), decision.offered.end());
    }

    Dice dice_;
    engine::Engine engine_;
    std::shared_ptr<const hosts::Inventory> inventory_;
    Time now_{1'795'442'400'000'000};
    std::deque<engine::EffectId> offered_;
    std::vector<std::vector<engine::Entry>> batches_;
    std::size_t entries_ = 0;
};

}  // namespace reops::test
