// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/printer.hh"
#include "lang/task.hh"
#include "lang/var.hh"
#include "lang/writer.hh"

namespace reops::lang {

namespace {

Value run_str(Task& task, Arguments arguments)
{
    if (arguments.size() == 1 && arguments[0].is_string())
        return std::move(arguments[0]);
    std::string out;
    for (const Value& argument : arguments) {
        task.poll();
        out += display_value(task, argument);
    }
    return Value::string(out);
}

std::string joined(Task& task, Arguments arguments, bool readably)
{
    std::string out;
    for (const Value& argument : arguments) {
        if (&argument != arguments.data())
            out += ' ';
        out += print_value(task, argument, readably);
    }
    return out;
}

Value run_pr_str(Task& task, Arguments arguments)
{
    return Value::string(joined(task, arguments, true));
}

template <bool readably, bool ends_line>
Value run_print(Task& task, Arguments arguments)
{
    std::string out = joined(task, arguments, readably);
    if (ends_line)
        out += '\n';
    task.interpreter().print(task, out);
    return {};
}

/// The body of with-out-str.
Value run_with_out_str(Task& task, Arguments arguments)
{
    auto* writer = new TextWriter;
    const Value held = Value::native(writer);
    const data::Map before = task.bindings();
    task.set_bindings(before.assoc(value_of(task.interpreter().out_var()), held));
    try {
        task.call(arguments[0], Arguments{});
    } catch (...) {  // thrown on: only the binding is put back
        task.set_bindings(before);
        throw;
    }
    task.set_bindings(before);
    return Value::string(writer->text());
}

Value run_flush(Task& task, Arguments)
{
    const Value target = task.interpreter().out_var().get(task);
    if (const auto* writer = find<Writer>(target))
        writer->flush();
    return {};
}

constexpr Builtin table[] = {
    {.name = "str",
     .args = "[] [x] [x & ys]",
     .doc = "The text of the values, one after the other; nil is empty.\n(str \"a\" 1) ; => "
            "\"a1\"",
     .since = "0.1",
     .run = run_str},
    {.name = "pr-str",
     .args = "[& xs]",
     .doc = "The values as the reader reads them.\n(pr-str \"a\") ; => \"\\\"a\\\"\"",
     .since = "0.1",
     .run = run_pr_str},
    {.name = "pr",
     .args = "[& more]",
     .doc = "Prints values as the reader reads them.\n(pr \"a\") ; prints \"a\"",
     .since = "0.1",
     .run = run_print<true, false>},
    {.name = "prn",
     .args = "[& more]",
     .doc = "pr, then a new line.\n(prn \"a\")",
     .since = "0.1",
     .run = run_print<true, true>},
    {.name = "print",
     .args = "[& more]",
     .doc = "Prints values for people.\n(print \"a\") ; prints a",
     .since = "0.1",
     .run = run_print<false, false>},
    {.name = "println",
     .args = "[& more]",
     .doc = "print, then a new line.\n(println \"a\")",
     .since = "0.1",
     .run = run_print<false, true>},
    {.name = "flush",
     .args = "[]",
     .doc = "Writes what waits in *out*.\n(flush)",
     .since = "0.1",
     .run = run_flush},
    {.name = "with-out-str*",
     .args = "[f]",
     .doc = "What f prints, as a string; `with-out-str` writes the function.\n"
            "(with-out-str* (fn [] (print 1))) ; => \"1\"",
     .since = "0.1",
     .run = run_with_out_str},
};

}  // namespace

std::span<const Builtin> text_builtins()
{
    return table;
}

}  // namespace reops::lang
