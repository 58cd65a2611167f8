// SPDX-License-Identifier: Apache-2.0
#include "io/detail/address.hh"
#include "io/network.hh"
#include "io/readiness.hh"
#include "io/unique_fd.hh"

#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace reops::io {

namespace {

class Probe final : public std::enable_shared_from_this<Probe> {
public:
    Probe(EventLoop& loop, std::function<void(Answer)> answered)
        : loop_(loop), answered_(std::move(answered)), deadline_(loop)
    {
    }

    void begin(const std::string& host, std::uint16_t port, Duration within)
    {
        deadline_.after(within, [this] { end(Answer::silent); });
        auto found = std::make_shared<Result<std::vector<Address>>>(std::vector<Address>{});
        const auto then = [found, weak = weak_from_this()] {
            if (const auto self = weak.lock(); self && self->answered_)
                self->connect(*found);
        };
        if (auto numeric = resolve(host, port, true); numeric.ok()) {
            *found = std::move(numeric);
            return loop_.post(then);
        }
        if (!loop_.run_blocking([found, host, port] { *found = resolve(host, port); }, then))
            loop_.post([weak = weak_from_this()] {
                if (const auto self = weak.lock())
                    self->end(Answer::silent);
            });
    }
    void give_up()
    {
        answered_ = nullptr;
        deadline_.cancel();
        ready_.reset();
        socket_.reset();
    }

private:
    void connect(const Result<std::vector<Address>>& found)
    {
        if (!found.ok() || found->empty())
            return end(Answer::silent);
        const Address& address = found->front();
        socket_.reset(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!socket_)
            return end(Answer::silent);
        if (::connect(socket_.get(), address.get(), address.size) == 0)
            return end(Answer::accepted);
        if (errno != EINPROGRESS)
            return end(errno == ECONNREFUSED ? Answer::refused : Answer::silent);
        ready_ = std::make_unique<Readiness>(loop_, socket_.get(), nullptr, [this] { look(); });
        ready_->arm_write();
    }
    void look()
    {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error == 0 && !is_connected(socket_.get()))
            return ready_->arm_write();
        if (error == 0)
            return end(Answer::accepted);
        end(error == ECONNREFUSED ? Answer::refused : Answer::silent);
    }
    void end(Answer answer)
    {
        const auto alive = shared_from_this();
        const auto told = std::exchange(answered_, nullptr);
        give_up();
        if (told)
            told(answer);
    }

    EventLoop& loop_;
    std::function<void(Answer)> answered_;
    Timer deadline_;
    UniqueFd socket_;
    std::unique_ptr<Readiness> ready_;
};

class HeldProbe final : public PortProbe {
public:
    explicit HeldProbe(std::shared_ptr<Probe> probe) : probe_(std::move(probe)) {}
    ~HeldProbe() override { probe_->give_up(); }
    HeldProbe(const HeldProbe&) = delete;
    HeldProbe& operator=(const HeldProbe&) = delete;

private:
    std::shared_ptr<Probe> probe_;
};

}  // namespace

std::unique_ptr<PortProbe> probe_port(EventLoop& loop,
                                      const std::string& host,
                                      std::uint16_t port,
                                      Duration within,
                                      std::function<void(Answer)> answered)
{
    auto probe = std::make_shared<Probe>(loop, std::move(answered));
    probe->begin(host, port, within);
    return std::make_unique<HeldProbe>(std::move(probe));
}

}  // namespace reops::io
