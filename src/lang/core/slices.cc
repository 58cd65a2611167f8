// SPDX-License-Identifier: Apache-2.0
/// Parts of sequences: take, drop, split, partition.
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <deque>
#include <optional>

namespace reops::lang {

namespace {

template <class... A>
Value transducer(Task& task, std::string_view name, A&&... arguments)
{
    const Value make = task.interpreter().core_var(name).get(task);
    return task.call(make, std::forward<A>(arguments)...);
}

Value take_some(std::int64_t count, Value source)
{
    if (count <= 0)
        return data::List{};
    return make_lazy(
        [](Task& task, const auto& own_count, const auto& own_source) -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            return cons(first(task, sequence),
                        take_some(own_count - 1, own_count > 1 ? rest(task, sequence) : Value{}));
        },
        count,
        std::move(source));
}
Value take_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "take-xf*", take(arguments[0]));
    return take_some(need_whole(arguments[0], "`take`"), take(arguments[1]));
}

Value drop_some(std::int64_t count, Value source)
{
    return make_lazy(
        [](Task& task, auto& own_count, auto& own_source) -> Value {
            Value left = seq(task, own_source);
            own_source = Value{};
            for (std::int64_t n = own_count; n > 0 && !left.is_nil(); --n) {
                task.poll();
                left = next(task, left);
            }
            return left;
        },
        count,
        std::move(source));
}
Value drop_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "drop-xf*", take(arguments[0]));
    return drop_some(need_whole(arguments[0], "`drop`"), take(arguments[1]));
}

Value take_while(Value predicate, Value source)
{
    return make_lazy(
        [](Task& task, const auto& own_predicate, const auto& own_source) -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            Value element = first(task, sequence);
            if (!task.call(own_predicate, element).truthy())
                return {};
            return cons(std::move(element), take_while(own_predicate, rest(task, sequence)));
        },
        std::move(predicate),
        std::move(source));
}
Value take_while_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "take-while-xf*", take(arguments[0]));
    return take_while(take(arguments[0]), take(arguments[1]));
}

Value drop_while(Value predicate, Value source)
{
    return make_lazy(
        [](Task& task, auto& own_predicate, auto& own_source) -> Value {
            Value left = seq(task, own_source);
            own_source = Value{};
            while (!left.is_nil() && task.call(own_predicate, first(task, left)).truthy()) {
                task.poll();
                left = next(task, left);
            }
            return left;
        },
        std::move(predicate),
        std::move(source));
}
Value drop_while_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "drop-while-xf*", take(arguments[0]));
    return drop_while(take(arguments[0]), take(arguments[1]));
}

Value take_nth(std::int64_t step, Value source)
{
    return make_lazy(
        [](Task& task, const auto& own_step, const auto& own_source) -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            return cons(first(task, sequence), take_nth(own_step, drop_some(own_step, sequence)));
        },
        step,
        std::move(source));
}
Value take_nth_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "take-nth-xf*", take(arguments[0]));
    return take_nth(std::max<std::int64_t>(need_whole(arguments[0], "`take-nth`"), 1),
                    take(arguments[1]));
}

Value take_last(Task& task, Arguments arguments)
{
    const std::int64_t count = need_whole(arguments[0], "`take-last`");
    std::deque<Value> kept;
    Walk walk{task, take(arguments[1])};
    for (Value element; count > 0 && walk.next(element);) {
        kept.push_back(std::move(element));
        if (kept.size() > static_cast<std::size_t>(count))
            kept.pop_front();
    }
    if (kept.empty())
        return {};
    return data::make_list(std::vector<Value>(kept.begin(), kept.end()));
}

/// Elements of `source` as long as `ahead`, which runs before it, has some.
Value drop_last(Value source, Value ahead)
{
    return make_lazy(
        [](Task& task, const auto& own_source, const auto& own_ahead) -> Value {
            const Value front = seq(task, own_ahead);
            if (front.is_nil())
                return {};
            const Value sequence = seq(task, own_source);
            return cons(first(task, sequence), drop_last(rest(task, sequence), rest(task, front)));
        },
        std::move(source),
        std::move(ahead));
}
Value drop_last_of(Task&, Arguments arguments)
{
    const std::int64_t count = arguments.size() == 1 ? 1 : need_whole(arguments[0], "`drop-last`");
    Value source = take(arguments.back());
    Value ahead = drop_some(count, source);
    return drop_last(std::move(source), std::move(ahead));
}

Value split_at(Task&, Arguments arguments)
{
    const std::int64_t count = need_whole(arguments[0], "`split-at`");
    return data::make_vector({take_some(count, arguments[1]), drop_some(count, arguments[1])});
}
Value split_with(Task&, Arguments arguments)
{
    return data::make_vector(
        {take_while(arguments[0], arguments[1]), drop_while(arguments[0], arguments[1])});
}

struct Partition {
    std::int64_t size;
    std::int64_t step;
    std::optional<Value> pad;  ///< what fills the last part; nothing: a short one is dropped
    bool keep_short = false;

    void list(References& out) const
    {
        if (pad)
            out.add(*pad);
    }
};

