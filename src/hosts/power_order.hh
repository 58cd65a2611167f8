// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Power order: who must be off before whom, and who must be up before whom.
///
///     stop:   foo ─┐                     start:  big-iron ─┬─> foo
///             bar ─┴─> big-iron                            └─> bar
///
/// Pure and total: names that the inventory does not know get a step of their own without order.

#include "hosts/inventory.hh"

#include <string>
#include <vector>

namespace reops::hosts {

enum class Direction { stop, start };

/// One host's place in a stop or a start.
struct PowerStep {
    std::string host;
    std::vector<std::string> waits_for;  ///< hosts of this order that must reach their end first
    std::string because;                 ///< the named host that brought it in; empty: named itself
    bool known = false;                  ///< the inventory has it
};

/// Orders `names` (repetitions counted once). A stop adds all known guests, transitively, of each
/// named system; a start adds the chain of hypervisors. Steps come in an order in which every step
/// stands after those that it waits for; among equals by first mention, then by name.
std::vector<PowerStep> power_order(Direction direction,
                                   const std::vector<std::string>& names,
                                   const Inventory& inventory);

}  // namespace reops::hosts
