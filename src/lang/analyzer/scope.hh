// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the analyzer knows of names and functions while it walks: which slot a local has, who
/// captures it, and which of its uses is the last one.

#include "data/value.hh"
#include "lang/closure.hh"
#include "lang/nodes/simple.hh"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace reops::lang {

class Var;
struct FnScope;

/// A name that stands for a slot, for the function itself or for another of the same letfn.
struct Local {
    enum class Kind { slot, self, sibling };

    Value symbol;
    FnScope* scope = nullptr;
    Kind kind = Kind::slot;
    std::uint32_t slot = 0;
    const FnCode* sibling = nullptr;
    std::uint32_t loop_level = 0;
    std::uint64_t number = 0;  ///< later ones are inner ones
    /// The uses that no later one has followed, on some path: they may move the value out.
    std::vector<LocalNode*> last = {};
};

/// What a function takes from outside when it is made.
struct Capture {
    Local* local;
    std::vector<CaptureNode*> last = {};
};

/// One arity of a function being analysed, or the top level.
struct FnScope {
    FnScope* outer = nullptr;
    FnCode* code = nullptr;  ///< null at top level
    std::shared_ptr<std::vector<Capture>> captures = std::make_shared<std::vector<Capture>>();
    std::uint32_t next_slot = 0;
    std::uint32_t most_slots = 0;
    std::uint32_t loop_level = 0;

    std::uint32_t take_slot()
    {
        const std::uint32_t slot = next_slot++;
        most_slots = std::max(most_slots, next_slot);
        return slot;
    }
};

/// Where `recur` goes.
struct RecurTarget {
    std::vector<std::uint32_t> slots;
    FnScope* scope = nullptr;
    bool is_function = false;
    bool is_variadic = false;
    bool is_used = false;
};

}  // namespace reops::lang
