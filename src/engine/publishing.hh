// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file `publish` as an effect: the event as JSON, its decoded payload under "payload".

#include "engine/context.hh"
#include "engine/stages.hh"

namespace reops::engine {

void publish_run(Context& c, const Run& run, const PublishStage& stage);

}  // namespace reops::engine
