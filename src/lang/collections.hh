// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What Clojure's collection functions do, for nodes and builtins alike. Collections given by
/// value are changed in place when nobody else holds them; metadata stays on the result.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace reops::lang {

using data::Value;

class Task;

/// A collection that is none of data's kinds: records, sorted maps, queues, transients. The
/// functions below and seq() ask it. Those that change get the value itself, so that a sole owner
/// may be changed in place; the defaults refuse.
class Collection : public data::Native {
public:
    explicit Collection(ClassId class_id)
        : Native(static_cast<std::uint16_t>(class_id) | collection_bit)
    {
    }

    /// nil when empty, else a list or Seq of the elements (a map's: entries).
    virtual Value seq(Task& task) const = 0;
    virtual std::int64_t count(Task& task) const = 0;
    /// The value of a key, the element of a set or the item at an index; nothing when absent.
    virtual std::optional<Value> find(Task& task, const Value& key) const = 0;
    virtual Value assoc(Task& task, Value self, Value key, Value value) const;
    virtual Value dissoc(Task& task, Value self, const Value& key) const;
    virtual Value conj(Task& task, Value self, Value element) const;
    virtual Value empty(Task& task) const;
    virtual bool is_map() const { return false; }
    virtual bool is_set() const { return false; }
};

inline const Collection* find_collection(const Value& value)
{
    return (class_id_of(value) & (collection_bit | callable_bit | seq_bit)) == collection_bit
               ? static_cast<const Collection*>(
                     static_cast<const data::Native*>(value.raw().object()))
               : nullptr;
}

/// `get`: maps, sets, vectors, strings, records, nil; what is absent gives `otherwise`.
Value get(Task& task, const Value& collection, const Value& key, Value otherwise = {});
/// Null when absent, or when the kind has no entries in memory (records, strings, sorted maps: use
/// get()). For hot paths.
const Value* find_entry(const Value& collection, const Value& key);
bool contains(Task& task, const Value& collection, const Value& key);
/// `nth`: throws IndexOutOfBoundsException unless there is an `otherwise`.
Value nth(Task& task, const Value& collection, std::int64_t index);
Value nth(Task& task, const Value& collection, std::int64_t index, Value otherwise);
/// `count`; walks what does not know. Polls.
std::int64_t count(Task& task, Value collection);
Value assoc(Task& task, Value collection, Value key, Value value);
Value dissoc(Task& task, Value collection, const Value& key);
Value conj(Task& task, Value collection, Value element);
Value into(Task& task, Value collection, Value from);
/// `empty`.
Value empty_like(Task& task, const Value& collection);
/// `(coll key)`: keywords, maps, sets, vectors as functions.
Value invoke_lookup(Task& task, const Value& function, std::span<Value> arguments);

}  // namespace reops::lang
