// SPDX-License-Identifier: Apache-2.0
/// Ends of collections, sets, and what a value is.
#include "data/list.hh"
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/queue.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value peek_of(Task& task, Arguments arguments)
{
    const Value& collection = arguments[0];
    if (collection.is_nil())
        return {};
    if (collection.is_vector())
        return collection.as_vector().empty() ? Value{} : collection.as_vector().back();
    if (collection.is_list())
        return first(task, collection);
    if (const Queue* queue = find<Queue>(collection))
        return queue->peek();
    fail_type("a list, vector or queue", collection, "`peek`");
}

Value keep_meta(Value result, const Value& from)
{
    const Value meta = from.meta();
    return meta.is_nil() ? result : std::move(result).with_meta(meta);
}

Value pop_of(Task&, Arguments arguments)
{
    Value collection = take(arguments[0]);
    if (collection.is_nil())
        return {};
    if (collection.is_vector()) {
        if (collection.as_vector().empty())
            fail(errors::illegal_state, "Can't pop empty vector");
        return keep_meta(collection.as_vector().pop_back(), collection);
    }
    if (collection.is_list()) {
        if (collection.as_list().empty())
            fail(errors::illegal_state, "Can't pop empty list");
        return keep_meta(collection.as_list().rest(), collection);
    }
    if (const Queue* queue = find<Queue>(collection))
        return queue->pop();
    fail_type("a list, vector or queue", collection, "`pop`");
}

Value set_of(Task& task, Arguments arguments)
{
    if (arguments[0].is_set())
        return take(arguments[0]).with_meta({});
    data::SetBuilder set;
    Walk walk{task, take(arguments[0])};
    for (Value element; walk.next(element);)
        set.insert(std::move(element));
    return set.finish();
}

bool is_map_value(const Value& value)
{
    const Collection* collection = find_collection(value);
    return value.is_map() || (collection != nullptr && collection->is_map());
}
bool is_set_value(const Value& value)
{
    const Collection* collection = find_collection(value);
    return value.is_set() || (collection != nullptr && collection->is_set());
}
bool is_collection(const Value& value)
{
    return value.is_list() || value.is_vector() || value.is_map() || value.is_set() ||
           find_seq(value) != nullptr || is_map_value(value) || is_set_value(value) ||
           find<Queue>(value) != nullptr;
}
bool is_sorted(const Value& value)
{
    const std::uint16_t kind = class_id_of(value);
    return kind == static_cast<std::uint16_t>(ClassId::sorted_map) ||
           kind == static_cast<std::uint16_t>(ClassId::sorted_set);
}
bool is_function(const Value& value)
{
    const std::uint16_t kind = class_id_of(value);
    return is_callable_object(value) && kind != static_cast<std::uint16_t>(ClassId::var) &&
           kind != static_cast<std::uint16_t>(ClassId::record_type) &&
           kind != static_cast<std::uint16_t>(ClassId::promise);
}
bool is_callable(const Value& value)
{
    return is_callable_object(value) || value.is_keyword() || value.is_symbol() ||
           value.is_vector() || is_set_value(value) ||
           (is_map_value(value) &&
            class_id_of(value) != static_cast<std::uint16_t>(ClassId::record));
}
bool is_counted(const Value& value)
{
    if (const Seq* sequence = find_seq(value))
        return sequence->known_count().has_value();
    return is_collection(value);
}

bool is_true(const Value& value)
{
    return value.is_boolean() && value.as_boolean();
}
bool is_false(const Value& value)
{
    return value.is_boolean() && !value.as_boolean();
}
bool has_name_space(const Value& value)
{
    return !value.name_space().empty();
}

/// A predicate of one argument as a builtin's body.
template <auto test>
Value ask(Task&, Arguments arguments)
{
    return Value::boolean(test(arguments[0]));
}

template <bool (Value::*test)() const>
Value ask_kind(Task&, Arguments arguments)
{
    return Value::boolean((arguments[0].*test)());
}

constexpr Builtin table[] = {
    pure("peek",
         "[coll]",
         "The first of a list or queue, the last of a vector.\n(peek [1 2]) ; => 2",
         peek_of),
    pure("pop", "[coll]", "Without what peek gives.\n(pop [1 2]) ; => [1]", pop_of),
    pure("set", "[coll]", "The elements as a set.\n(set [1 1]) ; => #{1}", set_of),
};

