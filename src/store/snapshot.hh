// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Snapshots: the engine's whole state in one file beside the segments. The last two are
/// kept; a damaged newest one is passed over for the one before (docs/protocol/journal.md).

#include "base/result.hh"
#include "engine/ids.hh"
#include "store/journal/file_layer.hh"

#include <optional>
#include <string>
#include <string_view>

namespace reops::store {

struct Snapshot {
    engine::Position position;  ///< of the last entry it contains
    std::string payload;
};

/// Temporary file, fsync, rename, fsync of the directory; then older ones than the last two go.
Result<void> write_snapshot(const std::string& directory,
                            engine::Position position,
                            std::string_view payload,
                            FileLayer& files = system_files());

/// Nothing when there is none. `passed_over` gets the path of a damaged newer one.
Result<std::optional<Snapshot>> load_latest_snapshot(const std::string& directory,
                                                     std::string* passed_over = nullptr,
                                                     FileLayer& files = system_files());

/// Up to where segments may go: the older of the two snapshots, since a damaged newest one is
/// passed over. 0 while there are not two.
engine::Position droppable_before(const std::string& directory, FileLayer& files = system_files());

}  // namespace reops::store
