// SPDX-License-Identifier: Apache-2.0
#include "io/notify.hh"

#include "io/system_failure.hh"
#include "io/unique_fd.hh"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include <sys/socket.h>
#include <sys/un.h>

namespace reops::io {

SystemdNotifier SystemdNotifier::from_environment()
{
    const char* socket = std::getenv("NOTIFY_SOCKET");
    SystemdNotifier notifier{socket != nullptr ? socket : ""};
    ::unsetenv("NOTIFY_SOCKET");
    return notifier;
}

Result<void> SystemdNotifier::status(std::string_view line) const
{
    std::string state = "STATUS=" + std::string{line};
    std::replace(state.begin(), state.end(), '\n', ' ');
    return send(state);
}

Result<void> SystemdNotifier::send(std::string_view state) const
{
    if (socket_.empty())
        return {};
    sockaddr_un to{};
    if (socket_.size() >= sizeof to.sun_path || (socket_[0] != '/' && socket_[0] != '@'))
        return Failure{Code::invalid_argument, "NOTIFY_SOCKET is `" + socket_ + "`"};
    to.sun_family = AF_UNIX;
    socket_.copy(to.sun_path, socket_.size());
    if (to.sun_path[0] == '@')
        to.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    const UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd || ::sendto(fd.get(),
                        state.data(),
                        state.size(),
                        MSG_NOSIGNAL,
                        reinterpret_cast<const sockaddr*>(&to),
                        size) < 0)
        return system_failure(errno, "telling systemd through `" + socket_ + "`");
    return {};
}

}  // namespace reops::io
