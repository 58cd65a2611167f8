// SPDX-License-Identifier: Apache-2.0
/// Lazy sequences that are made one element at a time. Each captures the rest of its source only,
/// so that nothing holds what was passed; without a collection each gives its transducer, which is
/// written in the language (`name-xf*` in clj/clojure.core).
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/interpreter.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <string>

namespace reops::lang {

namespace {

/// The transducer of a function that got no collection.
template <class... A>
Value transducer(Task& task, std::string_view name, A&&... arguments)
{
    const Value make = task.interpreter().core_var(name).get(task);
    return task.call(make, std::forward<A>(arguments)...);
}

Value map_one(Value function, Value source)
{
    return make_lazy(
        [](Task& task, const auto& own_function, const auto& own_source) -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            Value mapped = task.call(own_function, first(task, sequence));
            return cons(std::move(mapped), map_one(own_function, rest(task, sequence)));
        },
        std::move(function),
        std::move(source));
}

Value map_many(Value function, std::vector<Value> sources)
{
    return make_lazy(
        [](Task& task, const auto& own_function, const auto& own_sources) -> Value {
            std::vector<Value> firsts;
            std::vector<Value> rests;
            for (const Value& source : own_sources) {
                const Value sequence = seq(task, source);
                if (sequence.is_nil())
                    return {};
                firsts.push_back(first(task, sequence));
                rests.push_back(rest(task, sequence));
            }
            Value mapped = task.call(own_function, Arguments{firsts});
            return cons(std::move(mapped), map_many(own_function, std::move(rests)));
        },
        std::move(function),
        std::move(sources));
}

std::vector<Value> take_all(Arguments arguments)
{
    return {std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end())};
}

Value map_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "map-xf*", take(arguments[0]));
    if (arguments.size() == 2)
        return map_one(take(arguments[0]), take(arguments[1]));
    return map_many(take(arguments[0]), take_all(arguments.subspan(1)));
}

Value mapv_of(Task& task, Arguments arguments)
{
    data::VectorBuilder out;
    if (arguments.size() == 2) {
        Walk walk{task, take(arguments[1])};
        for (Value element; walk.next(element);)
            out.push_back(task.call(arguments[0], std::move(element)));
        return out.finish();
    }
    Walk walk{task, map_many(take(arguments[0]), take_all(arguments.subspan(1)))};
    for (Value element; walk.next(element);)
        out.push_back(std::move(element));
    return out.finish();
}

/// What a filter keeps, `wanted` being the truth of the predicate.
Value filter_one(Value predicate, Value source, bool wanted)
{
    return make_lazy(
        [](Task& task, auto& own_predicate, auto& own_source, auto& own_wanted) -> Value {
            // The place of the own_source moves on, so that what is dropped is not held.
            for (;;) {
                task.poll();
                const Value sequence = seq(task, own_source);
                if (sequence.is_nil())
                    return {};
                Value element = first(task, sequence);
                own_source = rest(task, sequence);
                if (task.call(own_predicate, element).truthy() == own_wanted)
                    return cons(std::move(element),
                                filter_one(own_predicate, own_source, own_wanted));
            }
        },
        std::move(predicate),
        std::move(source),
        wanted);
}

Value filter_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "filter-xf*", take(arguments[0]));
    return filter_one(take(arguments[0]), take(arguments[1]), true);
}
Value remove_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "remove-xf*", take(arguments[0]));
    return filter_one(take(arguments[0]), take(arguments[1]), false);
}
Value filterv_of(Task& task, Arguments arguments)
{
    data::VectorBuilder out;
    Walk walk{task, take(arguments[1])};
    for (Value element; walk.next(element);)
        if (task.call(arguments[0], element).truthy())
            out.push_back(std::move(element));
    return out.finish();
}

Value keep_one(Value function, Value source)
{
    return make_lazy(
        [](Task& task, auto& own_function, auto& own_source) -> Value {
            for (;;) {
                task.poll();
                const Value sequence = seq(task, own_source);
                if (sequence.is_nil())
                    return {};
                Value kept = task.call(own_function, first(task, sequence));
                own_source = rest(task, sequence);
                if (!kept.is_nil())
                    return cons(std::move(kept), keep_one(own_function, own_source));
            }
        },
        std::move(function),
        std::move(source));
}
Value keep_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "keep-xf*", take(arguments[0]));
    return keep_one(take(arguments[0]), take(arguments[1]));
}

Value map_indexed(Value function, Value source, std::int64_t index)
{
    return make_lazy(
        [](Task& task, const auto& own_function, const auto& own_source, const auto& own_index)
            -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            Value mapped =
                task.call(own_function, Value::integer(own_index), first(task, sequence));
            return cons(std::move(mapped),
                        map_indexed(own_function, rest(task, sequence), own_index + 1));
        },
        std::move(function),
        std::move(source),
        index);
}
Value map_indexed_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "map-indexed-xf*", take(arguments[0]));
    return map_indexed(take(arguments[0]), take(arguments[1]), 0);
}

/// `left` goes first, then each of the sources, which is a sequence of sequences.
Value concat_all(Value left, Value sources)
{
    return make_lazy(
        [](Task& task, auto& own_left, auto& own_sources) -> Value {
            for (;;) {
                task.poll();
                const Value sequence = seq(task, own_left);
                if (!sequence.is_nil())
                    return cons(first(task, sequence),
                                concat_all(rest(task, sequence), own_sources));
                const Value more = seq(task, own_sources);
                if (more.is_nil())
                    return {};
                own_left = first(task, more);
                own_sources = rest(task, more);
            }
        },
        std::move(left),
        std::move(sources));
}
Value mapcat_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "mapcat-xf*", take(arguments[0]));
    return concat_all(Value{}, map_of(task, arguments));
}

