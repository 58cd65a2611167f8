// SPDX-License-Identifier: Apache-2.0
#include "sinks/email/host_table.hh"

#include "base/time.hh"
#include "data/map.hh"
#include "sinks/email/plain_text.hh"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace reops::sinks {

namespace {

constexpr std::size_t most_rows = 200;
constexpr std::size_t page_width = 76;
constexpr std::size_t widest_cell = 30;
constexpr std::size_t narrowest_notes = 24;
constexpr std::string_view gap = "  ";

/// The cells of a line: host, action, outcome, took; the notes come last and may be wrapped.
using Cells = std::array<std::string, 4>;

struct Row {
    Cells cells;
    std::string notes;
    bool is_good = true;
};

std::string text_of(const data::Map& row, std::string_view name)
{
    const data::Value* value = row.find(name);
    return value != nullptr && value->is_string() ? plain_line(value->as_string(), 500) : "";
}

bool is_set(const data::Map& row, std::string_view name)
{
    const data::Value* value = row.find(name);
    return value != nullptr && value->truthy();
}

bool is_good(const data::Map& row)
{
    const std::string outcome = text_of(row, "outcome");
    return outcome == "verified" || outcome == "done" || outcome == "unverified";
}

/// "1m3s" of "1m2s741ms": nobody reads milliseconds of a shutdown.
std::string rounded(const std::string& took)
{
    const Result<Duration> span = parse_duration(took);
    if (!span || span.value() == Duration::zero())
        return "";
    if (span.value() < seconds(1))
        return to_string(
            Duration{std::max(milliseconds(1), std::chrono::round<milliseconds>(*span))});
    return to_string(Duration{std::chrono::round<seconds>(*span)});
}

std::string notes_of(const data::Map& row)
{
    std::vector<std::string> notes;
    if (const std::string message = text_of(row, "message"); !message.empty())
        notes.push_back(message);
    else if (const data::Value code = row.get("code");
             text_of(row, "outcome") == "failed" && code.is_integer())
        notes.push_back(fmt::format("code {}", code.as_integer()));
    const data::Value* changed = row.find("changed");
    if (notes.empty() && is_good(row) && changed != nullptr && !changed->truthy())
        notes.emplace_back("was so already");
    if (is_set(row, "hard"))
        notes.emplace_back("switched off hard");
    if (const std::string because = text_of(row, "because"); !because.empty())
        notes.push_back("because of " + because);
    return fmt::format("{}", fmt::join(notes, "; "));
}

Row row_of(const data::Map& row)
{
    return {{text_of(row, "host"),
             text_of(row, "action"),
             text_of(row, "outcome"),
             rounded(text_of(row, "took"))},
            notes_of(row),
            is_good(row)};
}

std::vector<data::Map> maps_of(const data::Vector& rows)
{
    std::vector<data::Map> out;
    for (const data::Value& row : rows)
        if (row.is_map())
            out.push_back(row.as_map());
    return out;
}

/// Leaves out rows that succeeded, from the end, then others, until the table has its size.
std::vector<Row> shown_rows(const std::vector<data::Map>& rows)
{
    const auto bad = static_cast<std::size_t>(std::count_if(
        rows.begin(), rows.end(), [](const data::Map& row) { return !is_good(row); }));
    std::size_t room_for_bad = std::min(bad, most_rows);
    std::size_t room_for_good = most_rows - room_for_bad;
    std::vector<Row> out;
    for (const data::Map& row : rows) {
        std::size_t& room = is_good(row) ? room_for_good : room_for_bad;
        if (room == 0)
            continue;
        --room;
        out.push_back(row_of(row));
    }
    return out;
}

std::string pad(const std::string& cell, std::size_t width)
{
    const std::size_t used = columns(cell);
    return cell + std::string(used < width ? width - used : 0, ' ');
}

class Table {
public:
    explicit Table(std::vector<Row> rows) : rows_(std::move(rows))
    {
        const Cells heads{"host", "action", "outcome", "took"};
        for (std::size_t i = 0; i < heads.size(); ++i) {
            for (const Row& row : rows_)
                widths_[i] = std::max(widths_[i], columns(row.cells[i]));
            if (widths_[i] > 0)  // a column in which nobody has anything is left out
                widths_[i] = std::clamp(widths_[i], heads[i].size(), widest_cell);
        }
        has_notes_ = std::any_of(
            rows_.begin(), rows_.end(), [](const Row& row) { return !row.notes.empty(); });
        line({heads, has_notes_ ? "notes" : "", true});
        for (const Row& row : rows_)
            line(row);
    }
    std::string take() { return std::move(out_); }

private:
    void line(const Row& row)
    {
        std::string head = row.is_good ? "    " : "  ! ";
        for (std::size_t i = 0; i < widths_.size(); ++i)
            if (widths_[i] > 0)
                head += pad(row.cells[i], widths_[i]) + std::string{gap};
        const std::size_t indent = columns(head);
        const std::size_t width =
            std::max(narrowest_notes, page_width - std::min(indent, page_width));
        for (const std::string& part : wrap(row.notes, width)) {
            head += part;
            head.erase(head.find_last_not_of(' ') + 1);
            out_ += head + '\n';
            head.assign(indent, ' ');
        }
    }

    std::vector<Row> rows_;
    std::array<std::size_t, 4> widths_{};
    bool has_notes_ = false;
    std::string out_;
};

}  // namespace

std::string host_summary(const data::Vector& rows)
{
    const std::vector<data::Map> maps = maps_of(rows);
    const std::size_t all = maps.size();
    const auto good = static_cast<std::size_t>(std::count_if(maps.begin(), maps.end(), is_good));
    if (good == all)
        return all == 1 ? "1 host is done." : fmt::format("All {} hosts are done.", all);
    if (good == 0)
        return all == 1 ? "1 host is not done." : fmt::format("None of {} hosts is done.", all);
    return fmt::format("{} of {} hosts {} done, {} {} not.",
                       good,
                       all,
                       good == 1 ? "is" : "are",
                       all - good,
                       all - good == 1 ? "is" : "are");
}

std::string host_table(const data::Vector& rows, const std::string& run)
{
    const std::vector<data::Map> maps = maps_of(rows);
    std::vector<Row> shown = shown_rows(maps);
    const std::size_t left_out = maps.size() - shown.size();
    std::string out = Table{std::move(shown)}.take();
    if (left_out > 0)
        out += fmt::format("    ({} more; `reops why {}` shows all)\n", left_out, run);
    return out;
}

}  // namespace reops::sinks
