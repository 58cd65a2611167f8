// SPDX-License-Identifier: Apache-2.0
#include "store/journal/file_layer.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reops::store {

namespace {

Failure system_failure(const std::string& doing, const std::string& path, int error)
{
    const bool full = error == ENOSPC || error == EDQUOT;
    const bool denied = error == EACCES || error == EPERM || error == EROFS;
    const bool absent = error == ENOENT;
    const Code code = full     ? Code::conflict
                      : denied ? Code::denied
                      : absent ? Code::not_found
                               : Code::internal;
    return Failure{code, doing + " " + path + ": " + std::strerror(error)};
}

class SystemFile final : public File {
public:
    SystemFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
    ~SystemFile() override { ::close(fd_); }
    SystemFile(const SystemFile&) = delete;
    SystemFile& operator=(const SystemFile&) = delete;

    Result<void> write_at(std::uint64_t offset, std::string_view bytes) override
    {
        while (!bytes.empty()) {
            const ssize_t wrote =
                ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (wrote < 0 && errno == EINTR)
                continue;
            if (wrote < 0)
                return system_failure("writing", path_, errno);
            offset += static_cast<std::uint64_t>(wrote);
            bytes.remove_prefix(static_cast<std::size_t>(wrote));
        }
        return {};
    }

    Result<std::string> read_at(std::uint64_t offset, std::size_t size) const override
    {
        std::string out(size, '\0');
        std::size_t have = 0;
        while (have < size) {
            const ssize_t got =
                ::pread(fd_, out.data() + have, size - have, static_cast<off_t>(offset + have));
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return system_failure("reading", path_, errno);
            if (got == 0)
                break;
            have += static_cast<std::size_t>(got);
        }
        out.resize(have);
        return out;
    }

    Result<void> sync() override
    {
        if (::fdatasync(fd_) != 0)
            return system_failure("syncing", path_, errno);
        return {};
    }

    Result<void> reserve(std::uint64_t size) override
    {
        const int error = ::posix_fallocate(fd_, 0, static_cast<off_t>(size));
        if (error != 0)
            return system_failure("reserving room for", path_, error);
        return {};
    }

    Result<std::uint64_t> size() const override
    {
        struct stat facts = {};
        if (::fstat(fd_, &facts) != 0)
            return system_failure("looking at", path_, errno);
        return static_cast<std::uint64_t>(facts.st_size);
    }

    Result<void> truncate(std::uint64_t size) override
    {
        if (::ftruncate(fd_, static_cast<off_t>(size)) != 0)
            return system_failure("cutting", path_, errno);
        return {};
    }

    Result<Time> written_at() const override
    {
        struct stat facts = {};
        if (::fstat(fd_, &facts) != 0)
            return system_failure("looking at", path_, errno);
        return Time{facts.st_mtim.tv_sec * 1'000'000 + facts.st_mtim.tv_nsec / 1000};
    }

private:
    int fd_;
    std::string path_;
};

class SystemFiles final : public FileLayer {
public:
    Result<void> make_directory(const std::string& path) override
    {
        std::error_code error;
        std::filesystem::create_directories(path, error);
        if (error)
            return system_failure("making", path, error.value());
        if (::chmod(path.c_str(), 0700) != 0)
            return system_failure("closing to others", path, errno);
        return {};
    }

    Result<std::unique_ptr<File>> open(const std::string& path, bool create) override
    {
        const int flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0);
        const int fd = ::open(path.c_str(), flags, 0600);
        if (fd < 0)
            return system_failure("opening", path, errno);
        return std::unique_ptr<File>{std::make_unique<SystemFile>(fd, path)};
    }

    Result<void> rename(const std::string& from, const std::string& to) override
    {
        if (::rename(from.c_str(), to.c_str()) != 0)
            return system_failure("renaming", from, errno);
        return {};
    }

    Result<void> remove(const std::string& path) override
    {
        if (::unlink(path.c_str()) != 0)
            return system_failure("removing", path, errno);
        return {};
    }

    Result<void> sync_directory(const std::string& path) override
    {
        const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return system_failure("opening", path, errno);
        const int result = ::fsync(fd);
        const int error = errno;
        ::close(fd);
        if (result != 0)
            return system_failure("syncing", path, error);
        return {};
    }

    Result<std::vector<std::string>> list(const std::string& path) override
    {
        DIR* directory = ::opendir(path.c_str());
        if (directory == nullptr)
            return system_failure("listing", path, errno);
        std::vector<std::string> names;
        while (const dirent* entry = ::readdir(directory))
            if (entry->d_name[0] != '.')
                names.emplace_back(entry->d_name);
        ::closedir(directory);
        std::sort(names.begin(), names.end());
        return names;
    }
};

}  // namespace

FileLayer& system_files()
{
    static SystemFiles files;
    return files;
}

}  // namespace reops::store
