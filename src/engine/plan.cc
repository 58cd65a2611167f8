// SPDX-License-Identifier: Apache-2.0
// A rehearsal: the engine's copy on virtual time, with performers that always succeed.
#include "engine/plan.hh"

#include "base/nearest.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "engine/decide_event.hh"
#include "engine/operation.hh"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace reops::engine {

namespace {

using data::Value;

/// Stands for a filter when the question has no value: the condition is taken as true.
class Passed final : public FilterStage {
public:
    explicit Passed(StagePtr of) : of_(std::move(of)) {}
    std::string_view name() const override { return of_->name(); }
    std::string printed() const override { return of_->printed(); }
    FilterStep on_event(const FilterInput&, Value&) const override { return {}; }

private:
    StagePtr of_;
};

Result<FlowPtr> without_filters(const Flow& flow)
{
    Flow open{.name = flow.name,
              .event = flow.event,
              .key = flow.key,
              .options = flow.options,
              .stages = flow.stages};
    for (std::size_t i = 0; i < flow.filters; ++i)
        open.stages[i] = std::make_shared<Passed>(open.stages[i]);
    return make_flow(std::move(open), "plan");
}

std::string text_at(const data::Map& map, std::string_view key)
{
    const Value value = map.get(key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::vector<std::string> texts_at(const data::Map& map, std::string_view key)
{
    std::vector<std::string> out;
    const Value list = map.get(key);
    if (list.kind() != data::Kind::vector)
        return out;
    for (const Value& value : list.as_vector())
        if (value.is_string())
            out.emplace_back(value.as_string());
    return out;
}

Status status_named(std::string_view name)
{
    for (auto i = static_cast<unsigned>(Status::verified);
         i <= static_cast<unsigned>(Status::shadow);
         ++i)
        if (to_string(static_cast<Status>(i)) == name)
            return static_cast<Status>(i);
    return Status::unknown;
}

class Rehearsal {
public:
    Rehearsal(const Engine& engine, const ArmedRef& armed, const PlanQuestion& question)
        : engine_(engine.copy()), question_(question), flow_(armed.flow), ordinal_(armed.ordinal)
    {
        engine_.write_no_deltas();
        engine_.forget_freeze();
        plan_.flow = flow_->name;
        plan_.version = flow_->version;
        plan_.event = flow_->event;
        plan_.key = question.key.empty() ? flow_->key.value_or("emit") : question.key;
        plan_.value = question.value;
        plan_.at = std::max(question.at, engine_.state().now);
    }

    Result<Plan> play()
    {
        if (!question_.value && engine_.state().flows.find(flow_->name)->paused) {
            plan_.looks.push_back({.reason = Reason::paused});
            return std::move(plan_);
        }
        if (auto opened = suppose(); !opened.ok())
            return opened.failure();
        for (const Effect* effect : engine_.outstanding())
            expect(effect->id, plan_.at);
        event_ = engine_.state().position.number + 1;
        feed(plan_.at,
             Event{.name = plan_.event,
                   .key = plan_.key,
                   .value = plan_.value.value_or(Value{}),
                   .origin = "plan"});
        while (!is_over()) {
            const Time next = next_time();
            if (next > plan_.at + question_.horizon || entries_ >= question_.most_steps) {
                plan_.cut = true;
                break;
            }
            go_on(next);
        }
        finish();
        return std::move(plan_);
    }

private:
    /// Answers that virtual performers will give, in order of time, then of number.
    using Answers = std::set<std::tuple<Time, std::uint64_t>>;

    /// Arms the flow without filters when there is no value to ask them about.
    Result<void> suppose()
    {
        if (question_.value)
            return {};
        auto open = without_filters(*flow_);
        if (!open.ok())
            return open.failure();
        flow_ = *open;
        Armed armed{.flow = flow_->name, .version = flow_->version};
        for (const StagePtr& stage : flow_->stages)
            armed.stages.push_back(stage->printed());
        engine_.declare(flow_);
        feed(plan_.at, std::move(armed));
        return {};
    }

    Duration since_event(Time time) const { return time - plan_.at; }
    bool is_ours(RunId run) const { return runs_.contains(run.number); }

    bool is_over() const
    {
        const State& state = engine_.state();
        const bool run_open = std::any_of(runs_.begin(), runs_.end(), [&](std::uint64_t run) {
            return state.runs.find(number_key(run)) != nullptr;
        });
        return !run_open && !filter_timer_set() && !waits_in_queue();
    }

    bool waits_in_queue() const
    {
        const RunQueue* queue = engine_.state().run_queues.find(join_key(flow_->name, plan_.key));
        return queue != nullptr &&
               std::any_of(queue->waiting.begin(),
                           queue->waiting.end(),
                           [&](const Trigger& trigger) { return trigger.event.number == event_; });
    }

    bool filter_timer_set() const
    {
        for (std::uint32_t i = 0; i < flow_->filters; ++i) {
            const FilterTimer timer{flow_->name, plan_.key, static_cast<std::uint8_t>(i)};
            if (engine_.state().timers.find(to_key(timer)) != nullptr)
                return true;
        }
        return false;
    }

    Time next_time() const
    {
        const Time answer = answers_.empty() ? Time::never() : std::get<Time>(*answers_.begin());
        return std::min(answer, std::max(engine_.next_due(), engine_.state().now));
    }

    void go_on(Time next)
    {
        if (!answers_.empty() && std::get<Time>(*answers_.begin()) <= next) {
            const EffectId id{std::get<1>(*answers_.begin())};
            answers_.erase(answers_.begin());
            answer(next, id);
            return;
        }
        const std::vector<TimerDue> due = engine_.due(next);
        feed(next, due.front());
    }

    /// Is it in the wanted state already?
    bool is_there(const Effect& effect) const
    {
        if (!find_effect_kind(effect.kind)->is_power)
            return false;
        const bool start = effect.kind == "start";
        if (const auto said = question_.is_on.find(effect.host); said != question_.is_on.end())
            return said->second == start;
        const SystemState* system = engine_.state().systems.find(effect.host);
        return system != nullptr && system->seen != Time{} && system->is_off != start;
    }

    Duration time_for(const Effect& effect) const
    {
        if (!find_effect_kind(effect.kind)->acts_on_host || is_there(effect))
            return Duration{};
        if (effect.kind == "start")
            return std::min(question_.start_takes, effect.limit);
        if (!find_effect_kind(effect.kind)->is_power)
            return question_.operation_takes;
        const SystemState* system = engine_.state().systems.find(effect.host);
        const bool known = system != nullptr && system->last_stop != Duration{};
        return std::min(known ? system->last_stop : question_.stop_takes, effect.limit);
    }

    void expect(EffectId id, Time from)
    {
        if (const Effect* effect = engine_.find_effect(id))
            answers_.emplace(from + time_for(*effect), id.number);
    }

    void answer(Time at, EffectId id)
    {
        const Effect* effect = engine_.find_effect(id);
        if (effect == nullptr)
            return;
        const bool power = find_effect_kind(effect->kind)->is_power;
        const bool there = power && is_there(*effect);
        const Outcome outcome{.status = power ? Status::verified : Status::done,
                              .exit_code = 0,
                              .changed = !there,
                              .took = time_for(*effect)};
        const Ended ended{.effect = id, .attempt = effect->attempt, .outcome = outcome};
        if (power)
            question_.is_on[effect->host] = effect->kind == "start";
        feed(at, ended);
    }

    void feed(Time at, Body body)
    {
        batch_.clear();
        batch_.entries.push_back({.position = Position{engine_.state().position.number + 1},
                                  .at = at,
                                  .body = std::move(body)});
        Inline one_lane;
        engine_.process(batch_, one_lane);
        entries_ += batch_.entries.size();
        for (std::size_t i = 0; i < batch_.entries.size(); ++i)
            watch(batch_.decisions[i], batch_.entries[i].at);
    }

    void watch(const Decision& decision, Time now)
    {
        for (std::uint32_t i = decision.trace_begin; i < decision.trace_end; ++i)
            look(batch_.trace[i], now);
        for (const Note& note : decision.notes)
            if (note.kind == "run-opened" && is_by_event(note))
                take_run(note.run, now);
        for (const Note& note : decision.notes)
            if (is_ours(note.run))
                take_note(note, now);
        for (const EffectId id : decision.offered) {
            expect(id, now);
            take_effect(id, now);
        }
    }

    bool is_by_event(const Note& note) const
    {
        const Value event = note.detail.as_map().get("event");
        return note.flow == flow_->name && event.is_integer() &&
               static_cast<std::uint64_t>(event.as_integer()) == event_;
    }

    void look(TraceItem& item, Time now)
    {
        const bool opens = item.reason == Reason::run || item.reason == Reason::repeated;
        if (item.flow != ordinal_) {
            if (const ArmedRef* other = opens ? engine_.flows().find_ordinal(item.flow) : nullptr)
                plan_.other_flows.push_back(other->flow->name);
            return;
        }
        PlanLook look{.at = since_event(now), .reason = item.reason};
        const bool at_stage = item.reason == Reason::clear || item.reason == Reason::wait ||
                              item.reason == Reason::failed;
        if (at_stage && item.stage < flow_->stages.size())
            look.stage = flow_->stages[item.stage]->printed();
        look.values = std::move(item.values);
        look.error = std::move(item.error);
        plan_.looks.push_back(std::move(look));
    }

    void take_run(RunId run, Time now)
    {
        if (!plan_.opens_run)
            plan_.opened = since_event(now);
        plan_.opens_run = true;
        runs_.insert(run.number);
    }

    void take_note(const Note& note, Time now)
    {
        if (note.kind == "outcome")
            take_outcome(note, now);
        else if (note.kind == "hold-set")
            plan_.holds.push_back({since_event(now), note.host});
        else if (note.kind == "mail-in-digest")
            plan_.mails.push_back({.at = since_event(now),
                                   .subject = text_at(note.detail.as_map(), "subject"),
                                   .in_digest = true});
        else if (note.kind == "run-closed")
            plan_.status = text_at(note.detail.as_map(), "status");
    }

    void take_outcome(const Note& note, Time now)
    {
        const data::Map& detail = note.detail.as_map();
        const Value stage = detail.get("stage");
        PlanStep step{.run = note.run,
                      .stage = static_cast<std::uint32_t>(stage.as_integer()),
                      .host = note.host,
                      .action = text_at(detail, "action"),
                      .because = text_at(detail, "because"),
                      .outcome = status_named(text_at(detail, "outcome")),
                      .message = text_at(detail, "message"),
                      .ended = true,
                      .begins = since_event(now),
                      .ends = since_event(now)};
        step.already_there = is_success(step.outcome) && step.outcome != Status::shadow &&
                             !detail.get("changed").truthy();
        if (const auto begun = begun_.find(note.effect.number); begun != begun_.end())
            step.begins = begun->second;
        plan_.steps.push_back(std::move(step));
    }

    void take_effect(EffectId id, Time now)
    {
        const Effect* effect = engine_.find_effect(id);
        if (effect == nullptr)
            return;
        const data::Map& args = effect->args.as_map();
        if (effect->kind == "alert")
            plan_.alerts.push_back({since_event(now), text_at(args, "text")});
        else if (find_effect_kind(effect->kind)->acts_on_host)
            begun_.emplace(id.number, since_event(now));
        else if (!is_ours(effect->run))
            return;
        else if (effect->kind == "email")
            plan_.mails.push_back({.at = since_event(now),
                                   .subject = text_at(args, "subject"),
                                   .to = texts_at(args, "to")});
        else if (effect->kind == "publish")
            plan_.publishes.push_back(
                {since_event(now), text_at(args, "topic"), text_at(args, "payload")});
    }

    /// What the bound cut off, the order of beginning, and who waited for whom.
    void finish()
    {
        for (const std::uint64_t number : runs_)
            if (const Run* run = engine_.state().runs.find(number_key(number)))
                take_open_items(*run);
        std::stable_sort(plan_.steps.begin(), plan_.steps.end(), [](const auto& a, const auto& b) {
            return a.begins < b.begins;
        });
        order_steps();
    }

    /// A guest is off before its hypervisor, and on after it.
    void order_steps()
    {
        std::map<std::tuple<RunId, std::uint32_t, std::string>, PlanStep*> places;
        for (PlanStep& step : plan_.steps)
            places.emplace(std::tuple{step.run, step.stage, step.host}, &step);
        for (PlanStep& step : plan_.steps) {
            const hosts::System* guest = engine_.state().inventory->find(step.host);
            if (guest == nullptr)
                continue;
            const auto hypervisor = places.find({step.run, step.stage, guest->runs_on});
            if (hypervisor == places.end())
                continue;
            if (step.action == "start")
                step.waits_for.push_back(guest->runs_on);
            else
                hypervisor->second->waits_for.push_back(step.host);
        }
    }

    void take_open_items(const Run& run)
    {
        const Duration end = since_event(engine_.state().now);
        for (const HostItem& item : run.items) {
            if (item.state == ItemState::ended)
                continue;
            const auto begun = begun_.find(item.effect.number);
            plan_.steps.push_back({.run = run.id,
                                   .stage = run.stage,
                                   .host = item.host,
                                   .action = item.is_start ? "start" : "stop",
                                   .because = item.because,
                                   .outcome = Status::unknown,
                                   .message = "not ended within the plan",
                                   .begins = begun == begun_.end() ? end : begun->second,
                                   .ends = end});
        }
        const Operation* operation = engine_.state().operations.find(number_key(run.id.number));
        if (operation == nullptr)
            return;
        for (const OperationItem* item : items_of(engine_.state(), run.id))
            if (!item->ended)
                plan_.steps.push_back({.run = run.id,
                                       .stage = run.stage,
                                       .host = item->host,
                                       .action = operation->verb,
                                       .outcome = Status::unknown,
                                       .message = "not ended within the plan",
                                       .begins = end,
                                       .ends = end});
    }

    Engine engine_;
    PlanQuestion question_;
    FlowPtr flow_;
    std::uint32_t ordinal_;
    Plan plan_;
    Batch batch_;
    Answers answers_;
    std::set<std::uint64_t> runs_;
    std::map<std::uint64_t, Duration> begun_;
    std::size_t entries_ = 0;
    std::uint64_t event_ = 0;  ///< its position
};

}  // namespace

Result<Plan> make_plan(const Engine& engine, const PlanQuestion& question)
{
    if (const ArmedRef* armed = engine.flows().find_armed(question.flow))
        return Rehearsal{engine, *armed, question}.play();
    std::vector<std::string> known;
    for (const auto& [name, flow] : engine.state().flows.rows())
        if (flow.active)
            known.push_back(name);
    return Failure{Code::not_found,
                   "no armed flow `" + question.flow + "`; `reops flows` lists them",
                   did_you_mean(nearest_words(question.flow, known))};
}

}  // namespace reops::engine
