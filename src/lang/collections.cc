// SPDX-License-Identifier: Apache-2.0
#include "lang/collections.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/vector.hh"
#include "lang/callable.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

namespace reops::lang {

using data::Kind;

namespace {

std::string kind_word(const Value& value)
{
    return value.is_native() ? "a " + std::string{value.as_native().type_name()}
                             : std::string{data::describe(value.kind())};
}

[[noreturn]] void refuse(std::string_view what, const Value& value)
{
    fail(errors::unsupported_operation,
         std::string{what} + " is not possible on " + kind_word(value));
}

std::optional<Value> character_at(std::string_view text, std::int64_t index)
{
    if (index < 0)
        return std::nullopt;
    std::size_t offset = 0;
    for (; offset < text.size(); --index) {
        const data::DecodedCharacter decoded = data::decode_utf8(text.substr(offset));
        if (index == 0)
            return Value::character(decoded.character);
        offset += decoded.bytes;
    }
    return std::nullopt;
}

std::optional<Value> nth_of_seq(Task& task, Value collection, std::int64_t index)
{
    Walk walk{task, std::move(collection)};
    for (Value element; walk.next(element);)
        if (index-- == 0)
            return element;
    return std::nullopt;
}

std::optional<Value> find_nth(Task& task, const Value& collection, std::int64_t index)
{
    switch (collection.kind()) {
        case Kind::nil:
            return std::nullopt;
        case Kind::vector: {
            const Value* found =
                index < 0 ? nullptr : collection.as_vector().find(static_cast<std::size_t>(index));
            return found == nullptr ? std::nullopt : std::optional<Value>{*found};
        }
        case Kind::string:
            return character_at(collection.as_string(), index);
        case Kind::list:
            return nth_of_seq(task, collection, index);
        default:
            break;
    }
    if (index < 0)
        return std::nullopt;
    if (find_seq(collection) != nullptr)
        return nth_of_seq(task, collection, index);
    if (const Collection* other = find_collection(collection);
        other != nullptr && !other->is_map() && !other->is_set())
        return other->find(task, Value::integer(index));
    fail(errors::unsupported_operation, "nth not supported on this type: " + kind_word(collection));
}

/// Puts the metadata that a change dropped back.
Value keep_meta(Value changed, const Value& meta)
{
    return meta.is_nil() ? changed : std::move(changed).with_meta(meta);
}

Value conj_to_map(Task& task, Value collection, Value element)
{
    if (element.is_vector()) {
        const data::Vector& entry = element.as_vector();
        if (entry.size() != 2)
            fail(errors::illegal_argument, "Vector arg to map conj must be a pair");
        return assoc(task, std::move(collection), entry[0], entry[1]);
    }
    Walk walk{task, std::move(element)};
    for (Value entry; walk.next(entry);) {
        if (!entry.is_vector() || entry.as_vector().size() != 2)
            fail_type("an entry (a vector of two)", entry, "`conj` on a map");
        collection = assoc(task, std::move(collection), entry.as_vector()[0], entry.as_vector()[1]);
    }
    return collection;
}

}  // namespace

Value Collection::assoc(Task&, Value self, Value, Value) const
{
    refuse("assoc", self);
}

Value Collection::dissoc(Task&, Value self, const Value&) const
{
    refuse("dissoc", self);
}

Value Collection::conj(Task&, Value self, Value) const
{
    refuse("conj", self);
}

Value Collection::empty(Task&) const
{
    fail(errors::unsupported_operation, "empty is not possible on a " + std::string{type_name()});
}

const Value* find_entry(const Value& collection, const Value& key)
{
    switch (collection.kind()) {
        case Kind::map:
            return collection.as_map().find(key);
        case Kind::set:
            return collection.as_set().find(key);
        case Kind::vector:
            return key.is_integer() && key.as_integer() >= 0
                       ? collection.as_vector().find(static_cast<std::size_t>(key.as_integer()))
                       : nullptr;
        default:
            return nullptr;
    }
}

Value get(Task& task, const Value& collection, const Value& key, Value otherwise)
{
    if (const Value* found = find_entry(collection, key))
        return *found;
    if (collection.is_string() && key.is_integer()) {
        const std::optional<Value> found = character_at(collection.as_string(), key.as_integer());
        return found ? *found : std::move(otherwise);
    }
    if (const Collection* other = find_collection(collection))
        if (std::optional<Value> found = other->find(task, key))
            return *std::move(found);
    return otherwise;
}

bool contains(Task& task, const Value& collection, const Value& key)
{
    if (collection.is_nil())
        return false;
    if (collection.is_string()) {
        if (!key.is_integer())
            fail_type("an integer", key, "`contains?` on a string");
        return character_at(collection.as_string(), key.as_integer()).has_value();
    }
    if (const Collection* other = find_collection(collection))
        return other->find(task, key).has_value();
    if (collection.kind() < Kind::vector || collection.kind() > Kind::set)
        fail(errors::illegal_argument, "contains? not supported on type: " + kind_word(collection));
    return find_entry(collection, key) != nullptr;
}

Value nth(Task& task, const Value& collection, std::int64_t index)
{
    if (std::optional<Value> found = find_nth(task, collection, index))
        return *std::move(found);
    if (collection.is_nil())
        return {};
    std::string message = "there is no element " + std::to_string(index);
    if (collection.is_vector() || collection.is_list())
        message += ", the length is " + std::to_string(count(task, collection));
    fail(errors::index_out_of_bounds, message);
}

Value nth(Task& task, const Value& collection, std::int64_t index, Value otherwise)
{
    if (std::optional<Value> found = find_nth(task, collection, index))
        return *std::move(found);
    return otherwise;
}

std::int64_t count(Task& task, Value collection)
{
    switch (collection.kind()) {
        case Kind::nil:
            return 0;
        case Kind::list:
            return static_cast<std::int64_t>(collection.as_list().size());
        case Kind::vector:
            return static_cast<std::int64_t>(collection.as_vector().size());
        case Kind::map:
            return static_cast<std::int64_t>(collection.as_map().size());
        case Kind::set:
            return static_cast<std::int64_t>(collection.as_set().size());
        case Kind::string: {
            std::int64_t characters = 0;
            for (const char c : collection.as_string())
                characters += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
            return characters;
        }
        default:
            break;
    }
    if (const Collection* other = find_collection(collection))
        return other->count(task);
    const Seq* sequence = find_seq(collection);
    if (sequence == nullptr)
        fail(errors::unsupported_operation,
             "count not supported on this type: " + kind_word(collection));
    if (const auto known = sequence->known_count())
        return static_cast<std::int64_t>(*known);
    std::int64_t elements = 0;
    Walk walk{task, std::move(collection)};
    for (Value element; walk.next(element);)
        ++elements;
    return elements;
}

Value assoc(Task& task, Value collection, Value key, Value value)
{
    const Value meta = collection.meta();
    switch (collection.kind()) {
        case Kind::nil:
            return data::Map{}.assoc(std::move(key), std::move(value));
        case Kind::map: {
            data::Map map = collection.as_map();
            collection = Value{};  // so that a sole owner is changed in place
            return keep_meta(std::move(map).assoc(std::move(key), std::move(value)), meta);
        }
        case Kind::vector: {
            data::Vector vector = collection.as_vector();
            collection = Value{};
            if (!key.is_integer())
                fail(errors::illegal_argument, "Key must be integer");
            const std::int64_t index = key.as_integer();
            const auto size = static_cast<std::int64_t>(vector.size());
            if (index < 0 || index > size)
                fail(errors::index_out_of_bounds,
                     "there is no element " + std::to_string(index) + ", the length is " +
                         std::to_string(size));
            if (index == size)
                return keep_meta(std::move(vector).push_back(std::move(value)), meta);
            return keep_meta(
                std::move(vector).set(static_cast<std::size_t>(index), std::move(value)), meta);
        }
        default:
            break;
    }
    if (const Collection* other = find_collection(collection))
        return other->assoc(task, std::move(collection), std::move(key), std::move(value));
    fail_type("a map or vector", collection, "`assoc`");
}

Value dissoc(Task& task, Value collection, const Value& key)
{
    if (collection.is_nil())
        return {};
    if (collection.is_map()) {
        const Value meta = collection.meta();
        data::Map map = collection.as_map();
        collection = Value{};
        return keep_meta(std::move(map).dissoc(key), meta);
    }
    if (const Collection* other = find_collection(collection))
        return other->dissoc(task, std::move(collection), key);
    fail_type("a map", collection, "`dissoc`");
}

Value conj(Task& task, Value collection, Value element)
{
    const Value meta = collection.meta();
    switch (collection.kind()) {
        case Kind::nil:
            return data::List{}.push_front(std::move(element));
        case Kind::list:
            return keep_meta(collection.as_list().push_front(std::move(element)), meta);
        case Kind::vector: {
            data::Vector vector = collection.as_vector();
            collection = Value{};
            return keep_meta(std::move(vector).push_back(std::move(element)), meta);
        }
        case Kind::set: {
            data::Set set = collection.as_set();
            collection = Value{};
            return keep_meta(std::move(set).insert(std::move(element)), meta);
        }
        case Kind::map:
            return element.is_nil() ? collection
                                    : conj_to_map(task, std::move(collection), std::move(element));
        default:
            break;
    }
    if (find_seq(collection) != nullptr)
        return cons(std::move(element), std::move(collection));
    if (const Collection* other = find_collection(collection)) {
        if (other->is_map() && element.is_map())
            return conj_to_map(task, std::move(collection), std::move(element));
        return other->conj(task, std::move(collection), std::move(element));
    }
    fail_type("a collection", collection, "`conj`");
}

Value into(Task& task, Value collection, Value from)
{
    Walk walk{task, std::move(from)};
    for (Value element; walk.next(element);)
        collection = conj(task, std::move(collection), std::move(element));
    return collection;
}

Value empty_like(Task& task, const Value& collection)
{
    const Value meta = collection.meta();
    switch (collection.kind()) {
        case Kind::list:
            return keep_meta(data::List{}, meta);
        case Kind::vector:
            return keep_meta(data::Vector{}, meta);
        case Kind::map:
            return keep_meta(data::Map{}, meta);
        case Kind::set:
            return keep_meta(data::Set{}, meta);
        default:
            break;
    }
    if (const Collection* other = find_collection(collection))
        return other->empty(task);
    return find_seq(collection) == nullptr ? Value{} : Value{data::List{}};
}

Value invoke_lookup(Task& task, const Value& function, std::span<Value> arguments)
{
    const std::size_t count = arguments.size();
    const bool is_name = function.is_keyword() || function.is_symbol();
    const Collection* other = find_collection(function);
    const bool is_lookup = is_name || function.is_map() || function.is_set() ||
                           (other != nullptr && (other->is_map() || other->is_set()));
    if (is_lookup) {
        if (count < 1 || count > (function.is_set() ? 1U : 2U))
            fail_arity(count, data::print(function).substr(0, 60));
        Value otherwise = count == 2 ? std::move(arguments[1]) : Value{};
        return is_name ? get(task, arguments[0], function, std::move(otherwise))
                       : get(task, function, arguments[0], std::move(otherwise));
    }
    if (function.is_vector()) {
        if (count != 1)
            fail_arity(count, "a vector");
        if (!arguments[0].is_integer())
            fail(errors::illegal_argument, "Key must be integer");
        return nth(task, function, arguments[0].as_integer());
    }
    if (other != nullptr && count == 1) {
        return get(task, function, arguments[0]);
    }
    if (function.is_nil())
        fail(errors::null_pointer,
             "expected a function to call but got nil",
             "the name in front has no value");
    fail_type("a function", function);
}

}  // namespace reops::lang
