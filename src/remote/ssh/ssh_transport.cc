// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/ssh_transport.hh"

#include "remote/ssh/connection.hh"
#include "remote/ssh/host_look.hh"

#include <algorithm>
#include <deque>
#include <list>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <libssh/libssh.h>

namespace reops::remote {

namespace {

constexpr std::uint32_t most_tries = 2;

/// Connections may be shared by whoever goes to one place as one user with one key.
using Key = std::tuple<std::string, std::uint16_t, std::string, std::vector<std::string>>;

Key key_of(const Route& route)
{
    return {route.host_name, route.port, route.user, route.identities};
}

void initialise_libssh()
{
    static const int once = ssh_init();
    (void)once;
}

}  // namespace

class SshTransport::Pool final : public ConnectionOwner {
public:
    Pool(io::EventLoop& loop, Log& log, const SshSettings& settings)
        : shared_{loop,
                  log,
                  settings,
                  std::make_shared<KeyRing>(),
                  std::make_shared<KnownHostsFiles>()},
          idle_timer_(loop)
    {
        initialise_libssh();
        look_for_idle();
    }
    ~Pool() override = default;
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    void run(const std::string& host, RoutePtr route, JobPtr job);
    void look(const std::string& host, RoutePtr route, std::function<void(Result<HostLook>)> seen);
    std::size_t connections() const;
    std::size_t logins() const { return logins_; }
    JobPtr make_job(const Order& order, RanReply done)
    {
        return std::make_shared<Job>(shared_.loop, order, std::move(done));
    }

    void on_room(Connection& connection) override;
    void on_closed(Connection& connection,
                   const Failure& why,
                   std::vector<JobPtr> unbegun) override;

private:
    struct Destination {
        std::string host;
        RoutePtr route;
        std::deque<JobPtr> waiting;
        std::vector<std::shared_ptr<Connection>> connections;
    };

    void serve(Destination& to);
    void serve_all();
    bool may_connect(const Destination& to);
    bool close_an_idle_one();
    Destination* destination_of(const Connection& connection);
    void drop_later(std::shared_ptr<Connection> connection);
    void look_for_idle();
    void on_limit(Job& job, const std::string& host);

