// SPDX-License-Identifier: Apache-2.0
/// Sequences from several, without doubles, sorted, grouped.
#include "data/list.hh"
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/compare.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <algorithm>
#include <utility>

namespace reops::lang {

namespace {

template <class... A>
Value transducer(Task& task, std::string_view name, A&&... arguments)
{
    const Value make = task.interpreter().core_var(name).get(task);
    return task.call(make, std::forward<A>(arguments)...);
}

Value interleave(std::vector<Value> sources)
{
    return make_lazy(
        [](Task& task, const auto& own_sources) -> Value {
            std::vector<Value> firsts;
            std::vector<Value> rests;
            for (const Value& source : own_sources) {
                const Value sequence = seq(task, source);
                if (sequence.is_nil())
                    return {};
                firsts.push_back(first(task, sequence));
                rests.push_back(rest(task, sequence));
            }
            Value result = interleave(std::move(rests));
            for (std::size_t i = firsts.size(); i-- > 0;)
                result = cons(std::move(firsts[i]), std::move(result));
            return result;
        },
        std::move(sources));
}
Value interleave_of(Task&, Arguments arguments)
{
    if (arguments.empty())
        return data::List{};
    return interleave({arguments.begin(), arguments.end()});
}

/// The separator goes before each element but the first.
Value interpose(Value separator, Value source, bool is_first)
{
    return make_lazy(
        [](Task& task, const auto& own_separator, const auto& own_source, const auto& own_is_first)
            -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            Value result =
                cons(first(task, sequence), interpose(own_separator, rest(task, sequence), false));
            return own_is_first ? result : cons(own_separator, std::move(result));
        },
        std::move(separator),
        std::move(source),
        is_first);
}
Value interpose_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "interpose-xf*", take(arguments[0]));
    return interpose(take(arguments[0]), take(arguments[1]), true);
}

Value distinct(Value source, data::Set seen)
{
    return make_lazy(
        [](Task& task, auto& own_source, auto& own_seen) -> Value {
            for (;;) {
                task.poll();
                const Value sequence = seq(task, own_source);
                if (sequence.is_nil())
                    return {};
                Value element = first(task, sequence);
                own_source = rest(task, sequence);
                if (own_seen.contains(element))
                    continue;
                data::Set now = std::move(own_seen).insert(element);
                return cons(std::move(element), distinct(own_source, std::move(now)));
            }
        },
        std::move(source),
        std::move(seen));
}
Value distinct_of(Task& task, Arguments arguments)
{
    if (arguments.empty())
        return transducer(task, "distinct-xf*");
    return distinct(take(arguments[0]), {});
}
Value are_distinct(Task&, Arguments arguments)
{
    data::SetBuilder seen;
    for (const Value& each : arguments)
        seen.insert(each);
    return to_value(seen.size() == arguments.size());
}

Value dedupe(Value source, Value before, bool has_before)
{
    return make_lazy(
        [](Task& task, auto& own_source, auto& own_before, auto& own_has_before) -> Value {
            for (;;) {
                task.poll();
                const Value sequence = seq(task, own_source);
                if (sequence.is_nil())
                    return {};
                Value element = first(task, sequence);
                own_source = rest(task, sequence);
                if (own_has_before && element == own_before)
                    continue;
                return cons(element, dedupe(own_source, element, true));
            }
        },
        std::move(source),
        std::move(before),
        has_before);
}
Value dedupe_of(Task& task, Arguments arguments)
{
    if (arguments.empty())
        return transducer(task, "dedupe-xf*");
    return dedupe(take(arguments[0]), {}, false);
}

Value sort_of(Task& task, Arguments arguments)
{
    const Value comparator = arguments.size() == 2 ? take(arguments[0]) : Value{};
    std::vector<Value> values = to_vector(task, take(arguments.back()));
    sort(task, values, comparator);
    return data::make_list(std::move(values));
}

