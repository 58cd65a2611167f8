// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"

namespace reops::lang {

namespace {

Var& need_var(const Value& value, std::string_view role)
{
    return const_cast<Var&>(need<Var>(value, "a var", role));
}

/// `(with-bindings* {#'*x* 1} f)`.
Value run_with_bindings(Task& task, Arguments arguments)
{
    data::Map bindings = task.bindings();
    for (const auto& [key, value] : need_map(arguments[0], "`binding`")) {
        const Var& var = need_var(key, "`binding`");
        if (!var.is_dynamic())
            fail(errors::illegal_state,
                 "Can't dynamically bind non-dynamic var: " + var.full_name(),
                 "(def ^:dynamic " + std::string{var.name().name()} + " ...) makes it dynamic");
        bindings = std::move(bindings).assoc(key, value);
    }
    const data::Map before = task.bindings();
    task.set_bindings(std::move(bindings));
    Value result;
    try {
        result = task.apply(arguments[1],
                            {std::make_move_iterator(arguments.begin() + 2),
                             std::make_move_iterator(arguments.end())},
                            Value{});
    } catch (...) {  // thrown on: only the bindings are put back
        task.set_bindings(before);
        throw;
    }
    task.set_bindings(before);
    return result;
}

Value run_get_bindings(Task& task, Arguments)
{
    return task.bindings();
}

Value run_is_var(Task&, Arguments arguments)
{
    return Value::boolean(find<Var>(arguments[0]) != nullptr);
}

Value run_var_get(Task& task, Arguments arguments)
{
    return need_var(arguments[0], "`var-get`").get(task);
}

Value run_alter_root(Task& task, Arguments arguments)
{
    Var& var = need_var(arguments[0], "`alter-var-root`");
    if (var.is_lazy())
        static_cast<void>(var.get(task));
    return var.alter_root([&](const Value& now) {
        std::vector<Value> values{now};
        values.insert(values.end(), arguments.begin() + 2, arguments.end());
        return task.call(arguments[1], Arguments{values});
    });
}

Value run_set_root(Task&, Arguments arguments)
{
    need_var(arguments[0], "with-redefs").set_root(std::move(arguments[1]));
    return {};
}

Value run_is_bound(Task& task, Arguments arguments)
{
    for (const Value& argument : arguments)
        if (!need_var(argument, "`bound?`").is_bound() && !task.bindings().contains(argument))
            return Value::boolean(false);
    return Value::boolean(true);
}

Value run_is_thread_bound(Task& task, Arguments arguments)
{
    for (const Value& argument : arguments)
        if (!task.bindings().contains(argument))
            return Value::boolean(false);
    return Value::boolean(true);
}

Value run_meta(Task&, Arguments arguments)
{
    if (const auto* var = find<Var>(arguments[0]))
        return var->metadata();
    if (const auto* space = find<Namespace>(arguments[0]))
        return space->metadata();
    return arguments[0].meta();
}

Value run_reset_meta(Task&, Arguments arguments)
{
    need_map(arguments[1], "`reset-meta!`");
    if (const auto* space = find<Namespace>(arguments[0]))
        const_cast<Namespace*>(space)->set_metadata(arguments[1]);
    else
        need_var(arguments[0], "`reset-meta!`").set_metadata(arguments[1]);
    return std::move(arguments[1]);
}

constexpr Builtin table[] = {
    {.name = "with-bindings*",
     .args = "[binding-map f & args]",
     .doc = "Calls f with vars bound for this thread; `binding` writes the map.\n"
            "(with-bindings* {#'*print-length* 3} pr-str [1 2])",
     .since = "0.1",
     .run = run_with_bindings},
    {.name = "get-thread-bindings",
     .args = "[]",
     .doc = "The vars bound for this thread.\n(get-thread-bindings)",
     .since = "0.1",
     .run = run_get_bindings},
    {.name = "var?",
     .args = "[v]",
     .doc = "Is it a var?\n(var? #'map) ; => true",
     .since = "0.1",
     .run = run_is_var},
    {.name = "var-get",
     .args = "[x]",
     .doc = "The value of a var.\n(var-get #'map)",
     .since = "0.1",
     .run = run_var_get},
    {.name = "alter-var-root",
     .args = "[v f & args]",
     .doc = "Changes the root of a var by a function.\n(alter-var-root #'x inc)",
     .since = "0.1",
     .run = run_alter_root},
    {.name = "set-root*",
     .args = "[v value]",
     .doc = "Sets the root of a var: what with-redefs uses.\n(set-root* #'x 1)",
     .since = "0.1",
     .run = run_set_root},
    {.name = "bound?",
     .args = "[& vars]",
     .doc = "Have all a value?\n(bound? #'map) ; => true",
     .since = "0.1",
     .run = run_is_bound},
    {.name = "thread-bound?",
     .args = "[& vars]",
     .doc = "Are all bound for this thread?\n(thread-bound? #'*out*)",
     .since = "0.1",
     .run = run_is_thread_bound},
    {.name = "meta",
     .args = "[obj]",
     .doc = "The metadata of a value, or nil.\n(meta ^:a []) ; => {:a true}",
     .since = "0.1",
     .run = run_meta},
    {.name = "reset-meta!",
     .args = "[ref map]",
     .doc = "Sets the metadata of a var or namespace.\n(reset-meta! #'x {:doc \"an x\"})",
     .since = "0.1",
     .run = run_reset_meta},
};

}  // namespace

std::span<const Builtin> var_builtins()
{
    return table;
}

}  // namespace reops::lang
