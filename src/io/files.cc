// SPDX-License-Identifier: Apache-2.0
#include "io/files.hh"

#include "base/crash_point.hh"
#include "io/system_failure.hh"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace reops::io {

namespace {

std::string folder_of(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
        return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

ssize_t read_again(int fd, char* into, std::size_t size)
{
    ssize_t count = 0;
    do
        count = ::read(fd, into, size);
    while (count < 0 && errno == EINTR);
    return count;
}

bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR)
            return false;
        if (count > 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

std::string quoted(std::string_view doing, const std::string& path)
{
    return std::string{doing} + " `" + path + "`";
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit)
{
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!fd)
        return system_failure(errno, quoted("reading", path));
    std::string text;
    std::array<char, 16UL * 1024> piece;
    for (;;) {
        const ssize_t count = read_again(fd.get(), piece.data(), piece.size());
        if (count < 0)
            return errno == EISDIR
                       ? Failure{Code::invalid_argument, "`" + path + "` is a folder, not a file"}
                       : system_failure(errno, quoted("reading", path));
        if (count == 0)
            return text;
        text.append(piece.data(), static_cast<std::size_t>(count));
        if (text.size() > limit)
            return Failure{Code::invalid_argument,
                           "`" + path + "` has more than " + std::to_string(limit) + " bytes"};
    }
}

Result<void> write_file_atomically(const std::string& path, std::string_view bytes, unsigned mode)
{
    const std::string doing = quoted("writing", path);
    // One name, so that crashes leave at most one file behind, which the next call replaces.
    const std::string temporary = path + ".new";
    ::unlink(temporary.c_str());
    const UniqueFd fd{
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd)
        return system_failure(errno, doing);
    REOPS_BEFORE("file.replace");
    if (!write_all(fd.get(), bytes) || ::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0 ||
        ::rename(temporary.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(temporary.c_str());
        return system_failure(error, doing);
    }
    if (Result<void> synced = sync_directory(folder_of(path)); !synced)
        return synced;
    REOPS_AFTER("file.replace");
    return {};
}

Result<void> sync_directory(const std::string& path)
{
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd || ::fsync(fd.get()) != 0)
        return system_failure(errno, quoted("syncing", path));
    return {};
}

Result<void> make_private_directory(const std::string& path)
{
    if (::mkdir(path.c_str(), 0700) != 0) {
        if (errno == ENOENT && folder_of(path) != path) {
            if (Result<void> above = make_private_directory(folder_of(path)); !above)
                return above;
            if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
                return system_failure(errno, quoted("making", path));
        } else if (errno != EEXIST) {
            return system_failure(errno, quoted("making", path));
        }
    }
    const UniqueFd fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    struct stat found {};
    if (!fd || ::fstat(fd.get(), &found) != 0)
        return system_failure(errno, quoted("opening", path));
    if (found.st_uid != ::geteuid())
        return Failure{Code::denied, "`" + path + "` belongs to another user"};
    if ((found.st_mode & 0077U) != 0 && ::fchmod(fd.get(), 0700) != 0)
        return system_failure(errno, quoted("closing to others", path));
    return {};
}

Result<std::uint64_t> free_space(const std::string& path)
{
    struct statvfs found {};
    if (::statvfs(path.c_str(), &found) != 0)
        return system_failure(errno, quoted("looking for room in", path));
    return std::uint64_t{found.f_bavail} * found.f_frsize;
}

Result<LockFile> LockFile::acquire(const std::string& path)
{
    UniqueFd fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!fd)
        return system_failure(errno, quoted("locking", path));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK)
            return system_failure(errno, quoted("locking", path));
        std::array<char, 16> holder{};
        const ssize_t count = ::pread(fd.get(), holder.data(), holder.size() - 1, 0);
        const std::string pid =
            count > 1 ? std::string(holder.data(), std::size_t(count) - 1) : "?";
        return Failure{Code::conflict, "`" + path + "` is held by process " + pid};
    }
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd.get(), 0) != 0 || !write_all(fd.get(), pid))
        return system_failure(errno, quoted("locking", path));
    return LockFile{std::move(fd)};
}

}  // namespace reops::io
