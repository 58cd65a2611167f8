// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/script.hh"

#include "data/print.hh"
#include "engine/detail.hh"
#include "sources/sensor/mapping.hh"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace reops::scenario {

namespace {

/// While it lasts, the broker keeps what is published.
struct Gap {
    Duration from{};
    Duration to{};
    bool of_broker = false;
};

constexpr Duration long_gap = minutes(5);          // longer: only the newest of a key is decided
constexpr Duration after_delivery = seconds(1);    // and that this long after the last delivery
constexpr std::int64_t most_readings = 1'000'000;  // of one line

class ScriptReader {
public:
    explicit ScriptReader(Source& source) : source_(source) {}

    Script read()
    {
        if (source_.root() == nullptr)
            return {};
        const Fields file{
            source_, *source_.root(), "events.edn", {"start", "utc-offset", "until", "events"}};
        read_start(file);
        script_.utc_offset = file.span("utc-offset");
        script_.until = file.span("until");
        if (script_.until <= Duration{})
            file.complain("until", "expected :until, when the scenario ends, such as \"2h\"");
        for (const data::Form* line : file.items("events"))
            read_line(*line);
        sort();
        if (source_.good())
            deliver_late();
        return std::move(script_);
    }

private:
    void read_start(const Fields& file)
    {
        const auto start = parse_iso(file.text("start", "2026-07-01T12:00:00Z"));
        if (start.ok())
            script_.start = *start;
        else
            file.complain("start", start.failure().message);
    }

    void read_line(const data::Form& line);
    void read_reading(const Fields& line);
    void read_order(const Fields& line);
    void read_restart(const Fields& line, Duration down, bool power_cut);
    void read_host(const Fields& line);
    void read_mail_server(const Fields& line);
    void add(Duration at, decltype(Happening::what) what)
    {
        script_.happenings.push_back({at, std::move(what)});
    }
    void sort()
    {
        std::stable_sort(script_.happenings.begin(),
                         script_.happenings.end(),
                         [](const Happening& a, const Happening& b) { return a.at < b.at; });
    }
    void deliver_late();
    void deliver(const Gap& gap, const std::vector<Happening>& kept);

