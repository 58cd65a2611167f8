// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"

#include "base/check.hh"
#include "data/pool.hh"

#include <new>

namespace reops::data {

Cell::Cell(Value first_, const Cell* rest_)
    : Object(ObjectType::cell, size_class_of(sizeof(Cell)), rest_ == nullptr ? 1 : rest_->size + 1),
      first(std::move(first_)),
      rest(rest_)
{
}

namespace {

const Cell* make_cell(Value first, const Cell* rest)
{
    return new (allocate(sizeof(Cell))) Cell(std::move(first), rest);
}

}  // namespace

const Value& List::front() const
{
    REOPS_CHECK(!empty(), "front() of an empty list");
    return cell()->first;
}

List List::rest() const
{
    if (empty() || cell()->rest == nullptr)
        return {};
    retain(cell()->rest);
    return List{adopt(cell()->rest)};
}

List List::push_front(Value value) const
{
    if (cell() != nullptr)
        retain(cell());
    return List{adopt(make_cell(std::move(value), cell()))};
}

List make_list(std::initializer_list<Value> values)
{
    return make_list(std::vector<Value>{values});
}

List make_list(std::vector<Value>&& values)
{
    List list;
    for (std::size_t i = values.size(); i > 0; --i)
        list = list.push_front(std::move(values[i - 1]));
    return list;
}

}  // namespace reops::data
