// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The sequence protocol: seq, first, rest and next over everything that has elements (nil,
/// lists, vectors, maps, sets, strings, lazy sequences, records), and Walk, the loop over one.

#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

using data::Value;

class Task;

/// A sequence that is no list: lazy ones, ranges, views of vectors. Prints, hashes and equals as a
/// list of its elements; these realise it, on the thread's current task.
class Seq : public data::Native {
public:
    explicit Seq(ClassId class_id) : Native(static_cast<std::uint16_t>(class_id) | seq_bit) {}

    /// What seq() gives: nil when it has no elements, else something whose first() and rest() do
    /// not compute anything. Default: itself.
    virtual Value seq(Task& task) const;
    /// Requires an element.
    virtual Value first(Task& task) const = 0;
    /// Requires an element. Anything seqable, maybe not realised yet.
    virtual Value rest(Task& task) const = 0;
    /// The number of elements if it is known without walking.
    virtual std::optional<std::size_t> known_count() const { return std::nullopt; }

    std::string_view type_name() const override { return "sequence"; }
    std::string print() const override;
    bool equal(const data::Native& other) const override;
    bool equal_value(const Value& other) const override;
    std::uint32_t hash_value() const override;
};

inline const Seq* find_seq(const Value& value)
{
    return (class_id_of(value) & seq_bit) != 0
               ? static_cast<const Seq*>(static_cast<const data::Native*>(value.raw().object()))
               : nullptr;
}

/// nil, or a sequence with at least one element: a list or a Seq. Throws
/// IllegalArgumentException for what has no elements.
Value seq(Task& task, const Value& collection);
/// nil when there is none.
Value first(Task& task, const Value& collection);
/// Never nil; the empty list at the end. Does not realise what it returns.
Value rest(Task& task, const Value& collection);
/// seq of rest.
Value next(Task& task, const Value& collection);
/// As Clojure's cons: the rest is any seqable and is not realised.
Value cons(Value first, Value rest);
/// Has it elements that seq() would give? nil has (none).
bool is_seqable(const Value& value);
/// nil, a list or a Seq: what `seq?` says, nil apart.
bool is_seq(const Value& value);
/// A list, vector or Seq: what `sequential?` says.
bool is_sequential(const Value& value);

/// A map's entry as the language sees it: a vector of two.
Value make_entry(Value key, Value value);

/// One pass over the elements of anything seqable, as fast as its kind allows; polls the task in
/// every step and does not hold what it has passed.
///     Walk walk{task, collection};
///     for (Value element; walk.next(element);) ...
class Walk {
public:
    Walk(Task& task, Value collection);

    /// False at the end.
    bool next(Value& element);
    /// The rest that is not walked yet, for who stops early.
    Value rest();

private:
    enum class Mode { none, list, vector, map, string, seq };

    Task& task_;
    Mode mode_ = Mode::none;
    Value source_;  ///< keeps alive what the cursors point into; for `seq` what is left
    std::size_t index_ = 0;
    data::Map::Iterator entry_;
    data::Map::Iterator entry_end_;
};

/// All elements. Polls.
std::vector<Value> to_vector(Task& task, Value collection);
/// The same as a list.
data::List to_list(Task& task, Value collection);

}  // namespace reops::lang
