// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Calls the user's function of a stage inside a run. The answer becomes an entry.

#include "engine/entry.hh"
#include "engine/records.hh"
#include "engine/stage.hh"

namespace reops::engine {

/// `stage` is a ChooseStage or a Transformer. What it throws ends up in Evaluated::error.
Evaluated call_stage(const Run& run, const Stage& stage);

}  // namespace reops::engine
