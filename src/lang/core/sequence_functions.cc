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

constexpr Builtin table[] = {
    {.name = "concat*",
     .args = "[colls]",
     .doc = "The elements of the elements, lazily.\n(concat* [[1] [2 3]]) ; => (1 2 3)",
     .since = "0.1",
     .run = run_concat},
};

}  // namespace

std::span<const Builtin> sequence_builtins()
{
    return table;
}

}  // namespace reops::lang
