// SPDX-License-Identifier: Apache-2.0
/// Reductions, and what is built on them.
#include "lang/core/reduce.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/reduced.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

namespace reops::lang {

/// What `eduction` makes reduces itself through its transducer.
Value reduce(Task& task, const Value& function, Value start, Value collection)
{
    Walk walk{task, std::move(collection)};
    for (Value element; walk.next(element);) {
        start = task.call(function, std::move(start), std::move(element));
        if (take_reduced(start))
            return start;
    }
    return start;
}

namespace {

Value reduce_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 3)
        return reduce(task, arguments[0], take(arguments[1]), take(arguments[2]));
    Walk walk{task, take(arguments[1])};
    Value result;
    if (!walk.next(result))
        return task.call(arguments[0]);
    for (Value element; walk.next(element);) {
        result = task.call(arguments[0], std::move(result), std::move(element));
        if (take_reduced(result))
            return result;
    }
    return result;
}

Value reduce_kv(Task& task, Arguments arguments)
{
    Value result = take(arguments[1]);
    const Value source = take(arguments[2]);
    if (source.is_vector()) {
        std::int64_t index = 0;
        for (const Value& element : source.as_vector()) {
            task.poll();
            result = task.call(arguments[0], std::move(result), Value::integer(index++), element);
            if (take_reduced(result))
                break;
        }
        return result;
    }
    if (source.is_map()) {
        for (const auto& [key, value] : source.as_map()) {
            task.poll();
            result = task.call(arguments[0], std::move(result), key, value);
            if (take_reduced(result))
                break;
        }
        return result;
    }
    Walk walk{task, source};
    for (Value entry; walk.next(entry);) {
        result =
            task.call(arguments[0], std::move(result), nth(task, entry, 0), nth(task, entry, 1));
        if (take_reduced(result))
            break;
    }
    return result;
}

Value reductions(Value function, Value now, Value source)
{
    if (take_reduced(now))
        return data::make_list({now});
    return cons(
        now,
        make_lazy(
            [](Task& task, const auto& own_function, const auto& own_now, const auto& own_source)
                -> Value {
                const Value sequence = seq(task, own_source);
                if (sequence.is_nil())
                    return {};
                Value then = task.call(own_function, own_now, first(task, sequence));
                return reductions(own_function, std::move(then), rest(task, sequence));
            },
            std::move(function),
            now,
            std::move(source)));
}
Value reductions_of(Task&, Arguments arguments)
{
    if (arguments.size() == 3)
        return reductions(take(arguments[0]), take(arguments[1]), take(arguments[2]));
    return make_lazy(
        [](Task& task, const auto& function, const auto& source) -> Value {
            const Value sequence = seq(task, source);
            if (sequence.is_nil())
                return data::make_list({task.call(function)});
            return reductions(function, first(task, sequence), rest(task, sequence));
        },
        take(arguments[0]),
        take(arguments[1]));
}

Value transduce(Task& task, Arguments arguments)
{
    const bool has_start = arguments.size() == 4;
    const Value& function = arguments[1];
    const Value step = task.call(arguments[0], function);
    Value start = has_start ? take(arguments[2]) : task.call(function);
    Value result = reduce(task, step, std::move(start), take(arguments[has_start ? 3 : 2]));
    return task.call(step, std::move(result));
}

Value into_of(Task& task, Arguments arguments)
{
    if (arguments.empty())
        return data::Vector{};
    if (arguments.size() == 1)
        return take(arguments[0]);
    if (arguments.size() == 2)
        return into(task, take(arguments[0]), take(arguments[1]));
    const Value conj = task.interpreter().core_var("conj").get(task);
    const Value step = task.call(arguments[1], conj);
    Value result = reduce(task, step, take(arguments[0]), take(arguments[2]));
    return task.call(step, std::move(result));
}

Value make_reduced(Task&, Arguments arguments)
{
    return data::make_native<Reduced>(take(arguments[0]));
}
Value is_reduced(Task&, Arguments arguments)
{
    return to_value(find<Reduced>(arguments[0]) != nullptr);
}
Value unreduced(Task&, Arguments arguments)
{
    take_reduced(arguments[0]);
    return take(arguments[0]);
}
Value ensure_reduced(Task&, Arguments arguments)
{
    if (find<Reduced>(arguments[0]) != nullptr)
        return take(arguments[0]);
    return data::make_native<Reduced>(take(arguments[0]));
}

/// The last of equal ones wins, as in Clojure.
Value best_by_key(Task& task, Arguments arguments, bool greatest)
{
    std::size_t best = 1;
    Value best_key = task.call(arguments[0], arguments[1]);
    for (std::size_t i = 2; i < arguments.size(); ++i) {
        Value key = task.call(arguments[0], arguments[i]);
        const double a = need_magnitude(key, "a key");
        const double b = need_magnitude(best_key, "a key");
        if (greatest ? a >= b : a <= b) {
            best = i;
            best_key = std::move(key);
        }
    }
    return take(arguments[best]);
}
Value max_key(Task& task, Arguments arguments)
{
    return best_by_key(task, arguments, true);
}
Value min_key(Task& task, Arguments arguments)
{
    return best_by_key(task, arguments, false);
}

constexpr Builtin table[] = {
    pure("reduce",
         "[f coll] [f val coll]",
         "Combines the elements one after the other by f. `reduced` ends it early.\n(reduce + [1 2 "
         "3]) ; => 6",
         reduce_of),
    pure("reduce-kv",
         "[f init coll]",
         "As reduce over a map or vector, f taking result, key and value.\n(reduce-kv (fn [a k v] "
         "(+ a v)) 0 {:a 1 :b 2}) ; => 3",
         reduce_kv),
    pure("reductions",
         "[f coll] [f init coll]",
         "The results on the way of a reduction, lazily.\n(reductions + [1 2 3]) ; => (1 3 6)",
         reductions_of),
    pure("transduce",
         "[xform f coll] [xform f init coll]",
         "A reduction through a transducer.\n(transduce (map inc) + [1 2]) ; => 5",
         transduce),
    pure("into",
         "[] [to] [to from] [to xform from]",
         "The collection with the elements of another.\n(into [1] '(2)) ; => [1 2]",
         into_of),
    pure("reduced",
         "[x]",
         "Ends the reduction that gets it, with x.\n(reduce (fn [a x] (reduced x)) 0 [1 2]) ; => 1",
         make_reduced),
    pure("reduced?",
         "[x]",
         "Is it what reduced gave?\n(reduced? (reduced 1)) ; => true",
         is_reduced),
    pure("unreduced",
         "[x]",
         "The value, out of reduced.\n(unreduced (reduced 1)) ; => 1",
         unreduced),
    pure("ensure-reduced",
         "[x]",
         "The value in reduced, once.\n(reduced? (ensure-reduced 1)) ; => true",
         ensure_reduced),
    pure("max-key",
         "[k x] [k x & more]",
         "The argument whose k is greatest.\n(max-key count \"a\" \"bb\") ; => \"bb\"",
         max_key),
    pure("min-key",
         "[k x] [k x & more]",
         "The argument whose k is least.\n(min-key count \"a\" \"bb\") ; => \"a\"",
         min_key),
};

}  // namespace

std::span<const Builtin> reduce_builtins()
{
    return table;
}

}  // namespace reops::lang
