// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/call.hh"

#include "lang/closure.hh"
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/printer.hh"
#include "lang/record.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <new>

namespace reops::lang {

namespace {

/// Evaluates the arguments onto the task's stack; gives where they begin.
Value* push_arguments(Frame& frame, const Nodes& arguments)
{
    Task& task = frame.task;
    Value* const base = task.top;
    if (base + arguments.size() > task.stack_limit - 64) [[unlikely]]
        task.overflow();
    Value* slot = base;
    task.top = base + arguments.size();
    for (const NodePtr& argument : arguments)
        new (slot++) Value(Value::adopt(argument->eval(frame)));
    return base;
}

void pop_arguments(Task& task, Value* base, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        base[i] = Value{};
    task.top = base;
}

RawValue call_value(Task& task, const Value& function, Value* base, std::size_t count)
{
    if (const Closure* closure = find<Closure>(function))
        return closure->run(task, base, count);
    task.check_stack();
    RawValue result;
    if (const auto* builtin = find<BuiltinFunction>(function))
        result = builtin->call(task, Arguments{base, count}).detach();
    else
        result = task.call(function, Arguments{base, count}).detach();
    pop_arguments(task, base, count);
    return result;
}

}  // namespace

RawValue CallNode::eval(Frame& frame) const
{
    const Value callee = function->value(frame);
    Value* const base = push_arguments(frame, arguments);
    frame.task.enter(this);
    const RawValue result = call_value(frame.task, callee, base, arguments.size());
    frame.task.leave();
    return result;
}

RawValue VarCallNode::eval(Frame& frame) const
{
    Task& task = frame.task;
    Value* const base = push_arguments(frame, arguments);
    task.enter(this);
    RawValue result;
    if (var.is_dynamic()) {
        const Value function = var.get(task);
        result = call_value(task, function, base, arguments.size());
    } else {
        const Value* root = var.root(task);
        if (root == nullptr) [[unlikely]]
            root = (static_cast<void>(var.get(task)), root);  // throws
        if (is_callable_object(*root)) [[likely]] {
            result = call_value(task, *root, base, arguments.size());
        } else {
            const Value function = *root;
            result = call_value(task, function, base, arguments.size());
        }
    }
    task.leave();
    return result;
}

RawValue SelfCallNode::eval(Frame& frame) const
{
    Task& task = frame.task;
    Value* const base = push_arguments(frame, arguments);
    task.enter(this);
    const RawValue result = frame.self->run(task, base, arguments.size());
    task.leave();
    return result;
}

RawValue KeywordCallNode::eval(Frame& frame) const
{
    Task& task = frame.task;
    Value held;
    const Value* map = nullptr;
    if (slot >= 0) {
        map = &frame.slots[slot];
    } else {
        held = target->value(frame);
        map = &held;
    }
    if (map->is_map() && !is_field) {
        const Value* found = find_entry(*map, keyword);
        if (found != nullptr) {
            if (otherwise != nullptr)
                release(otherwise->eval(frame));
            retain(found->raw());
            return found->raw();
        }
        return otherwise == nullptr ? RawValue{} : otherwise->eval(frame);
    }
    if (is_field && find<Record>(*map) == nullptr) {
        task.enter(this);
        fail(map->is_nil() ? errors::null_pointer : errors::illegal_argument,
             "No matching field found: " + std::string{keyword.name()} + " for class " +
                 print_value(task, type_of(*map), false),
             "the manual lists the methods that there are");
    }
    Value fallback = otherwise == nullptr ? Value{} : otherwise->value(frame);
    task.enter(this);
    Value result = get(task, *map, keyword, std::move(fallback));
    task.leave();
    return result.detach();
}

}  // namespace reops::lang
