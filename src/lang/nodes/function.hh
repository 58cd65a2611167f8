// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Nodes that make functions.

#include "data/value.hh"
#include "lang/closure.hh"
#include "lang/nodes/node.hh"

#include <cstdint>
#include <vector>

namespace reops::lang {

/// `fn*`: a closure over the values that `captures` give.
struct FnNode final : Node {
    explicit FnNode(const FnCode& code_) : code(code_) {}
    ~FnNode() override { data::release(static_cast<const data::Object*>(&code)); }
    FnNode(const FnNode&) = delete;
    FnNode& operator=(const FnNode&) = delete;
    RawValue eval(Frame& frame) const override;

    const FnCode& code;  ///< owns a reference
    Nodes captures;
    NodePtr meta;  ///< may be null
};

/// A function of the same `letfn`, made anew from what the running one captured: all members of a
/// group capture the same values, so none holds another and no cycle comes into being.
struct SiblingNode final : Node {
    explicit SiblingNode(const FnCode& code_) : code(code_) {}
    RawValue eval(Frame& frame) const override;

    const FnCode& code;  ///< kept alive by the LetfnNode
};

struct LetfnNode final : Node {
    struct Member {
        std::uint32_t slot;
        const FnCode* code;  ///< owns a reference
    };
    LetfnNode() = default;
    ~LetfnNode() override;
    LetfnNode(const LetfnNode&) = delete;
    LetfnNode& operator=(const LetfnNode&) = delete;
    RawValue eval(Frame& frame) const override;

    std::vector<Member> members;
    Nodes captures;  ///< shared by all
    NodePtr body;
};

}  // namespace reops::lang
