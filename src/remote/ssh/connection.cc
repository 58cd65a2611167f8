// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/connection.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libssh/libssh.h>

namespace reops::remote {

namespace {

constexpr int most_steps = 4;
/// sshd ends a connection after six refusals, and the agent wants some of them.
constexpr std::size_t most_keys = 4;

}  // namespace

/// What the pool reads for a connection.
struct Connection::Read {
    std::shared_ptr<const KnownHosts> known;
    std::vector<PrivateKey> keys;
    std::vector<std::string> trouble;
};

Connection::Connection(const SshShared& shared,
                       std::string host,
                       RoutePtr route,
                       ConnectionOwner& owner)
    : shared_(shared),
      host_(std::move(host)),
      route_(std::move(route)),
      owner_(owner),
      phase_timer_(shared.loop),
      opening_timer_(shared.loop),
      most_channels_(std::max<std::size_t>(1, shared.settings.limits.channels))
{
}

Connection::~Connection()
{
    if (phase_ == Phase::agent)
        session_->give_up();
    ready_.reset();
    opening_.reset();
    running_.clear();
}

std::string Connection::where() const
{
    const std::string at = fmt::format("{}:{}", route_->host_name, route_->port);
    return host_ == route_->host_name ? at : fmt::format("{} ({})", host_, at);
}

Failure Connection::what_libssh_says() const
{
    return {Code::unreachable, fmt::format("{}: {}", where(), session_->trouble())};
}

void Connection::enter(Phase phase, Duration within)
{
    phase_ = phase;
    const Duration lend_after = shared_.settings.limits.lend_after;
    if ((phase == Phase::tcp || phase == Phase::banner) && holds_place_ && within > lend_after)
        phase_timer_.after(lend_after, [this, left = within - lend_after] { lend_place(left); });
    else
        phase_timer_.after(within, [this] { on_silence(); });
}

/// Whoever says nothing costs nothing but its descriptors: others may begin meanwhile.
void Connection::lend_place(Duration left)
{
    phase_timer_.after(left, [this] { on_silence(); });
    holds_place_ = false;
    owner_.on_place(*this, true);
}

void Connection::take_place()
{
    if (!std::exchange(holds_place_, true))
        owner_.on_place(*this, false);
}

void Connection::on_silence()
{
    const SshPhases& phases = shared_.settings.phases;
    const auto silent = [this](std::string message) {
        fail(Trouble::silent, {Code::unreachable, std::move(message)});
    };
    switch (phase_) {
        case Phase::banner:
            return silent(
                fmt::format("{} accepts connections but says nothing: no SSH banner within {}",
                            where(),
                            to_string(phases.banner)));
        case Phase::key_exchange:
            return silent(fmt::format("{} fell silent after its banner: no key exchange within {}",
                                      where(),
                                      to_string(phases.key_exchange)));
        case Phase::login:
            return silent(fmt::format(
                "{} did not answer the login within {}", where(), to_string(phases.login)));
        case Phase::agent:
            session_->give_up();
            return;
        default:
            return silent("no answer from " + where());
    }
}

void Connection::begin()
{
    auto read = std::make_shared<Read>();
    const bool queued = shared_.loop.run_blocking(
        [read, route = route_, keys = shared_.keys, files = shared_.known_hosts] {
            read->known = files->load(route->known_hosts);
            read->keys = keys->read(route->identities, read->trouble);
        },
        [read, weak = weak_from_this()] {
            if (const auto self = weak.lock(); self && self->phase_ == Phase::reading)
                self->on_read(*read);
        });
    enter(Phase::reading, queued ? shared_.settings.phases.tcp : Duration{});
}

void Connection::on_read(Read& read)
{
    known_ = std::move(read.known);
    keys_ = std::move(read.keys);
    key_trouble_ = std::move(read.trouble);
    if (keys_.size() > most_keys)
        keys_.resize(most_keys);
    connect();
}

void Connection::connect()
{
    const Duration within = shared_.settings.phases.tcp;
    enter(Phase::tcp, within + seconds(1));  // the attempt has its own words
    attempt_ =
        io::connect_socket(shared_.loop,
                           {route_->host_name, route_->port, ""},
                           within,
                           [this](Result<io::UniqueFd> socket) { on_socket(std::move(socket)); });
}

void Connection::on_socket(Result<io::UniqueFd> socket)
{
    if (!socket.ok())
        return fail(Trouble::unreachable, {Code::unreachable, socket.failure().message});
    const auto types = knows_types_ ? known_->types_of(route_->known_as, route_->port)
                                    : known_->likely_types_of(route_->known_as, route_->port);
    auto session = Session::make(std::move(*socket), *route_, types);
    if (!session.ok())
        return fail(Trouble::ours, session.failure());
    session_ = std::move(*session);
    enter(Phase::banner, shared_.settings.phases.banner);
    watch();
    pump();
}

void Connection::watch()
{
    ready_ = std::make_unique<io::Readiness>(
        shared_.loop, session_->fd(), [this] { pump(); }, [this] { pump(); });
}

/// Steps until nothing more can be done at once, then waits for the socket. Others have their turn
/// after some steps.
void Connection::pump()
{
    const auto alive = shared_from_this();
    bool more = true;
    for (int i = 0; i < most_steps && (more || session_->wants_write()); ++i) {
        more = step();
        if (phase_ == Phase::closed || phase_ == Phase::agent || !ready_)
            return;
    }
    if (more)
        pump_soon();
    ready_->arm_read();
    if (session_->wants_write())
        ready_->arm_write();
}

void Connection::pump_soon()
{
    shared_.loop.post([weak = weak_from_this()] {
        if (const auto self = weak.lock(); self && self->ready_)
            self->pump();
    });
}

/// True: something has moved, and the next step may be possible at once.
bool Connection::step()
{
    switch (phase_) {
        case Phase::banner:
        case Phase::key_exchange:
            return step_handshake();
        case Phase::login:
            return step_login();
        case Phase::open:
            return step_open();
        default:
            return false;
    }
}

bool Connection::step_handshake()
{
    const Stepped how = session_->handshake();
    if (how == Stepped::failed) {
        fail(session_->is_hung_up() ? Trouble::dropped : Trouble::unreachable, what_libssh_says());
        return false;
    }
    if (phase_ == Phase::banner && session_->has_banner())
        take_place();
    if (how == Stepped::done)
        return judge_host_key();
    if (phase_ == Phase::banner && session_->has_banner())
        enter(Phase::key_exchange, shared_.settings.phases.key_exchange);
    return false;
}

bool Connection::judge_host_key()
{
    auto key = session_->host_key();
    if (!key.ok()) {
        fail(Trouble::unwanted, key.failure().while_(where()));
        return false;
    }
    host_key_ = std::move(*key);
    const Judgement judgement = known_->judge(route_->known_as, route_->port, host_key_);
    if (ask_for_known_type(judgement))
        return false;
    if (const auto refused =
            refuse_host_key(judgement, host_key_, host_, *route_, shared_.settings.host_keys)) {
        fail(Trouble::unwanted, *refused);
        return false;
    }
    if (judgement.verdict == Verdict::unknown)
        accept_new_key();
    enter(Phase::login, shared_.settings.phases.login);
    return true;
}

/// It shows a key of a type that was a guess, and is known with one of another type: once more.
bool Connection::ask_for_known_type(const Judgement& judgement)
{
    if (knows_types_ || judgement.verdict != Verdict::changed ||
        judgement.known->type == host_key_.type)
        return false;
    knows_types_ = true;
    ready_.reset();
    session_.reset();
    connect();
    return true;
}

void Connection::accept_new_key()
{
    shared_.log.warning("ssh",
                        fmt::format("{} is new: its key {} {} is remembered",
                                    host_,
                                    host_key_.type,
                                    host_key_.fingerprint));
    if (shared_.settings.known_hosts.empty())
        return;
    const auto added = std::make_shared<Result<void>>();
    shared_.loop.run_blocking(
        [added,
         file = shared_.settings.known_hosts,
         files = shared_.known_hosts,
         line = known_line(route_->known_as, route_->port, host_key_)] {
            *added = files->append(file, line);
        },
        [added, weak = weak_from_this()] {
            if (const auto self = weak.lock(); self && !added->ok())
                self->shared_.log.error("ssh", added->failure().message);
        });
}

bool Connection::step_login()
{
    while (next_key_ < keys_.size()) {
        const int rc = ssh_userauth_publickey(session_->raw(), nullptr, keys_[next_key_].key.get());
        if (rc == SSH_AUTH_AGAIN)
            return false;
        if (rc == SSH_AUTH_SUCCESS) {
            opened();
            return true;
        }
        if (rc != SSH_AUTH_DENIED) {
            if (rc == SSH_AUTH_PARTIAL)
                fail(
                    Trouble::unwanted,
                    {Code::denied,
                     fmt::format("{} wants more than a key: {}", where(), session_->other_ways())});
            else
                fail(Trouble::dropped, what_libssh_says());
            return false;
        }
        ++next_key_;
    }
    try_agent();
    return false;
}

/// libssh waits for the agent without end: on a pool thread that does no harm. Until its word comes
/// nobody else touches the session.
void Connection::try_agent()
{
    if (!route_->use_agent || shared_.settings.agent_socket.empty())
        return refuse_login();
    ready_.reset();
    enter(Phase::agent, shared_.settings.phases.login);
    const auto how = std::make_shared<Stepped>(Stepped::failed);
    const bool queued = shared_.loop.run_blocking(
        [how,
         session = session_,
         socket = shared_.settings.agent_socket,
         within = shared_.settings.phases.login] {
            *how = session->login_by_agent(socket, within);
        },
        [how, weak = weak_from_this()] {
            if (const auto self = weak.lock(); self && self->phase_ == Phase::agent)
                self->on_agent(*how);
        });
    if (!queued)
        fail(Trouble::ours, {Code::unreachable, "too many logins wait already"});
}

void Connection::on_agent(Stepped how)
{
    phase_ = Phase::login;
    if (how == Stepped::refused)
        return refuse_login();
    if (how != Stepped::done)
        return fail(
            Trouble::silent,
            {Code::unreachable,
             fmt::format(
                 "{}: the login by the SSH agent did not end: {}", where(), session_->trouble())});
    watch();
    opened();
    pump();
}

void Connection::refuse_login()
{
    std::vector<std::string> tried;
    for (const PrivateKey& key : keys_)
        tried.push_back(key.file);
    if (route_->use_agent && !shared_.settings.agent_socket.empty())
        tried.emplace_back("the SSH agent");
    std::string message =
        fmt::format("{} lets nobody in as `{}` (it takes {}); tried: {}",
                    where(),
                    route_->user,
                    session_->other_ways(),
                    tried.empty() ? "no key at all" : fmt::format("{}", fmt::join(tried, ", ")));
    for (const std::string& trouble : key_trouble_)
        message += "; " + trouble;
    fail(Trouble::unwanted,
         {Code::denied, std::move(message), fmt::format("ssh-copy-id {}@{}", route_->user, host_)});
}

void Connection::opened()
{
    phase_timer_.cancel();
    if (session_->listen() == Stepped::failed)
        return fail(Trouble::ours, {Code::internal, "libssh cannot wait for " + where()});
    phase_ = Phase::open;
    was_open_ = true;
    idle_since_ = shared_.loop.now();
    owner_.on_room(*this);
}

}  // namespace reops::remote