Value partition(Partition how, Value source)
{
    return make_lazy(
        [](Task& task, const auto& own_how, const auto& own_source) -> Value {
            const Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            std::vector<Value> part;
            Walk walk{task, sequence};
            for (Value element;
                 static_cast<std::int64_t>(part.size()) < own_how.size && walk.next(element);)
                part.push_back(std::move(element));
            const bool is_short = static_cast<std::int64_t>(part.size()) < own_how.size;
            if (is_short && !own_how.keep_short && !own_how.pad)
                return {};
            if (is_short && own_how.pad) {
                Walk padding{task, *own_how.pad};
                for (Value element; static_cast<std::int64_t>(part.size()) < own_how.size &&
                                    padding.next(element);)
                    part.push_back(std::move(element));
                return cons(data::make_list(std::move(part)), Value{});
            }
            Value left = own_how.step == own_how.size && !is_short
                             ? walk.rest()
                             : drop_some(own_how.step, sequence);
            return cons(data::make_list(std::move(part)), partition(own_how, std::move(left)));
        },
        std::move(how),
        std::move(source));
}

std::int64_t need_positive(const Value& value, std::string_view role)
{
    const std::int64_t number = need_whole(value, role);
    if (number <= 0)
        fail(errors::illegal_argument,
             std::string{role} + " expected a number above 0 but got " + std::to_string(number));
    return number;
}

Value partition_of(Task&, Arguments arguments)
{
    const std::int64_t size = need_positive(arguments[0], "`partition`");
    const std::int64_t step =
        arguments.size() > 2 ? need_positive(arguments[1], "`partition` step") : size;
    std::optional<Value> pad;
    if (arguments.size() > 3)
        pad = arguments[2];
    return partition({.size = size, .step = step, .pad = pad}, take(arguments.back()));
}
Value partition_all_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "partition-all-xf*", take(arguments[0]));
    const std::int64_t size = need_positive(arguments[0], "`partition-all`");
    const std::int64_t step =
        arguments.size() > 2 ? need_positive(arguments[1], "`partition-all` step") : size;
    return partition({.size = size, .step = step, .pad = {}, .keep_short = true},
                     take(arguments.back()));
}

Value partition_by(Value function, Value source)
{
    return make_lazy(
        [](Task& task, const auto& own_function, const auto& own_source) -> Value {
            Value sequence = seq(task, own_source);
            if (sequence.is_nil())
                return {};
            std::vector<Value> part;
            const Value key = task.call(own_function, first(task, sequence));
            do {
                task.poll();
                part.push_back(first(task, sequence));
                sequence = next(task, sequence);
            } while (!sequence.is_nil() && task.call(own_function, first(task, sequence)) == key);
            return cons(data::make_list(std::move(part)), partition_by(own_function, sequence));
        },
        std::move(function),
        std::move(source));
}
Value partition_by_of(Task& task, Arguments arguments)
{
    if (arguments.size() == 1)
        return transducer(task, "partition-by-xf*", take(arguments[0]));
    return partition_by(take(arguments[0]), take(arguments[1]));
}

constexpr Builtin table[] = {
    pure("take",
         "[n] [n coll]",
         "The first n elements, lazily.\n(take 2 [1 2 3]) ; => (1 2)",
         take_of),
    pure("drop",
         "[n] [n coll]",
         "Without the first n elements.\n(drop 2 [1 2 3]) ; => (3)",
         drop_of),
    pure("take-while",
         "[pred] [pred coll]",
         "Elements as long as pred is true.\n(take-while odd? [1 3 4]) ; => (1 3)",
         take_while_of),
    pure("drop-while",
         "[pred] [pred coll]",
         "Without the first elements of which pred is true.\n(drop-while odd? [1 4 5]) ; => (4 5)",
         drop_while_of),
    pure("take-nth",
         "[n] [n coll]",
         "Every nth element.\n(take-nth 2 [1 2 3]) ; => (1 3)",
         take_nth_of),
    pure("take-last",
         "[n coll]",
         "The last n elements.\n(take-last 2 [1 2 3]) ; => (2 3)",
         take_last),
    pure("drop-last",
         "[coll] [n coll]",
         "Without the last n elements, or the last one.\n(drop-last [1 2 3]) ; => (1 2)",
         drop_last_of),
    pure("split-at",
         "[n coll]",
         "The first n elements and the others.\n(split-at 1 [1 2]) ; => [(1) (2)]",
         split_at),
    pure("split-with",
         "[pred coll]",
         "take-while and drop-while.\n(split-with odd? [1 2]) ; => [(1) (2)]",
         split_with),
    pure("partition",
         "[n coll] [n step coll] [n step pad coll]",
         "Parts of n elements; what does not fill one is dropped.\n(partition 2 [1 2 3]) ; => ((1 "
         "2))",
         partition_of),
    pure(
        "partition-all",
        "[n] [n coll] [n step coll]",
        "Parts of n elements; the last may be shorter.\n(partition-all 2 [1 2 3]) ; => ((1 2) (3))",
        partition_all_of),
    pure("partition-by",
         "[f] [f coll]",
         "Parts with one answer of f.\n(partition-by odd? [1 3 2]) ; => ((1 3) (2))",
         partition_by_of),
};

}  // namespace

std::span<const Builtin> slice_builtins()
{
    return table;
}

}  // namespace reops::lang
