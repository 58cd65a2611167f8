// SPDX-License-Identifier: Apache-2.0
#include "runtime/history_feed.hh"

#include "data/map.hh"
#include "data/print.hh"

#include <array>
#include <string_view>

namespace reops::runtime {

namespace {

using data::Value;

struct Line {
    const engine::Entry& entry;
    const engine::Note& note;

    Value get(std::string_view key) const
    {
        return note.detail.is_map() ? note.detail.as_map().get(key) : Value{};
    }
    std::string text(std::string_view key) const
    {
        const Value value = get(key);
        return value.is_string() ? std::string{value.as_string()} : std::string{};
    }
    std::int64_t integer(std::string_view key) const
    {
        const Value value = get(key);
        return value.is_integer() ? value.as_integer() : 0;
    }
};

void on_run_opened(store::History& history, const Line& line)
{
    const Value value = line.get("value");
    history.add_run({.number = line.note.run.number,
                     .flow = line.note.flow,
                     .version = line.text("version"),
                     .key = line.note.key,
                     .event = static_cast<std::uint64_t>(line.integer("event")),
                     .event_name = line.text("name"),
                     .value = value.is_nil() ? "" : data::print(value),
                     .actor = line.text("actor"),
                     .repeat = line.get("repeat").truthy(),
                     .opened = line.entry.at,
                     .closed = {},
                     .status = "open",
                     .good = {},
                     .bad = {},
                     .error = {}});
}

void on_run_closed(store::History& history, const Line& line)
{
    store::RunRow run;
    run.number = line.note.run.number;
    run.closed = line.entry.at;
    run.status = line.text("status");
    run.good = line.text("good");
    run.bad = line.text("bad");
    run.error = line.text("error");
    history.close_run(run);
}

void on_outcome(store::History& history, const Line& line)
{
    history.add_outcome({.run = line.note.run.number,
                         .stage = static_cast<std::uint32_t>(line.integer("stage")),
                         .host = line.note.host,
                         .action = line.text("action"),
                         .outcome = line.text("outcome"),
                         .code = static_cast<int>(line.integer("code")),
                         .message = line.text("message"),
                         .changed = line.get("changed").truthy(),
                         .hard = line.get("hard").truthy(),
                         .because = line.text("because"),
                         .took = line.text("took"),
                         .at = line.entry.at});
}

struct Row {
    std::string_view kind;
    void (*write)(store::History& history, const Line& line);
    bool keep_note;  ///< runs of plain flows are many: their own row says it all
};

constexpr std::array<Row, 3> rows = {{
    {"run-opened", on_run_opened, false},
    {"run-closed", on_run_closed, false},
    {"outcome", on_outcome, true},
}};

}  // namespace

void HistoryWriter::write(const engine::Entry& entry, const std::vector<engine::Note>& notes)
{
    for (const engine::Note& note : notes) {
        if (!open_)
            history_.begin();
        open_ = true;
        const Line line{entry, note};
        bool keep = true;
        for (const Row& row : rows)
            if (row.kind == note.kind) {
                row.write(history_, line);
                keep = row.keep_note;
            }
        if (!keep)
            continue;
        history_.add_note({.position = entry.position.number,
                           .at = entry.at,
                           .kind = std::string{note.kind},
                           .run = note.run.number,
                           .effect = note.effect.number,
                           .flow = note.flow,
                           .key = note.key,
                           .host = note.host,
                           .detail = note.detail.is_nil() ? "" : data::print(note.detail)});
    }
}

Result<void> HistoryWriter::finish(engine::Position position)
{
    if (!open_)
        return {};
    open_ = false;
    return history_.commit(position);
}

}  // namespace reops::runtime
