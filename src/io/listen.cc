// SPDX-License-Identifier: Apache-2.0
#include "io/detail/address.hh"
#include "io/detail/channel.hh"
#include "io/stream.hh"
#include "io/system_failure.hh"

#include <cerrno>
#include <utility>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reops::io {

namespace {

constexpr int accepts_per_turn = 16;
/// After EMFILE and its like: trying at once would spin.
constexpr Duration accept_pause = milliseconds(100);

bool is_short_of_resources(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

class Accepting final : public std::enable_shared_from_this<Accepting> {
public:
    Accepting(EventLoop& loop,
              UniqueFd socket,
              std::string unix_path,
              std::function<void(std::unique_ptr<Stream>)> on_accept)
        : loop_(loop),
          socket_(std::move(socket)),
          unix_path_(std::move(unix_path)),
          on_accept_(std::move(on_accept)),
          pause_(loop)
    {
    }

    void begin()
    {
        ready_ = std::make_unique<Readiness>(loop_, socket_.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->accept_some();
        });
        ready_->arm_read();
    }
    void end()
    {
        if (!unix_path_.empty())
            ::unlink(unix_path_.c_str());
        ready_.reset();
        pause_.cancel();
        socket_.reset();
    }

private:
    void accept_some()
    {
        for (int i = 0; i < accepts_per_turn && socket_; ++i) {
            Address from;
            from.size = sizeof from.bytes;
            UniqueFd fd{
                ::accept4(socket_.get(), from.get(), &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
            if (fd) {
                welcome(std::move(fd), from);
                continue;
            }
            if (is_short_of_resources(errno)) {
                pause_.after(accept_pause, [this] { ready_->arm_read(); });
                return;
            }
            if (errno == EAGAIN || errno == EWOULDBLOCK)
                break;
            // Else a connection that was gone before we came.
        }
        if (ready_)
            ready_->arm_read();
    }

    void welcome(UniqueFd fd, const Address& from)
    {
        ChannelEnds ends;
        if (unix_path_.empty()) {
            set_no_delay(fd.get());
            ends.name = from.text();
        } else {
            ends.peer = peer_of(fd.get());
            ends.name = unix_path_;
        }
        ends.read = std::move(fd);
        auto channel = std::make_shared<Channel>(loop_, std::move(ends), default_max_unsent);
        channel->attach();
        on_accept_(make_stream(std::move(channel)));
    }

    EventLoop& loop_;
    UniqueFd socket_;
    std::string unix_path_;
    std::function<void(std::unique_ptr<Stream>)> on_accept_;
    Timer pause_;
    std::unique_ptr<Readiness> ready_;
};

class SocketListener final : public Listener {
public:
    SocketListener(std::shared_ptr<Accepting> accepting, std::uint16_t port)
        : accepting_(std::move(accepting)), port_(port)
    {
    }
    ~SocketListener() override { accepting_->end(); }
    SocketListener(const SocketListener&) = delete;
    SocketListener& operator=(const SocketListener&) = delete;
    std::uint16_t port() const override { return port_; }

private:
    std::shared_ptr<Accepting> accepting_;
    std::uint16_t port_;
};

Result<UniqueFd> open_socket(const Address& address, const std::string& name)
{
    UniqueFd fd{::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!fd)
        return system_failure(errno, "opening a socket for " + name);
    return fd;
}

/// A socket file whose server has gone refuses connections.
bool is_left_over(const Address& address, const std::string& path)
{
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode))
        return false;
    const UniqueFd probe{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    return ::connect(probe.get(), address.get(), address.size) != 0 && errno == ECONNREFUSED;
}

Failure bind_failure(int error, const std::string& name)
{
    if (error == EADDRINUSE)
        return {Code::conflict, "`" + name + "` is in use by another program"};
    return system_failure(error, "listening on `" + name + "`");
}

Result<UniqueFd> bind_unix(const std::string& path)
{
    const Result<Address> address = unix_address(path);
    if (!address)
        return address.failure();
    Result<UniqueFd> fd = open_socket(*address, path);
    if (!fd)
        return fd;
    // The mode of the socket becomes the mode of its file: there is no moment when others may
    // connect.
    ::fchmod(fd->get(), 0600);
    if (::bind(fd->get(), address->get(), address->size) == 0)
        return fd;
    if (const int error = errno; error != EADDRINUSE || !is_left_over(*address, path))
        return bind_failure(error, path);
    ::unlink(path.c_str());
    if (::bind(fd->get(), address->get(), address->size) != 0)
        return bind_failure(errno, path);
    return fd;
}

Result<UniqueFd> bind_tcp(const Endpoint& at)
{
    const Result<std::vector<Address>> addresses = resolve(at.host, at.port);
    if (!addresses)
        return addresses.failure();
    const Address& address = addresses->front();
    Result<UniqueFd> fd = open_socket(address, endpoint_text(at));
    if (!fd)
        return fd;
    const int on = 1;
    ::setsockopt(fd->get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd->get(), address.get(), address.size) != 0)
        return bind_failure(errno, endpoint_text(at));
    return fd;
}

}  // namespace

Result<std::unique_ptr<Listener>> listen(EventLoop& loop,
                                         const Endpoint& at,
                                         std::function<void(std::unique_ptr<Stream>)> on_accept)
{
    Result<UniqueFd> fd = at.unix_path.empty() ? bind_tcp(at) : bind_unix(at.unix_path);
    if (!fd)
        return fd.failure();
    if (::listen(fd->get(), SOMAXCONN) != 0)
        return bind_failure(errno, endpoint_text(at));
    Address bound;
    bound.size = sizeof bound.bytes;
    ::getsockname(fd->get(), bound.get(), &bound.size);
    auto accepting = std::make_shared<Accepting>(
        loop, std::move(fd).value(), at.unix_path, std::move(on_accept));
    accepting->begin();
    return std::unique_ptr<Listener>{new SocketListener{std::move(accepting), bound.port()}};
}

}  // namespace reops::io
