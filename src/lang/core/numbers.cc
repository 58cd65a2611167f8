// SPDX-License-Identifier: Apache-2.0
#include "lang/arguments.hh"
#include "lang/arithmetic.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"

namespace reops::lang {

namespace {

template <Operation operation>
Value fold(Task&, Arguments arguments)
{
    if constexpr (operation == Operation::add || operation == Operation::multiply) {
        if (arguments.empty())
            return Value::integer(operation == Operation::add ? 0 : 1);
    }
    if (arguments.size() == 1) {
        if constexpr (operation == Operation::subtract)
            return calculate(operation, Value::integer(0), arguments[0]);
        if constexpr (operation == Operation::divide)
            return calculate(operation, Value::integer(1), arguments[0]);
        return calculate(Operation::add, arguments[0], Value::integer(0));
    }
    Value result = std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        result = calculate(operation, result, arguments[i]);
    return result;
}

template <Operation operation>
Value fold_promoting(Task&, Arguments arguments)
{
    if (arguments.empty())
        return Value::integer(operation == Operation::multiply ? 1 : 0);
    Value result = arguments.size() == 1 && operation == Operation::subtract
                       ? calculate_promoting(operation, Value::integer(0), arguments[0])
                       : std::move(arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        result = calculate_promoting(operation, result, arguments[i]);
    return result;
}

template <Operation operation>
Value two(Task&, Arguments arguments)
{
    return calculate(operation, arguments[0], arguments[1]);
}

/// `holds` of each pair of neighbours.
template <class Holds>
Value chain(Arguments arguments, Holds holds)
{
    if (arguments.size() == 1 && !is_number(arguments[0]))
        fail_type("a number", arguments[0]);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!holds(compare_numbers(arguments[i - 1], arguments[i])))
            return Value::boolean(false);
    return Value::boolean(true);
}

Value less(Task&, Arguments arguments)
{
    return chain(arguments, [](int order) { return order == -1; });
}

Value greater(Task&, Arguments arguments)
{
    return chain(arguments, [](int order) { return order == 1; });
}

Value less_equal(Task&, Arguments arguments)
{
    return chain(arguments, [](int order) { return order == -1 || order == 0; });
}

Value greater_equal(Task&, Arguments arguments)
{
    return chain(arguments, [](int order) { return order == 1 || order == 0; });
}

Value same_number(Task&, Arguments arguments)
{
    return chain(arguments, [](int order) { return order == 0; });
}

Value equal(Task&, Arguments arguments)
{
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!(arguments[i - 1] == arguments[i]))
            return Value::boolean(false);
    return Value::boolean(true);
}

Value different(Task& task, Arguments arguments)
{
    return Value::boolean(!equal(task, arguments).truthy());
}

Value increment(Task&, Arguments arguments)
{
    return calculate(Operation::add, arguments[0], Value::integer(1));
}

Value decrement(Task&, Arguments arguments)
{
    return calculate(Operation::subtract, arguments[0], Value::integer(1));
}

Value zero(Task&, Arguments arguments)
{
    return Value::boolean(compare_numbers(arguments[0], Value::integer(0)) == 0);
}

Value positive(Task&, Arguments arguments)
{
    return Value::boolean(compare_numbers(arguments[0], Value::integer(0)) == 1);
}

Value negative(Task&, Arguments arguments)
{
    return Value::boolean(compare_numbers(arguments[0], Value::integer(0)) == -1);
}

template <int wanted>
Value extreme(Task&, Arguments arguments)
{
    Value best = std::move(arguments[0]);
    if (!is_number(best))
        fail_type("a number", best);
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const int order = compare_numbers(arguments[i], best);
        if (order == wanted || order == 2)
            best = std::move(arguments[i]);
    }
    return best;
}

