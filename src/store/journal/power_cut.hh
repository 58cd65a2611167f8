// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A power cut for tests: files whose changes since their last fdatasync can be taken back,
/// also after the process was killed. A checked build only; a release build has no such thing.

#include "base/result.hh"
#include "store/journal/file_layer.hh"

#include <cstddef>
#include <memory>
#include <string>

namespace reops::store {

/// The real files, noting in `folder` (made when absent, not the state's own) how to take back what
/// is not synced: bytes until fdatasync of their file, names until fsync of their directory. The
/// note is written before the change, so a kill leaves it behind.
///
/// First takes back what an earlier process with the same folder left unsynced: a process that is
/// killed and started again with it sees the disk as after a power cut that took everything that
/// may go. Failures: unsupported (a release build), corrupt, and those of the files.
Result<std::unique_ptr<FileLayer>> make_power_cut_files(const std::string& folder);

/// Takes back what `folder` notes as not synced, newest first; how many changes that were. For
/// tests that look at the disk between two starts.
Result<std::size_t> cut_power(const std::string& folder);

}  // namespace reops::store
