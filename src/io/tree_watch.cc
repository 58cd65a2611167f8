// SPDX-License-Identifier: Apache-2.0
#include "io/tree_watch.hh"

#include "io/readiness.hh"
#include "io/system_failure.hh"
#include "io/unique_fd.hh"

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include <sys/inotify.h>
#include <unistd.h>

namespace reops::io {

namespace {

constexpr std::uint32_t interesting = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE |
                                      IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                                      IN_MOVE_SELF | IN_ONLYDIR;
constexpr Duration look_for_lost_folder = seconds(1);

}  // namespace

struct TreeWatch::Impl {
    Impl(EventLoop& loop,
         std::string folder_,
         Duration quiet_,
         std::function<void()> changed_,
         UniqueFd fd_)
        : folder(std::move(folder_)),
          quiet(quiet_),
          changed(std::move(changed_)),
          fd(std::move(fd_)),
          timer(loop),
          readiness(loop, fd.get(), [this] { drain(); })
    {
    }

    /// A watch that is there already is only renewed by the system.
    Result<void> watch_all()
    {
        namespace fs = std::filesystem;
        if (auto watched = watch(folder); !watched.ok())
            return watched;
        std::error_code error;
        for (fs::recursive_directory_iterator
                 at(folder, fs::directory_options::skip_permission_denied, error),
             end;
             !error && at != end;
             at.increment(error))
            if (at->is_directory(error) && !at->is_symlink(error))
                if (auto watched = watch(at->path().string());
                    !watched.ok() && watched.failure().code != Code::not_found)
                    return watched;
        return {};
    }

    Result<void> watch(const std::string& path) const
    {
        if (::inotify_add_watch(fd.get(), path.c_str(), interesting) < 0)
            return system_failure(errno, "watching `" + path + "`");
        return {};
    }

    void drain()
    {
        std::array<char, 16384> events{};
        while (::read(fd.get(), events.data(), events.size()) > 0) {
        }
        readiness.arm_read();
        timer.after(quiet, [this] { settle(); });
    }

    void settle()
    {
        const bool is_there = watch_all().ok();
        const bool came_back = is_there && is_lost;
        is_lost = !is_there;
        if (is_lost)
            timer.after(look_for_lost_folder, [this] { settle(); });
        if (!is_waiting_for_folder || came_back) {
            is_waiting_for_folder = is_lost;
            changed();
        }
    }

    std::string folder;
    Duration quiet;
    std::function<void()> changed;
    UniqueFd fd;
    Timer timer;
    Readiness readiness;
    bool is_lost = false;
    bool is_waiting_for_folder = false;  ///< its loss was told
};

Result<std::unique_ptr<TreeWatch>> TreeWatch::make(EventLoop& loop,
                                                   const std::string& folder,
                                                   Duration quiet,
                                                   std::function<void()> changed)
{
    UniqueFd fd{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (!fd)
        return system_failure(errno, "watching files");
    auto impl = std::make_unique<Impl>(loop, folder, quiet, std::move(changed), std::move(fd));
    if (auto watched = impl->watch_all(); !watched.ok())
        return watched.failure();
    impl->readiness.arm_read();
    return std::unique_ptr<TreeWatch>{new TreeWatch(std::move(impl))};
}

TreeWatch::TreeWatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TreeWatch::~TreeWatch() = default;

}  // namespace reops::io
