// SPDX-License-Identifier: Apache-2.0
#include "lang/transaction.hh"

#include "lang/error.hh"
#include "lang/task.hh"

#include <algorithm>
#include <chrono>

namespace reops::lang {

namespace {

/// Between two looks at the task's limits.
constexpr std::chrono::milliseconds slice{5};

/// What a transaction has set.
struct Change {
    Value ref;
    Value value;
};

constinit thread_local std::vector<Change>* open_changes = nullptr;

Change* find_change(const Ref& ref)
{
    if (open_changes == nullptr)
        return nullptr;
    const auto found = std::find_if(open_changes->begin(), open_changes->end(), [&](Change& each) {
        return find<Ref>(each.ref) == &ref;
    });
    return found == open_changes->end() ? nullptr : &*found;
}

void check_open()
{
    if (open_changes == nullptr)
        fail(errors::illegal_state, "No transaction running", "put it into (dosync ...)");
}

}  // namespace

Value Ref::deref(Task&) const
{
    const Change* change = find_change(*this);
    return change == nullptr ? held() : change->value;
}

Value Ref::held() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

void Ref::set(Value value) const
{
    const std::lock_guard lock{mutex_};
    std::swap(value_, value);
}

void Ref::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(value_);
}

std::string Ref::print() const
{
    return "#ref[...]";
}

Value Transactions::run(Task& task, const Value& function)
{
    if (open_changes != nullptr)
        return task.call(function, Arguments{});
    std::unique_lock lock{mutex_, std::defer_lock};
    while (!lock.owns_lock())
        task.wait(slice, [&] { static_cast<void>(lock.try_lock_for(slice)); });
    std::vector<Change> changes;
    struct Open {
        explicit Open(std::vector<Change>& list) { open_changes = &list; }
        Open(const Open&) = delete;
        Open& operator=(const Open&) = delete;
        ~Open() { open_changes = nullptr; }
    };
    const Open open{changes};
    Value result = task.call(function, Arguments{});
    for (Change& change : changes)
        find<Ref>(change.ref)->set(std::move(change.value));
    return result;
}

Value get_in_transaction(const Ref& ref)
{
    check_open();
    const Change* change = find_change(ref);
    return change == nullptr ? ref.held() : change->value;
}

void set_in_transaction(const Ref& ref, Value value)
{
    check_open();
    if (Change* change = find_change(ref))
        change->value = std::move(value);
    else
        open_changes->push_back({value_of(ref), std::move(value)});
}

}  // namespace reops::lang
