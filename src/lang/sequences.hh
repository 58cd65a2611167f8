// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The kinds of sequences that are no lists.

#include "data/list.hh"
#include "data/native.hh"
#include "data/pool.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/references.hh"
#include "lang/seq.hh"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace reops::lang {

/// An element before any seqable. (Before a list, cons() makes a list.)
class Cons final : public Seq {
public:
    static constexpr ClassId id = ClassId::cons;

    Cons(Value first, Value rest) : Seq(id), first_(std::move(first)), rest_(std::move(rest)) {}

    Value first(Task&) const override { return first_; }
    Value rest(Task&) const override { return rest_; }
    void list(References& out) const
    {
        out.add(first_);
        out.add(rest_);
    }

private:
    Value first_;
    Value rest_;
};

/// Computed once, when it is first asked for. A second thread that asks meanwhile waits. When the
/// computation throws, the next one that asks tries again.
class LazySeq final : public Seq {
public:
    static constexpr ClassId id = ClassId::lazy_seq;
    /// What gives the elements, with the values that it works on.
    class Body {
    public:
        Body() = default;
        Body(const Body&) = delete;
        Body& operator=(const Body&) = delete;
        virtual ~Body() = default;
        static void* operator new(std::size_t bytes) { return data::allocate(bytes); }
        static void operator delete(void* memory, std::size_t bytes) noexcept
        {
            data::deallocate(memory, data::size_class_of(bytes));
        }

        /// Gives anything seqable. Called at most once unless it throws; destroyed afterwards.
        virtual Value run(Task& task) = 0;
        virtual void list(References& out) const = 0;
    };

    explicit LazySeq(std::unique_ptr<Body> body) : Seq(id), body_(std::move(body)) {}

    Value seq(Task& task) const override;
    Value first(Task& task) const override;
    Value rest(Task& task) const override;
    /// What the body gives, without looking whether that has elements.
    Value step(Task& task) const;
    bool is_realized() const { return state_.load(std::memory_order_acquire) == done; }
    void list(References& out) const;
    void empty() const;

private:
    static constexpr std::uint32_t waiting = 0;
    static constexpr std::uint32_t running = 1;
    static constexpr std::uint32_t done = 2;
    class Claim;

    mutable std::atomic<std::uint32_t> state_{waiting};
    mutable const Task* runner_ = nullptr;  ///< while running
    mutable std::unique_ptr<Body> body_;
    mutable Value value_;  ///< nil, a list or another Seq once done
};

/// A function and the values that it is called with.
template <class Function, class... Captured>
class LazyBody final : public LazySeq::Body {
public:
    explicit LazyBody(Function function, Captured... captured)
        : function_(function), captured_(std::move(captured)...)
    {
    }

    Value run(Task& task) override
    {
        return std::apply([&](Captured&... each) -> Value { return function_(task, each...); },
                          captured_);
    }
    void list(References& out) const override
    {
        std::apply([&](const Captured&... each) { (out.add(each), ...); }, captured_);
    }

private:
    [[no_unique_address]] Function function_;
    std::tuple<Captured...> captured_;
};

/// A lazy sequence as a value: `make_lazy([](Task& task, auto& f, auto& coll) -> Value {...}, f,
/// coll)`. The function captures nothing, so that a collector can see what the sequence holds.
template <class Function, class... Captured>
Value make_lazy(Function function, Captured... captured)
{
    static_assert(std::is_empty_v<Function>, "what it works on goes behind it");
    return data::make_native<LazySeq>(
        std::make_unique<LazyBody<Function, Captured...>>(function, std::move(captured)...));
}

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
    void list(References& out) const { out.add(vector_); }

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