Value repeat_for_ever(const Value& element)
{
    return make_lazy(
        [](Task&, const auto& own_element) -> Value {
            return cons(own_element, repeat_for_ever(own_element));
        },
        element);
}
Value repeat_times(const Value& element, std::int64_t times)
{
    if (times <= 0)
        return data::List{};
    return make_lazy(
        [](Task&, const auto& own_element, const auto& own_times) -> Value {
            return cons(own_element, repeat_times(own_element, own_times - 1));
        },
        element,
        times);
}
Value repeat_of(Task&, Arguments arguments)
{
    if (arguments.size() == 1)
        return repeat_for_ever(arguments[0]);
    return repeat_times(arguments[1], need_whole(arguments[0], "`repeat`"));
}

Value repeatedly(Value function, std::int64_t times)
{
    if (times == 0)
        return data::List{};
    return make_lazy(
        [](Task& task, const auto& own_function, const auto& own_times) -> Value {
            Value made = task.call(own_function);
            return cons(std::move(made),
                        repeatedly(own_function, own_times < 0 ? own_times : own_times - 1));
        },
        std::move(function),
        times);
}
Value repeatedly_of(Task&, Arguments arguments)
{
    if (arguments.size() == 1)
        return repeatedly(take(arguments[0]), -1);
    return repeatedly(take(arguments[1]),
                      std::max<std::int64_t>(need_whole(arguments[0], "`repeatedly`"), 0));
}

Value cycle(Value all, Value left)
{
    return make_lazy(
        [](Task& task, const auto& own_all, const auto& own_left) -> Value {
            Value sequence = seq(task, own_left);
            if (sequence.is_nil())
                sequence = seq(task, own_all);
            if (sequence.is_nil())
                return {};
            return cons(first(task, sequence), cycle(own_all, rest(task, sequence)));
        },
        std::move(all),
        std::move(left));
}
Value cycle_of(Task&, Arguments arguments)
{
    return cycle(arguments[0], arguments[0]);
}

/// x, (f x), (f (f x)) ...: each is computed when it is asked for.
Value iterate_on(Value function, const Value& element)
{
    return cons(element,
                make_lazy(
                    [](Task& task, const auto& own_function, const auto& own_element) -> Value {
                        return iterate_on(own_function, task.call(own_function, own_element));
                    },
                    std::move(function),
                    element));
}
Value iterate_of(Task&, Arguments arguments)
{
    return iterate_on(take(arguments[0]), take(arguments[1]));
}

/// `lazy-seq`: the function gives the sequence when it is first asked for.
Value lazy_of(Task&, Arguments arguments)
{
    return make_lazy([](Task& task, const auto& function) -> Value { return task.call(function); },
                     take(arguments[0]));
}

constexpr Builtin table[] = {
    pure("map",
         "[f] [f coll] [f c1 & colls]",
         "The answers of f to each element, lazily; of several collections side by side.\n(map inc "
         "[1 2]) ; => (2 3)",
         map_of),
    pure("mapv",
         "[f coll] [f c1 & colls]",
         "As map, all at once, in a vector.\n(mapv inc [1 2]) ; => [2 3]",
         mapv_of),
    pure("filter",
         "[pred] [pred coll]",
         "The elements of which pred is true, lazily.\n(filter odd? [1 2 3]) ; => (1 3)",
         filter_of),
    pure("filterv",
         "[pred coll]",
         "As filter, all at once, in a vector.\n(filterv odd? [1 2 3]) ; => [1 3]",
         filterv_of),
    pure("remove",
         "[pred] [pred coll]",
         "The elements of which pred is false, lazily.\n(remove odd? [1 2 3]) ; => (2)",
         remove_of),
    pure("keep",
         "[f] [f coll]",
         "The answers of f that are not nil, lazily.\n(keep :a [{:a 1} {}]) ; => (1)",
         keep_of),
    pure("map-indexed",
         "[f] [f coll]",
         "The answers of f to index and element, lazily.\n(map-indexed vector [:a]) ; => ([0 :a])",
         map_indexed_of),
    pure("mapcat",
         "[f] [f & colls]",
         "As map, the answers strung together.\n(mapcat reverse [[2 1] [3]]) ; => (1 2 3)",
         mapcat_of),
    pure("repeat",
         "[x] [n x]",
         "x again and again, n times or for ever.\n(repeat 2 :x) ; => (:x :x)",
         repeat_of),
    pure("repeatedly",
         "[f] [n f]",
         "What f gives, called again and again.\n(repeatedly 2 (constantly 1)) ; => (1 1)",
         repeatedly_of),
    pure("cycle",
         "[coll]",
         "The elements over and over.\n(take 3 (cycle [1 2])) ; => (1 2 1)",
         cycle_of),
    pure("iterate",
         "[f x]",
         "x, (f x), (f (f x)) and so on.\n(take 3 (iterate inc 1)) ; => (1 2 3)",
         iterate_of),
    pure("lazy-seq*",
         "[f]",
         "What f gives, called when it is first needed; behind `lazy-seq`.\n(lazy-seq* (fn [] "
         "[1])) ; => (1)",
         lazy_of),
};

}  // namespace

std::span<const Builtin> lazy_builtins()
{
    return table;
}

}  // namespace reops::lang
