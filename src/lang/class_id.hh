// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The language's own natives, told apart by a number in the object's header instead of a
/// dynamic_cast. Natives of other folders have none (0, or 0 with is_callable_bit) and are found
/// with data::find_native.

#include "data/native.hh"
#include "data/value.hh"

#include <bit>
#include <cstdint>

namespace reops::lang {

/// Set when the object is a Callable (callable.hh).
constexpr std::uint16_t callable_bit = 0x8000;
/// Set when the object is a Seq (seq.hh).
constexpr std::uint16_t seq_bit = 0x4000;

/// Set when the object is a Collection (collections.hh).
constexpr std::uint16_t collection_bit = 0x2000;

enum class ClassId : std::uint16_t {
    none = 0,
    // callables
    closure = callable_bit | 1,
    builtin = callable_bit | 2,
    var = callable_bit | 3,
    multimethod = callable_bit | 4,
    protocol_method = callable_bit | 5,
    record_type = callable_bit | 6,  ///< called by its constructor functions
    promise = callable_bit | 7,
    bound_function = callable_bit | 8,
    // sequences
    cons = seq_bit | 1,
    lazy_seq = seq_bit | 2,
    vector_seq = seq_bit | 3,
    string_seq = seq_bit | 4,
    range = seq_bit | 5,
    repeat = seq_bit | 6,
    cycle = seq_bit | 7,
    iterate = seq_bit | 8,
    // collections
    record = collection_bit | 1,
    sorted_map = collection_bit | 2,
    sorted_set = collection_bit | 3,
    queue = collection_bit | 4,
    transient = collection_bit | 5,
    array = collection_bit | 6,
    // others
    name_space = 1,
    exception,
    type,
    error_type,
    protocol,
    atom,
    volatile_box,
    delay,
    future,
    agent,
    reference,
    reduced,
    writer,
    big_integer,
    ratio,
    decimal,
    pattern,
    matcher,
    instant,
    uuid,
    syntax_node,
    reified,
    sorted_node,
};

/// A value that shares an object which other values hold already.
inline data::Value value_of(const data::Native& object)
{
    return data::Value::share(
        {static_cast<std::uint64_t>(data::Kind::native) | data::RawValue::counted,
         std::bit_cast<std::uint64_t>(static_cast<const data::Object*>(&object))});
}

inline std::uint16_t class_id_of(const data::Value& value)
{
    return value.is_native() ? static_cast<const data::Native*>(value.raw().object())->class_id()
                             : std::uint16_t{0};
}

/// The T in a value, or null when it holds something else. T has a `static constexpr ClassId id`.
template <class T>
const T* find(const data::Value& value)
{
    return class_id_of(value) == static_cast<std::uint16_t>(T::id)
               ? static_cast<const T*>(static_cast<const data::Native*>(value.raw().object()))
               : nullptr;
}

}  // namespace reops::lang
