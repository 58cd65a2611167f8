// SPDX-License-Identifier: Apache-2.0
#include "engine/mail.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/utf8.hh"
#include "data/vector.hh"
#include "engine/alerts.hh"
#include "engine/detail.hh"
#include "engine/outbox.hh"
#include "engine/runs.hh"

#include <algorithm>

namespace reops::engine {

namespace {

constexpr std::size_t mails_an_hour = 30;
constexpr std::string_view digest_key{"d"};
constexpr std::size_t longest_result = 200;

/// What a verb gave, short enough for a table.
std::string result_line(const Outcome& outcome)
{
    const data::Value result =
        outcome.evidence.is_map() ? outcome.evidence.as_map().get("result") : data::Value{};
    if (result.is_nil())
        return {};
    std::string out = result.is_string() ? std::string{result.as_string()} : data::print(result);
    const std::size_t end = std::min(out.find('\n'), longest_result);
    if (out.find_first_not_of(" \n", end) == std::string::npos)
        return out.substr(0, end);
    out.resize(end);
    out.resize(std::min(out.size(), data::find_invalid_utf8(out)));
    return out + " ...";
}

data::Value host_row(const HostResult& result)
{
    const Outcome& outcome = result.outcome;
    return make_detail(
        {{"host", text(result.host)},
         {"action", text(result.action)},
         {"outcome", text(to_string(outcome.status))},
         {"code", data::Value::integer(outcome.code())},
         {"message", text(outcome.message.empty() ? result_line(outcome) : outcome.message)},
         {"changed", data::Value::boolean(outcome.changed)},
         {"hard", data::Value::boolean(outcome.hard)},
         {"because", text(result.because)},
         {"took", text(to_string(outcome.took))}});
}

data::Value host_rows(const Run& run)
{
    data::Vector rows;
    for (const HostResult& result : last_results(run))
        rows = std::move(rows).push_back(host_row(result));
    return data::Value{std::move(rows)};
}

data::Value event_of(const Trigger& trigger)
{
    return make_detail({{"id", text(to_string(trigger.event))},
                        {"name", text(trigger.name)},
                        {"key", text(trigger.key)},
                        {"value", trigger.value},
                        {"at", text(to_iso(trigger.at))},
                        {"emitted", trigger.emitted ? data::Value::boolean(true) : data::Value{}}});
}

/// Not empty, so that a stage that has told of no hosts differs from one that has not told.
std::string told_text(const Run& run)
{
    return "told:" + signature_of(run);
}

/// "(2 of 3, 1 failed)" when not all succeeded, else nothing.
std::string tally(const Run& run)
{
    const HostResults results = last_results(run);
    const auto good = std::count_if(results.begin(), results.end(), [](const HostResult& r) {
        return is_success(r.outcome.status);
    });
    const auto all = static_cast<std::ptrdiff_t>(results.size());
    if (good == all)
        return "";
    return " (" + std::to_string(good) + " of " + std::to_string(all) + ", " +
           std::to_string(all - good) + " failed)";
}

/// One line without control characters: a subject comes from configuration and event data.
std::string one_line(std::string subject)
{
    for (char& c : subject)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = ' ';
    return subject;
}

/// False when the hour's mails are used up; the subject then waits for the digest.
bool take_allowance(Context& c, const std::string& subject)
{
    Counters& counters = c.state.counter();
    std::erase_if(counters.mails, [&](Time sent) { return c.now - sent >= hours(1); });
    if (counters.mails.size() < mails_an_hour) {
        counters.mails.push_back(c.now);
        return true;
    }
    if (counters.digest.empty())
        c.timers.set(c.state, std::string{digest_key}, counters.mails.front() + hours(1));
    if (counters.digest.size() < 1000)
        counters.digest.push_back(subject);
    return false;
}

void queue_mail(Context& c, Effect effect, const std::string& subject)
{
    if (!take_allowance(c, subject)) {
        c.note({.kind = "mail-in-digest",
                .run = effect.run,
                .flow = effect.flow,
                .detail = make_detail({{"subject", text(subject)}})});
        return;
    }
    effect.kind = "email";
    const RunId run = effect.run;
    const std::string flow = effect.flow;
    const EffectId id = open_effect(c, std::move(effect), std::nullopt);
    c.note({.kind = "mail-decided",
            .run = run,
            .effect = id,
            .flow = flow,
            .detail = make_detail({{"subject", text(subject)}})});
}

/// Nothing new since this stage's last mail in the incident.
bool is_told(const Incident& incident, const Run& run)
{
    return run.stage < incident.told.size() && !has_changed(run) &&
           incident.told[run.stage] == told_text(run);
}

void remember_told(Context& c, const Run& run, const std::string& identity)
{
    Incident* incident = c.state.incidents.edit(join_key(run.flow, run.trigger.key));
    if (incident == nullptr)
        return;
    if (incident->told.size() <= run.stage)
        incident->told.resize(run.stage + 1U);
    incident->told[run.stage] = told_text(run);
    if (incident->thread.empty())
        incident->thread = identity;
}

}  // namespace

bool has_changed(const Run& run)
{
    return std::any_of(run.results.begin(), run.results.end(), [](const HostResult& r) {
        return is_success(r.outcome.status) && r.outcome.changed;
    });
}

std::string signature_of(const Run& run)
{
    HostResults results = last_results(run);
    std::sort(results.begin(), results.end(), [](const HostResult& a, const HostResult& b) {
        return a.host < b.host;
    });
    std::string out;
    for (const HostResult& result : results)
        out += result.host + "=" + std::string{to_string(result.outcome.status)} + ";";
    return out;
}

void mail_run(Context& c, const Run& run, const Flow& flow, const EmailStage& stage)
{
    const std::string incident_key = join_key(run.flow, run.trigger.key);
    const Incident* incident = run.incident ? c.state.incidents.find(incident_key) : nullptr;
    if (incident != nullptr && is_told(*incident, run))
        return;
    const MailOptions& options = stage.options();
    const std::string subject = one_line(options.subject + tally(run));
    Effect effect;
    effect.run = run.id;
    effect.flow = run.flow;
    effect.identity =
        std::to_string(run.id.number) + "." + run.flow + "." + std::to_string(run.stage) + ".0";
    effect.args = make_detail({{"from", text(options.from)},
                               {"to", texts(options.to)},
                               {"subject", text(subject)},
                               {"flow", text(flow.name)},
                               {"run", text(to_string(run.id))},
                               {"event", event_of(run.trigger)},
                               {"at", text(to_iso(c.now))},
                               {"hosts", host_rows(run)},
                               {"thread", text(incident != nullptr ? incident->thread : "")}});
    if (incident != nullptr)
        remember_told(c, run, effect.identity);
    queue_mail(c, std::move(effect), subject);
}

void mail_recovered(Context& c, const Incident& incident)
{
    const ArmedRef* armed = c.flows.find_armed(incident.flow);
    if (armed == nullptr || armed->flow->options.shadow || incident.thread.empty())
        return;
    for (std::size_t i = 0; i < armed->flow->stages.size(); ++i) {
        const Stage& stage = *armed->flow->stages[i];
        if (stage.role() != StageRole::email)
            continue;
        const MailOptions& options = static_cast<const EmailStage&>(stage).options();
        if (!options.recovered)
            continue;
        const std::string subject = one_line("over: " + options.subject);
        Effect effect;
        effect.run = incident.last_run_id;
        effect.flow = incident.flow;
        effect.identity = "incident-" + std::to_string(incident.number) + "." + incident.flow +
                          "." + std::to_string(i) + ".recovered";
        effect.args = make_detail(
            {{"from", text(options.from)},
             {"to", texts(options.to)},
             {"subject", text(subject)},
             {"flow", text(incident.flow)},
             {"run", text(to_string(incident.last_run_id))},
             {"at", text(to_iso(c.now))},
             {"thread", text(incident.thread)},
             {"note",
              text("The condition is over after " + to_string(c.now - incident.opened) + ".")}});
        queue_mail(c, std::move(effect), subject);
    }
}

void send_digest(Context& c)
{
    c.timers.cancel(c.state, std::string{digest_key});
    Counters& counters = c.state.counter();
    if (counters.digest.empty())
        return;
    std::string list;
    for (const std::string& subject : counters.digest)
        list += "- " + subject + "\n";
    Effect effect;
    effect.kind = "alert";
    effect.identity = "digest." + std::to_string(c.position.number);
    effect.args = make_detail({{"cause", text("mail-limit")},
                               {"text",
                                text(std::to_string(counters.digest.size()) +
                                     " mails were over the limit of 30 an hour:\n" + list)},
                               {"at", text(to_iso(c.now))},
                               {"recovered", data::Value::boolean(false)}});
    counters.digest.clear();
    open_effect(c, std::move(effect), std::nullopt);
}

void telling_failed(Context& c, const Effect& effect, const Outcome& outcome)
{
    if (effect.kind == "email") {
        Effect filed;
        filed.kind = "file-mail";
        filed.identity = effect.identity;
        filed.run = effect.run;
        filed.flow = effect.flow;
        filed.args = effect.args;
        open_effect(c, std::move(filed), std::nullopt);
    }
    if (effect.kind != "alert")
        raise_alert(c,
                    effect.kind + "-failed:" + effect.flow,
                    (effect.kind == "email" ? "an " : "a ") + effect.kind + " of `" + effect.flow +
                        "` was not delivered: " +
                        (outcome.message.empty() ? std::string{to_string(outcome.status)}
                                                 : outcome.message));
}

}  // namespace reops::engine
