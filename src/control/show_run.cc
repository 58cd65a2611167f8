// SPDX-License-Identifier: Apache-2.0
// The story of one run: the event, what each stage made of it, hosts with outcomes and evidence,
// mails, and the notes of the history.
#include "control/show_run.hh"

#include "control/names.hh"
#include "control/routes.hh"
#include "control/show_trace.hh"
#include "data/edn.hh"
#include "data/vector.hh"
#include "engine/operation.hh"
#include "engine/stages.hh"
#include "engine/state.hh"

#include <algorithm>
#include <map>
#include <optional>

namespace reops::control {

namespace {

using data::Value;

constexpr std::size_t most_notes = 500;
constexpr std::uint64_t most_entries = 200'000;  ///< that are read for evidence

/// The run as it is open now, or its row of the history.
struct Story {
    const ControlParts& parts;
    store::RunRow row;
    std::vector<store::OutcomeRow> outcomes = {};
    std::vector<store::NoteRow> notes = {};

    const engine::State& state() const { return parts.runtime.engine().state(); }
    const engine::Run* open() const { return state().runs.find(engine::number_key(row.number)); }
    const engine::Flow* flow() const
    {
        return parts.runtime.engine().flows().find(row.flow, row.version);
    }
};

Value detail_of(const store::NoteRow& note)
{
    auto detail = data::read_edn(note.detail.empty() ? "nil" : note.detail);
    return detail.ok() ? *detail : Value{};
}

Value field(const Value& detail, std::string_view key)
{
    return detail.is_map() ? detail.as_map().get(key) : Value{};
}

/// The event that opened the run and, of its trace, what this flow made of it. A run of `hold-for`
/// is opened by a timer: then the trace of the event says `wait`, and that is the truth.
Value show_opening(const Story& story)
{
    auto item = story.parts.runtime.read_entry(engine::Position{story.row.event});
    if (!item.ok())
        return make_detail({{"gone", text(item.failure().message)}});
    const auto* event = std::get_if<engine::Event>(&item->entry.body);
    if (const auto* command = std::get_if<engine::Command>(&item->entry.body))
        return make_detail({{"typed", field(command->args, "form")},
                            {"by", text(command->actor)},
                            {"at", show_time(item->entry.at)}});
    if (event == nullptr)
        return make_detail({{"gone", text("its entry holds no event")}});
    Value trace;
    for (const engine::TraceItem& each : item->trace)
        if (const auto* flow = find_flow(story.state(), each.flow);
            flow != nullptr && flow->name == story.row.flow)
            trace = show_trace_item(story.state(), each);
    return make_detail(
        {{"event", show_event(item->entry.position, item->entry.at, *event)}, {"trace", trace}});
}

/// Stage by stage as printed; which are filters is known only of versions that this program knows.
Value show_stages(const Story& story)
{
    data::VectorBuilder out;
    const engine::Flow* flow = story.flow();
    if (flow == nullptr)
        return {};
    const engine::Run* open = story.open();
    std::uint64_t index = 0;
    for (const engine::StagePtr& stage : flow->stages) {
        const bool is_filter = index < flow->filters;
        std::string_view state = "reached";
        if (is_filter)
            state = "passed";
        else if (open != nullptr && index >= open->stage)
            state = index == open->stage ? "now" : "ahead";
        out.push_back(make_detail({{"number", number(index + 1)},
                                   {"name", text(stage->name())},
                                   {"text", text(stage->printed())},
                                   {"state", text(state)}}));
        ++index;
    }
    return out.finish();
}

/// Evidence lies in the journal's entries, at the positions of the outcomes' notes.
std::map<std::string, Value> read_evidence(const Story& story)
{
    std::map<std::uint64_t, std::string> wanted;
    for (const store::NoteRow& note : story.notes)
        if (note.kind == "outcome")
            wanted[note.position] = note.host;
    std::map<std::string, Value> out;
    if (wanted.empty())
        return out;
    const std::uint64_t first = wanted.begin()->first;
    const std::uint64_t last = std::min(wanted.rbegin()->first, first + most_entries);
    const auto read =
        story.parts.runtime.read_entries(engine::Position{first}, [&](engine::FrameItem& item) {
            const auto place = wanted.find(item.entry.position.number);
            if (place != wanted.end())
                if (const auto* ended = std::get_if<engine::Ended>(&item.entry.body))
                    out[place->second] = ended->outcome.evidence;
            return item.entry.position.number < last;
        });
    if (!read.ok())
        out.clear();  // older than the journal keeps: the outcomes are still told
    return out;
}

/// Outcomes of one moment stand in the order in which they were noted.
void order_outcomes(Story& story)
{
    std::map<std::string, std::size_t> place;
    for (std::size_t i = 0; i < story.notes.size(); ++i)
        if (story.notes[i].kind == "outcome")
            place[story.notes[i].host] = i;
    std::stable_sort(
        story.outcomes.begin(), story.outcomes.end(), [&](const auto& a, const auto& b) {
            return a.stage != b.stage ? a.stage < b.stage : place[a.host] < place[b.host];
        });
}

Value show_outcomes(const Story& story)
{
    const std::map<std::string, Value> evidence = read_evidence(story);
    data::VectorBuilder out;
    for (const store::OutcomeRow& row : story.outcomes) {
        const auto seen = evidence.find(row.host);
        out.push_back(make_detail({{"stage", number(row.stage + 1U)},
                                   {"host", text(row.host)},
                                   {"action", text(row.action)},
                                   {"outcome", text(row.outcome)},
                                   {"code", Value::integer(row.code)},
                                   {"message", text(row.message)},
                                   {"changed", flag(row.changed)},
                                   {"hard", row.hard ? flag(true) : Value{}},
                                   {"because", text(row.because)},
                                   {"took", text(row.took)},
                                   {"at", show_time(row.at)},
                                   {"evidence", seen == evidence.end() ? Value{} : seen->second}}));
    }
    return out.finish();
}

std::string_view item_state(engine::ItemState state)
{
    static constexpr std::array<std::string_view, 4> names = {
        "waits for others", "waits behind another action", "in progress", "ended"};
    return names.at(static_cast<std::size_t>(state));
}

/// An effect that is in the outbox and not in anybody's hands.
bool is_kept_back(const Story& story, engine::EffectId effect)
{
    const auto* item = story.state().outbox.find(engine::number_key(effect.number));
    return item != nullptr && item->kept_back;
}

/// Hosts that a verb is at work on, and those that wait for their batch.
void show_operation(const Story& story, data::VectorBuilder& out)
{
    const engine::RunId run{story.row.number};
    const auto* operation = story.state().operations.find(engine::number_key(run.number));
    if (operation == nullptr)
        return;
    for (const engine::OperationItem* item : engine::items_of(story.state(), run))
        if (!item->ended)
            out.push_back(make_detail(
                {{"host", text(item->host)},
                 {"action", text(operation->verb)},
                 {"state", text(item->effect.number != 0 ? "in progress" : "waits for its batch")},
                 {"effect",
                  item->effect.number != 0 ? text(engine::to_string(item->effect)) : Value{}}}));
}

/// What an open run still has to do.
Value show_pending(const Story& story)
{
    const engine::Run* open = story.open();
    if (open == nullptr)
        return {};
    data::VectorBuilder out;
    for (const engine::HostItem& item : open->items)
        if (item.state != engine::ItemState::ended)
            out.push_back(make_detail(
                {{"host", text(item.host)},
                 {"action", text(item.is_start ? "start" : "stop")},
                 {"state",
                  text(is_kept_back(story, item.effect) ? "frozen, until `reops thaw`"
                                                        : item_state(item.state))},
                 {"waits_for", item.waits_for.empty() ? Value{} : texts(item.waits_for)},
                 {"because", text(item.because)},
                 {"effect",
                  item.effect.number != 0 ? text(engine::to_string(item.effect)) : Value{}}}));
    show_operation(story, out);
    return out.finish();
}

/// Whom the flow's mail stage writes to.
Value mail_to(const Story& story)
{
    if (const engine::Flow* flow = story.flow())
        for (const engine::StagePtr& stage : flow->stages)
            if (stage->role() == engine::StageRole::email)
                return texts(static_cast<const engine::EmailStage&>(*stage).options().to);
    return {};
}

std::string_view telling_state(std::string_view kind)
{
    if (kind == "mail-decided")
        return "in the outbox";
    if (kind == "told")
        return "delivered";
    if (kind == "untold")
        return "failed";
    if (kind == "shadowed")
        return "in shadow, not sent";
    if (kind == "retry")
        return "will be tried again";
    return kind == "mail-in-digest" ? "in the digest" : "";
}

/// Mails and publishes of the run, each in its last state.
Value show_told(const Story& story)
{
    std::map<std::uint64_t, data::Map> by_effect;
    for (const store::NoteRow& note : story.notes) {
        const std::string_view state = telling_state(note.kind);
        if (state.empty())
            continue;
        const Value detail = detail_of(note);
        const bool shadow = note.kind == "shadowed";  // has no effect: each is told of
        data::Map& told = by_effect[shadow ? UINT64_MAX - by_effect.size() : note.effect];
        const auto set = [&](std::string_view key, const Value& value) {
            if (!value.is_nil())
                told = std::move(told).assoc(Value::keyword(key), value);
        };
        const bool is_mail = note.kind.starts_with("mail");
        set("effect",
            note.effect != 0 ? text(engine::to_string(engine::EffectId{note.effect})) : Value{});
        set("kind", is_mail ? text("email") : field(detail, "kind"));
        set("subject", field(detail, "subject"));
        set("to", is_mail ? mail_to(story) : Value{});
        set("state", text(state));
        set("message", field(detail, "message"));
        set("attempt", field(detail, "attempt"));
        set("at", show_time(note.at));
    }
    data::VectorBuilder out;
    for (auto& [effect, told] : by_effect)
        out.push_back(Value{std::move(told)});
    return out.finish();
}

Value show_notes(const Story& story)
{
    data::VectorBuilder out;
    for (const store::NoteRow& note : story.notes)
        out.push_back(make_detail(
            {{"at", show_time(note.at)},
             {"kind", text(note.kind)},
             {"host", text(note.host)},
             {"effect",
              note.effect != 0 ? text(engine::to_string(engine::EffectId{note.effect})) : Value{}},
             {"detail", detail_of(note)}}));
    return out.finish();
}

}  // namespace

void show_run(const ControlParts& parts, const Ask& ask, const Reply& reply)
{
    const auto id = engine::parse_id('r', ask.name);
    if (!id)
        return reply(Failure{Code::invalid_argument,
                             "expected a run such as r-12 but got `" + ask.name + "`",
                             "reops runs"});
    store::History& history = parts.runtime.history();
    auto row = history.run(*id);
    if (!row.ok())
        return reply(row.failure());
    Story story{parts, std::move(*row)};
    auto outcomes = history.outcomes(*id);
    if (!outcomes.ok())
        return reply(outcomes.failure());
    story.outcomes = std::move(*outcomes);
    store::NoteQuery query;
    query.run = *id;
    query.limit = most_notes;
    auto notes = history.notes(query);
    if (!notes.ok())
        return reply(notes.failure());
    story.notes = std::move(*notes);
    order_outcomes(story);
    reply(make_detail({{"run", Value{show_run_row(story.row)}},
                       {"opening", show_opening(story)},
                       {"stages", show_stages(story)},
                       {"outcomes", show_outcomes(story)},
                       {"pending", show_pending(story)},
                       {"told", show_told(story)},
                       {"notes", show_notes(story)}}));
}

}  // namespace reops::control
