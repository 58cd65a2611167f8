// SPDX-License-Identifier: Apache-2.0
#include "remote/remote.hh"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::remote {

Remote::Remote(io::EventLoop& loop, Log& log, SshSettings settings, std::string home)
    : settings_(std::move(settings)),
      loop_(loop),
      routes_(loop, settings_, std::move(home)),
      own_(loop, log, settings_),
      theirs_(loop, settings_)
{
}

OrderId Remote::run(const Target& target, const Order& order, RanReply done)
{
    const OrderId id{++last_order_};
    finding_.emplace(id, std::move(done));
    routes_.find(target, [this, id, target, order](Result<RoutePtr> route) {
        auto found = finding_.extract(id);
        if (found.empty())
            return;  // cancelled meanwhile
        RanReply told = std::move(found.mapped());
        if (!route.ok())
            return told(route.failure());
        if ((*route)->beyond_us.empty())
            own_.run(id, target, *route, order, std::move(told));
        else
            theirs_.run(id, target, **route, order, std::move(told));
    });
    return id;
}

void Remote::cancel(OrderId order)
{
    auto found = finding_.extract(order);
    if (found.empty()) {
        own_.cancel(order);
        return theirs_.cancel(order);
    }
    loop_.post([alive = std::weak_ptr{alive_}, told = std::move(found.mapped())] {
        if (!alive.expired())
            told(Failure{Code::cancelled, "cancelled before it began"});
    });
}

void Remote::cancel_all()
{
    while (!finding_.empty())
        cancel(finding_.begin()->first);
    own_.cancel_all();
    theirs_.cancel_all();
}

void Remote::find_route(const Target& target, std::function<void(Result<RoutePtr>)> found)
{
    routes_.find(target, std::move(found));
}

void Remote::look(const Target& target, std::function<void(Result<HostLook>)> seen)
{
    routes_.find(target, [this, target, seen = std::move(seen)](Result<RoutePtr> route) {
        if (!route.ok())
            return seen(route.failure());
        if (!(*route)->beyond_us.empty())
            return seen(Failure{Code::unsupported,
                                fmt::format("the way to {} needs the user's own ssh ({})",
                                            target.host,
                                            fmt::join((*route)->beyond_us, ", ")),
                                "ssh " + target.host});
        own_.look(target, *route, seen);
    });
}

}  // namespace reops::remote
