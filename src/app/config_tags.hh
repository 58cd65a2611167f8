// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The tags of the configuration, as in aero: #env #secret #include #file #profile
/// #ref.

#include "app/config.hh"
#include "data/edn.hh"

#include <string>
#include <string_view>

namespace reops::app {

/// What the tags refer to; must outlive the handler.
struct TagSource {
    const Surroundings& surroundings;
    std::string folder;     ///< where relative paths begin
    std::string_view text;  ///< the whole text, for #ref
    int depth = 0;          ///< of includes
};

data::TagHandler config_tags(TagSource source);

/// A whole file, at most 16 MiB; refused when others than its owner can write it.
Result<std::string> read_trusted_file(const std::string& path);

}  // namespace reops::app
