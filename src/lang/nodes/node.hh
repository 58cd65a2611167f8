// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tree that the analyzer makes and eval() walks. Values travel as RawValue, in two
/// registers and owned: who gets one releases it or passes it on. A node that holds one while
/// another is evaluated keeps it in a Value, as that may throw.

#include "data/value.hh"
#include "lang/sources.hh"
#include "lang/task.hh"

#include <memory>
#include <vector>

namespace reops::lang {

using data::RawValue;
using data::Value;

class Closure;
class FnCode;

/// One call at work: its parameters and locals lie on the task's stack.
struct Frame {
    Value* slots;
    const Closure* self;  ///< null at top level
    Task& task;
};

/// What RecurNode gives after it has set the slots anew; passes up through tail positions.
constexpr RawValue recur_mark{0xfe, 0};
inline bool is_recur(RawValue raw)
{
    return raw.tag == recur_mark.tag;
}

inline bool truthy(RawValue raw)
{
    return raw.kind() > data::Kind::boolean ||
           (raw.kind() == data::Kind::boolean && raw.payload != 0);
}

/// Immutable after analysis, shared by all threads.
struct Node {
    Node() = default;
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    virtual ~Node() = default;

    virtual RawValue eval(Frame& frame) const = 0;
    /// eval() where only the truth is asked for.
    virtual bool test(Frame& frame) const
    {
        const RawValue raw = eval(frame);
        const bool result = truthy(raw);
        release(raw);
        return result;
    }

    Value value(Frame& frame) const { return Value::adopt(eval(frame)); }

    Place place;
    const FnCode* owner = nullptr;  ///< the function it stands in; null at top level
};

using NodePtr = std::unique_ptr<Node>;
using Nodes = std::vector<NodePtr>;

}  // namespace reops::lang
