// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An engine on virtual time between scripted readings and scripted hosts. A test says what
/// comes in, the bench answers every effect as its host would and remembers all that happened.
///
///     EngineBench bench{closet_heat()};
///     EXPECT_EQ(bench.play("69 71 +1s 71"), "clear run joined");
///     EXPECT_EQ(bench.acts(), "stop bar, stop foo, ...");

#include "data/map.hh"
#include "data/vector.hh"
#include "engine/engine.hh"
#include "tests/support/scripted_hosts.hh"
#include "tests/support/test_flows.hh"

#include <algorithm>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace reops::test {

using engine::FlowPtr;
using engine::Outcome;
using engine::Status;

/// One thread; nothing is shared. Time begins at 14:00 UTC.
class EngineBench {
public:
    static constexpr Time begin{1'795'442'400'000'000};

    explicit EngineBench(const std::vector<FlowPtr>& flows = {},
                         const std::vector<hosts::System>& systems = closet_systems())
    {
        set_systems(systems);
        feed(engine::Started{.boot_id = "boot-1", .mail_host = "lan"});
        for (const FlowPtr& flow : flows)
            arm(flow);
    }
    explicit EngineBench(const FlowPtr& flow,
                         const std::vector<hosts::System>& systems = closet_systems())
        : EngineBench(std::vector<FlowPtr>{flow}, systems)
    {
    }

    ScriptedHosts host;
    std::optional<Outcome> mail_fails;  ///< the answer of the mail server while set
    std::optional<Outcome> publish_fails;
    engine::Caller* caller = nullptr;  ///< null: every function is called at once
    std::vector<engine::Note> notes;   ///< all, in order
    std::vector<engine::TraceItem> traces;

    engine::Engine& engine() { return engine_; }
    const engine::State& state() const { return engine_.state(); }
    Time now() const { return now_; }

    void set_systems(const std::vector<hosts::System>& systems)
    {
        auto made = hosts::Inventory::make(systems, 1);
        if (!made.ok())
            throw std::invalid_argument(made.failure().message);
        inventory_ = std::make_shared<const hosts::Inventory>(std::move(*made));
        feed(engine::InventoryChanged{inventory_});
    }
    void arm(const FlowPtr& flow)
    {
        engine_.declare(flow);
        engine::Armed armed{.flow = flow->name, .version = flow->version, .origin = "program"};
        for (const engine::StagePtr& stage : flow->stages)
            armed.stages.push_back(stage->printed());
        feed(std::move(armed));
    }

    /// Words: a reading (`71`), of another key (`attic=71`) or event (`power@roof=12`), with how it
    /// came before it (`retained:71`, `late:71`, `old-retained:`, `superseded:`, `implausible:`),
    /// or time (`+30s`). Gives the reasons of every trace line, in order.
    std::string play(const std::string& script)
    {
        traces.clear();
        std::istringstream words{script};
        for (std::string word; words >> word;)
            if (word.front() == '+')
                pass(span(word.substr(1)));
            else
                feed(event_of(word));
        return reasons();
    }
    /// Time passes: timers fire, hosts answer.
    void pass(Duration span)
    {
        const Time end = now_ + span;
        for (Time next = next_time(); next <= end; next = next_time()) {
            now_ = std::max(now_, next);
            step();
        }
        now_ = end;
    }
    void feed(engine::Body body)
    {
        engine::Batch batch;
        batch.entries.push_back({.position = engine::Position{engine_.state().position.number + 1},
                                 .at = now_,
                                 .body = std::move(body)});
        engine::Inline one_lane;
        if (caller != nullptr)
            engine_.process(batch, one_lane, *caller);
        else
            engine_.process(batch, one_lane);
        for (const engine::Decision& decision : batch.decisions)
            take(decision);
        traces.insert(traces.end(), batch.trace.begin(), batch.trace.end());
        settle();
    }
    void command(std::string verb, std::string_view key, const data::Value& value)
    {
        feed(engine::Command{
            .verb = std::move(verb),
            .args = data::Value{data::make_map({{data::Value::keyword(key), value}})},
            .actor = "me"});
    }
    void command(std::string verb, std::string_view key, std::string_view value)
    {
        command(std::move(verb), key, data::Value::string(value));
    }

    /// The process dies now and begins again after `down`, from its snapshot. What performers had
    /// in hand is forgotten; with `known` the downtime is known.
    void restart(Duration down, bool known = true, const std::vector<FlowPtr>& flows = {})
    {
        const std::string snapshot = encode_snapshot(engine_.state());
        engine::Engine next;
        if (auto loaded = next.load(snapshot); !loaded.ok())
            throw std::runtime_error(loaded.failure().message);
        for (const FlowPtr& flow : flows)
            next.declare(flow);
        next.finish_recovery();
        engine_ = std::move(next);
        answers_.clear();
        std::vector<engine::EffectId> left;
        for (const engine::Effect* effect : engine_.outstanding())
            left.push_back(effect->id);
        now_ = now_ + down;
        feed(engine::InventoryChanged{inventory_});
        feed(engine::Started{.boot_id = "boot-2",
                             .same_boot = false,
                             .downtime_known = known,
                             .downtime = down,
                             .mail_host = "lan"});
        for (const FlowPtr& flow : flows)
            arm(flow);
        for (const engine::EffectId id : left)
            offer(id);
        settle();
    }

    /// What was asked of the world since the last call: "stop foo, mail too hot".
    std::string acts() { return join(std::exchange(acts_, {})); }
    /// The same with the time since the beginning before each: "0s stop foo, 10s mail too hot".
    std::string timed_acts()
    {
        acts_.clear();
        return join(std::exchange(timed_, {}));
    }
    /// The outcomes of hosts since the last call: "foo verified, bar timeout (did not stop)".
    std::string outcomes() { return join(std::exchange(outcomes_, {})); }
    /// The texts of alerts since the last call.
    std::vector<std::string> alerts() { return std::exchange(alerts_, {}); }
    /// All mails that were accepted, as their args.
    const std::vector<data::Map>& mails() const { return mails_; }
    /// Identities of effects of a kind, in the order in which they were offered.
    const std::vector<std::pair<std::string, std::string>>& identities() const
    {
        return identities_;
    }
    std::size_t count(std::string_view kind) const
    {
        return static_cast<std::size_t>(std::count_if(
            notes.begin(), notes.end(), [&](const auto& note) { return note.kind == kind; }));
    }
    /// `key` of the last note of a kind; empty without one.
    std::string last(std::string_view kind, std::string_view key) const
    {
        for (auto note = notes.rbegin(); note != notes.rend(); ++note)
            if (note->kind == kind)
                return text(note->detail.as_map(), key);
        return "";
    }
    /// "foo bar": hosts that are held, in order.
    std::string held() const
    {
        std::string out;
        for (const auto& [row, hold] : state().holds.rows())
            out += (out.empty() ? "" : " ") + hold.host;
        return out;
    }
    static std::string text(const data::Map& map, std::string_view key)
    {
        const data::Value value = map.get(key);
        return value.is_string() ? std::string{value.as_string()} : "";
    }
    static Duration span(std::string_view text)
    {
        auto read = parse_duration(text);
        if (!read.ok())
            throw std::invalid_argument(read.failure().message);
        return *read;
    }
    /// A reading as play() reads it.
    engine::Event event_of(std::string word) const
    {
        engine::Event event{.name = "temperature", .key = "closet", .origin = "mqtt"};
        if (const auto cut = word.find(':'); cut != std::string::npos) {
            set_arrival(event, word.substr(0, cut));
            word = word.substr(cut + 1);
        }
        if (const auto cut = word.find('@'); cut != std::string::npos) {
            event.name = word.substr(0, cut);
            word = word.substr(cut + 1);
        }
        if (const auto cut = word.find('='); cut != std::string::npos) {
            event.key = word.substr(0, cut);
            word = word.substr(cut + 1);
        }
        event.value =
            word == "bad" ? data::Value::string("bad") : data::Value::real(std::stod(word));
        return event;
    }

private:
    using Answers = std::set<std::tuple<Time, std::uint64_t>>;

    static std::string join(const std::vector<std::string>& words)
    {
        std::string out;
        for (const std::string& word : words)
            out += (out.empty() ? "" : ", ") + word;
        return out;
    }
    void set_arrival(engine::Event& event, const std::string& how) const
    {
        using engine::Arrival;
        const std::map<std::string, std::pair<Arrival, std::optional<Duration>>> ways = {
            {"late", {Arrival::live, Duration{minutes(6)}}},
            {"young", {Arrival::live, Duration{seconds(5)}}},
            {"retained", {Arrival::retained, std::nullopt}},
            {"young-retained", {Arrival::retained, Duration{seconds(5)}}},
            {"old-retained", {Arrival::retained, Duration{minutes(6)}}},
            {"superseded", {Arrival::superseded, std::nullopt}},
            {"implausible", {Arrival::implausible, std::nullopt}}};
        const auto& [arrival, age] = ways.at(how);
        event.arrival = arrival;
        if (age)
            event.observed = now_ - *age;
    }
    std::string reasons() const
    {
        std::string out;
        for (const engine::TraceItem& item : traces)
            out += (out.empty() ? "" : " ") + std::string{to_string(item.reason)};
        return out;
    }
    Time next_time() const
    {
        const Time answer = answers_.empty() ? Time::never() : std::get<Time>(*answers_.begin());
        return std::min(answer, engine_.next_due());
    }
    void step()
    {
        if (!answers_.empty() && std::get<Time>(*answers_.begin()) <= now_) {
            const engine::EffectId id{std::get<1>(*answers_.begin())};
            answers_.erase(answers_.begin());
            end(id);
            return;
        }
        feed(engine_.due(now_).front());
    }
    /// What is answered at once is answered before anything else comes in.
    void settle()
    {
        while (!answers_.empty() && std::get<Time>(*answers_.begin()) <= now_) {
            const engine::EffectId id{std::get<1>(*answers_.begin())};
            answers_.erase(answers_.begin());
            end(id);
        }
    }
    void take(const engine::Decision& decision)
    {
        for (const engine::Note& note : decision.notes) {
            notes.push_back(note);
            if (note.kind == "outcome") {
                const std::string message = text(note.detail.as_map(), "message");
                outcomes_.push_back(note.host + " " + text(note.detail.as_map(), "outcome") +
                                    (message.empty() ? "" : " (" + message + ")"));
            }
        }
        for (const engine::EffectId id : decision.offered)
            offer(id);
    }
    void offer(engine::EffectId id)
    {
        const engine::Effect* effect = engine_.find_effect(id);
        if (effect == nullptr)
            return;
        identities_.emplace_back(effect->kind, effect->identity);
        const data::Map& args = effect->args.as_map();
        if (effect->kind == "email")
            act("mail " + text(args, "subject"));
        else if (effect->kind == "publish")
            act("publish " + text(args, "topic"));
        else if (effect->kind == "alert")
            alerts_.push_back((args.get("recovered").truthy() ? "over: " : "") +
                              text(args, "text"));
        else
            act(effect->kind + (effect->host.empty() ? "" : " " + effect->host));
        if (!effect->host.empty() && host[effect->host].silent)
            return;
        const Duration takes = effect->host.empty() ? Duration{} : host.time_for(*effect);
        answers_.emplace(now_ + takes, id.number);
    }
    void act(const std::string& what)
    {
        acts_.push_back(what);
        timed_.push_back(to_string(now_ - begin) + " " + what);
    }
    Outcome telling_outcome(const engine::Effect& effect)
    {
        if (effect.kind == "email" && mail_fails)
            return *mail_fails;
        if (effect.kind == "publish" && publish_fails)
            return *publish_fails;
        if (effect.kind == "email")
            mails_.push_back(effect.args.as_map());
        return {.status = Status::done, .exit_code = 0};
    }
    void end(engine::EffectId id)
    {
        const engine::Effect* effect = engine_.find_effect(id);
        if (effect == nullptr)
            return;
        const Outcome outcome =
            effect->host.empty() ? telling_outcome(*effect) : host.answer(*effect);
        feed(engine::Ended{.effect = id, .attempt = effect->attempt, .outcome = outcome});
    }

    engine::Engine engine_;
    Time now_ = begin;
    std::shared_ptr<const hosts::Inventory> inventory_;
    Answers answers_;
    std::vector<std::string> acts_;
    std::vector<std::string> timed_;
    std::vector<std::string> outcomes_;
    std::vector<std::string> alerts_;
    std::vector<data::Map> mails_;
    std::vector<std::pair<std::string, std::string>> identities_;
};

}  // namespace reops::test
