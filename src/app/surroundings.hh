// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The one place that reads the process's environment; everything else is told.

#include "app/config.hh"

namespace reops::app {

Surroundings read_surroundings();

}  // namespace reops::app
