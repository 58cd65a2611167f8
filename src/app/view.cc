// SPDX-License-Identifier: Apache-2.0
#include "app/view.hh"

#include "app/zone.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"

#include <array>
#include <iostream>

#include <fmt/format.h>
#include <unistd.h>

namespace reops::app {

View View::at(std::string_view key) const
{
    return View{value_.is_map() ? value_.as_map().get(key) : data::Value{}};
}

std::string View::word() const
{
    return plain(data::display(value_));
}

std::vector<View> View::list(std::string_view key) const
{
    std::vector<View> out;
    const data::Value found = at(key).value_;
    if (found.is_vector())
        for (const data::Value& each : found.as_vector())
            out.emplace_back(each);
    return out;
}

std::string View::joined(std::string_view key, std::string_view between) const
{
    std::string out;
    for (const View& each : list(key)) {
        if (!out.empty())
            out += between;
        out += each.word();
    }
    return out;
}

std::optional<Time> View::time(std::string_view key) const
{
    const data::Value found = at(key).value_;
    if (!found.is_string())
        return std::nullopt;
    const auto time = parse_iso(found.as_string());
    return time.ok() ? std::optional<Time>{*time} : std::nullopt;
}

Times::Times(const Call& call, const View& answer)
    : now_(answer.time("now").value_or(call.clock.wall()))
{
    // Without a readable configuration the machine's zone has to do; the command itself has
    // complained already if it needed the file.
    if (const auto config = load_config(call.global.config, call.surroundings); config.ok())
        zone_ = config->zone;
}

Duration Times::offset(Time time) const
{
    const auto offset = utc_offset(zone_, time);
    return offset.ok() ? *offset : Duration{};
}

std::string Times::moment(std::optional<Time> time) const
{
    static constexpr std::array<std::string_view, 12> months = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (!time)
        return {};
    const std::string local = to_iso(*time + offset(*time));
    const std::string today = to_iso(now_ + offset(now_)).substr(0, 10);
    std::string clock = local.substr(11, 8);
    if (local.substr(0, 10) == today)
        return clock;
    const std::size_t month = (static_cast<std::size_t>(local[5] - '0') * 10) +
                              static_cast<std::size_t>(local[6] - '0') - 1;
    std::string day = fmt::format("{} {} {}", months.at(month), local.substr(8, 2), clock);
    return local.substr(0, 4) == today.substr(0, 4) ? day : local.substr(0, 4) + " " + day;
}

std::string Times::ago(std::optional<Time> time) const
{
    return time ? show_span(now_ - *time) : std::string{};
}

bool agrees(const Call& call, std::string_view question)
{
    if (call.has("--yes"))
        return true;
    if (::isatty(STDIN_FILENO) == 0)
        return false;
    call.screen.out << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "yes";
}

int show_text(const Call& call, const data::Value& answer)
{
    call.screen.out << View{answer}.word("text") << "\n";
    return exit_status::done;
}

std::string show_span(Duration span)
{
    const double exact = static_cast<double>(span.count()) / 1e6;
    const auto whole = span.count() / 1'000'000;
    if (span == Duration{})
        return "0 s";
    if (exact < 59.95)
        return fmt::format("{:.1f} s", exact);
    if (whole < 3600)
        return whole % 60 == 0 ? fmt::format("{} m", whole / 60)
                               : fmt::format("{} m {} s", whole / 60, whole % 60);
    if (whole < 86'400)
        return fmt::format("{} h {} m", whole / 3600, whole / 60 % 60);
    return fmt::format("{} d {} h", whole / 86'400, whole / 3600 % 24);
}

std::string show_span(const std::string& exact)
{
    const auto span = parse_duration(exact);
    return span.ok() ? show_span(*span) : exact;
}

}  // namespace reops::app
