// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A run as a row of a list; the whole story of one is the route of show_run.cc.

#include "data/map.hh"
#include "store/history.hh"

namespace reops::control {

data::Map show_run_row(const store::RunRow& row);

}  // namespace reops::control
