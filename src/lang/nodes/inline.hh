// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Core functions that are evaluated without a call, as long as nobody has changed their var;
/// the hot shapes (a local and a constant) have nodes of their own.

#include "lang/nodes/node.hh"

#include <string_view>

namespace reops::lang {

class Var;

/// A node for a call of this function of clojure.core, or null when it is not inlined for so many
/// arguments. Moves the arguments out only if it makes one. `call` evaluates the call plainly.
NodePtr make_inline(const Var& var, Nodes& arguments);

}  // namespace reops::lang
