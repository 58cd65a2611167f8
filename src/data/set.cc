// SPDX-License-Identifier: Apache-2.0
#include "data/set.hh"

#include "data/map_node.hh"

namespace reops::data {

const Value* Set::find(const Value& element) const
{
    return find_entry(object(), element);
}

Set Set::insert(Value element) const&
{
    return Set{*this}.insert(std::move(element));
}

Set Set::insert(Value element) &&
{
    // As in Clojure, an equal element that is already there stays.
    if (contains(element))
        return std::move(*this);
    Insertion insertion;
    return of(put_entry(take(), std::move(element), Value{}, insertion));
}

Set Set::erase(const Value& element) const&
{
    return Set{*this}.erase(element);
}

Set Set::erase(const Value& element) &&
{
    return of(remove_entry(take(), element));
}

bool Set::is_hashed() const
{
    return object() != nullptr && object()->type == ObjectType::hash_map;
}

Set Set::to_hashed() const
{
    return of(hashed_entries(Set{*this}.take()));
}

Set make_set(std::initializer_list<Value> elements)
{
    SetBuilder builder;
    for (const Value& element : elements)
        builder.insert(element);
    return builder.finish();
}

}  // namespace reops::data
