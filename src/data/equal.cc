// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/value.hh"
#include "data/vector.hh"

#include <vector>

namespace reops::data {

namespace {

/// One question `a == b`. Pairs that lie deeper than the stack should go wait in `later`: equality
/// is a conjunction, so they can be asked in any order, by the outermost level.
class Equality {
public:
    bool ask(const Value& a, const Value& b)
    {
        if (!equal(a, b))
            return false;
        while (!later_.empty()) {
            const Pair next = later_.back();
            later_.pop_back();
            if (!equal(*next.a, *next.b))
                return false;
        }
        return true;
    }

private:
    struct Pair {
        const Value* a;
        const Value* b;
    };
    static constexpr unsigned max_depth = 200;

    bool equal(const Value& a, const Value& b);
    bool equal_parts(const Value& a, const Value& b);
    template <class A, class B>
    bool equal_in_order(const A& a, const B& b);
    bool equal_maps(const Map& a, const Map& b);

    unsigned depth_ = 0;
    std::vector<Pair> later_;
};

bool is_sequential(const Value& value)
{
    return value.is_list() || value.is_vector();
}

bool Equality::equal(const Value& a, const Value& b)
{
    const RawValue x = a.raw();
    const RawValue y = b.raw();
    if (x.kind() == y.kind() && x.payload == y.payload && !a.is_real())
        return true;
    if (a.is_native())
        return a.as_native().equal_value(b);
    if (b.is_native())
        return b.as_native().equal_value(a);
    if (a.kind() != b.kind())
        return is_sequential(a) && is_sequential(b) && equal_parts(a, b);
    switch (a.kind()) {
        case Kind::real:
            return a.as_real() == b.as_real();
        case Kind::keyword:
        case Kind::symbol:
            // Two interned names are one object; a name from outside is compared by its text.
            return (x.is_counted() || y.is_counted()) && a.name() == b.name();
        case Kind::string:
            return a.as_string() == b.as_string();
        case Kind::list:
        case Kind::vector:
        case Kind::map:
        case Kind::set:
            return equal_parts(a, b);
        default:
            return false;
    }
}

template <class A, class B>
bool Equality::equal_in_order(const A& a, const B& b)
{
    if (a.size() != b.size())
        return false;
    auto other = b.begin();
    for (const Value& value : a) {
        if (!equal(value, *other))
            return false;
        ++other;
    }
    return true;
}

bool Equality::equal_maps(const Map& a, const Map& b)
{
    if (a.size() != b.size())
        return false;
    for (const auto& [key, value] : a) {
        const Value* other = b.find(key);
        if (other == nullptr || !equal(value, *other))
            return false;
    }
    return true;
}

bool equal_sets(const Set& a, const Set& b)
{
    if (a.size() != b.size())
        return false;
    for (const Value& element : a)
        if (!b.contains(element))
            return false;
    return true;
}

bool Equality::equal_parts(const Value& a, const Value& b)
{
    if (depth_ == max_depth) {
        later_.push_back({&a, &b});
        return true;
    }
    ++depth_;
    bool same = false;
    if (a.is_map())
        same = equal_maps(a.as_map(), b.as_map());
    else if (a.is_set())
        same = equal_sets(a.as_set(), b.as_set());
    else if (a.is_vector())
        same = b.is_vector() ? equal_in_order(a.as_vector(), b.as_vector())
                             : equal_in_order(a.as_vector(), b.as_list());
    else
        same = b.is_vector() ? equal_in_order(a.as_list(), b.as_vector())
                             : equal_in_order(a.as_list(), b.as_list());
    --depth_;
    return same;
}

}  // namespace

bool Value::equal_slowly(const Value& a, const Value& b)
{
    return Equality{}.ask(a, b);
}

}  // namespace reops::data