    Source& source_;
    Script script_;
    std::vector<Gap> gaps_;
};

/// Which word says what a line is, and who reads it.
void ScriptReader::read_line(const data::Form& line)
{
    const Fields fields{
        source_,
        line,
        "a line of :events",
        {"at",           "from",        "to",          "every", "event",
         "key",          "value",       "values",      "age",   "retained",
         "implausible",  "actor",       "command",     "run",   "host",
         "flow",         "restart",     "power-cut",   "clock", "synchronised-after",
         "clock-behind", "broker-away", "mail-server", "now",   "clock-step"}};
    if (fields.has("value") || fields.has("values"))
        read_reading(fields);
    else if (fields.has("command"))
        read_order(fields);
    else if (fields.has("restart"))
        read_restart(fields, fields.span("restart"), false);
    else if (fields.has("power-cut"))
        read_restart(fields, fields.span("power-cut"), true);
    else if (fields.has("mail-server"))
        read_mail_server(fields);
    else if (fields.has("now"))
        read_host(fields);
    else if (fields.has("clock-step"))
        add(fields.span("at"), ClockStep{fields.span("clock-step")});
    else if (fields.has("broker-away"))
        gaps_.push_back({fields.span("at"), fields.span("at") + fields.span("broker-away"), true});
    else
        source_.complain(line,
                         "a line needs one of :value :values :command :restart :power-cut "
                         ":broker-away :mail-server :now :clock-step");
}

/// One reading at :at, or one every :every from :from to :to, taking :values in turn.
void ScriptReader::read_reading(const Fields& line)
{
    Reading reading;
    reading.event.name = sources::canonical_event(line.text("event", "temperature"));
    reading.event.key = line.text("key", "closet");
    reading.event.origin = "mqtt";
    reading.event.actor = line.text("actor");
    if (!reading.event.actor.empty()) {
        reading.event.emitted = true;
        reading.event.origin = "emit";
    }
    if (line.flag("retained"))
        reading.event.arrival = engine::Arrival::retained;
    if (line.flag("implausible"))
        reading.event.arrival = engine::Arrival::implausible;
    if (line.has("age"))
        reading.age = line.span("age");
    std::vector<const data::Form*> values = line.items("values");
    if (line.has("value"))
        values = {line.find("value")};
    const bool once = line.has("at");
    const Duration from = line.span(once ? "at" : "from");
    const Duration to = once ? from : line.span("to", from);
    const Duration every = line.span("every", seconds(1));
    if (values.empty() || every <= Duration{} || (to - from) / every > most_readings)
        return line.complain("values", "expected :values [..], and :every above zero");
    std::size_t next = 0;
    for (Duration at = from; at <= to; at += every) {
        reading.event.value = values[next++ % values.size()]->value;
        add(at, reading);
    }
}

void ScriptReader::read_order(const Fields& line)
{
    data::Value args = engine::make_detail({{"run", engine::text(line.text("run"))},
                                            {"host", engine::text(line.text("host"))},
                                            {"flow", engine::text(line.text("flow"))}});
    add(line.span("at"), Order{line.text("command"), std::move(args), line.text("actor", "you")});
}

void ScriptReader::read_restart(const Fields& line, Duration down, bool power_cut)
{
    Restart restart{.down = down, .power_cut = power_cut};
    if (line.choice("clock", {"synchronised", "unsynchronised"}) == "unsynchronised") {
        restart.clock_behind = line.span("clock-behind");
        restart.synchronised_after = std::nullopt;
        if (line.has("synchronised-after"))
            restart.synchronised_after = line.span("synchronised-after");
    }
    const Duration at = line.span("at");
    if (down <= Duration{})
        line.complain("restart", "expected how long it is down, such as \"10s\"");
    gaps_.push_back({at, at + down, false});
    add(at, restart);
}

void ScriptReader::read_host(const Fields& line)
{
    const std::string host = line.text("host");
    if (host.empty())
        line.complain("host", "expected :host, whose behaviour changes");
    add(line.span("at"), HostChange{host, read_machine_change(line.source(), *line.find("now"))});
}

void ScriptReader::read_mail_server(const Fields& line)
{
    add(line.span("at"), MailServer{line.choice("mail-server", {"alive", "dead"}) == "alive"});
}

/// Moves what fell into gaps to their ends.
void ScriptReader::deliver_late()
{
    std::vector<Happening> in_time;
    std::vector<std::vector<Happening>> kept(gaps_.size());
    for (Happening& one : std::exchange(script_.happenings, {})) {
        const auto* reading = std::get_if<Reading>(&one.what);
        const auto gap = std::find_if(gaps_.begin(), gaps_.end(), [&](const Gap& g) {
            return one.at >= g.from && one.at < g.to;
        });
        const bool waits = reading != nullptr && !reading->event.emitted && gap != gaps_.end();
        (waits ? kept[static_cast<std::size_t>(gap - gaps_.begin())] : in_time)
            .push_back(std::move(one));
    }
    for (std::size_t i = 0; i < gaps_.size(); ++i)
        deliver(gaps_[i], kept[i]);
    for (Happening& one : in_time)
        script_.happenings.push_back(std::move(one));
    sort();
}

/// After a long gap all readings are only known at first, and the newest of each key is decided
/// when the rush is over, as sources/sensor does it.
void ScriptReader::deliver(const Gap& gap, const std::vector<Happening>& kept)
{
    const bool is_long = gap.to - gap.from > long_gap;
    if (gap.of_broker && is_long) {
        add(gap.from + long_gap, SourceTrouble{.over = false});
        add(gap.to, SourceTrouble{.over = true});
    }
    std::map<std::pair<std::string, std::string>, Reading> newest;
    for (const Happening& one : kept) {
        Reading reading = std::get<Reading>(one.what);
        if (reading.age)
            *reading.age += gap.to - one.at;
        if (is_long && reading.event.arrival == engine::Arrival::live) {
            newest[{reading.event.name, reading.event.key}] = reading;
            reading.event.arrival = engine::Arrival::superseded;
        }
        add(gap.to, std::move(reading));
    }
    for (auto& [key, reading] : newest) {
        if (reading.age)
            *reading.age += after_delivery;
        add(gap.to + after_delivery, std::move(reading));
    }
}

}  // namespace

Script read_script(Source& source)
{
    return ScriptReader{source}.read();
}

}  // namespace reops::scenario
