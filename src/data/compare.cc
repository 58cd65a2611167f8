// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/value.hh"
#include "data/vector.hh"

#include <algorithm>
#include <cmath>
#include <compare>
#include <vector>

namespace reops::data {

namespace {

int sign(std::strong_ordering order)
{
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

int sign(int order)
{
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/// Exact, where a conversion to double would round.
int compare_mixed(std::int64_t a, double b)
{
    if (std::isnan(b))
        return -1;
    if (b >= 0x1p63)
        return -1;
    if (b < -0x1p63)
        return 1;
    const auto whole = static_cast<std::int64_t>(b);
    if (a != whole)
        return a < whole ? -1 : 1;
    const double fraction = b - static_cast<double>(whole);
    return fraction > 0 ? -1 : fraction < 0 ? 1 : 0;
}

/// NaN comes after every number; 1 before 1.0; -0.0 before 0.0.
int compare_numbers(const Value& a, const Value& b)
{
    if (a.is_integer() && b.is_integer())
        return sign(a.as_integer() <=> b.as_integer());
    if (a.is_integer()) {
        const int order = compare_mixed(a.as_integer(), b.as_real());
        return order == 0 ? -1 : order;
    }
    if (b.is_integer())
        return -compare_numbers(b, a);
    const std::strong_ordering order = std::strong_order(a.as_real(), b.as_real());
    const bool a_nan = std::isnan(a.as_real());
    if (a_nan || std::isnan(b.as_real()))
        return a_nan == std::isnan(b.as_real()) ? 0 : a_nan ? 1 : -1;
    return sign(order);
}

int compare_names(const Value& a, const Value& b)
{
    const int order = sign(a.name_space().compare(b.name_space()));
    return order != 0 ? order : sign(a.local_name().compare(b.local_name()));
}

/// Numbers are one rank, lists and vectors another.
int rank(Kind kind)
{
    if (kind == Kind::real)
        kind = Kind::integer;
    if (kind == Kind::list)
        kind = Kind::vector;
    return static_cast<int>(kind);
}

/// Depth is bounded by the stack; deeper values than this count as alike. Only the order of
/// printing depends on it.
class Comparison {
public:
    int compare(const Value& a, const Value& b)
    {
        const int ranks = rank(a.kind()) - rank(b.kind());
        if (ranks != 0)
            return sign(ranks);
        switch (a.kind()) {
            case Kind::nil:
            case Kind::secret:
                return 0;
            case Kind::boolean:
                return static_cast<int>(a.as_boolean()) - static_cast<int>(b.as_boolean());
            case Kind::integer:
            case Kind::real:
                return compare_numbers(a, b);
            case Kind::character:
                return sign(a.as_character() <=> b.as_character());
            case Kind::keyword:
            case Kind::symbol:
                return compare_names(a, b);
            case Kind::string:
                return sign(a.as_string().compare(b.as_string()));
            case Kind::native:
                return sign(a.as_native().print().compare(b.as_native().print()));
            default:
                return compare_collections(a, b);
        }
    }

private:
    static constexpr unsigned max_depth = 500;

    int compare_collections(const Value& a, const Value& b)
    {
        if (depth_ == max_depth || a.raw().payload == b.raw().payload)
            return 0;
        ++depth_;
        int order = 0;
        if (a.is_map())
            order = compare_maps(a.as_map(), b.as_map());
        else if (a.is_set())
            order = compare_sorted(sorted(a.as_set()), sorted(b.as_set()));
        else if (a.is_vector())
            order = b.is_vector() ? compare_in_order(a.as_vector(), b.as_vector())
                                  : compare_in_order(a.as_vector(), b.as_list());
        else
            order = b.is_vector() ? compare_in_order(a.as_list(), b.as_vector())
                                  : compare_in_order(a.as_list(), b.as_list());
        --depth_;
        return order;
    }

    template <class A, class B>
    int compare_in_order(const A& a, const B& b)
    {
        if (a.size() != b.size())
            return a.size() < b.size() ? -1 : 1;
        auto other = b.begin();
        for (const Value& value : a) {
            const int order = compare(value, *other);
            if (order != 0)
                return order;
            ++other;
        }
        return 0;
    }

    std::vector<Value> sorted(const Set& set)
    {
        std::vector<Value> elements;
        for (const Value& element : set)
            elements.push_back(element);
        std::sort(elements.begin(), elements.end(), [this](const Value& x, const Value& y) {
            return compare(x, y) < 0;
        });
        return elements;
    }

    int compare_sorted(const std::vector<Value>& a, const std::vector<Value>& b)
    {
        return compare_in_order(a, b);
    }

    int compare_maps(const Map& a, const Map& b)
    {
        if (a.size() != b.size())
            return a.size() < b.size() ? -1 : 1;
        const auto entries = [this](const Map& map) {
            std::vector<KeyValue> all;
            for (const auto& [key, value] : map)
                all.push_back({key, value});
            std::sort(all.begin(), all.end(), [this](const KeyValue& x, const KeyValue& y) {
                return compare(x.key, y.key) < 0;
            });
            return all;
        };
        const std::vector<KeyValue> left = entries(a);
        const std::vector<KeyValue> right = entries(b);
        for (std::size_t i = 0; i < left.size(); ++i) {
            int order = compare(left[i].key, right[i].key);
            if (order == 0)
                order = compare(left[i].value, right[i].value);
            if (order != 0)
                return order;
        }
        return 0;
    }

    unsigned depth_ = 0;
};

}  // namespace

int compare(const Value& a, const Value& b)
{
    return Comparison{}.compare(a, b);
}

}  // namespace reops::data
