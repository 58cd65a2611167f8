// SPDX-License-Identifier: Apache-2.0
/// The namespace clojure.string.
#include "data/list.hh"
#include "data/print.hh"
#include "data/utf8.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/core/utf8_text.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

#include <algorithm>

namespace reops::lang {

namespace {

/// Clojure's functions take anything that has a toString; nil has none.
std::string need_text(Task& task, const Value& value, std::string_view role)
{
    if (value.is_nil())
        fail_nil("a string", role);
    return to_text(task, value);
}

Value join(Task& task, Arguments arguments)
{
    const std::string separator = arguments.size() == 2 ? to_text(task, arguments[0]) : "";
    std::string out;
    Walk walk{task, take(arguments.back())};
    bool is_first = true;
    for (Value element; walk.next(element);) {
        if (!is_first)
            out += separator;
        is_first = false;
        if (element.is_string())
            out += element.as_string();
        else
            out += to_text(task, element);
    }
    return Value::string(out);
}

Value upper_case(Task& task, Arguments arguments)
{
    return Value::string(to_upper(need_text(task, arguments[0], "`upper-case`")));
}
Value lower_case(Task& task, Arguments arguments)
{
    return Value::string(to_lower(need_text(task, arguments[0], "`lower-case`")));
}
Value capitalize(Task& task, Arguments arguments)
{
    const std::string text = need_text(task, arguments[0], "`capitalize`");
    const std::size_t first = offset_of(text, std::min<std::size_t>(1, text.size()));
    return Value::string(to_upper(text.substr(0, first)) + to_lower(text.substr(first)));
}

/// What is left without the characters at the ends that `drop` names.
template <class Drop>
std::string_view trim_text(std::string_view text, bool left, bool right, Drop drop)
{
    std::size_t begin = 0;
    std::size_t end = 0;
    bool inside = false;
    std::size_t at = 0;
    for_each_character(text, [&](char32_t c, std::string_view bytes) {
        const bool dropped = drop(c);
        if (!inside && (!left || !dropped)) {
            begin = at;
            inside = true;
        }
        at += bytes.size();
        if (!right || !dropped)
            end = at;
    });
    if (!inside)
        return {};
    return text.substr(begin, std::max(begin, end) - begin);
}
Value trim_both(Task&, Arguments arguments)
{
    return Value::string(
        trim_text(need_string(arguments[0], "`trim`"), true, true, is_white_space));
}
Value trim_left(Task&, Arguments arguments)
{
    return Value::string(
        trim_text(need_string(arguments[0], "`triml`"), true, false, is_white_space));
}
Value trim_right(Task&, Arguments arguments)
{
    return Value::string(
        trim_text(need_string(arguments[0], "`trimr`"), false, true, is_white_space));
}
Value trim_newline(Task&, Arguments arguments)
{
    std::string_view text = need_string(arguments[0], "`trim-newline`");
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    return Value::string(text);
}

Value is_blank(Task&, Arguments arguments)
{
    if (arguments[0].is_nil())
        return to_value(true);
    bool blank = true;
    for_each_character(need_string(arguments[0], "`blank?`"),
                       [&](char32_t c, std::string_view) { blank = blank && is_white_space(c); });
    return to_value(blank);
}

Value includes(Task& task, Arguments arguments)
{
    const std::string text = need_text(task, arguments[0], "`includes?`");
    return to_value(text.find(need_string(arguments[1], "`includes?`")) != std::string::npos);
}
Value starts_with(Task& task, Arguments arguments)
{
    return to_value(need_text(task, arguments[0], "`starts-with?`")
                        .starts_with(need_string(arguments[1], "`starts-with?`")));
}
Value ends_with(Task& task, Arguments arguments)
{
    return to_value(need_text(task, arguments[0], "`ends-with?`")
                        .ends_with(need_string(arguments[1], "`ends-with?`")));
}

Value index_of(Task& task, Arguments arguments)
{
    const std::string text = need_text(task, arguments[0], "`index-of`");
    const std::string wanted = need_text(task, arguments[1], "`index-of`");
    std::size_t from = 0;
    if (arguments.size() > 2) {
        const std::int64_t index = need_whole(arguments[2], "`index-of`");
        if (index > static_cast<std::int64_t>(text.size()))
            return {};
        from = offset_of(text, static_cast<std::size_t>(std::max<std::int64_t>(index, 0)));
    }
    const std::size_t found = text.find(wanted, from);
    return found == std::string::npos
               ? Value{}
               : Value::integer(static_cast<std::int64_t>(index_of_offset(text, found)));
}
Value last_index_of(Task& task, Arguments arguments)
{
    const std::string text = need_text(task, arguments[0], "`last-index-of`");
    const std::string wanted = need_text(task, arguments[1], "`last-index-of`");
    std::size_t from = std::string::npos;
    if (arguments.size() > 2) {
        const std::int64_t index = need_whole(arguments[2], "`last-index-of`");
        if (index < 0)
            return {};
        from = offset_of(text, static_cast<std::size_t>(index));
    }
    const std::size_t found = text.rfind(wanted, from);
    return found == std::string::npos
               ? Value{}
               : Value::integer(static_cast<std::int64_t>(index_of_offset(text, found)));
}

Value reverse_text(Task&, Arguments arguments)
{
    std::string out;
    const std::string_view text = need_string(arguments[0], "`reverse`");
    out.resize(text.size());
    std::size_t at = text.size();
    for_each_character(text, [&](char32_t, std::string_view bytes) {
        at -= bytes.size();
        out.replace(at, bytes.size(), bytes);
    });
    return Value::string(out);
}

Value escape(Task& task, Arguments arguments)
{
    std::string out;
    for_each_character(need_string(arguments[0], "`escape`"),
                       [&](char32_t c, std::string_view bytes) {
                           const Value replaced = task.call(arguments[1], Value::character(c));
                           if (replaced.is_nil())
                               out += bytes;
                           else
                               out += to_text(task, replaced);
                       });
    return Value::string(out);
}

Value quote_replacement(Task&, Arguments arguments)
{
    std::string out;
    for (const char c : need_string(arguments[0], "`re-quote-replacement`")) {
        if (c == '$' || c == '\\')
            out += '\\';
        out += c;
    }
    return Value::string(out);
}

Value split_lines(Task& task, Arguments arguments)
{
    std::string_view text = need_string(arguments[0], "`split-lines`");
    if (text.empty())
        return data::make_vector({Value::string("")});
    data::VectorBuilder lines;
    std::size_t pending = 0;  // empty lines, which count only when another one follows
    while (!text.empty()) {
        task.poll();
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        if (line.ends_with('\r') && end != std::string_view::npos)
            line.remove_suffix(1);
        if (line.empty()) {
            ++pending;
            continue;
        }
        for (; pending > 0; --pending)
            lines.push_back(Value::string(""));
        lines.push_back(Value::string(line));
    }
    return lines.finish();
}

constexpr Builtin table[] = {
    pure("join",
         "[coll] [separator coll]",
         "The elements as one string, with a separator between them.\n(clojure.string/join \", \" "
         "[1 2]) ; => \"1, 2\"",
         join),
    pure("upper-case",
         "[s]",
         "All letters large.\n(clojure.string/upper-case \"abc\") ; => \"ABC\"",
         upper_case),
    pure("lower-case",
         "[s]",
         "All letters small.\n(clojure.string/lower-case \"ABC\") ; => \"abc\"",
         lower_case),
    pure("capitalize",
         "[s]",
         "The first letter large, the others small.\n(clojure.string/capitalize \"foo\") ; => "
         "\"Foo\"",
         capitalize),
    pure("trim",
         "[s]",
         "Without white space at both ends.\n(clojure.string/trim \" a \") ; => \"a\"",
         trim_both),
    pure("triml",
         "[s]",
         "Without white space at the left end.\n(clojure.string/triml \" a\") ; => \"a\"",
         trim_left),
    pure("trimr",
         "[s]",
         "Without white space at the right end.\n(clojure.string/trimr \"a \") ; => \"a\"",
         trim_right),
    pure("trim-newline",
         "[s]",
         "Without line ends at the end.\n(clojure.string/trim-newline \"a\\n\") ; => \"a\"",
         trim_newline),
    pure("blank?",
         "[s]",
         "Is it nil, empty or white space?\n(clojure.string/blank? \" \") ; => true",
         is_blank),
    pure("includes?",
         "[s substr]",
         "Is the one inside the other?\n(clojure.string/includes? \"abc\" \"b\") ; => true",
         includes),
    pure("starts-with?",
         "[s substr]",
         "Does it begin so?\n(clojure.string/starts-with? \"abc\" \"a\") ; => true",
         starts_with),
    pure("ends-with?",
         "[s substr]",
         "Does it end so?\n(clojure.string/ends-with? \"abc\" \"c\") ; => true",
         ends_with),
    pure("index-of",
         "[s value] [s value from-index]",
         "Where it is first found, or nil.\n(clojure.string/index-of \"abc\" \"b\") ; => 1",
         index_of),
    pure("last-index-of",
         "[s value] [s value from-index]",
         "Where it is last found, or nil.\n(clojure.string/last-index-of \"abcb\" \"b\") ; => 3",
         last_index_of),
    pure(
        "reverse",
        "[s]",
        "The characters from the last to the first.\n(clojure.string/reverse \"abc\") ; => \"cba\"",
        reverse_text),
    pure("escape",
         "[s cmap]",
         "With each character replaced by what the map gives for it.\n(clojure.string/escape "
         "\"a<\" {\\< \"&lt;\"}) ; => \"a&lt;\"",
         escape),
    pure("re-quote-replacement",
         "[replacement]",
         "A replacement in which `$` and `\\\\` stand for "
         "themselves.\n(clojure.string/re-quote-replacement \"$1\") ; => \"\\\\$1\"",
         quote_replacement),
    pure("split-lines",
         "[s]",
         "The lines of a text.\n(clojure.string/split-lines \"a\\nb\") ; => [\"a\" \"b\"]",
         split_lines),
};

}  // namespace

std::span<const Builtin> clojure_string_builtins()
{
    return table;
}

}  // namespace reops::lang
