// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tags of the configuration, as in aero: #env #secret #include #file #profile.

#include "app/config.hh"
#include "data/edn.hh"

namespace reops::app {

/// `folder` is where relative paths begin. Both must outlive the handler.
data::TagHandler config_tags(const Surroundings& surroundings, const std::string& folder);

/// A whole file, at most 16 MiB; refused when others than its owner can write it (RULES 11.7).
Result<std::string> read_trusted_file(const std::string& path);

}  // namespace reops::app
