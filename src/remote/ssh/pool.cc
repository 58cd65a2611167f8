// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/pool.hh"

#include "io/process.hh"
#include "remote/ssh/retry.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <libssh/libssh.h>

namespace reops::remote {

namespace {

/// A connection has two descriptors for its socket (session.cc says why); the rest of the program
/// needs some too.
constexpr std::uint64_t descriptors_each = 2;
constexpr std::uint64_t descriptors_kept = 256;

void initialise_libssh()
{
    static const int once = ssh_init();
    (void)once;
}

std::size_t affordable(std::size_t wanted)
{
    const std::uint64_t descriptors = io::raise_open_file_limit();
    const std::uint64_t room =
        (descriptors - std::min(descriptors, descriptors_kept)) / descriptors_each;
    return std::max<std::size_t>(1, std::min<std::size_t>(wanted, room));
}

}  // namespace

/// A place that connections go to, with the orders that wait for one.
class Pool::Destination final : public ConnectionOwner,
                                public std::enable_shared_from_this<Destination> {
public:
    Destination(Pool& pool, io::EventLoop& loop) : pause(loop), pool_(pool) {}
    ~Destination() override = default;
    Destination(const Destination&) = delete;
    Destination& operator=(const Destination&) = delete;

    void on_room(Connection& connection) override { pool_.on_room(*this, connection); }
    void on_place(Connection& connection, bool lends) override
    {
        pool_.on_place(connection, lends);
    }
    void on_closed(const Closed& closed) override { pool_.on_closed(*this, closed); }

    bool has_open() const
    {
        return std::any_of(
            connections.begin(), connections.end(), [](const auto& one) { return one->is_open(); });
    }
    bool is_unused() const { return connections.empty() && waiting.empty(); }

    std::string host = {};
    RoutePtr route = {};
    std::deque<JobPtr> waiting = {};
    std::vector<std::shared_ptr<Connection>> connections = {};
    bool is_hungry = false;
    bool is_due = false;      ///< to be served after the present handler
    std::uint32_t drops = 0;  ///< in a row
    io::Timer pause;          ///< after a drop

private:
    Pool& pool_;
};

Pool::Pool(io::EventLoop& loop, Log& log, const SshSettings& settings)
    : shared_{loop,
              log,
              settings,
              std::make_shared<KeyRing>(),
              std::make_shared<KnownHostsFiles>()},
      most_connections_(affordable(settings.limits.connections)),
      idle_timer_(loop)
{
    initialise_libssh();
    look_for_idle();
}

Pool::~Pool() = default;

std::shared_ptr<Pool::Destination> Pool::destination(const std::string& host, RoutePtr route)
{
    std::shared_ptr<Destination>& to =
        destinations_[Key{route->host_name, route->port, route->user, route->identities}];
    if (!to)
        to = std::make_shared<Destination>(*this, shared_.loop);
    to->host = host;
    to->route = std::move(route);
    return to;
}

void Pool::run(
    OrderId id, const std::string& host, RoutePtr route, const Order& order, RanReply done)
{
    const auto to = destination(host, std::move(route));
    if (to->waiting.size() >= shared_.settings.limits.waiting) {
        shared_.loop.post([done = std::move(done)] {
            done(Failure{Code::unreachable, "too many orders wait for this host already"});
        });
        return;
    }
    auto job = std::make_shared<Job>(
        shared_.loop, order, [this, id, done = std::move(done)](Result<Ran> result) {
            orders_.erase(id);
            done(std::move(result));
        });
    orders_.emplace(id, job);
    job->limit.after(order.limit, [this, weak = std::weak_ptr{job}, host] {
        if (const auto alive = weak.lock())
            on_limit(*alive, host);
    });
    to->waiting.push_back(std::move(job));
    serve(*to);
}

void Pool::cancel(OrderId id)
{
    // not now: whoever cancels may stand in the middle of a step
    shared_.loop.post([this, alive = std::weak_ptr{alive_}, id] {
        if (alive.expired())
            return;
        const auto found = orders_.find(id);
        if (const JobPtr job = found == orders_.end() ? nullptr : found->second.lock())
            job->cancel();
    });
}

void Pool::cancel_all()
{
    for (const auto& [id, job] : orders_)
        cancel(id);
}

void Pool::on_limit(Job& job, const std::string& host)
{
    if (job.is_asked) {
        Ran ran;
        ran.end = job.is_cancelled ? End::cancelled : End::overdue;
        ran.took = job.order.limit;
        return job.end(std::move(ran));
    }
    job.end(Failure{
        Code::timeout,
        fmt::format("{} did not take the command within {}", host, to_string(job.order.limit))});
}

/// Gives waiting jobs to connections with room, and opens one more when there is none.
void Pool::serve(Destination& to)
{
    std::erase_if(to.waiting, [](const JobPtr& job) { return job->is_over(); });
    for (const auto& connection : to.connections)
        while (!to.waiting.empty() && connection->has_room()) {
            connection->run(std::move(to.waiting.front()));
            to.waiting.pop_front();
        }
    const auto opening = std::count_if(to.connections.begin(),
                                       to.connections.end(),
                                       [](const auto& one) { return !one->is_open(); });
    if (to.waiting.empty() || to.is_hungry || to.pause.is_pending() || opening > 0 ||
        to.connections.size() >= shared_.settings.limits.per_host)
        return;
    to.is_hungry = true;
    hungry_.push_back(to.weak_from_this());
    feed_hungry();
}

/// One after the other, as they came.
void Pool::feed_hungry()
{
    while (!hungry_.empty() && handshakes_ < shared_.settings.limits.handshakes) {
        if (connections_ >= most_connections_ && !close_an_idle_one())
            return;
        const auto to = hungry_.front().lock();
        hungry_.pop_front();
        if (!to)
            continue;
        to->is_hungry = false;
        std::erase_if(to->waiting, [](const JobPtr& job) { return job->is_over(); });
        if (!to->waiting.empty())
            connect(*to);
    }
}

void Pool::connect(Destination& to)
{
    auto connection = std::make_shared<Connection>(shared_, to.host, to.route, to);
    to.connections.push_back(connection);
    ++handshakes_;
    ++connections_;
    connection->begin();
}

void Pool::serve_soon(Destination& to)
{
    if (std::exchange(to.is_due, true))
        return;
    shared_.loop.post([this, alive = std::weak_ptr{alive_}, weak = to.weak_from_this()] {
        const auto destination = weak.lock();
        if (alive.expired() || !destination)
            return;
        destination->is_due = false;
        serve(*destination);
        feed_hungry();
    });
}

bool Pool::close_an_idle_one()
{
    Connection* oldest = nullptr;
    for (Connection* one : open_)
        if (one->load() == 0 && (oldest == nullptr || one->idle_since() < oldest->idle_since()))
            oldest = one;
    if (oldest != nullptr)
        oldest->close("made room for another host");
    return oldest != nullptr;
}

void Pool::on_room(Destination& to, Connection& connection)
{
    if (connection.is_open() && open_.insert(&connection).second) {
        --handshakes_;
        ++logins_;
        to.drops = 0;
    }
    serve_soon(to);  // not now: the connection is in the middle of a step
}

void Pool::on_place(Connection& connection, bool lends)
{
    (void)connection;
    handshakes_ += lends ? -1UL : 1UL;
    if (lends)
        feed_hungry();
}

void Pool::forget(Destination& to, Connection& connection)
{
    --connections_;
    if (open_.erase(&connection) == 0 && connection.holds_place())
        --handshakes_;
    std::erase_if(to.connections, [&](const std::shared_ptr<Connection>& one) {
        if (one.get() != &connection)
            return false;
        drop_later(one);
        return true;
    });
}

void Pool::on_closed(Destination& to, const Closed& closed)
{
    const auto kept = to.shared_from_this();
    forget(to, closed.connection);
    const RetryRule& rule = retry_rule(closed.trouble);
    std::vector<JobPtr> failed;
    for (auto job = closed.unbegun.rbegin(); job != closed.unbegun.rend(); ++job) {
        if (++(*job)->tries < rule.tries)
            to.waiting.push_front(*job);
        else
            failed.push_back(*job);
    }
    if (closed.was_new && !to.has_open()) {
        if (++to.drops < rule.tries) {
            to.pause.after(retry_wait(rule, to.drops, ++waits_), [this, &to] { serve_soon(to); });
        } else {
            to.drops = 0;
            failed.insert(failed.end(), to.waiting.begin(), to.waiting.end());
            to.waiting.clear();
        }
    }
    const std::weak_ptr alive{alive_};
    for (const JobPtr& job : failed) {
        job->end(closed.why);
        if (alive.expired())
            return;
    }
    serve_soon(to);
}

/// Its own handler may be on the stack below us.
void Pool::drop_later(std::shared_ptr<Connection> connection)
{
    shared_.loop.post([connection = std::move(connection)]() mutable { connection.reset(); });
}

void Pool::look_for_idle()
{
    const Duration idle = shared_.settings.limits.idle;
    const Duration now = shared_.loop.now();
    std::vector<Connection*> old;
    for (Connection* one : open_)
        if (one->load() == 0 && now - one->idle_since() >= idle)
            old.push_back(one);
    for (Connection* one : old)
        one->close("idle");
    std::erase_if(destinations_, [](const auto& entry) { return entry.second->is_unused(); });
    idle_timer_.after(std::clamp(idle / 4, Duration{milliseconds(20)}, Duration{seconds(15)}),
                      [this] { look_for_idle(); });
}

void Pool::look(const std::string& host, RoutePtr route, std::function<void(Result<HostLook>)> seen)
{
    auto look = std::make_shared<HostKeyLook>(
        shared_,
        host,
        std::move(route),
        [this, seen = std::move(seen)](HostKeyLook* ended, Result<HostLook> result) {
            shared_.loop.post([this, alive = std::weak_ptr{alive_}, ended] {
                if (!alive.expired())
                    looks_.remove_if([&](const auto& one) { return one.get() == ended; });
            });
            seen(std::move(result));
        });
    looks_.push_back(look);
    look->begin();
}

}  // namespace reops::remote
