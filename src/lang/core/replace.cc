// SPDX-License-Identifier: Apache-2.0
/// clojure.string's functions that work with patterns: split, replace.
#include "data/print.hh"
#include "data/vector.hh"
#include "lang/core/conversions.hh"
#include "lang/core/regex.hh"
#include "lang/core/tables.hh"
#include "lang/core/utf8_text.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <string>
#include <vector>

namespace reops::lang {

namespace {

/// Java's: empty parts at the end are dropped when there is no limit, and an empty match at the
/// very front gives no part.
std::vector<std::string_view> split_text(Task& task,
                                         std::string_view text,
                                         const Pattern& pattern,
                                         std::int64_t limit)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    bool any = false;
    for_each_match(task, pattern, text, [&](const Match& match) {
        if (limit > 0 && static_cast<std::int64_t>(parts.size()) == limit - 1)
            return false;
        if (match.end() == 0 || (match.begin() == match.end() && match.begin() == text.size()))
            return true;
        any = true;
        parts.push_back(text.substr(begin, match.begin() - begin));
        begin = match.end();
        return true;
    });
    if (!any)
        return {text};
    parts.push_back(text.substr(begin));
    if (limit == 0)
        while (!parts.empty() && parts.back().empty())
            parts.pop_back();
    return parts;
}

Value split(Task& task, Arguments arguments)
{
    const std::string_view text = need_string(arguments[0], "`split`");
    Value keeper;
    const Pattern& pattern = need_pattern(arguments[1], keeper, "`split`");
    const std::int64_t limit = arguments.size() > 2 ? need_whole(arguments[2], "`split` limit") : 0;
    data::VectorBuilder parts;
    for (const std::string_view part : split_text(task, text, pattern, limit))
        parts.push_back(Value::string(part));
    return parts.finish();
}

/// Appends a replacement in which `$1`, `${name}` stand for groups and `\` takes away meaning.
void append_expanded(std::string& out,
                     std::string_view replacement,
                     const Pattern& pattern,
                     const Match& match,
                     std::string_view text)
{
    const auto append_group = [&](std::size_t index) {
        if (index >= match.groups.size())
            fail(errors::index_out_of_bounds, "No group " + std::to_string(index));
        if (match.groups[index])
            out += text.substr(match.groups[index]->begin,
                               match.groups[index]->end - match.groups[index]->begin);
    };
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const char c = replacement[i];
        if (c == '\\' && i + 1 < replacement.size()) {
            out += replacement[++i];
            continue;
        }
        if (c != '$') {
            out += c;
            continue;
        }
        const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
        if (next >= '0' && next <= '9') {
            std::size_t index = static_cast<std::size_t>(next - '0');
            ++i;
            while (i + 1 < replacement.size() && replacement[i + 1] >= '0' &&
                   replacement[i + 1] <= '9' &&
                   index * 10 + static_cast<std::size_t>(replacement[i + 1] - '0') <
                       match.groups.size())
                index = index * 10 + static_cast<std::size_t>(replacement[++i] - '0');
            append_group(index);
            continue;
        }
        const std::size_t close = replacement.find('}', i);
        if (next != '{' || close == std::string_view::npos)
            fail(errors::illegal_argument,
                 "Illegal group reference: `$` without a number in " +
                     data::print(Value::string(replacement)),
                 "write \\\\$ for the character itself");
        const auto index =
            pattern.group_named(std::string{replacement.substr(i + 2, close - i - 2)});
        if (!index)
            fail(errors::illegal_argument, "No group with that name in " + pattern.print());
        append_group(*index);
        i = close;
    }
}

std::string replace_pattern(Task& task,
                            std::string_view text,
                            const Pattern& pattern,
                            const Value& replacement,
                            bool only_first)
{
    std::string out;
    std::size_t done = 0;
    for_each_match(task, pattern, text, [&](const Match& match) {
        out += text.substr(done, match.begin() - done);
        if (replacement.is_string()) {
            append_expanded(out, replacement.as_string(), pattern, match, text);
        } else {
            const Value given = task.call(replacement, match.to_value(text));
            out += need_string(given, "the replacement function's answer");
        }
        done = match.end();
        return !only_first;
    });
    return out += text.substr(done);
}

std::string replace_text(std::string_view text,
                         std::string_view wanted,
                         std::string_view by,
                         bool only_first)
{
    std::string out;
    if (wanted.empty()) {
        for_each_character(text, [&](char32_t, std::string_view bytes) {
            if (!only_first || out.empty())
                out += by;
            out += bytes;
        });
        return only_first && !text.empty() ? out : out += by;
    }
    std::size_t done = 0;
    for (std::size_t at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, done)) {
        out += text.substr(done, at - done);
        out += by;
        done = at + wanted.size();
        if (only_first)
            break;
    }
    return out += text.substr(done);
}

Value replace_with(Task& task, Arguments arguments, bool only_first, std::string_view role)
{
    if (arguments[0].is_nil())
        fail_nil("a string", role);
    const std::string text = to_text(task, arguments[0]);
    if (arguments[1].is_string() || arguments[1].is_character()) {
        if (arguments[2].kind() != arguments[1].kind())
            fail_type(data::describe(arguments[1].kind()), arguments[2], role);
        return Value::string(replace_text(
            text, to_text(task, arguments[1]), to_text(task, arguments[2]), only_first));
    }
    Value keeper;
    const Pattern& pattern = need_pattern(arguments[1], keeper, role);
    return Value::string(replace_pattern(task, text, pattern, arguments[2], only_first));
}
Value replace(Task& task, Arguments arguments)
{
    return replace_with(task, arguments, false, "`replace`");
}
Value replace_first(Task& task, Arguments arguments)
{
    return replace_with(task, arguments, true, "`replace-first`");
}

constexpr Builtin table[] = {
    pure("split",
         "[s re] [s re limit]",
         "The parts between matches.\n(clojure.string/split \"a,b\" #\",\") ; => [\"a\" \"b\"]",
         split),
    pure("replace",
         "[s match replacement]",
         "With all matches replaced: a string by a string, a pattern by a string with $1 or by a "
         "function.\n(clojure.string/replace \"aba\" \"a\" \"x\") ; => \"xbx\"",
         replace),
    pure("replace-first",
         "[s match replacement]",
         "With the first match replaced.\n(clojure.string/replace-first \"aba\" \"a\" \"x\") ; => "
         "\"xba\"",
         replace_first),
};

}  // namespace

std::span<const Builtin> replace_builtins()
{
    return table;
}

}  // namespace reops::lang
