// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/arguments.hh"
#include "lang/closure.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/load.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value run_identity(Task&, Arguments arguments)
{
    return std::move(arguments[0]);
}

Value run_eval(Task& task, Arguments arguments)
{
    return task.interpreter().eval_form(task, arguments[0]);
}

Value run_read_string(Task& task, Arguments arguments)
{
    return read_code(task, need_string(arguments.back(), "`read-string`"));
}

Value run_load_string(Task& task, Arguments arguments)
{
    return task.interpreter().load(
        task, need_string(arguments[0], "`load-string`"), "NO_SOURCE_PATH");
}

Value run_macroexpand_1(Task& task, Arguments arguments)
{
    Analyzer analyzer{task, nullptr, 0};
    return analyzer.macroexpand_1(arguments[0]);
}

Value run_macroexpand(Task& task, Arguments arguments)
{
    Analyzer analyzer{task, nullptr, 0};
    Value form = std::move(arguments[0]);
    for (;;) {
        task.poll();
        Value next = analyzer.macroexpand_1(form);
        if (next.kind() == form.kind() && next.raw().payload == form.raw().payload)
            return form;
        form = std::move(next);
    }
}

/// How many arguments a function takes: [least most variadic?].
Value run_arity(Task&, Arguments arguments)
{
    if (!is_callable_object(arguments[0]))
        return {};
    const Arity arity = static_cast<const Callable&>(arguments[0].as_native()).arity();
    return data::make_vector({Value::integer(static_cast<std::int64_t>(arity.least)),
                              Value::integer(static_cast<std::int64_t>(arity.most)),
                              Value::boolean(arity.is_variadic)});
}

constexpr Builtin table[] = {
    {.name = "identity",
     .args = "[x]",
     .doc = "x itself.\n(identity 1) ; => 1",
     .since = "0.1",
     .run = run_identity},
    {.name = "eval",
     .args = "[form]",
     .doc = "Evaluates a form.\n(eval '(+ 1 2)) ; => 3",
     .since = "0.1",
     .run = run_eval},
    {.name = "read-string",
     .args = "[s] [opts s]",
     .doc = "Reads the first form of a text.\n(read-string \"(+ 1 2)\") ; => (+ 1 2)",
     .since = "0.1",
     .run = run_read_string},
    {.name = "load-string",
     .args = "[s]",
     .doc = "Evaluates the forms of a text.\n(load-string \"1 2\") ; => 2",
     .since = "0.1",
     .run = run_load_string},
    {.name = "macroexpand-1",
     .args = "[form]",
     .doc = "What a macro call stands for, one step.\n(macroexpand-1 '(when a b))",
     .since = "0.1",
     .run = run_macroexpand_1},
    {.name = "macroexpand",
     .args = "[form]",
     .doc = "What a macro call stands for, until it is none.\n(macroexpand '(when a b))",
     .since = "0.1",
     .run = run_macroexpand},
    {.name = "arity*",
     .args = "[f]",
     .doc = "What a function takes: least, most, and whether more.\n(arity* inc) ; => [1 1 "
            "false]",
     .since = "0.1",
     .run = run_arity},
};

}  // namespace

std::span<const Builtin> function_builtins()
{
    return table;
}

}  // namespace reops::lang
