// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Files as whole things: read with a limit, replaced at once or not at all, locked. These
/// block; on the loop's thread they are for start and stop.

#include "base/result.hh"
#include "io/unique_fd.hh"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace reops::io {

/// The whole file. Failures: not_found, denied, invalid_argument (larger than `limit` bytes, or a
/// folder), internal. Works on /proc and pipes too.
Result<std::string> read_file(const std::string& path, std::size_t limit);

/// Replaces the file: after a crash it is the old one or the new one, whole, and after success the
/// new one is on the disk. Goes through "PATH.new"; one writer at a time. The mode is set exactly
/// (no umask). Passes the crash point "file.replace".
Result<void> write_file_atomically(const std::string& path,
                                   std::string_view bytes,
                                   unsigned mode = 0600);

/// Makes a new name in the folder (or a missing one) survive a crash.
Result<void> sync_directory(const std::string& path);

/// Makes the folder and what is missing above it, for our user alone (0700). A folder of ours that
/// others could enter is closed to them; somebody else's is denied.
Result<void> make_private_directory(const std::string& path);

/// How many bytes a plain user can still write there.
Result<std::uint64_t> free_space(const std::string& path);

/// The right to be the only one, kept until destroyed (flock: gone with the process, however it
/// ends). The file stays; it holds the holder's process id.
class LockFile {
public:
    /// Failures: conflict (names the holder), denied, not_found.
    static Result<LockFile> acquire(const std::string& path);

private:
    explicit LockFile(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

}  // namespace reops::io
