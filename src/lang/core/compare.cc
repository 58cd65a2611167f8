// SPDX-License-Identifier: Apache-2.0
#include "lang/core/compare.hh"

#include "data/vector.hh"
#include "lang/arithmetic.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <algorithm>
#include <utility>

namespace reops::lang {

namespace {

int sign(std::int64_t number)
{
    return number < 0 ? -1 : number > 0 ? 1 : 0;
}

/// The JVM's: the difference of the first characters that differ, or of the lengths.
int compare_texts(std::string_view a, std::string_view b)
{
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i)
        if (a[i] != b[i])
            return static_cast<unsigned char>(a[i]) - static_cast<unsigned char>(b[i]);
    return static_cast<int>(a.size()) - static_cast<int>(b.size());
}

/// Names without a namespace come first.
int compare_names(const Value& a, const Value& b)
{
    const std::string_view x = a.name_space();
    const std::string_view y = b.name_space();
    if (x.empty() != y.empty())
        return x.empty() ? -1 : 1;
    const int spaces = compare_texts(x, y);
    return spaces != 0 ? spaces : compare_texts(a.local_name(), b.local_name());
}

int compare_vectors(Task& task, const data::Vector& a, const data::Vector& b)
{
    if (a.size() != b.size())
        return a.size() < b.size() ? -1 : 1;
    task.check_stack();
    for (auto x = a.begin(), y = b.begin(); x != a.end(); ++x, ++y)
        if (const int order = compare(task, *x, *y); order != 0)
            return order;
    return 0;
}

[[noreturn]] void fail_order(const Value& a, const Value& b)
{
    const std::string kind{data::describe(a.kind())};
    fail_type(kind, b, "`compare`");
}

}  // namespace

int compare(Task& task, const Value& a, const Value& b)
{
    if (a.is_integer() && b.is_integer()) [[likely]]
        return a.as_integer() < b.as_integer() ? -1 : a.as_integer() > b.as_integer() ? 1 : 0;
    if (a.is_nil() || b.is_nil())
        return a.is_nil() ? (b.is_nil() ? 0 : -1) : 1;
    if (is_number(a) && is_number(b)) {
        const int order = compare_numbers(a, b);
        return order == 2 ? 0 : order;
    }
    if (a.kind() != b.kind())
        fail_order(a, b);
    switch (a.kind()) {
        case data::Kind::string:
            return compare_texts(a.as_string(), b.as_string());
        case data::Kind::keyword:
        case data::Kind::symbol:
            return compare_names(a, b);
        case data::Kind::character:
            return static_cast<int>(a.as_character()) - static_cast<int>(b.as_character());
        case data::Kind::boolean:
            return static_cast<int>(a.as_boolean()) - static_cast<int>(b.as_boolean());
        case data::Kind::vector:
            return compare_vectors(task, a.as_vector(), b.as_vector());
        default:
            break;
    }
    if (class_id_of(a) == class_id_of(b) &&
        class_id_of(a) == static_cast<std::uint16_t>(ClassId::instant))
        return sign(compare_texts(a.as_native().print(), b.as_native().print()));
    if (class_id_of(a) == class_id_of(b) &&
        class_id_of(a) == static_cast<std::uint16_t>(ClassId::uuid))
        return sign(compare_texts(a.as_native().print(), b.as_native().print()));
    if (a == b)
        return 0;
    fail_order(a, b);
}

int compare_by(Task& task, const Value& comparator, const Value& a, const Value& b)
{
    if (comparator.is_nil())
        return compare(task, a, b);
    const Value answer = task.call(comparator, a, b);
    if (answer.is_integer())
        return sign(answer.as_integer());
    if (is_number(answer))
        return compare_numbers(answer, Value::integer(0));
    if (answer.truthy())
        return -1;
    return task.call(comparator, b, a).truthy() ? 1 : 0;
}

namespace {

/// Bottom-up merging: unlike std::stable_sort it never leaves the range, whatever the comparator
/// says.
template <class Element, class Order>
void merge_sort(Task& task, std::vector<Element>& values, Order order)
{
    const std::size_t size = values.size();
    std::vector<Element> other(size);
    for (std::size_t width = 1; width < size; width *= 2) {
        for (std::size_t begin = 0; begin < size; begin += 2 * width) {
            const std::size_t middle = std::min(begin + width, size);
            const std::size_t end = std::min(begin + 2 * width, size);
            std::size_t left = begin;
            std::size_t right = middle;
            for (std::size_t out = begin; out < end; ++out) {
                task.poll();
                const bool from_left =
                    right == end || (left < middle && order(values[left], values[right]) <= 0);
                other[out] = std::move(values[from_left ? left++ : right++]);
            }
        }
        values.swap(other);
    }
}

}  // namespace

