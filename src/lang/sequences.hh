// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The kinds of sequences that are no lists.

#include "data/list.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/seq.hh"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace reops::lang {

/// An element before any seqable. (Before a list, cons() makes a list.)
class Cons final : public Seq {
public:
    static constexpr ClassId id = ClassId::cons;

    Cons(Value first, Value rest) : Seq(id), first_(std::move(first)), rest_(std::move(rest)) {}

    Value first(Task&) const override { return first_; }
    Value rest(Task&) const override { return rest_; }

private:
    Value first_;
    Value rest_;
};

/// Computed once, when it is first asked for. A second thread that asks meanwhile waits. When the
/// computation throws, the next one that asks tries again.
class LazySeq final : public Seq {
public:
    static constexpr ClassId id = ClassId::lazy_seq;
    /// Gives anything seqable. Called at most once unless it throws; destroyed afterwards.
    using Body = std::function<Value(Task&)>;

    explicit LazySeq(Body body) : Seq(id), body_(std::move(body)) {}

    Value seq(Task& task) const override;
    Value first(Task& task) const override;
    Value rest(Task& task) const override;
    /// What the body gives, without looking whether that has elements.
    Value step(Task& task) const;
    bool is_realized() const { return state_.load(std::memory_order_acquire) == done; }

private:
    static constexpr std::uint32_t waiting = 0;
    static constexpr std::uint32_t running = 1;
    static constexpr std::uint32_t done = 2;
    class Claim;

    mutable std::atomic<std::uint32_t> state_{waiting};
    mutable const Task* runner_ = nullptr;  ///< while running
    mutable Body body_;
    mutable Value value_;  ///< nil, a list or another Seq once done
};

/// A lazy sequence as a value: `make_lazy([f, coll](Task& task) -> Value {...})`.
Value make_lazy(LazySeq::Body body);

/// A vector from an index on.
class VectorSeq final : public Seq {
public:
    static constexpr ClassId id = ClassId::vector_seq;

    VectorSeq(data::Vector vector, std::size_t index)
        : Seq(id), vector_(std::move(vector)), index_(index)
    {
    }

    const data::Vector& vector() const { return vector_; }
    std::size_t index() const { return index_; }

    Value first(Task& task) const override;
    Value rest(Task& task) const override;
    std::optional<std::size_t> known_count() const override { return vector_.size() - index_; }

private:
    data::Vector vector_;
    std::size_t index_;
};

/// The characters of a string from a byte on.
class StringSeq final : public Seq {
public:
    static constexpr ClassId id = ClassId::string_seq;

    StringSeq(Value text, std::size_t offset) : Seq(id), text_(std::move(text)), offset_(offset) {}

    const Value& text() const { return text_; }
    std::size_t offset() const { return offset_; }

    Value first(Task& task) const override;
    Value rest(Task& task) const override;

private:
    Value text_;
    std::size_t offset_;
};

/// Integers with a step; without end when `end` is absent. Never empty.
class Range final : public Seq {
public:
    static constexpr ClassId id = ClassId::range;

    Range(std::int64_t begin, std::optional<std::int64_t> end, std::int64_t step)
        : Seq(id), begin_(begin), end_(end), step_(step)
    {
    }

    std::int64_t begin() const { return begin_; }
    std::int64_t step() const { return step_; }
    std::optional<std::int64_t> end() const { return end_; }

    Value first(Task& task) const override;
    Value rest(Task& task) const override;
    std::optional<std::size_t> known_count() const override;

private:
    std::int64_t begin_;
    std::optional<std::int64_t> end_;
    std::int64_t step_;
};

/// Integers from `begin` towards `end`; the empty list when there are none.
Value make_range(std::int64_t begin, std::optional<std::int64_t> end, std::int64_t step);

}  // namespace reops::lang
