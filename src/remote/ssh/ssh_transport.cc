// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/ssh_transport.hh"

#include "remote/ssh/pool.hh"

#include <utility>

namespace reops::remote {

SshTransport::SshTransport(io::EventLoop& loop, Log& log, const SshSettings& settings)
    : pool_(std::make_unique<Pool>(loop, log, settings))
{
}

SshTransport::~SshTransport() = default;

void SshTransport::run(
    OrderId id, const Target& target, RoutePtr route, const Order& order, RanReply done)
{
    pool_->run(id, target.host, std::move(route), order, std::move(done));
}

void SshTransport::cancel(OrderId id)
{
    pool_->cancel(id);
}

void SshTransport::cancel_all()
{
    pool_->cancel_all();
}

void SshTransport::look(const Target& target,
                        RoutePtr route,
                        std::function<void(Result<HostLook>)> seen)
{
    pool_->look(target.host, std::move(route), std::move(seen));
}

std::size_t SshTransport::connections() const
{
    return pool_->connections();
}

std::size_t SshTransport::logins() const
{
    return pool_->logins();
}

}  // namespace reops::remote
