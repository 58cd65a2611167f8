// SPDX-License-Identifier: Apache-2.0
#include "data/vector.hh"

#include "base/check.hh"
#include "data/vector_node.hh"

namespace reops::data {

const Value* Vector::leaf_of(std::size_t index) const
{
    const auto* root = static_cast<const VectorRoot*>(object());
    if (index >= root->tail_begin())
        return root->tail->values();
    const Object* node = root->tree;
    for (unsigned shift = root->shift; shift > 0; shift -= 5)
        node = static_cast<const VectorInner*>(node)->children[(index >> shift) % leaf_size];
    return static_cast<const VectorLeaf*>(node)->values();
}

const Value& Vector::operator[](std::size_t index) const
{
    REOPS_CHECK(index < size(), "index beyond the end of a vector");
    return leaf_of(index)[index % leaf_size];
}

const Value* Vector::find(std::size_t index) const
{
    return index < size() ? leaf_of(index) + index % leaf_size : nullptr;
}

Vector Vector::push_back(Value value) const&
{
    return Vector{*this}.push_back(std::move(value));
}

Vector Vector::push_back(Value value) &&
{
    return Vector{adopt(push_value(take(), std::move(value)))};
}

Vector Vector::set(std::size_t index, Value value) const&
{
    return Vector{*this}.set(index, std::move(value));
}

Vector Vector::set(std::size_t index, Value value) &&
{
    REOPS_CHECK(index < size(), "index beyond the end of a vector");
    return Vector{adopt(set_value(take(), index, std::move(value)))};
}

Vector Vector::pop_back() const&
{
    return Vector{*this}.pop_back();
}

Vector Vector::pop_back() &&
{
    REOPS_CHECK(!empty(), "pop_back() of an empty vector");
    return Vector{adopt(pop_value(take()))};
}

Vector make_vector(std::initializer_list<Value> values)
{
    VectorBuilder builder;
    for (const Value& value : values)
        builder.push_back(value);
    return builder.finish();
}

Vector make_vector(std::vector<Value>&& values)
{
    VectorBuilder builder;
    for (Value& value : values)
        builder.push_back(std::move(value));
    return builder.finish();
}

}  // namespace reops::data
