// SPDX-License-Identifier: Apache-2.0
/// The strict functions on sequences: their parts, and what asks all elements.
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/arithmetic.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/printer.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/types.hh"

#include <cmath>

namespace reops::lang {

namespace {

Value seq_of(Task& task, Arguments arguments)
{
    return seq(task, arguments[0]);
}
Value first_of(Task& task, Arguments arguments)
{
    return first(task, arguments[0]);
}
Value rest_of(Task& task, Arguments arguments)
{
    return rest(task, arguments[0]);
}
Value next_of(Task& task, Arguments arguments)
{
    return next(task, arguments[0]);
}
Value second_of(Task& task, Arguments arguments)
{
    return first(task, next(task, arguments[0]));
}
Value ffirst_of(Task& task, Arguments arguments)
{
    return first(task, first(task, arguments[0]));
}
Value nfirst_of(Task& task, Arguments arguments)
{
    return next(task, first(task, arguments[0]));
}
Value nnext_of(Task& task, Arguments arguments)
{
    return next(task, next(task, arguments[0]));
}
Value cons_of(Task&, Arguments arguments)
{
    return cons(take(arguments[0]), take(arguments[1]));
}

Value last_of(Task& task, Arguments arguments)
{
    if (arguments[0].is_vector())
        return arguments[0].as_vector().empty() ? Value{} : arguments[0].as_vector().back();
    Walk walk{task, take(arguments[0])};
    Value last;
    for (Value element; walk.next(element);)
        last = std::move(element);
    return last;
}
Value butlast_of(Task& task, Arguments arguments)
{
    std::vector<Value> all = to_vector(task, take(arguments[0]));
    if (all.size() <= 1)
        return {};
    all.pop_back();
    return data::make_list(std::move(all));
}

Value nth_of(Task& task, Arguments arguments)
{
    const std::int64_t index = need_whole(arguments[1], "`nth` index");
    return arguments.size() == 2 ? nth(task, arguments[0], index)
                                 : nth(task, arguments[0], index, take(arguments[2]));
}
Value nthrest_of(Task& task, Arguments arguments)
{
    Value left = take(arguments[0]);
    for (std::int64_t n = need_whole(arguments[1], "`nthrest`"); n > 0; --n) {
        task.poll();
        const Value sequence = seq(task, left);
        if (sequence.is_nil())
            return data::List{};
        left = rest(task, sequence);
    }
    return left;
}
Value nthnext_of(Task& task, Arguments arguments)
{
    Value left = seq(task, arguments[0]);
    arguments[0] = Value{};
    for (std::int64_t n = need_whole(arguments[1], "`nthnext`"); n > 0 && !left.is_nil(); --n) {
        task.poll();
        left = next(task, left);
    }
    return left;
}

Value count_of(Task& task, Arguments arguments)
{
    return Value::integer(count(task, take(arguments[0])));
}
Value bounded_count(Task& task, Arguments arguments)
{
    const std::int64_t limit = need_whole(arguments[0], "`bounded-count`");
    if (arguments[1].is_vector() || arguments[1].is_map() || arguments[1].is_set())
        return Value::integer(count(task, arguments[1]));
    Walk walk{task, take(arguments[1])};
    std::int64_t found = 0;
    for (Value element; found < limit && walk.next(element);)
        ++found;
    return Value::integer(found);
}
Value is_empty(Task& task, Arguments arguments)
{
    return to_value(seq(task, arguments[0]).is_nil());
}
Value not_empty(Task& task, Arguments arguments)
{
    return seq(task, arguments[0]).is_nil() ? Value{} : take(arguments[0]);
}

Value make_list_of(Task&, Arguments arguments)
{
    std::vector<Value> elements(std::make_move_iterator(arguments.begin()),
                                std::make_move_iterator(arguments.end()));
    return data::make_list(std::move(elements));
}
Value make_vector_of(Task&, Arguments arguments)
{
    data::VectorBuilder elements;
    for (Value& each : arguments)
        elements.push_back(take(each));
    return elements.finish();
}
Value vec_of(Task& task, Arguments arguments)
{
    if (arguments[0].is_vector())
        return take(arguments[0]).with_meta({});
    if (!is_seqable(arguments[0]))
        fail(errors::runtime,
             "Unable to convert: " + display_value(task, type_of(arguments[0])) + " to Object[]");
    data::VectorBuilder elements;
    Walk walk{task, take(arguments[0])};
    for (Value element; walk.next(element);)
        elements.push_back(std::move(element));
    return elements.finish();
}
Value subvec(Task& task, Arguments arguments)
{
    if (!arguments[0].is_vector())
        fail_type("a vector", arguments[0], "`subvec`");
    const data::Vector& vector = arguments[0].as_vector();
    const auto size = static_cast<std::int64_t>(vector.size());
    const std::int64_t begin = need_whole(arguments[1], "`subvec` start");
    const std::int64_t end = arguments.size() > 2 ? need_whole(arguments[2], "`subvec` end") : size;
    if (begin < 0 || end < begin || end > size)
        fail(errors::index_out_of_bounds,
             "`subvec` expected 0 <= start <= end <= " + std::to_string(size) + " but got " +
                 std::to_string(begin) + " and " + std::to_string(end));
    data::VectorBuilder elements;
    for (std::int64_t i = begin; i < end; ++i) {
        task.poll();
        elements.push_back(vector[static_cast<std::size_t>(i)]);
    }
    return elements.finish();
}

Value reverse_of(Task& task, Arguments arguments)
{
    data::List reversed;
    Walk walk{task, take(arguments[0])};
    for (Value element; walk.next(element);)
        reversed = reversed.push_front(std::move(element));
    return reversed;
}

Value doall(Task& task, Arguments arguments)
{
    const bool limited = arguments.size() == 2;
    Value& source = arguments[limited ? 1 : 0];
    std::int64_t left = limited ? need_whole(arguments[0], "`doall`") : INT64_MAX;
    for (Value at = seq(task, source); !at.is_nil() && left > 0; --left) {
        task.poll();
        at = next(task, at);
    }
    return take(source);
}
Value dorun(Task& task, Arguments arguments)
{
    const bool limited = arguments.size() == 2;
    std::int64_t left = limited ? need_whole(arguments[0], "`dorun`") : INT64_MAX;
    Walk walk{task, take(arguments[limited ? 1 : 0])};
    for (Value element; left > 0 && walk.next(element);)
        --left;
    return {};
}
Value run_each(Task& task, Arguments arguments)
{
    Walk walk{task, take(arguments[1])};
    for (Value element; walk.next(element);)
        task.call(arguments[0], std::move(element));
    return {};
}

Value some_of(Task& task, Arguments arguments)
{
    Walk walk{task, take(arguments[1])};
    for (Value element; walk.next(element);)
        if (Value found = task.call(arguments[0], std::move(element)); found.truthy())
            return found;
    return {};
}
bool all_are(Task& task, Arguments arguments)
{
    Walk walk{task, take(arguments[1])};
    for (Value element; walk.next(element);)
        if (!task.call(arguments[0], std::move(element)).truthy())
            return false;
    return true;
}
Value is_every(Task& task, Arguments arguments)
{
    return to_value(all_are(task, arguments));
}
Value is_not_every(Task& task, Arguments arguments)
{
    return to_value(!all_are(task, arguments));
}
Value is_not_any(Task& task, Arguments arguments)
{
    return to_value(!some_of(task, arguments).truthy());
}

/// Reals and ratios step by addition, as in Clojure.
Value range_of_numbers(const Value& begin, const Value& end, const Value& step)
{
    const int direction = compare_numbers(step, Value::integer(0));
    if (compare_numbers(begin, end) == 0 || (direction > 0) != (compare_numbers(begin, end) < 0))
        return data::List{};
    return make_lazy(
        [](Task&, const auto& own_begin, const auto& own_end, const auto& own_step) -> Value {
            const Value next_begin = calculate(Operation::add, own_begin, own_step);
            return cons(own_begin, range_of_numbers(next_begin, own_end, own_step));
        },
        begin,
        end,
        step);
}
Value range_of(Task&, Arguments arguments)
{
    if (arguments.empty())
        return make_range(0, std::nullopt, 1);
    const bool has_begin = arguments.size() > 1;
    Value begin = has_begin ? take(arguments[0]) : Value::integer(0);
    Value end = take(arguments[has_begin ? 1 : 0]);
    Value step = arguments.size() > 2 ? take(arguments[2]) : Value::integer(1);
    for (const Value* each : {&begin, &end, &step})
        if (!is_number(*each))
            fail_type("a number", *each, "`range`");
    if (begin.is_integer() && step.is_integer() && end.is_real() && std::isinf(end.as_real()) &&
        (end.as_real() > 0) == (step.as_integer() > 0))
        return make_range(begin.as_integer(), std::nullopt, step.as_integer());
    if (begin.is_integer() && end.is_integer() && step.is_integer() && step.as_integer() != 0)
        return make_range(begin.as_integer(), end.as_integer(), step.as_integer());
    return range_of_numbers(begin, end, step);
}

Value is_seq_value(Task&, Arguments arguments)
{
    return to_value(is_seq(arguments[0]));
}
Value is_seqable_value(Task&, Arguments arguments)
{
    return to_value(is_seqable(arguments[0]));
}
Value is_sequential_value(Task&, Arguments arguments)
{
    return to_value(is_sequential(arguments[0]));
}
Value apply_of(Task& task, Arguments arguments)
{
    std::vector<Value> fixed(std::make_move_iterator(arguments.begin() + 1),
                             std::make_move_iterator(arguments.end() - 1));
    const Value more = take(arguments.back());
    return task.apply(arguments[0], std::move(fixed), more);
}

constexpr Builtin table[] = {
    pure("seq",
         "[coll]",
         "The elements as a sequence, or nil when there are none.\n(seq [1 2]) ; => (1 2)",
         seq_of),
    pure("first", "[coll]", "The first element, or nil.\n(first [1 2]) ; => 1", first_of),
    pure("rest",
         "[coll]",
         "All but the first element; empty at the end.\n(rest [1 2]) ; => (2)",
         rest_of),
    pure("next",
         "[coll]",
         "All but the first element; nil at the end.\n(next [1]) ; => nil",
         next_of),
    pure("second", "[coll]", "The second element, or nil.\n(second [1 2]) ; => 2", second_of),
    pure("ffirst", "[coll]", "The first of the first.\n(ffirst [[1]]) ; => 1", ffirst_of),
    pure("nfirst", "[coll]", "The next of the first.\n(nfirst [[1 2]]) ; => (2)", nfirst_of),
    pure("fnext", "[coll]", "The first of the next.\n(fnext [1 2]) ; => 2", second_of),
    pure("nnext", "[coll]", "The next of the next.\n(nnext [1 2 3]) ; => (3)", nnext_of),
    pure("cons",
         "[x seq]",
         "A sequence with x before the others.\n(cons 1 [2]) ; => (1 2)",
         cons_of),
    pure("last", "[coll]", "The last element, or nil.\n(last [1 2]) ; => 2", last_of),
    pure("butlast",
         "[coll]",
         "All but the last element, or nil.\n(butlast [1 2]) ; => (1)",
         butlast_of),
    pure("nth",
         "[coll index] [coll index not-found]",
         "The element at an index, from 0.\n(nth [1 2] 1) ; => 2",
         nth_of),
    pure("nthrest",
         "[coll n]",
         "Without the first n elements.\n(nthrest [1 2 3] 2) ; => (3)",
         nthrest_of),
    pure("nthnext",
         "[coll n]",
         "Without the first n elements, nil at the end.\n(nthnext [1 2 3] 2) ; => (3)",
         nthnext_of),
    pure("count", "[coll]", "The number of elements.\n(count [1 2]) ; => 2", count_of),
    pure("bounded-count",
         "[n coll]",
         "The number of elements, at most n.\n(bounded-count 2 (range)) ; => 2",
         bounded_count),
    pure("empty?", "[coll]", "Has it no elements?\n(empty? []) ; => true", is_empty),
    pure("not-empty",
         "[coll]",
         "The collection, or nil when it is empty.\n(not-empty []) ; => nil",
         not_empty),
    pure("list", "[& items]", "A list of the arguments.\n(list 1 2) ; => (1 2)", make_list_of),
    pure("vector",
         "[& args]",
         "A vector of the arguments.\n(vector 1 2) ; => [1 2]",
         make_vector_of),
    pure("vec", "[coll]", "The elements as a vector.\n(vec '(1 2)) ; => [1 2]", vec_of),
    pure("subvec",
         "[v start] [v start end]",
         "A part of a vector.\n(subvec [1 2 3] 1) ; => [2 3]",
         subvec),
    pure("reverse",
         "[coll]",
         "The elements from the last to the first.\n(reverse [1 2]) ; => (2 1)",
         reverse_of),
    pure("doall",
         "[coll] [n coll]",
         "The sequence, all of it computed.\n(doall (map inc [1])) ; => (2)",
         doall),
    pure("dorun",
         "[coll] [n coll]",
         "Computes the sequence and gives nil.\n(dorun (map inc [1])) ; => nil",
         dorun),
    pure("run!",
         "[proc coll]",
         "Calls a function with each element, for its effects.\n(run! identity [1]) ; => nil",
         run_each),
    pure("some",
         "[pred coll]",
         "The first true answer of the predicate, or nil.\n(some #{2} [1 2]) ; => 2",
         some_of),
    pure("every?",
         "[pred coll]",
         "Is the predicate true of all?\n(every? odd? [1 3]) ; => true",
         is_every),
    pure("not-every?",
         "[pred coll]",
         "Is the predicate false of some?\n(not-every? odd? [1 2]) ; => true",
         is_not_every),
    pure("not-any?",
         "[pred coll]",
         "Is the predicate true of none?\n(not-any? odd? [2]) ; => true",
         is_not_any),
    pure("range",
         "[] [end] [start end] [start end step]",
         "Numbers from start to before end.\n(range 1 4) ; => (1 2 3)",
         range_of),
    pure("seq?", "[x]", "Is it a sequence?\n(seq? '(1)) ; => true", is_seq_value),
    pure("seqable?", "[x]", "Can seq take it?\n(seqable? nil) ; => true", is_seqable_value),
    pure("sequential?",
         "[x]",
         "Is it a list, vector or sequence?\n(sequential? [1]) ; => true",
         is_sequential_value),
    pure("apply",
         "[f args] [f x args] [f x & more]",
         "Calls f with the elements of the last argument.\n(apply + 1 [2 3]) ; => 6",
         apply_of),
};

}  // namespace

std::span<const Builtin> element_builtins()
{
    return table;
}

}  // namespace reops::lang
