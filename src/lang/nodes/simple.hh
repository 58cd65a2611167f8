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

struct LoopNode final : Node {
    RawValue eval(Frame& frame) const override;

    std::vector<LetNode::Binding> bindings;
    NodePtr body;
};

/// Sets the slots of the loop, or of the function, anew.
struct RecurNode final : Node {
    RawValue eval(Frame& frame) const override;

    std::vector<std::uint32_t> slots;
    Nodes arguments;
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
