// SPDX-License-Identifier: Apache-2.0
#include "data/print_order.hh"

#include <algorithm>

namespace reops::data {

std::vector<KeyValue> entries_in_print_order(const Map& map)
{
    std::vector<KeyValue> entries;
    entries.reserve(map.size());
    for (const auto& [key, value] : map)
        entries.push_back({key, value});
    if (map.is_hashed())
        std::sort(entries.begin(), entries.end(), [](const KeyValue& a, const KeyValue& b) {
            return compare(a.key, b.key) < 0;
        });
    return entries;
}

std::vector<Value> elements_in_print_order(const Set& set)
{
    std::vector<Value> elements;
    elements.reserve(set.size());
    for (const Value& element : set)
        elements.push_back(element);
    std::sort(elements.begin(), elements.end(), ValueLess{});
    return elements;
}

}  // namespace reops::data