    SshShared shared_;
    std::map<Key, Destination> destinations_;
    std::list<std::shared_ptr<HostKeyLook>> looks_;
    std::size_t handshakes_ = 0;
    std::size_t open_ = 0;  ///< connections of any phase
    std::size_t logins_ = 0;
    io::Timer idle_timer_;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

void SshTransport::Pool::run(const std::string& host, RoutePtr route, JobPtr job)
{
    Destination& to = destinations_[key_of(*route)];
    if (to.waiting.size() >= shared_.settings.limits.waiting) {
        shared_.loop.post([job] {
            job->end(Failure{Code::unreachable, "too many orders wait for this host already"});
        });
        return;
    }
    to.host = host;
    to.route = std::move(route);
    job->limit.after(job->order.limit, [this, weak = std::weak_ptr{job}, host] {
        if (const auto alive = weak.lock())
            on_limit(*alive, host);
    });
    to.waiting.push_back(std::move(job));
    serve(to);
}

void SshTransport::Pool::on_limit(Job& job, const std::string& host)
{
    if (job.is_asked) {
        Ran ran;
        ran.end = End::overdue;
        ran.took = job.order.limit;
        return job.end(std::move(ran));
    }
    job.end(Failure{
        Code::timeout,
        fmt::format("{} did not take the command within {}", host, to_string(job.order.limit))});
}

/// Gives waiting jobs to connections with room, and opens one more when there is none.
void SshTransport::Pool::serve(Destination& to)
{
    std::erase_if(to.waiting, [](const JobPtr& job) { return job->is_over(); });
    for (const auto& connection : to.connections)
        while (!to.waiting.empty() && connection->has_room()) {
            connection->run(std::move(to.waiting.front()));
            to.waiting.pop_front();
        }
    if (to.waiting.empty() || !may_connect(to))
        return;
    auto connection = std::make_shared<Connection>(shared_, to.host, to.route, *this);
    to.connections.push_back(connection);
    ++handshakes_;
    ++open_;
    connection->begin();
}

void SshTransport::Pool::serve_all()
{
    for (auto& [key, destination] : destinations_)
        if (!destination.waiting.empty())
            serve(destination);
}

bool SshTransport::Pool::may_connect(const Destination& to)
{
    const SshLimits& limits = shared_.settings.limits;
    const auto opening = std::count_if(to.connections.begin(),
                                       to.connections.end(),
                                       [](const auto& one) { return !one->is_open(); });
    if (opening > 0 || to.connections.size() >= limits.per_host || handshakes_ >= limits.handshakes)
        return false;
    return open_ < limits.connections || close_an_idle_one();
}

bool SshTransport::Pool::close_an_idle_one()
{
    std::shared_ptr<Connection> oldest;
    for (const auto& [key, destination] : destinations_)
        for (const auto& one : destination.connections)
            if (one->is_open() && one->load() == 0 &&
                (!oldest || one->idle_since() < oldest->idle_since()))
                oldest = one;
    if (oldest)
        oldest->close("made room for another host");
    return oldest != nullptr;
}

SshTransport::Pool::Destination* SshTransport::Pool::destination_of(const Connection& connection)
{
    for (auto& [key, destination] : destinations_)
        for (const auto& one : destination.connections)
            if (one.get() == &connection)
                return &destination;
    return nullptr;
}

void SshTransport::Pool::on_room(Connection& connection)
{
    if (connection.is_open() && connection.is_new()) {
        --handshakes_;
        ++logins_;
        connection.set_counted();
    }
    // not now: the connection is in the middle of a step
    shared_.loop.post([this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired())
            serve_all();
    });
}

void SshTransport::Pool::on_closed(Connection& connection,
                                   const Failure& why,
                                   std::vector<JobPtr> unbegun)
{
    Destination* from = destination_of(connection);
    if (from == nullptr)
        return;
    --open_;
    const bool was_open = !connection.is_new();
    handshakes_ -= was_open ? 0U : 1U;
    std::erase_if(from->connections, [&](const std::shared_ptr<Connection>& one) {
        if (one.get() != &connection)
            return false;
        drop_later(one);
        return true;
    });
    std::vector<JobPtr> failed;
    // A connection that was open and broke says nothing about the host: once more, on a new one.
    for (auto job = unbegun.rbegin(); job != unbegun.rend(); ++job) {
        if (was_open && ++(*job)->tries < most_tries)
            from->waiting.push_front(*job);
        else
            failed.push_back(*job);
    }
    const bool is_alone = std::none_of(from->connections.begin(),
                                       from->connections.end(),
                                       [](const auto& one) { return one->is_open(); });
    if (!was_open && is_alone) {
        failed.insert(failed.end(), from->waiting.begin(), from->waiting.end());
        from->waiting.clear();
    }
    const std::weak_ptr alive{alive_};
    for (const JobPtr& job : failed) {
        job->end(why);
        if (alive.expired())
            return;
    }
    shared_.loop.post([this, alive] {
        if (!alive.expired())
            serve_all();
    });
}

/// Its own handler may be on the stack below us.
void SshTransport::Pool::drop_later(std::shared_ptr<Connection> connection)
{
    shared_.loop.post([connection = std::move(connection)]() mutable { connection.reset(); });
}

void SshTransport::Pool::look_for_idle()
{
    const Duration idle = shared_.settings.limits.idle;
    const Duration now = shared_.loop.now();
    std::vector<std::shared_ptr<Connection>> old;
    for (auto& [key, destination] : destinations_)
        for (const auto& one : destination.connections)
            if (one->is_open() && one->load() == 0 && now - one->idle_since() >= idle)
                old.push_back(one);
    for (const auto& one : old)
        one->close("idle");
    std::erase_if(destinations_, [](const auto& entry) {
        return entry.second.connections.empty() && entry.second.waiting.empty();
    });
    idle_timer_.after(std::clamp(idle / 4, Duration{milliseconds(20)}, Duration{seconds(15)}),
                      [this] { look_for_idle(); });
}

void SshTransport::Pool::look(const std::string& host,
                              RoutePtr route,
                              std::function<void(Result<HostLook>)> seen)
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

std::size_t SshTransport::Pool::connections() const
{
    std::size_t count = 0;
    for (const auto& [key, destination] : destinations_)
        count += static_cast<std::size_t>(std::count_if(
            destination.connections.begin(), destination.connections.end(), [](const auto& one) {
                return one->is_open();
            }));
    return count;
}

SshTransport::SshTransport(io::EventLoop& loop, Log& log, const SshSettings& settings)
    : pool_(std::make_unique<Pool>(loop, log, settings))
{
}

SshTransport::~SshTransport() = default;

void SshTransport::run(const Target& target, RoutePtr route, const Order& order, RanReply done)
{
    pool_->run(target.host, std::move(route), pool_->make_job(order, std::move(done)));
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