constexpr Builtin tests[] = {
    pure("nil?", "[x]", "Is it nil?\n(nil? nil) ; => true", ask_kind<&Value::is_nil>),
    pure("some?",
         "[x]",
         "Is it not nil?\n(some? 1) ; => true",
         ask<[](const Value& v) { return !v.is_nil(); }>),
    pure("any?",
         "[x]",
         "True of everything.\n(any? nil) ; => true",
         ask<[](const Value&) { return true; }>),
    pure("not",
         "[x]",
         "Is it nil or false?\n(not nil) ; => true",
         ask<[](const Value& v) { return !v.truthy(); }>),
    pure("boolean",
         "[x]",
         "false of nil and false, else true.\n(boolean 1) ; => true",
         ask<[](const Value& v) { return v.truthy(); }>),
    pure("true?", "[x]", "Is it true?\n(true? true) ; => true", ask<is_true>),
    pure("false?", "[x]", "Is it false?\n(false? false) ; => true", ask<is_false>),
    pure("boolean?",
         "[x]",
         "Is it true or false?\n(boolean? true) ; => true",
         ask_kind<&Value::is_boolean>),
    pure("string?",
         "[x]",
         "Is it a string?\n(string? \"a\") ; => true",
         ask_kind<&Value::is_string>),
    pure("char?",
         "[x]",
         "Is it a character?\n(char? \\a) ; => true",
         ask_kind<&Value::is_character>),
    pure("keyword?",
         "[x]",
         "Is it a keyword?\n(keyword? :a) ; => true",
         ask_kind<&Value::is_keyword>),
    pure("symbol?", "[x]", "Is it a symbol?\n(symbol? 'a) ; => true", ask_kind<&Value::is_symbol>),
    pure("ident?",
         "[x]",
         "Is it a keyword or symbol?\n(ident? :a) ; => true",
         ask<[](const Value& v) { return v.is_keyword() || v.is_symbol(); }>),
    pure("simple-keyword?",
         "[x]",
         "Is it a keyword without namespace?\n(simple-keyword? :a) ; => true",
         ask<[](const Value& v) { return v.is_keyword() && !has_name_space(v); }>),
    pure("qualified-keyword?",
         "[x]",
         "Is it a keyword with a namespace?\n(qualified-keyword? :a/b) ; => true",
         ask<[](const Value& v) { return v.is_keyword() && has_name_space(v); }>),
    pure("simple-symbol?",
         "[x]",
         "Is it a symbol without namespace?\n(simple-symbol? 'a) ; => true",
         ask<[](const Value& v) { return v.is_symbol() && !has_name_space(v); }>),
    pure("qualified-symbol?",
         "[x]",
         "Is it a symbol with a namespace?\n(qualified-symbol? 'a/b) ; => true",
         ask<[](const Value& v) { return v.is_symbol() && has_name_space(v); }>),
    pure("simple-ident?",
         "[x]",
         "Is it a name without namespace?\n(simple-ident? :a) ; => true",
         ask<[](const Value& v) {
             return (v.is_keyword() || v.is_symbol()) && !has_name_space(v);
         }>),
    pure(
        "qualified-ident?",
        "[x]",
        "Is it a name with a namespace?\n(qualified-ident? :a/b) ; => true",
        ask<[](const Value& v) { return (v.is_keyword() || v.is_symbol()) && has_name_space(v); }>),
    pure("coll?", "[x]", "Is it a collection?\n(coll? [1]) ; => true", ask<is_collection>),
    pure("list?", "[x]", "Is it a list?\n(list? '(1)) ; => true", ask_kind<&Value::is_list>),
    pure("vector?", "[x]", "Is it a vector?\n(vector? [1]) ; => true", ask_kind<&Value::is_vector>),
    pure("map?", "[x]", "Is it a map (records too)?\n(map? {}) ; => true", ask<is_map_value>),
    pure("set?", "[x]", "Is it a set?\n(set? #{}) ; => true", ask<is_set_value>),
    pure("map-entry?",
         "[x]",
         "Is it a vector of two, as maps give them?\n(map-entry? (first {:a 1})) ; => true",
         ask<[](const Value& v) { return v.is_vector() && v.as_vector().size() == 2; }>),
    pure("associative?",
         "[x]",
         "Can assoc change it: a map or vector?\n(associative? [1]) ; => true",
         ask<[](const Value& v) { return v.is_vector() || is_map_value(v); }>),
    pure("sorted?",
         "[x]",
         "Is it a sorted map or set?\n(sorted? (sorted-set 1)) ; => true",
         ask<is_sorted>),
    pure("counted?",
         "[x]",
         "Is its number of elements known?\n(counted? [1]) ; => true",
         ask<is_counted>),
    pure("reversible?",
         "[x]",
         "Can rseq take it?\n(reversible? [1]) ; => true",
         ask<[](const Value& v) { return v.is_vector() || is_sorted(v); }>),
    pure("indexed?",
         "[x]",
         "Has it elements by index at once?\n(indexed? [1]) ; => true",
         ask_kind<&Value::is_vector>),
    pure("fn?", "[x]", "Is it a function?\n(fn? inc) ; => true", ask<is_function>),
    pure("ifn?", "[x]", "Can it be called?\n(ifn? :a) ; => true", ask<is_callable>),
};

}  // namespace

std::span<const Builtin> lookup_builtins()
{
    return table;
}

std::span<const Builtin> test_builtins()
{
    return tests;
}

}  // namespace reops::lang
