// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Nodes without calls: constants, locals, vars, literals and the plain control forms.

#include "data/value.hh"
#include "lang/nodes/node.hh"

#include <cstdint>
#include <vector>

namespace reops::lang {

class Var;

struct ConstantNode final : Node {
    explicit ConstantNode(Value value) : constant(std::move(value)) {}
    RawValue eval(Frame&) const override
    {
        retain(constant.raw());
        return constant.raw();
    }
    bool test(Frame&) const override { return constant.truthy(); }

    Value constant;
};

/// A parameter or a local. `moves` is set by the analyzer when nothing reads it afterwards.
struct LocalNode final : Node {
    explicit LocalNode(std::uint32_t slot_) : slot(slot_) {}
    RawValue eval(Frame& frame) const override
    {
        Value& value = frame.slots[slot];
        if (moves)
            return value.detach();
        retain(value.raw());
        return value.raw();
    }
    bool test(Frame& frame) const override { return frame.slots[slot].truthy(); }

    std::uint32_t slot;
    bool moves = false;
};

struct CaptureNode final : Node {
    explicit CaptureNode(std::uint32_t index_) : index(index_) {}
    RawValue eval(Frame& frame) const override;
    bool test(Frame& frame) const override;

    std::uint32_t index;
    bool moves = false;  ///< only in functions that are called once
};

/// The function itself, by its own name.
struct SelfNode final : Node {
    RawValue eval(Frame& frame) const override;
};

struct VarNode final : Node {
    explicit VarNode(const Var& var_) : var(var_) {}
    RawValue eval(Frame& frame) const override;

    const Var& var;
};

struct IfNode final : Node {
    RawValue eval(Frame& frame) const override
    {
        return condition->test(frame) ? then->eval(frame) : otherwise->eval(frame);
    }
    bool test(Frame& frame) const override
    {
        return condition->test(frame) ? then->test(frame) : otherwise->test(frame);
    }

    NodePtr condition;
    NodePtr then;
    NodePtr otherwise;
};

struct DoNode final : Node {
    RawValue eval(Frame& frame) const override;

    Nodes parts;  ///< not empty
};

struct LetNode final : Node {
    struct Binding {
        std::uint32_t slot;
        NodePtr init;
    };
    RawValue eval(Frame& frame) const override;
    bool test(Frame& frame) const override;
    void bind(Frame& frame) const;

    std::vector<Binding> bindings;
    NodePtr body;
};

/// Sets the slots of the loop, or of the function, anew.
struct RecurNode final : Node {
    RawValue eval(Frame& frame) const override
    {
        assign(frame);
        return recur_mark;
    }
    /// All are computed before any is set.
    void assign(Frame& frame) const
    {
        switch (slots.size()) {
            case 0:
                return;
            case 1:
                return assign_last(frame, 0);
            case 2: {
                Value first = arguments[0]->value(frame);
                assign_last(frame, 1);
                frame.slots[slots[0]] = std::move(first);
                return;
            }
            case 3: {
                Value first = arguments[0]->value(frame);
                Value second = arguments[1]->value(frame);
                assign_last(frame, 2);
                frame.slots[slots[0]] = std::move(first);
                frame.slots[slots[1]] = std::move(second);
                return;
            }
            default:
                assign_many(frame);
        }
    }

    std::vector<std::uint32_t> slots;
    Nodes arguments;

private:
    void assign_last(Frame& frame, std::size_t index) const
    {
        const RawValue raw = arguments[index]->eval(frame);
        frame.slots[slots[index]] = Value::adopt(raw);
    }
    void assign_many(Frame& frame) const;
};

struct LoopNode final : Node {
    RawValue eval(Frame& frame) const override;
    /// `(if test (recur ...) result)`, the usual body, runs without passing marks up. Called once
    /// the body is set.
    void find_shape();

    std::vector<LetNode::Binding> bindings;
    NodePtr body;

private:
    const IfNode* branch_ = nullptr;  ///< the body, when one of its sides is `again_`
    const RecurNode* again_ = nullptr;
};

struct VectorNode final : Node {
    RawValue eval(Frame& frame) const override;

    Nodes elements;
};

struct MapNode final : Node {
    RawValue eval(Frame& frame) const override;

    Nodes parts;  ///< key, value, key, value
};

struct SetNode final : Node {
    RawValue eval(Frame& frame) const override;

    Nodes elements;
};

/// A literal collection with `^{...}` whose metadata is computed.
struct WithMetaNode final : Node {
    RawValue eval(Frame& frame) const override;

    NodePtr target;
    NodePtr meta;
};

}  // namespace reops::lang
