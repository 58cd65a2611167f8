// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The few calls on files that the journal makes, as an interface, so that a test can pull
/// the plug: forget what was not synced, tear a write, fill the disk.

#include "base/result.hh"
#include "base/time.hh"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace reops::store {

/// One open file. Closed by the destructor.
class File {
public:
    virtual ~File() = default;
    virtual Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;
    /// Up to `size` bytes; fewer at the end of the file.
    virtual Result<std::string> read_at(std::uint64_t offset, std::size_t size) const = 0;
    /// fdatasync. After a failure the file must not be trusted again.
    virtual Result<void> sync() = 0;
    /// Reserves room, zeroed, without changing what is there; conflict = no space.
    virtual Result<void> reserve(std::uint64_t size) = 0;
    virtual Result<std::uint64_t> size() const = 0;
    /// Cuts the file off.
    virtual Result<void> truncate(std::uint64_t size) = 0;
    /// When it was last written (wall clock).
    virtual Result<Time> written_at() const = 0;

protected:
    File() = default;
    File(const File&) = default;
    File& operator=(const File&) = default;
};

/// A directory's worth of files. Any thread.
class FileLayer {
public:
    virtual ~FileLayer() = default;
    virtual Result<void> make_directory(const std::string& path) = 0;
    /// Creates the file (mode 0600) when `create`; not_found else.
    virtual Result<std::unique_ptr<File>> open(const std::string& path, bool create) = 0;
    virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void> remove(const std::string& path) = 0;
    /// fsync of the directory: makes created, renamed and removed names durable.
    virtual Result<void> sync_directory(const std::string& path) = 0;
    /// Names, sorted.
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;

protected:
    FileLayer() = default;
    FileLayer(const FileLayer&) = default;
    FileLayer& operator=(const FileLayer&) = default;
};

/// The real one. Failures carry the path and the system's words; ENOSPC and EDQUOT are
/// Code::conflict, the rest Code::internal or denied.
FileLayer& system_files();

}  // namespace reops::store
