// SPDX-License-Identifier: Apache-2.0
#include "operations/verbs/reading.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "operations/printable.hh"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

constexpr std::string_view blanks = " \t\r";
constexpr std::size_t most_shown = 120;

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::vector<std::string_view>> blocks_of(std::string_view text)
{
    std::vector<std::vector<std::string_view>> blocks(1);
    for (const std::string_view line : lines_of(text)) {
        if (line.empty())
            blocks.emplace_back();
        else
            blocks.back().push_back(line);
    }
    return blocks;
}

std::vector<std::string_view> fields_of(std::string_view line, std::size_t most)
{
    std::vector<std::string_view> fields;
    while (true) {
        line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
        if (line.empty())
            return fields;
        if (fields.size() + 1 == most) {
            fields.push_back(trimmed(line));
            return fields;
        }
        const std::size_t end = std::min(line.find_first_of(blanks), line.size());
        fields.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

std::vector<std::string_view> cells_of(std::string_view line, char separator)
{
    std::vector<std::string_view> cells;
    for (std::size_t end = line.find(separator); end != std::string_view::npos;
         end = line.find(separator)) {
        cells.push_back(line.substr(0, end));
        line.remove_prefix(end + 1);
    }
    cells.push_back(line);
    return cells;
}

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    const std::size_t last = text.find_last_not_of(blanks);
    return last == std::string_view::npos ? std::string_view{} : text.substr(0, last + 1);
}

std::optional<std::int64_t> to_whole(std::string_view text)
{
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || after != end || number < 0)
        return std::nullopt;
    return number;
}

std::optional<double> to_real(std::string_view text)
{
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [after, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || after != end || !std::isfinite(number))
        return std::nullopt;
    return number;
}

Value tenths(double value)
{
    return Value::real(std::round(value * 10) / 10);
}

Value percent(double part, double whole)
{
    return tenths(whole > 0 ? 100 * part / whole : 0);
}

Value bytes(std::int64_t count, std::int64_t unit)
{
    return Value::integer(count > INT64_MAX / unit ? INT64_MAX : count * unit);
}

Value text(std::string_view said)
{
    return Value::string(printable(said));
}

Value row(std::initializer_list<std::pair<std::string_view, Value>> cells)
{
    data::MapBuilder map;
    for (const auto& [name, value] : cells)
        map.set(Value::keyword(name), value);
    return map.finish();
}

Failure not_understood(std::string_view verb, std::string_view expected, std::string_view found)
{
    return {Code::corrupt,
            fmt::format("`{}` expected {} but the host said {}",
                        verb,
                        expected,
                        data::print(text(found.substr(0, most_shown))))};
}

}  // namespace reops::operations
