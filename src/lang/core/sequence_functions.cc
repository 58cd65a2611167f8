// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/reduced.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value run_seq(Task& task, Arguments arguments)
{
    return seq(task, arguments[0]);
}

Value run_first(Task& task, Arguments arguments)
{
    return first(task, arguments[0]);
}

Value run_rest(Task& task, Arguments arguments)
{
    return rest(task, arguments[0]);
}

Value run_next(Task& task, Arguments arguments)
{
    return next(task, arguments[0]);
}

Value run_cons(Task&, Arguments arguments)
{
    return cons(std::move(arguments[0]), std::move(arguments[1]));
}

Value concat_lazily(Value here, Value sources);

/// The elements of `here`, then those of the sources, which are themselves taken one by one.
Value concat_step(Task& task, Value here, Value sources)
{
    for (;;) {
        const Value left = seq(task, std::exchange(here, Value{}));
        if (!left.is_nil())
            return cons(first(task, left), concat_lazily(rest(task, left), std::move(sources)));
        sources = seq(task, sources);
        if (sources.is_nil())
            return {};
        task.poll();
        here = first(task, sources);
        sources = rest(task, sources);
    }
}

Value concat_lazily(Value here, Value sources)
{
    return make_lazy(
        [](Task& task, auto& own_here, auto& own_sources) -> Value {
            return concat_step(task, std::move(own_here), std::move(own_sources));
        },
        std::move(here),
        std::move(sources));
}

Value run_concat(Task&, Arguments arguments)
{
    return concat_lazily(Value{}, std::move(arguments[0]));
}

/// The body of a `lazy-seq`.
Value run_lazy(Task&, Arguments arguments)
{
    return make_lazy(
        [](Task& task, const auto& body) -> Value { return task.call(body, Arguments{}); },
        std::move(arguments[0]));
}

Value run_range(Task&, Arguments arguments)
{
    const auto at = [&](std::size_t i) { return need_integer(arguments[i], "`range`"); };
    switch (arguments.size()) {
        case 0:
            return make_range(0, std::nullopt, 1);
        case 1:
            return make_range(0, at(0), 1);
        case 2:
            return make_range(at(0), at(1), 1);
        default:
            return make_range(at(0), at(1), at(2));
    }
}

Value run_reduce(Task& task, Arguments arguments)
{
    const Value function = std::move(arguments[0]);
    Walk walk{task, std::move(arguments.back())};
    Value result;
    if (arguments.size() == 3)
        result = std::move(arguments[1]);
    else if (!walk.next(result))
        return task.call(function, Arguments{});
    for (Value element; walk.next(element);) {
        Value pair[] = {std::move(result), std::move(element)};
        result = task.call(function, Arguments{pair});
        if (const auto* reduced = find<Reduced>(result))
            return Value{reduced->value()};
    }
    return result;
}

Value run_reduced(Task&, Arguments arguments)
{
    return data::make_native<Reduced>(std::move(arguments[0]));
}

Value is_reduced(Task&, Arguments arguments)
{
    return Value::boolean(find<Reduced>(arguments[0]) != nullptr);
}

constexpr Builtin table[] = {
    {.name = "seq",
     .args = "[coll]",
     .doc = "A sequence of the elements; nil when there are none.\n(seq [1 2]) ; => (1 2)",
     .since = "0.1",
     .run = run_seq},
    {.name = "first",
     .args = "[coll]",
     .doc = "The first element, or nil.\n(first [1 2]) ; => 1",
     .since = "0.1",
     .run = run_first},
    {.name = "rest",
     .args = "[coll]",
     .doc = "All but the first element.\n(rest [1 2]) ; => (2)",
     .since = "0.1",
     .run = run_rest},
    {.name = "next",
     .args = "[coll]",
     .doc = "All but the first element; nil when nothing is left.\n(next [1]) ; => nil",
     .since = "0.1",
     .run = run_next},
    {.name = "cons",
     .args = "[x seq]",
     .doc = "A sequence that begins with x.\n(cons 1 [2 3]) ; => (1 2 3)",
     .since = "0.1",
     .run = run_cons},
    {.name = "concat*",
     .args = "[colls]",
     .doc = "The elements of the elements, lazily.\n(concat* [[1] [2 3]]) ; => (1 2 3)",
     .since = "0.1",
     .run = run_concat},
    {.name = "lazy-seq*",
     .args = "[body]",
     .doc = "A sequence that body computes when it is first needed; `lazy-seq` writes the "
            "function.\n(lazy-seq* (fn [] [1]))",
     .since = "0.1",
     .run = run_lazy},
    {.name = "range",
     .args = "[] [end] [start end] [start end step]",
     .doc = "Integers from start to end, lazily.\n(range 3) ; => (0 1 2)",
     .since = "0.1",
     .run = run_range},
    {.name = "reduce",
     .args = "[f coll] [f val coll]",
     .doc = "Combines the elements, two at a time.\n(reduce + [1 2 3]) ; => 6",
     .since = "0.1",
     .run = run_reduce},
    {.name = "reduced",
     .args = "[x]",
     .doc = "Makes reduce stop with x.\n(reduce (fn [a x] (reduced x)) 0 [7 8]) ; => 7",
     .since = "0.1",
     .run = run_reduced},
    {.name = "reduced?",
     .args = "[x]",
     .doc = "Did reduced make it?\n(reduced? 1) ; => false",
     .since = "0.1",
     .run = is_reduced},
};

}  // namespace

std::span<const Builtin> sequence_builtins()
{
    return table;
}

}  // namespace reops::lang
