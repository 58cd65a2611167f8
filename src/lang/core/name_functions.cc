// SPDX-License-Identifier: Apache-2.0
#include "data/print.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"
#include "lang/var.hh"

namespace reops::lang {

namespace {

Value run_name(Task&, Arguments arguments)
{
    if (arguments[0].is_string())
        return std::move(arguments[0]);
    return Value::string(need_name(arguments[0], "`name`"));
}

Value run_namespace(Task&, Arguments arguments)
{
    need_name(arguments[0], "`namespace`");
    if (arguments[0].is_string())
        fail_type("a keyword or symbol", arguments[0], "`namespace`");
    const std::string_view space = arguments[0].name_space();
    return space.empty() ? Value{} : Value::string(space);
}

std::string joined(Arguments arguments)
{
    const std::string local{need_string(arguments[1])};
    return arguments[0].is_nil() ? local : std::string{need_string(arguments[0])} + "/" + local;
}

Value run_keyword(Task&, Arguments arguments)
{
    if (arguments.size() == 2)
        return Value::outside_keyword(joined(arguments));
    if (arguments[0].is_keyword())
        return std::move(arguments[0]);
    if (arguments[0].is_symbol())
        return Value::outside_keyword(arguments[0].name());
    return arguments[0].is_string() ? Value::outside_keyword(arguments[0].as_string()) : Value{};
}

Value run_symbol(Task&, Arguments arguments)
{
    if (arguments.size() == 2)
        return Value::outside_symbol(joined(arguments));
    if (arguments[0].is_symbol())
        return std::move(arguments[0]);
    if (const auto* var = find<Var>(arguments[0]))
        return Value::outside_symbol(var->full_name());
    if (arguments[0].is_keyword())
        return Value::outside_symbol(arguments[0].name());
    if (!arguments[0].is_string())
        fail(errors::illegal_argument, "no conversion to symbol");
    return Value::outside_symbol(arguments[0].as_string());
}

Value run_gensym(Task& task, Arguments arguments)
{
    const std::string stem =
        arguments.empty() ? "G__" : std::string{need_name(arguments[0], "`gensym`")};
    return Value::outside_symbol(stem + std::to_string(task.interpreter().next_id()));
}

constexpr Builtin table[] = {
    {.name = "name",
     .args = "[x]",
     .doc = "The name of a keyword or symbol, without namespace.\n(name :a/b) ; => \"b\"",
     .since = "0.1",
     .run = run_name},
    {.name = "namespace",
     .args = "[x]",
     .doc = "The namespace of a keyword or symbol, or nil.\n(namespace :a/b) ; => \"a\"",
     .since = "0.1",
     .run = run_namespace},
    {.name = "keyword",
     .args = "[name] [ns name]",
     .doc = "A keyword.\n(keyword \"a\") ; => :a",
     .since = "0.1",
     .run = run_keyword},
    {.name = "symbol",
     .args = "[name] [ns name]",
     .doc = "A symbol.\n(symbol \"a\") ; => a",
     .since = "0.1",
     .run = run_symbol},
    {.name = "gensym",
     .args = "[] [prefix]",
     .doc = "A symbol that nobody else has.\n(gensym \"x\")",
     .since = "0.1",
     .run = run_gensym},
};

}  // namespace

std::span<const Builtin> name_builtins()
{
    return table;
}

}  // namespace reops::lang
