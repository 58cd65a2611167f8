// SPDX-License-Identifier: Apache-2.0
#include "library/plain_value.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/seq.hh"

#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;

constexpr std::size_t most_elements = 1'000'000;
constexpr std::size_t most_depth = 64;

class Flattener {
public:
    Flattener(lang::Task& task, std::string_view role) : task_(task), role_(role) {}

    Value flatten(const Value& value, std::size_t depth)
    {
        if (depth > most_depth || ++count_ > most_elements)
            lang::fail(lang::errors::illegal_argument,
                       fmt::format("{} is too large: at most {} elements and {} levels",
                                   role_,
                                   most_elements,
                                   most_depth));
        if (value.is_native())
            return flatten_native(value, depth);
        if (value.is_vector() || value.is_list())
            return flatten_sequence(value, depth);
        if (value.is_set()) {
            data::Set out;
            lang::Walk walk{task_, value};
            for (Value element; walk.next(element);)
                out = std::move(out).insert(flatten(element, depth + 1));
            return out;
        }
        if (value.is_map())
            return flatten_map(value, depth);
        return value.is_symbol() ? value.with_meta({}) : value;
    }

private:
    Value flatten_sequence(const Value& value, std::size_t depth)
    {
        std::vector<Value> items;
        lang::Walk walk{task_, value};
        for (Value element; walk.next(element);)
            items.push_back(flatten(element, depth + 1));
        if (value.is_vector())
            return data::make_vector(std::move(items));
        data::List out;
        for (auto item = items.rbegin(); item != items.rend(); ++item)
            out = out.push_front(std::move(*item));
        return out;
    }

    Value flatten_map(const Value& value, std::size_t depth)
    {
        data::Map out;
        lang::Walk walk{task_, value};
        for (Value entry; walk.next(entry);) {
            const Value key = lang::nth(task_, entry, 0);
            const Value item = lang::nth(task_, entry, 1);
            out = std::move(out).assoc(flatten(key, depth + 1), flatten(item, depth + 1));
        }
        return out;
    }

    Value flatten_native(const Value& value, std::size_t depth)
    {
        if (lang::find_seq(value) != nullptr)
            return flatten_sequence(value, depth);
        if (const lang::Collection* collection = lang::find_collection(value)) {
            if (collection->is_map())
                return flatten_map(value, depth);
            return flatten_sequence(value, depth);
        }
        lang::fail_type("data", value, role_);
    }

    lang::Task& task_;
    std::string_view role_;
    std::size_t count_ = 0;
};

}  // namespace

Value plain_value(lang::Task& task, const Value& value, std::string_view role)
{
    const bool is_simple = !value.is_native() && !value.is_vector() && !value.is_list() &&
                           !value.is_map() && !value.is_set();
    return is_simple ? value : Flattener{task, role}.flatten(value, 0);
}

}  // namespace reops::library
