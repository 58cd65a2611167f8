// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/simple.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/closure.hh"
#include "lang/error.hh"
#include "lang/var.hh"

#include <array>

namespace reops::lang {

RawValue CaptureNode::eval(Frame& frame) const
{
    Value& value = frame.self->captured(index);
    if (moves)
        return value.detach();
    retain(value.raw());
    return value.raw();
}

bool CaptureNode::test(Frame& frame) const
{
    return frame.self->captured(index).truthy();
}

RawValue SelfNode::eval(Frame& frame) const
{
    return value_of(*frame.self).detach();
}

RawValue VarNode::eval(Frame& frame) const
{
    return var.get(frame.task).detach();
}

RawValue DoNode::eval(Frame& frame) const
{
    const std::size_t last = parts.size() - 1;
    for (std::size_t i = 0; i < last; ++i)
        release(parts[i]->eval(frame));
    return parts[last]->eval(frame);
}

void LetNode::bind(Frame& frame) const
{
    for (const Binding& binding : bindings) {
        const RawValue raw = binding.init->eval(frame);
        frame.slots[binding.slot] = Value::adopt(raw);
    }
}

RawValue LetNode::eval(Frame& frame) const
{
    bind(frame);
    return body->eval(frame);
}

bool LetNode::test(Frame& frame) const
{
    bind(frame);
    return body->test(frame);
}

RawValue LoopNode::eval(Frame& frame) const
{
    for (const LetNode::Binding& binding : bindings) {
        const RawValue raw = binding.init->eval(frame);
        frame.slots[binding.slot] = Value::adopt(raw);
    }
    RawValue result = body->eval(frame);
    while (is_recur(result)) {
        frame.task.poll();
        result = body->eval(frame);
    }
    return result;
}

RawValue RecurNode::eval(Frame& frame) const
{
    const std::size_t count = slots.size();
    if (count == 1) {
        const RawValue raw = arguments[0]->eval(frame);
        frame.slots[slots[0]] = Value::adopt(raw);
        return recur_mark;
    }
    // All are computed before any is set.
    constexpr std::size_t few = 8;
    if (count <= few) {
        std::array<Value, few> values;
        for (std::size_t i = 0; i < count; ++i)
            values[i] = arguments[i]->value(frame);
        for (std::size_t i = 0; i < count; ++i)
            frame.slots[slots[i]] = std::move(values[i]);
        return recur_mark;
    }
    std::vector<Value> values;
    for (const NodePtr& argument : arguments)
        values.push_back(argument->value(frame));
    for (std::size_t i = 0; i < count; ++i)
        frame.slots[slots[i]] = std::move(values[i]);
    return recur_mark;
}

RawValue VectorNode::eval(Frame& frame) const
{
    data::VectorBuilder builder;
    for (const NodePtr& element : elements)
        builder.push_back(element->value(frame));
    return Value{builder.finish()}.detach();
}

RawValue MapNode::eval(Frame& frame) const
{
    data::MapBuilder builder;
    for (std::size_t i = 0; i < parts.size(); i += 2) {
        Value key = parts[i]->value(frame);
        Value value = parts[i + 1]->value(frame);
        const Value shown = key;
        builder.set(std::move(key), std::move(value));
        if (builder.size() != i / 2 + 1)
            fail(errors::illegal_argument, "Duplicate key: " + data::print(shown));
    }
    return Value{builder.finish()}.detach();
}

RawValue SetNode::eval(Frame& frame) const
{
    data::SetBuilder builder;
    std::size_t count = 0;
    for (const NodePtr& element : elements) {
        Value value = element->value(frame);
        const Value shown = value;
        builder.insert(std::move(value));
        if (builder.size() != ++count)
            fail(errors::illegal_argument, "Duplicate key: " + data::print(shown));
    }
    return Value{builder.finish()}.detach();
}

RawValue WithMetaNode::eval(Frame& frame) const
{
    Value made = target->value(frame);
    return std::move(made).with_meta(meta->value(frame)).detach();
}

}  // namespace reops::lang
