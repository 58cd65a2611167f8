// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/simple.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/closure.hh"
#include "lang/error.hh"
#include "lang/var.hh"

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

void LoopNode::find_shape()
{
    branch_ = dynamic_cast<const IfNode*>(body.get());
    if (branch_ == nullptr)
        return;
    again_ = dynamic_cast<const RecurNode*>(branch_->then.get());
    if (again_ == nullptr)
        again_ = dynamic_cast<const RecurNode*>(branch_->otherwise.get());
}

RawValue LoopNode::eval(Frame& frame) const
{
    for (const LetNode::Binding& binding : bindings) {
        const RawValue raw = binding.init->eval(frame);
        frame.slots[binding.slot] = Value::adopt(raw);
    }
    RawValue result;
    if (again_ != nullptr) {
        const bool goes_on = branch_->then.get() == again_;
        const Node& end = goes_on ? *branch_->otherwise : *branch_->then;
        for (;;) {
            while (branch_->condition->test(frame) == goes_on) {
                again_->assign(frame);
                frame.task.poll();
            }
            result = end.eval(frame);
            if (!is_recur(result))
                return result;
            frame.task.poll();
        }
    }
    for (;;) {
        result = body->eval(frame);
        if (!is_recur(result))
            return result;
        frame.task.poll();
    }
}

void RecurNode::assign_many(Frame& frame) const
{
    std::vector<Value> values;
    values.reserve(slots.size());
    for (const NodePtr& argument : arguments)
        values.push_back(argument->value(frame));
    for (std::size_t i = 0; i < slots.size(); ++i)
        frame.slots[slots[i]] = std::move(values[i]);
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