/// Keys are computed once for each element.
Value sort_by(Task& task, Arguments arguments)
{
    const Value comparator = arguments.size() == 3 ? take(arguments[1]) : Value{};
    Walk walk{task, take(arguments.back())};
    std::vector<Value> keys;
    std::vector<Value> elements;
    for (Value element; walk.next(element);) {
        keys.push_back(task.call(arguments[0], element));
        elements.push_back(std::move(element));
    }
    std::vector<std::size_t> order(keys.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    sort_positions(task, order, keys, comparator);
    std::vector<Value> sorted;
    sorted.reserve(order.size());
    for (const std::size_t index : order)
        sorted.push_back(std::move(elements[index]));
    return data::make_list(std::move(sorted));
}

Value shuffle(Task& task, Arguments arguments)
{
    std::vector<Value> values = to_vector(task, take(arguments[0]));
    for (std::size_t i = values.size(); i > 1; --i) {
        const Result<std::uint64_t> random = task.interpreter().outside().random();
        if (!random)
            fail(errors::illegal_state, random.failure().message);
        std::swap(values[i - 1], values[random.value() % i]);
    }
    return data::make_vector(std::move(values));
}

Value group_by(Task& task, Arguments arguments)
{
    data::Map groups;
    Walk walk{task, take(arguments[1])};
    for (Value element; walk.next(element);) {
        Value key = task.call(arguments[0], element);
        // Taken out of the map, so that it grows in place.
        Value group = groups.get(key);
        if (group.is_nil())
            group = data::Vector{};
        groups = std::move(groups).assoc(key, Value{});
        data::Vector grown = std::exchange(group, Value{}).as_vector();
        groups =
            std::move(groups).assoc(std::move(key), std::move(grown).push_back(std::move(element)));
    }
    return groups;
}

Value frequencies(Task& task, Arguments arguments)
{
    data::Map counts;
    Walk walk{task, take(arguments[0])};
    for (Value element; walk.next(element);) {
        const Value* count = counts.find(element);
        const std::int64_t next = count == nullptr ? 1 : count->as_integer() + 1;
        counts = std::move(counts).assoc(std::move(element), Value::integer(next));
    }
    return counts;
}

Value zipmap(Task& task, Arguments arguments)
{
    data::MapBuilder map;
    Walk keys{task, take(arguments[0])};
    Walk values{task, take(arguments[1])};
    Value key;
    Value value;
    while (keys.next(key) && values.next(value))
        map.set(std::move(key), std::move(value));
    return map.finish();
}

constexpr Builtin table[] = {
    pure("interleave",
         "[& colls]",
         "The first of each, then the second of each, and so on.\n(interleave [1 2] [:a :b]) ; => "
         "(1 :a 2 :b)",
         interleave_of),
    pure("interpose",
         "[sep] [sep coll]",
         "The elements with a separator between them.\n(interpose 0 [1 2]) ; => (1 0 2)",
         interpose_of),
    pure("distinct",
         "[] [coll]",
         "The elements without those that were there before.\n(distinct [1 2 1]) ; => (1 2)",
         distinct_of),
    pure("distinct?",
         "[x] [x & more]",
         "Are no two equal?\n(distinct? 1 2) ; => true",
         are_distinct),
    pure("dedupe",
         "[] [coll]",
         "The elements without those equal to the one before.\n(dedupe [1 1 2]) ; => (1 2)",
         dedupe_of),
    pure("sort",
         "[coll] [comp coll]",
         "The elements in order; equal ones keep theirs.\n(sort [3 1 2]) ; => (1 2 3)",
         sort_of),
    pure("sort-by",
         "[keyfn coll] [keyfn comp coll]",
         "The elements in the order of a key.\n(sort-by count [\"aa\" \"b\"]) ; => (\"b\" \"aa\")",
         sort_by),
    pure("shuffle",
         "[coll]",
         "The elements in a random order.\n(count (shuffle [1 2])) ; => 2",
         shuffle),
};

constexpr Builtin groups[] = {
    pure("group-by",
         "[f coll]",
         "A map from each answer of f to the elements that gave it.\n(group-by odd? [1 2 3]) ; => "
         "{true [1 3], false [2]}",
         group_by),
    pure("frequencies",
         "[coll]",
         "A map from each element to how often it occurs.\n(frequencies [:a :b :a]) ; => {:a 2, :b "
         "1}",
         frequencies),
    pure("zipmap",
         "[keys vals]",
         "A map of keys and values side by side.\n(zipmap [:a] [1]) ; => {:a 1}",
         zipmap),
};

}  // namespace

std::span<const Builtin> combine_builtins()
{
    return table;
}

std::span<const Builtin> group_builtins()
{
    return groups;
}

}  // namespace reops::lang
