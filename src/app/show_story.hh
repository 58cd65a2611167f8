// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One run told as a story: the reading, the stages, each host, the mails, the end.

#include "app/command.hh"
#include "data/value.hh"

namespace reops::app {

/// `answer` is what /v1/runs/ID gives.
int show_story(const Call& call, const data::Value& answer);

}  // namespace reops::app
