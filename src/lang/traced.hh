// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The natives that may be part of a circle of references, by their class.

#include "data/native.hh"
#include "lang/references.hh"

namespace reops::lang {

/// Do its references matter? All others count as held from outside.
bool is_traced(const data::Native& native);
/// Is it in the list of containers?
bool is_container(const data::Native& native);
/// Requires is_traced().
void list_native(References& out, const data::Native& native);
/// Lets go of what it holds, if it is one that may change after it was made: each circle has one.
void empty_native(const data::Native& native);

}  // namespace reops::lang
