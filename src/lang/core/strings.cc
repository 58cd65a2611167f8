// SPDX-License-Identifier: Apache-2.0
/// clojure.core's functions on strings and characters.
#include "data/print.hh"
#include "data/utf8.hh"
#include "lang/core/conversions.hh"
#include "lang/core/format.hh"
#include "lang/core/tables.hh"
#include "lang/core/utf8_text.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value subs(Task&, Arguments arguments)
{
    const std::string_view text = need_string(arguments[0], "`subs`");
    const bool plain = is_ascii(text);
    const auto size = static_cast<std::int64_t>(plain ? text.size() : count_characters(text));
    const std::int64_t begin = need_whole(arguments[1], "`subs` start");
    const std::int64_t end = arguments.size() > 2 ? need_whole(arguments[2], "`subs` end") : size;
    if (begin < 0 || end < begin || end > size)
        fail(errors::string_index_out_of_bounds,
             "begin " + std::to_string(begin) + ", end " + std::to_string(end) + ", length " +
                 std::to_string(size));
    const auto from = static_cast<std::size_t>(begin);
    const auto to = static_cast<std::size_t>(end);
    if (plain)
        return Value::string(text.substr(from, to - from));
    const std::size_t first = offset_of(text, from);
    return Value::string(text.substr(first, offset_of(text, to) - first));
}

Value to_char(Task&, Arguments arguments)
{
    if (arguments[0].is_character())
        return take(arguments[0]);
    const std::int64_t code = need_whole(arguments[0], "`char`");
    if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        fail(errors::illegal_argument,
             "`char` expected the code of a character but got " + std::to_string(code));
    return Value::character(static_cast<char32_t>(code));
}

Value format_of(Task& task, Arguments arguments)
{
    return Value::string(
        format_text(task, need_string(arguments[0], "`format`"), arguments.subspan(1)));
}
Value printf_of(Task& task, Arguments arguments)
{
    const std::string out =
        format_text(task, need_string(arguments[0], "`printf`"), arguments.subspan(1));
    task.interpreter().print(task, out);
    return {};
}

Value char_name(Task&, Arguments arguments)
{
    if (!arguments[0].is_character())
        fail_type("a character", arguments[0], "`char-name-string`");
    const std::string text = data::print(arguments[0]);
    const bool has_name =
        text.size() > 2 && text[1] != 'u' && static_cast<unsigned char>(text[1]) < 0x80;
    return has_name ? Value::string(std::string_view{text}.substr(1)) : Value{};
}
Value char_escape(Task&, Arguments arguments)
{
    if (!arguments[0].is_character())
        fail_type("a character", arguments[0], "`char-escape-string`");
    const std::string text = data::print(Value::string(data::display(arguments[0])));
    return text.size() > 3 && text[1] == '\\' ? Value::string(text.substr(1, 2)) : Value{};
}

constexpr Builtin table[] = {
    pure("subs",
         "[s start] [s start end]",
         "The characters from start to before end.\n(subs \"hello\" 1 3) ; => \"el\"",
         subs),
    pure("char", "[x]", "The character of a code.\n(char 97) ; => \\a", to_char),
    pure("format",
         "[fmt & args]",
         "Text by a format string, as Java has it.\n(format \"%d %s %.1f\" 1 \"a\" 2.5) ; => \"1 a "
         "2.5\"",
         format_of),
    pure("printf",
         "[fmt & args]",
         "Prints what format makes.\n(with-out-str (printf \"%d\" 1)) ; => \"1\"",
         printf_of),
    pure("char-name-string",
         "[c]",
         "The name of a character that has one.\n(char-name-string \\space) ; => \"space\"",
         char_name),
    pure("char-escape-string",
         "[c]",
         "How a string escapes a character, or nil.\n(char-escape-string \\newline) ; => \"\\\\n\"",
         char_escape),
};

}  // namespace

std::span<const Builtin> string_builtins()
{
    return table;
}

}  // namespace reops::lang
