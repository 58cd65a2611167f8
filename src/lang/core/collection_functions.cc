// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/collections.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

/// What a list in a syntax-quote becomes: the elements of all sequences, nil when there are none.
Value run_list_of(Task& task, Arguments arguments)
{
    std::vector<Value> elements;
    for (Value& argument : arguments) {
        Walk walk{task, std::move(argument)};
        for (Value element; walk.next(element);)
            elements.push_back(std::move(element));
    }
    return elements.empty() ? Value{} : Value{data::make_list(std::move(elements))};
}

Value run_hash_map(Task&, Arguments arguments)
{
    if (arguments.size() % 2 != 0)
        fail(errors::illegal_argument,
             "No value supplied for key: " + data::print(arguments.back()));
    data::MapBuilder builder;
    for (std::size_t i = 0; i < arguments.size(); i += 2)
        builder.set(std::move(arguments[i]), std::move(arguments[i + 1]));
    return builder.finish();
}

/// What a map in a syntax-quote becomes, and what keyword arguments are gathered by.
Value run_map_of(Task& task, Arguments arguments)
{
    std::vector<Value> flat = to_vector(task, std::move(arguments[0]));
    if (flat.size() % 2 != 0 && flat.back().is_map()) {
        // Clojure 1.11: a map may follow, or stand for, keyword arguments.
        const Value last = flat.back();
        flat.pop_back();
        return into(task, run_hash_map(task, Arguments{flat}), last);
    }
    return run_hash_map(task, Arguments{flat});
}

Value run_hash_set(Task&, Arguments arguments)
{
    data::SetBuilder builder;
    for (Value& argument : arguments)
        builder.insert(std::move(argument));
    return builder.finish();
}

Value run_get(Task& task, Arguments arguments)
{
    return get(task,
               arguments[0],
               arguments[1],
               arguments.size() == 3 ? std::move(arguments[2]) : Value{});
}

Value run_contains(Task& task, Arguments arguments)
{
    return Value::boolean(contains(task, arguments[0], arguments[1]));
}

Value run_assoc(Task& task, Arguments arguments)
{
    if (arguments.size() % 2 == 0)
        fail(errors::illegal_argument,
             "assoc expects even number of arguments after map/vector, found odd number");
    Value collection = std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); i += 2)
        collection = assoc(
            task, std::move(collection), std::move(arguments[i]), std::move(arguments[i + 1]));
    return collection;
}

Value run_dissoc(Task& task, Arguments arguments)
{
    Value collection = std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        collection = dissoc(task, std::move(collection), arguments[i]);
    return collection;
}

Value run_conj(Task& task, Arguments arguments)
{
    if (arguments.empty())
        return data::Vector{};
    Value collection = std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        collection = conj(task, std::move(collection), std::move(arguments[i]));
    return collection;
}

Value run_empty(Task& task, Arguments arguments)
{
    return empty_like(task, arguments[0]);
}

Value run_keys(Task& task, Arguments arguments)
{
    data::VectorBuilder keys;
    Walk walk{task, std::move(arguments[0])};
    for (Value entry; walk.next(entry);)
        keys.push_back(nth(task, entry, 0));
    return seq(task, keys.finish());
}

Value run_vals(Task& task, Arguments arguments)
{
    data::VectorBuilder values;
    Walk walk{task, std::move(arguments[0])};
    for (Value entry; walk.next(entry);)
        values.push_back(nth(task, entry, 1));
    return seq(task, values.finish());
}

Value run_with_meta(Task&, Arguments arguments)
{
    if (!arguments[0].is_symbol() && arguments[0].kind() < data::Kind::list)
        fail_type("a symbol, collection or function", arguments[0], "`with-meta`");
    if (!arguments[1].is_nil())
        need_map(arguments[1], "`with-meta`");
    return std::move(arguments[0]).with_meta(std::move(arguments[1]));
}

constexpr Builtin table[] = {
    {.name = "list-of*",
     .args = "[& colls]",
     .doc = "A list of the elements of all, or nil.\n(list-of* [1] [2 3]) ; => (1 2 3)",
     .since = "0.1",
     .run = run_list_of},
    {.name = "hash-map",
     .args = "[& keyvals]",
     .doc = "A map.\n(hash-map :a 1) ; => {:a 1}",
     .since = "0.1",
     .run = run_hash_map},
    {.name = "array-map",
     .args = "[& keyvals]",
     .doc = "A map; a small one keeps the order.\n(array-map :a 1) ; => {:a 1}",
     .since = "0.1",
     .run = run_hash_map},
    {.name = "map-of*",
     .args = "[keyvals]",
     .doc = "A map of a sequence of keys and values, maybe with a map behind them.\n"
            "(map-of* [:a 1]) ; => {:a 1}",
     .since = "0.1",
     .run = run_map_of},
    {.name = "hash-set",
     .args = "[& items]",
     .doc = "A set.\n(hash-set 1) ; => #{1}",
     .since = "0.1",
     .run = run_hash_set},
    {.name = "get",
     .args = "[map key] [map key not-found]",
     .doc = "The value of a key, or nil.\n(get {:a 1} :a) ; => 1",
     .since = "0.1",
     .run = run_get},
    {.name = "contains?",
     .args = "[coll key]",
     .doc = "Is the key there?\n(contains? {:a 1} :a) ; => true",
     .since = "0.1",
     .run = run_contains},
    {.name = "assoc",
     .args = "[map key val] [map key val & kvs]",
     .doc = "The collection with values for keys.\n(assoc {} :a 1) ; => {:a 1}",
     .since = "0.1",
     .run = run_assoc},
    {.name = "dissoc",
     .args = "[map] [map key] [map key & ks]",
     .doc = "The map without keys.\n(dissoc {:a 1} :a) ; => {}",
     .since = "0.1",
     .run = run_dissoc},
    {.name = "conj",
     .args = "[] [coll] [coll x] [coll x & xs]",
     .doc = "The collection with more elements.\n(conj [1] 2) ; => [1 2]",
     .since = "0.1",
     .run = run_conj},
    {.name = "empty",
     .args = "[coll]",
     .doc = "An empty collection of the same kind.\n(empty [1]) ; => []",
     .since = "0.1",
     .run = run_empty},
    {.name = "keys",
     .args = "[map]",
     .doc = "The keys, or nil.\n(keys {:a 1}) ; => (:a)",
     .since = "0.1",
     .run = run_keys},
    {.name = "vals",
     .args = "[map]",
     .doc = "The values, or nil.\n(vals {:a 1}) ; => (1)",
     .since = "0.1",
     .run = run_vals},
    {.name = "with-meta",
     .args = "[obj m]",
     .doc = "The same value with other metadata.\n(meta (with-meta [] {:a 1})) ; => {:a 1}",
     .since = "0.1",
     .run = run_with_meta},
};

}  // namespace

std::span<const Builtin> collection_builtins()
{
    return table;
}

}  // namespace reops::lang
