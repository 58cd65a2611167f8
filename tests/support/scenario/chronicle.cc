// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/chronicle.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::scenario {

using engine::to_string;

namespace {

constexpr std::string_view counted_only = "unchanged";

data::Value part(const data::Value& map, std::string_view key)
{
    return map.is_map() ? map.as_map().get(key) : data::Value{};
}

std::string text_part(const data::Value& map, std::string_view key)
{
    const data::Value value = part(map, key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

std::string number_part(const data::Value& map, std::string_view key)
{
    const data::Value value = part(map, key);
    return value.is_nil() ? "0" : data::print(value);
}

/// "foo verified, unchanged: was off already"
std::string result_text(const std::string& host, const data::Value& row)
{
    std::string out = host + " " + text_part(row, "outcome");
    if (part(row, "hard").truthy())
        out += ", hard";
    if (!part(row, "changed").truthy() && text_part(row, "outcome") == "verified")
        out += ", unchanged";
    if (const std::string because = text_part(row, "because"); !because.empty())
        out += ", because of " + because;
    if (const std::string message = text_part(row, "message"); !message.empty())
        out += ": " + message;
    return out;
}

/// What the subject of a kind is called.
std::string_view subject_of(std::string_view kind)
{
    if (kind == "publish")
        return "topic";
    return kind == "alert" ? "cause" : "subject";
}

std::string quote(std::string_view text)
{
    return data::print(data::Value::string(text));
}

}  // namespace

Line& Line::word(std::string_view key, std::string_view plain)
{
    if (!plain.empty())
        text_ += fmt::format("{}:{} {}", text_.empty() ? "" : " ", key, plain);
    return *this;
}

Line& Line::quoted(std::string_view key, std::string_view text)
{
    return word(key, text.empty() ? std::string{} : quote(text));
}

Line& Line::list(std::string_view key, const std::vector<std::string>& texts)
{
    std::string out;
    for (const std::string& text : texts)
        out += (out.empty() ? "" : " ") + quote(text);
    return word(key, out.empty() ? out : "[" + out + "]");
}

std::string Chronicle::since(Time now) const
{
    return to_string(now - start_);
}

void Chronicle::decided(const engine::Batch& batch, const engine::Engine& engine, Time now)
{
    const std::string at = since(now);
    for (std::size_t i = 0; i < batch.entries.size(); ++i) {
        const engine::Decision& decision = batch.decisions[i];
        for (std::uint32_t t = decision.trace_begin; t < decision.trace_end; ++t)
            trace(batch.trace[t], batch.entries[i], engine, at);
        for (const engine::Note& one : decision.notes)
            note(one, at);
    }
    look_at_holds(engine, at);
}

void Chronicle::note(const engine::Note& note, const std::string& at)
{
    if (note.kind.starts_with("run-") || note.kind == "outcome")
        note_run(note, at);
    else if (note.kind == "told" || note.kind == "untold")
        note_told(note);
    else if (note.kind.starts_with("incident-"))
        note_incident(note, at);
    else
        note_other(note, at);
}

void Chronicle::note_run(const engine::Note& note, const std::string& at)
{
    RunLine& run = runs_[note.run.number];
    if (note.kind == "run-opened") {
        run.flow = note.flow;
        run.key = note.key;
        run.event = "e-" + number_part(note.detail, "event");
        run.value = data::print(part(note.detail, "value"));
        run.actor = text_part(note.detail, "actor");
        run.repeat = part(note.detail, "repeat").truthy();
        run.from = at;
    } else if (note.kind == "run-closed") {
        run.to = at;
        run.status = text_part(note.detail, "status");
        run.error = text_part(note.detail, "error");
    } else {
        run.results.push_back(result_text(note.host, note.detail));
    }
}

void Chronicle::note_incident(const engine::Note& note, const std::string& at)
{
    if (note.kind == "incident-opened") {
        incidents_.push_back({.flow = note.flow,
                              .key = note.key,
                              .opened = at,
                              .closed = {},
                              .why = {},
                              .counts = {}});
        return;
    }
    for (IncidentLine& line : incidents_)
        if (line.flow == note.flow && line.key == note.key && line.closed.empty()) {
            line.closed = at;
            line.why = text_part(note.detail, "why");
            line.counts = fmt::format("{} :joined {} :repeats {}",
                                      number_part(note.detail, "runs"),
                                      number_part(note.detail, "joined"),
                                      number_part(note.detail, "repeats"));
        }
}

void Chronicle::note_told(const engine::Note& note)
{
    const auto found = told_by_effect_.find(note.effect.number);
    if (found == told_by_effect_.end())
        return;
    Told& told = told_[found->second];
    told.outcome = text_part(note.detail, "outcome");
    if (note.kind == "untold")
        told.why = text_part(note.detail, "message");
}

/// What a person should see besides: the rest is told by effects, runs and holds.
void Chronicle::note_other(const engine::Note& note, const std::string& at)
{
    static constexpr std::array<std::string_view, 9> shown = {"no-hosts",
                                                              "nothing-left",
                                                              "mail-in-digest",
                                                              "disarmed",
                                                              "paused",
                                                              "resumed",
                                                              "started",
                                                              "clock-stepped",
                                                              "command"};
    if (std::find(shown.begin(), shown.end(), note.kind) == shown.end())
        return;
    others_.push_back(Line{}
                          .quoted("at", at)
                          .word("note", note.kind)
                          .word("run", note.run.number != 0 ? to_string(note.run) : "")
                          .quoted("flow", note.flow)
                          .quoted("key", note.key)
                          .word("is", note.detail.is_nil() ? "" : data::print(note.detail))
                          .text());
}

void Chronicle::trace(const engine::TraceItem& item,
                      const engine::Entry& entry,
                      const engine::Engine& engine,
                      const std::string& at)
{
    const auto* event = std::get_if<engine::Event>(&entry.body);
    const engine::ArmedRef* armed = engine.flows().find_ordinal(item.flow);
    const bool ended_by_stage = item.reason == engine::Reason::clear ||
                                item.reason == engine::Reason::wait ||
                                item.reason == engine::Reason::failed;
    const std::string stage =
        armed != nullptr && ended_by_stage && item.stage < armed->flow->stages.size()
            ? armed->flow->stages[item.stage]->printed()
            : "";
    const std::tuple key{armed != nullptr ? armed->flow->name : "?",
                         event != nullptr ? event->key : std::string{"(timer)"},
                         std::string{to_string(item.reason)},
                         stage};
    auto found = std::find_if(
        traces_.begin(), traces_.end(), [&](const auto& one) { return one.first == key; });
    if (found == traces_.end()) {
        traces_.emplace_back(key, Trace{.count = 0, .first = at, .last = {}, .stage = stage});
        found = std::prev(traces_.end());
    }
    ++found->second.count;
    found->second.last = at;
}

void Chronicle::look_at_holds(const engine::Engine& engine, const std::string& at)
{
    const auto& rows = engine.state().holds.rows();
    for (const auto& [row, hold] : rows) {
        if (!open_holds_.contains(row)) {
            open_holds_[row] = holds_.size();
            holds_.push_back(
                {.host = hold.host, .flow = hold.flow, .key = hold.key, .from = at, .to = {}});
        }
        holds_[open_holds_[row]].silent = hold.silent;
    }
    std::erase_if(open_holds_, [&](const auto& open) {
        const bool gone = rows.find(open.first) == rows.end();
        if (gone)
            holds_[open.second].to = at;
        return gone;
    });
}

Chronicle::Told& Chronicle::told_of(const engine::Effect& effect, const std::string& at)
{
    const auto [place, is_new] = told_by_effect_.emplace(effect.id.number, told_.size());
    if (!is_new)
        return told_[place->second];
    Told& told = told_.emplace_back();
    told.kind = effect.kind;
    told.at = at;
    told.id = effect.identity;
    told.thread = text_part(effect.args, "thread");
    told.subject = text_part(effect.args, effect.kind == "publish" ? "topic" : "subject");
    if (effect.kind == "alert") {
        told.subject = text_part(effect.args, "cause");
        told.text = text_part(effect.args, "text");
        told.recovered = part(effect.args, "recovered").truthy();
    }
    if (effect.kind == "email")
        told.text = text_part(effect.args, "note");
    if (const data::Value rows = part(effect.args, "hosts"); rows.is_vector())
        for (const data::Value& row : rows.as_vector())
            told.rows.push_back(result_text(text_part(row, "host"), row));
    return told;
}

void Chronicle::offered(const engine::Effect& effect, Time now)
{
    const std::string at = since(now);
    if (!engine::find_effect_kind(effect.kind)->acts_on_host) {
        told_of(effect, at).tries.push_back(at);
        return;
    }
    attempts_.push_back({.kind = effect.kind,
                         .host = effect.host,

                         .began = at,
                         .ended = {},
                         .outcome = {},
                         .message = {},
                         .effect = effect.id.number,
                         .run = effect.run.number});
}

void Chronicle::ended(const engine::Ended& ended, Time now)
{
    for (Attempt& attempt : attempts_)
        if (attempt.effect == ended.effect.number && attempt.ended.empty()) {
            attempt.ended = since(now);
            attempt.outcome = to_string(ended.outcome.status);
            attempt.message = ended.outcome.message;
            attempt.unchanged =
                !ended.outcome.changed && ended.outcome.status == engine::Status::verified;
            attempt.hard = ended.outcome.hard;
        }
}

void Chronicle::died(Time now)
{
    for (Attempt& attempt : attempts_)
        if (attempt.ended.empty()) {
            attempt.ended = since(now);
            attempt.outcome = "nobody-knows";
            attempt.message = "the program ended";
        }
}

/// A repeat run that found all as it was is a number in its incident's line, nothing more.
bool Chronicle::is_counted_only(std::uint64_t run) const
{
    const auto found = runs_.find(run);
    return found != runs_.end() && found->second.status == counted_only;
}

std::vector<std::string> Chronicle::run_lines() const
{
    std::vector<std::string> out;
    for (const auto& [number, run] : runs_)
        if (run.status != counted_only)
            out.push_back(Line{}
                              .word("run", to_string(engine::RunId{number}))
                              .quoted("flow", run.flow)
                              .quoted("key", run.key)
                              .word("event", run.event)
                              .word("value", run.value)
                              .quoted("by", run.actor)
                              .word("repeat", run.repeat ? "true" : "")
                              .quoted("from", run.from)
                              .quoted("to", run.to)
                              .quoted("is", run.status)
                              .quoted("error", run.error)
                              .list("hosts", run.results)
                              .text());
    return out;
}

std::vector<std::string> Chronicle::attempt_lines() const
{
    std::vector<std::string> out;
    for (const Attempt& attempt : attempts_)
        if (!attempt.unchanged || !is_counted_only(attempt.run))
            out.push_back(Line{}
                              .quoted("at", attempt.began)
                              .word("do", attempt.kind)
                              .quoted("host", attempt.host)
                              .word("for", to_string(engine::RunId{attempt.run}))
                              .quoted("ended", attempt.ended)
                              .word("outcome", attempt.outcome)
                              .word("changed", attempt.unchanged ? "false" : "")
                              .word("hard", attempt.hard ? "true" : "")
                              .quoted("message", attempt.message)
                              .text());
    return out;
}

std::vector<std::string> Chronicle::mail_lines() const
{
    std::vector<std::string> out;
    for (const Told& mail : told_)
        if (mail.kind == "email")
            out.push_back(
                Line{}
                    .quoted("at", mail.at)
                    .quoted("id", mail.id)
                    .quoted("reply-to", mail.thread)
                    .quoted("subject", mail.subject)
                    .list("hosts", mail.rows)
                    .quoted("note", mail.text)
                    .list("tries", mail.tries.size() > 1 ? mail.tries : std::vector<std::string>{})
                    .word("is", mail.outcome)
                    .quoted("why", mail.why)
                    .text());
    return out;
}

/// Alerts, messages and files.
std::vector<std::string> Chronicle::told_lines(std::string_view kind) const
{
    std::vector<std::string> out;
    for (const Told& told : told_)
        if (told.kind == kind)
            out.push_back(
                Line{}
                    .quoted("at", told.at)
                    .quoted(subject_of(kind), told.subject)
                    .quoted("text", told.text)
                    .word("recovered", told.recovered ? "true" : "")
                    .list("tries", told.tries.size() > 1 ? told.tries : std::vector<std::string>{})
                    .word("is", told.outcome)
                    .quoted("why", told.why)
                    .text());
    return out;
}

std::vector<std::string> Chronicle::incident_lines() const
{
    std::vector<std::string> out;
    for (const IncidentLine& incident : incidents_)
        out.push_back(Line{}
                          .quoted("flow", incident.flow)
                          .quoted("key", incident.key)
                          .quoted("opened", incident.opened)
                          .quoted("closed", incident.closed)
                          .word("why", incident.why)
                          .word("runs", incident.counts)
                          .text());
    return out;
}

std::vector<std::string> Chronicle::hold_lines() const
{
    std::vector<std::string> out;
    for (const HoldLine& hold : holds_)
        if (hold.from != hold.to)  // else the stop failed at once
            out.push_back(Line{}
                              .quoted("host", hold.host)
                              .quoted("by", hold.flow)
                              .quoted("key", hold.key)
                              .quoted("from", hold.from)
                              .quoted("to", hold.to)
                              .word("silent", hold.silent ? "true" : "")
                              .text());
    return out;
}

std::vector<std::string> Chronicle::request_lines(const World& world) const
{
    std::vector<std::string> out;
    for (const Request& request : world.requests())
        out.push_back(Line{}
                          .quoted("at", since(request.at))
                          .quoted("host", request.host)
                          .quoted("saw", request.what)
                          .text());
    return out;
}

std::vector<std::string> Chronicle::trace_lines() const
{
    std::vector<std::string> out;
    for (const auto& [key, trace] : traces_)
        out.push_back(Line{}
                          .quoted("flow", std::get<0>(key))
                          .quoted("key", std::get<1>(key))
                          .word("is", std::get<2>(key))
                          .quoted("stage", trace.stage)
                          .word("events", std::to_string(trace.count))
                          .quoted("first", trace.first)
                          .quoted("last", trace.count > 1 ? trace.last : "")
                          .text());
    return out;
}

std::string Chronicle::write(const World& world) const
{
    const std::array<std::pair<std::string_view, std::vector<std::string>>, 11> sections = {{
        {"runs", run_lines()},
        {"actions", attempt_lines()},
        {"mails", mail_lines()},
        {"machines", request_lines(world)},
        {"filed", told_lines("file-mail")},
        {"alerts", told_lines("alert")},
        {"publishes", told_lines("publish")},
        {"incidents", incident_lines()},
        {"holds", hold_lines()},
        {"notes", others_},
        {"why", trace_lines()},
    }};
    std::string out;
    for (const auto& [name, lines] : sections) {
        if (lines.empty() && name != "runs" && name != "actions" && name != "mails")
            continue;
        out += fmt::format("{}:{}", out.empty() ? "{" : "\n ", name);
        out += lines.empty() ? " []" : fmt::format("\n [{}]", fmt::join(lines, "\n  "));
    }
    return out + "}\n";
}

}  // namespace reops::scenario
