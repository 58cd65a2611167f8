// SPDX-License-Identifier: Apache-2.0
#include "remote/remote.hh"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::remote {

Remote::Remote(io::EventLoop& loop, Log& log, SshSettings settings, std::string home)
    : settings_(std::move(settings)),
      routes_(loop, settings_, std::move(home)),
      own_(loop, log, settings_),
      theirs_(loop, settings_)
{
}

void Remote::run(const Target& target, const Order& order, RanReply done)
{
    routes_.find(target, [this, target, order, done = std::move(done)](Result<RoutePtr> route) {
        if (!route.ok())
            return done(route.failure());
        if ((*route)->beyond_us.empty())
            own_.run(target, *route, order, done);
        else
            theirs_.run(target, **route, order, done);
    });
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
