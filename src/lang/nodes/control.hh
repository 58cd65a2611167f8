// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Nodes that define, throw, catch and choose.

#include "data/map.hh"
#include "lang/error_class.hh"
#include "lang/nodes/node.hh"
#include "lang/var.hh"

#include <cstdint>
#include <vector>

namespace reops::lang {

struct DefNode final : Node {
    explicit DefNode(Var& var_) : var(var_) {}
    RawValue eval(Frame& frame) const override;

    Var& var;
    NodePtr init;  ///< null: only declared
    NodePtr meta;
    Definition definition;
};

/// `(set! *var* value)`: changes the binding of this thread.
struct SetVarNode final : Node {
    explicit SetVarNode(Var& var_) : var(var_) {}
    RawValue eval(Frame& frame) const override;

    Var& var;
    NodePtr value_node;
};

struct ThrowNode final : Node {
    RawValue eval(Frame& frame) const override;

    NodePtr exception;
};

struct TryNode final : Node {
    struct Clause {
        const ErrorClass* kind;
        std::uint32_t slot;
        NodePtr body;
    };
    RawValue eval(Frame& frame) const override;

    NodePtr body;
    std::vector<Clause> clauses;
    NodePtr finally;  ///< may be null

private:
    RawValue eval_caught(Frame& frame) const;
    void eval_finally(Frame& frame) const;
};

/// `case`: constants to branches by hash.
struct CaseNode final : Node {
    RawValue eval(Frame& frame) const override;

    NodePtr subject;
    data::Map branches;  ///< constant to index
    Nodes bodies;
    NodePtr otherwise;  ///< null: no match is an error
};

}  // namespace reops::lang