void sort(Task& task, std::vector<Value>& values, const Value& comparator)
{
    const bool all_integers = std::all_of(
        values.begin(), values.end(), [](const Value& value) { return value.is_integer(); });
    if (comparator.is_nil() && all_integers) {
        std::sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
            return a.as_integer() < b.as_integer();
        });
        return;
    }
    if (comparator.is_nil())
        return merge_sort(
            task, values, [&](const Value& a, const Value& b) { return compare(task, a, b); });
    merge_sort(task, values, [&](const Value& a, const Value& b) {
        return compare_by(task, comparator, a, b);
    });
}

void sort_positions(Task& task,
                    std::vector<std::size_t>& positions,
                    const std::vector<Value>& keys,
                    const Value& comparator)
{
    merge_sort(task, positions, [&](std::size_t a, std::size_t b) {
        return compare_by(task, comparator, keys[a], keys[b]);
    });
}

namespace {

Value are_equal(Task&, Arguments arguments)
{
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!(arguments[i - 1] == arguments[i]))
            return to_value(false);
    return to_value(true);
}
Value are_not_equal(Task& task, Arguments arguments)
{
    return to_value(!are_equal(task, arguments).as_boolean());
}
Value are_numbers_equal(Task&, Arguments arguments)
{
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!numbers_equal(arguments[i - 1], arguments[i]))
            return to_value(false);
    return to_value(true);
}
Value are_identical(Task&, Arguments arguments)
{
    const data::RawValue a = arguments[0].raw();
    const data::RawValue b = arguments[1].raw();
    if (arguments[0].kind() == arguments[1].kind() &&
        (arguments[0].is_keyword() || arguments[0].is_nil()))
        return to_value(arguments[0] == arguments[1]);
    return to_value(a.kind() == b.kind() && a.payload == b.payload);
}

template <class Accept>
Value in_order(Arguments arguments, Accept accept)
{
    if (arguments.size() == 1)
        return to_value(true);
    for (std::size_t i = 1; i < arguments.size(); ++i)
        if (!accept(compare_numbers(arguments[i - 1], arguments[i])))
            return to_value(false);
    return to_value(true);
}
Value less(Task&, Arguments arguments)
{
    return in_order(arguments, [](int order) { return order == -1; });
}
Value less_or_equal(Task&, Arguments arguments)
{
    return in_order(arguments, [](int order) { return order == -1 || order == 0; });
}
Value greater(Task&, Arguments arguments)
{
    return in_order(arguments, [](int order) { return order == 1; });
}
Value greater_or_equal(Task&, Arguments arguments)
{
    return in_order(arguments, [](int order) { return order == 1 || order == 0; });
}

Value compare_two(Task& task, Arguments arguments)
{
    return Value::integer(compare(task, arguments[0], arguments[1]));
}
Value hash_of(Task&, Arguments arguments)
{
    return Value::integer(arguments[0].hash());
}

constexpr Builtin table[] = {
    pure("=",
         "[x] [x y] [x y & more]",
         "Are all equal? 1 and 1.0 are not; a list equals a vector of equal elements.\n(= [1 2] "
         "'(1 2)) ; => true",
         are_equal),
    pure("not=",
         "[x] [x y] [x y & more]",
         "The opposite of `=`.\n(not= 1 2) ; => true",
         are_not_equal),
    pure("==",
         "[x] [x y] [x y & more]",
         "Are the numbers equal by value?\n(== 1 1.0) ; => true",
         are_numbers_equal),
    pure("identical?",
         "[x y]",
         "Is it the same object?\n(identical? :a :a) ; => true",
         are_identical),
    pure("<", "[x] [x y] [x y & more]", "Does each number rise?\n(< 1 2 3) ; => true", less),
    pure("<=",
         "[x] [x y] [x y & more]",
         "Does no number fall?\n(<= 1 1 2) ; => true",
         less_or_equal),
    pure(">", "[x] [x y] [x y & more]", "Does each number fall?\n(> 3 2 1) ; => true", greater),
    pure(">=",
         "[x] [x y] [x y & more]",
         "Does no number rise?\n(>= 2 2 1) ; => true",
         greater_or_equal),
    pure("compare",
         "[x y]",
         "Negative, 0 or positive: which comes first?\n(compare 1 2) ; => -1",
         compare_two),
    pure("hash",
         "[x]",
         "A number that equal values share.\n(= (hash [1]) (hash '(1))) ; => true",
         hash_of),
};

}  // namespace

std::span<const Builtin> compare_builtins()
{
    return table;
}

}  // namespace reops::lang
