// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The flow files of a folder: `*.clj`, in order of path. They decide about power, so a file
/// that others can write is refused, and none is read through a link that leaves the folder.

#include "base/result.hh"

#include <string>
#include <vector>

namespace reops::app {

struct FlowFile {
    std::string name;  ///< path below the folder: "closet.clj", "garden/pump.clj"
    std::string path;
    std::string text;
};

/// `place` is a folder, or one file. Names that begin with a dot or a hash are passed over (what
/// editors leave lying about). Failures: not_found, denied (others can write it, a link leaves the
/// folder), invalid_argument (a file over 1 MiB, more than 10,000 files).
Result<std::vector<FlowFile>> read_flow_files(const std::string& place);

}  // namespace reops::app
