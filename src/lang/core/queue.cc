// SPDX-License-Identifier: Apache-2.0
#include "lang/core/queue.hh"

#include "data/print.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

#include <vector>

namespace reops::lang {

Value Queue::peek() const
{
    return front_.empty() ? Value{} : front_.front();
}

Value Queue::pop() const
{
    if (front_.empty())
        return data::make_native<Queue>();
    data::List left = front_.rest();
    if (!left.empty())
        return data::make_native<Queue>(std::move(left), back_);
    std::vector<Value> turned(back_.begin(), back_.end());
    return data::make_native<Queue>(data::make_list(std::move(turned)), data::Vector{});
}

Value Queue::seq(Task& task) const
{
    if (front_.empty())
        return {};
    std::vector<Value> all(front_.begin(), front_.end());
    for (const Value& element : back_) {
        task.poll();
        all.push_back(element);
    }
    return data::make_list(std::move(all));
}

std::int64_t Queue::count(Task&) const
{
    return static_cast<std::int64_t>(front_.size() + back_.size());
}

std::optional<Value> Queue::find(Task&, const Value&) const
{
    return std::nullopt;
}

Value Queue::conj(Task&, Value, Value element) const
{
    if (front_.empty())
        return data::make_native<Queue>(data::make_list({std::move(element)}), data::Vector{});
    return data::make_native<Queue>(front_, back_.push_back(std::move(element)));
}

Value Queue::empty(Task&) const
{
    return data::make_native<Queue>();
}

std::string Queue::print() const
{
    return "#queue " +
           data::print(seq(Task::current()).is_nil() ? Value{data::List{}} : seq(Task::current()));
}

bool Queue::equal_value(const Value& other) const
{
    if (!is_sequential(other))
        return false;
    Task& task = Task::current();
    const Value mine = seq(task);
    const Value theirs = lang::seq(task, other);
    return mine == theirs;
}

std::uint32_t Queue::hash_value() const
{
    const Value mine = seq(Task::current());
    return mine.is_nil() ? Value{data::List{}}.hash() : mine.hash();
}

}  // namespace reops::lang
