// SPDX-License-Identifier: Apache-2.0
#include "runtime/history_feed.hh"

#include "data/map.hh"
#include "data/print.hh"

#include <string_view>
#include <utility>

namespace reops::runtime {

namespace {

using data::Value;

/// How far the history may be behind the journal.
constexpr Duration longest_lag = milliseconds(200);
constexpr std::size_t most_rows = 5000;

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

store::RunRow opened_run(const Line& line)
{
    const Value value = line.get("value");
    return {.number = line.note.run.number,
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
            .error = {}};
}

void close_run(store::RunRow& run, const Line& line)
{
    run.closed = line.entry.at;
    run.status = line.text("status");
    run.good = line.text("good");
    run.bad = line.text("bad");
    run.error = line.text("error");
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

/// A message that was sent at once: there may be thousands a second, and the journal has it.
bool is_routine(const Line& line)
{
    return line.note.kind == "told" && line.integer("attempt") == 1 &&
           line.text("kind") == "publish";
}

}  // namespace

/// Runs of plain flows are many: their own row says all that their notes do.
void HistoryWriter::write(const engine::Entry& entry, const std::vector<engine::Note>& notes)
{
    for (const engine::Note& note : notes) {
        const Line line{entry, note};
        if (is_routine(line))
            continue;
        if (rows_++ == 0)
            history_.begin();
        if (note.kind == "run-opened") {
            put_run();
            run_ = opened_run(line);
        } else if (note.kind == "run-closed" && run_ && run_->number == note.run.number) {
            close_run(*run_, line);
        } else if (note.kind == "run-closed") {
            store::RunRow run;
            run.number = note.run.number;
            close_run(run, line);
            history_.close_run(run);
        } else {
            if (note.kind == "outcome")
                on_outcome(history_, line);
            write_note(entry, note);
        }
    }
    put_run();
}

void HistoryWriter::put_run()
{
    if (run_)
        history_.add_run(*run_);
    run_.reset();
}

void HistoryWriter::write_note(const engine::Entry& entry, const engine::Note& note)
{
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

Result<void> HistoryWriter::finish(engine::Position position)
{
    if (rows_ == 0)
        return {};
    rows_ = 0;
    return history_.commit(position);
}

HistoryFeed::HistoryFeed(io::EventLoop& loop, Log& log, Duration look_again)
    : log_(log), look_again_(look_again), timer_(loop)
{
}

void HistoryFeed::open(store::History& history, std::function<Result<void>()> catch_up)
{
    writer_.emplace(history);
    catch_up_ = std::move(catch_up);
}

void HistoryFeed::feed(const engine::Batch& batch)
{
    if (is_behind_ || batch.entries.empty())
        return;
    const bool waits = writer_->rows() > 0;
    for (std::size_t i = 0; i < batch.entries.size(); ++i)
        if (!batch.decisions[i].notes.empty())
            writer_->write(batch.entries[i], batch.decisions[i].notes);
    last_ = batch.entries.back().position;
    if (writer_->rows() >= most_rows)
        flush();
    else if (!waits && writer_->rows() > 0)
        timer_.after(longest_lag, [this] { flush(); });
}

void HistoryFeed::flush()
{
    if (is_behind_ || !writer_ || writer_->rows() == 0)
        return;
    timer_.cancel();
    if (const auto written = writer_->finish(last_); !written.ok())
        fell_behind(written.failure());
}

void HistoryFeed::stop()
{
    flush();
    timer_.cancel();
}

void HistoryFeed::fell_behind(const Failure& why)
{
    log_.warning("history", why.message + "; it is behind until it can be written");
    is_behind_ = true;
    retry();
}

void HistoryFeed::retry()
{
    timer_.after(look_again_, [this] {
        is_behind_ = !catch_up_().ok();
        if (is_behind_)
            retry();
        else
            log_.info("history", "it is whole again");
    });
}

}  // namespace reops::runtime