constexpr Builtin table[] = {
    {.name = "+",
     .args = "[] [x] [x y] [x y & more]",
     .doc = "The sum. Throws when it is beyond 64 bits.\n(+ 1 2 3) ; => 6",
     .since = "0.1",
     .run = fold<Operation::add>},
    {.name = "-",
     .args = "[x] [x y] [x y & more]",
     .doc = "The difference, or the negated number.\n(- 5 2 1) ; => 2",
     .since = "0.1",
     .run = fold<Operation::subtract>},
    {.name = "*",
     .args = "[] [x] [x y] [x y & more]",
     .doc = "The product. Throws when it is beyond 64 bits.\n(* 2 3 4) ; => 24",
     .since = "0.1",
     .run = fold<Operation::multiply>},
    {.name = "/",
     .args = "[x] [x y] [x y & more]",
     .doc = "The quotient.\n(/ 12 3) ; => 4",
     .since = "0.1",
     .run = fold<Operation::divide>},
    {.name = "+'",
     .args = "[] [x] [x y] [x y & more]",
     .doc = "The sum, of any size.\n(+' 1 2) ; => 3",
     .since = "0.1",
     .run = fold_promoting<Operation::add>},
    {.name = "-'",
     .args = "[x] [x y] [x y & more]",
     .doc = "The difference, of any size.\n(-' 5 2) ; => 3",
     .since = "0.1",
     .run = fold_promoting<Operation::subtract>},
    {.name = "*'",
     .args = "[] [x] [x y] [x y & more]",
     .doc = "The product, of any size.\n(*' 2 3) ; => 6",
     .since = "0.1",
     .run = fold_promoting<Operation::multiply>},
    {.name = "quot",
     .args = "[num div]",
     .doc = "The quotient, cut towards zero.\n(quot -7 2) ; => -3",
     .since = "0.1",
     .run = two<Operation::quotient>},
    {.name = "rem",
     .args = "[num div]",
     .doc = "The remainder of quot.\n(rem -7 2) ; => -1",
     .since = "0.1",
     .run = two<Operation::remainder>},
    {.name = "mod",
     .args = "[num div]",
     .doc = "The remainder, with the sign of the divisor.\n(mod -7 2) ; => 1",
     .since = "0.1",
     .run = two<Operation::modulo>},
    {.name = "inc",
     .args = "[x]",
     .doc = "One more.\n(inc 1) ; => 2",
     .since = "0.1",
     .run = increment},
    {.name = "dec",
     .args = "[x]",
     .doc = "One less.\n(dec 1) ; => 0",
     .since = "0.1",
     .run = decrement},
    {.name = "<",
     .args = "[x] [x y] [x y & more]",
     .doc = "Is each number less than the next?\n(< 1 2 3) ; => true",
     .since = "0.1",
     .run = less},
    {.name = ">",
     .args = "[x] [x y] [x y & more]",
     .doc = "Is each number greater than the next?\n(> 3 2) ; => true",
     .since = "0.1",
     .run = greater},
    {.name = "<=",
     .args = "[x] [x y] [x y & more]",
     .doc = "Is no number greater than the next?\n(<= 1 1 2) ; => true",
     .since = "0.1",
     .run = less_equal},
    {.name = ">=",
     .args = "[x] [x y] [x y & more]",
     .doc = "Is no number less than the next?\n(>= 2 1 1) ; => true",
     .since = "0.1",
     .run = greater_equal},
    {.name = "==",
     .args = "[x] [x y] [x y & more]",
     .doc = "Are the numbers equal, whatever their kind?\n(== 1 1.0) ; => true",
     .since = "0.1",
     .run = same_number},
    {.name = "=",
     .args = "[x] [x y] [x y & more]",
     .doc = "Are the values equal?\n(= [1 2] '(1 2)) ; => true",
     .since = "0.1",
     .run = equal},
    {.name = "not=",
     .args = "[x] [x y] [x y & more]",
     .doc = "Are the values not all equal?\n(not= 1 2) ; => true",
     .since = "0.1",
     .run = different},
    {.name = "zero?",
     .args = "[x]",
     .doc = "Is it zero?\n(zero? 0.0) ; => true",
     .since = "0.1",
     .run = zero},
    {.name = "pos?",
     .args = "[x]",
     .doc = "Is it greater than zero?\n(pos? 1) ; => true",
     .since = "0.1",
     .run = positive},
    {.name = "neg?",
     .args = "[x]",
     .doc = "Is it less than zero?\n(neg? -1) ; => true",
     .since = "0.1",
     .run = negative},
    {.name = "max",
     .args = "[x] [x y] [x y & more]",
     .doc = "The greatest.\n(max 1 3 2) ; => 3",
     .since = "0.1",
     .run = extreme<1>},
    {.name = "min",
     .args = "[x] [x y] [x y & more]",
     .doc = "The least.\n(min 1 3 2) ; => 1",
     .since = "0.1",
     .run = extreme<-1>},
};

}  // namespace

std::span<const Builtin> number_builtins()
{
    return table;
}

}  // namespace reops::lang
