// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/function.hh"

namespace reops::lang {

RawValue FnNode::eval(Frame& frame) const
{
    auto* closure = new Closure(code);
    Value made = Value::native(closure);
    for (std::size_t i = 0; i < captures.size(); ++i)
        closure->captured(i) = captures[i]->value(frame);
    if (meta != nullptr)
        made = std::move(made).with_meta(meta->value(frame));
    return made.detach();
}

RawValue SiblingNode::eval(Frame& frame) const
{
    auto* closure = new Closure(code);
    Value made = Value::native(closure);
    for (std::size_t i = 0; i < code.captures; ++i)
        closure->captured(i) = frame.self->captured(i);
    return made.detach();
}

LetfnNode::~LetfnNode()
{
    for (const Member& member : members)
        data::release(static_cast<const data::Object*>(member.code));
}

RawValue LetfnNode::eval(Frame& frame) const
{
    std::vector<Value> values;
    for (const NodePtr& capture : captures)
        values.push_back(capture->value(frame));
    for (const Member& member : members) {
        auto* closure = new Closure(*member.code);
        frame.slots[member.slot] = Value::native(closure);
        for (std::size_t i = 0; i < values.size(); ++i)
            closure->captured(i) = values[i];
    }
    return body->eval(frame);
}

}  // namespace reops::lang
