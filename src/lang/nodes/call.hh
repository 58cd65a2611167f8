// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Calls. Arguments are evaluated straight into what becomes the callee's frame.

#include "lang/nodes/node.hh"

#include <cstdint>

namespace reops::lang {

class Var;

/// The function is any expression.
struct CallNode final : Node {
    RawValue eval(Frame& frame) const override;

    NodePtr function;
    Nodes arguments;
};

/// The function is the root of a var: no reference is taken, as roots outlive running tasks.
struct VarCallNode final : Node {
    explicit VarCallNode(const Var& var_) : var(var_) {}
    RawValue eval(Frame& frame) const override;

    const Var& var;
    Nodes arguments;
};

/// The function calls itself by its own name.
struct SelfCallNode final : Node {
    RawValue eval(Frame& frame) const override;

    Nodes arguments;
};

/// `(:key map)` and `(:key map otherwise)`.
struct KeywordCallNode final : Node {
    RawValue eval(Frame& frame) const override;

    Value keyword;
    NodePtr target;
    NodePtr otherwise;       ///< may be null
    std::int64_t slot = -1;  ///< when the target is a local: it is looked into where it lies
    bool is_field = false;   ///< `(.-key record)`: only records have any
};

}  // namespace reops::lang
