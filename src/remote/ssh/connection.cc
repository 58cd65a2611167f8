// SPDX-License-Identifier: Apache-2.0
#include "remote/ssh/connection.hh"

#include "base/check.hh"

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
constexpr std::uint32_t most_refusals = 10;
constexpr Duration after_refusal = milliseconds(50);

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

void Connection::enter(Phase phase, Duration within)
{
    phase_ = phase;
    phase_timer_.after(within, [this] { on_silence(); });
}

void Connection::on_silence()
{
    const SshPhases& phases = shared_.settings.phases;
    switch (phase_) {
        case Phase::banner:
            return fail(Code::unreachable,
                        fmt::format("{} accepts connections but says nothing: no SSH banner "
                                    "within {}",
                                    where(),
                                    to_string(phases.banner)));
        case Phase::key_exchange:
            return fail(Code::unreachable,
                        fmt::format("{} fell silent after its banner: no key exchange within {}",
                                    where(),
                                    to_string(phases.key_exchange)));
        case Phase::login:
            return fail(
                Code::unreachable,
                fmt::format(
                    "{} did not answer the login within {}", where(), to_string(phases.login)));
        case Phase::agent:
            session_->give_up();
            return;
        default:
            return fail(Code::unreachable, "no answer from " + where());
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
        return fail(Code::unreachable, socket.failure().message);
    auto session = Session::make(
        std::move(*socket), *route_, known_->types_of(route_->known_as, route_->port));
    if (!session.ok())
        return fail(session.failure().code, session.failure().message);
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
        if (phase_ == Phase::closed || phase_ == Phase::agent)
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
        fail(Code::unreachable, fmt::format("{}: {}", where(), session_->trouble()));
        return false;
    }
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
        fail(key.failure().code, fmt::format("{}: {}", where(), key.failure().message));
        return false;
    }
    host_key_ = std::move(*key);
    const Judgement judgement = known_->judge(route_->known_as, route_->port, host_key_);
    if (const auto refused =
            refuse_host_key(judgement, host_key_, host_, *route_, shared_.settings.host_keys)) {
        fail(refused->code, refused->message, refused->details);
        return false;
    }
    if (judgement.verdict == Verdict::unknown)
        accept_new_key();
    enter(Phase::login, shared_.settings.phases.login);
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
                fail(Code::denied,
                     fmt::format("{} wants more than a key: {}", where(), session_->other_ways()));
            else
                fail(Code::unreachable, fmt::format("{}: {}", where(), session_->trouble()));
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
        fail(Code::unreachable, "too many logins wait already");
}

void Connection::on_agent(Stepped how)
{
    phase_ = Phase::login;
    if (how == Stepped::refused)
        return refuse_login();
    if (how != Stepped::done)
        return fail(
            Code::unreachable,
            fmt::format(
                "{}: the login by the SSH agent did not end: {}", where(), session_->trouble()));
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
    fail(Code::denied, std::move(message), fmt::format("ssh-copy-id {}@{}", route_->user, host_));
}

void Connection::opened()
{
    phase_timer_.cancel();
    if (session_->listen() == Stepped::failed)
        return fail(Code::internal, "libssh cannot wait for " + where());
    phase_ = Phase::open;
    idle_since_ = shared_.loop.now();
    owner_.on_room(*this);
}

bool Connection::has_room() const
{
    return is_open() && load() < most_channels_;
}

void Connection::run(JobPtr job)
{
    REOPS_CHECK(has_room(), "run() needs room");
    waiting_.push_back(std::move(job));
    pump_soon();  // the owner may be called from our own step
}

/// One channel is opened at a time: libssh allows one call that is pending.
void Connection::begin_next()
{
    std::erase_if(waiting_, [](const JobPtr& job) { return job->is_over(); });
    if (waiting_.empty())
        return;
    JobPtr job = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    auto channel = std::make_unique<ChannelRun>(session_, job->order);
    opening_ = std::make_unique<Running>(Running{std::move(job), std::move(channel), nullptr});
    opening_timer_.after(shared_.settings.phases.channel, [this] {
        fail(Code::unreachable,
             fmt::format("{} opens no channel within {}",
                         where(),
                         to_string(shared_.settings.phases.channel)));
    });
}

bool Connection::step_opening()
{
    if (opening_->job->is_over() && !opening_->channel->is_asked()) {
        opening_timer_.cancel();
        opening_.reset();
        return true;
    }
    const Stepped how = opening_->channel->begin();
    opening_->job->is_asked = opening_->channel->is_asked();
    if (how == Stepped::again)
        return false;
    if (how == Stepped::failed) {
        fail(Code::unreachable, fmt::format("{}: {}", where(), session_->trouble()));
        return false;
    }
    opening_timer_.cancel();
    const std::unique_ptr<Running> opened = std::move(opening_);
    if (how == Stepped::done) {
        const JobPtr job = opened->job;
        if (job->is_over()) {
            opened->channel->kill();
            return true;
        }
        job->began = shared_.loop.now();
        job->limit.after(job->order.limit, [this, weak = std::weak_ptr{job}] {
            if (const auto alive = weak.lock())
                on_limit(alive);
        });
        running_.push_back(std::move(*opened));
        return true;
    }
    if (!running_.empty()) {  // the server allows fewer channels: the job waits for one of ours
        most_channels_ = running_.size();
        waiting_.insert(waiting_.begin(), opened->job);
        return false;
    }
    // sshd counts a session until it has seen our end of the channel, and a little longer
    if (++opened->job->refusals < most_refusals) {
        waiting_.insert(waiting_.begin(), opened->job);
        opening_timer_.after(after_refusal, [this] { pump(); });
        return false;
    }
    opened->job->end(Failure{
        Code::denied, fmt::format("{} does not run commands: {}", where(), session_->trouble())});
    owner_.on_room(*this);
    return true;
}

bool Connection::step_open()
{
    const auto alive = shared_from_this();
    // Reading comes first: it may bring the answer that the channel being opened waits for, and
    // nothing else would wake us up for it.
    if (session_->poll() == Stepped::failed) {
        collect();
        if (phase_ == Phase::open)
            fail(Code::unreachable, fmt::format("{}: {}", where(), session_->trouble()));
        return false;
    }
    if (may_begin())
        begin_next();
    const bool moved = opening_ && step_opening();
    if (phase_ != Phase::open)
        return false;
    collect();
    return moved || (!waiting_.empty() && may_begin());
}

/// One at a time, with room, and not right after a refusal.
bool Connection::may_begin() const
{
    return !opening_ && running_.size() < most_channels_ && !opening_timer_.is_pending();
}

/// Hands over what has ended.
void Connection::collect()
{
    std::vector<Running> ended;
    for (std::size_t i = 0; i < running_.size();) {
        Running& one = running_[i];
        if (one.channel->is_closed() || one.job->is_over()) {
            ended.push_back(std::move(one));
            running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        if (one.channel->has_ended() && !one.grace)
            begin_grace(one);
        ++i;
    }
    for (Running& one : ended)
        finish(std::move(one));
}

/// It has ended; whoever still holds its output has a little time.
void Connection::begin_grace(Running& running)
{
    running.grace = std::make_unique<io::Timer>(shared_.loop);
    running.grace->after(shared_.settings.limits.close_grace,
                         [this, job = running.job.get()] { end_grace(job); });
}

void Connection::end_grace(const Job* job)
{
    const auto found = std::find_if(
        running_.begin(), running_.end(), [&](const Running& one) { return one.job.get() == job; });
    if (found == running_.end())
        return;
    const auto alive = shared_from_this();
    Running gone = std::move(*found);
    running_.erase(found);
    // its timer is below us on the stack
    shared_.loop.post([timer = std::shared_ptr{std::move(gone.grace)}] {});
    finish(std::move(gone));
    if (phase_ == Phase::open)
        pump_soon();
}

void Connection::finish(Running running)
{
    idle_since_ = shared_.loop.now();
    Ran ran = running.channel->result();
    ran.took = shared_.loop.now() - running.job->began;
    running.channel.reset();
    running.job->end(std::move(ran));
    if (phase_ == Phase::open)
        owner_.on_room(*this);
}

void Connection::on_limit(const JobPtr& job)
{
    const auto alive = shared_from_this();
    const auto found = std::find_if(
        running_.begin(), running_.end(), [&](const Running& one) { return one.job == job; });
    if (found == running_.end())
        return;
    found->channel->kill();
    Running gone = std::move(*found);
    running_.erase(found);
    Ran ran = gone.channel->result();
    ran.end = End::overdue;
    ran.took = shared_.loop.now() - job->began;
    gone.channel.reset();
    idle_since_ = shared_.loop.now();
    job->end(std::move(ran));
    if (phase_ != Phase::open)
        return;
    owner_.on_room(*this);
    if (phase_ == Phase::open)
        pump();
}

void Connection::close(const std::string& why)
{
    if (phase_ != Phase::closed && load() == 0)
        fail(Code::cancelled, why);
}

void Connection::fail(Code code, std::string message, std::string details)
{
    if (phase_ == Phase::closed)
        return;
    const auto alive = shared_from_this();
    if (phase_ == Phase::agent)
        session_->give_up();
    phase_ = Phase::closed;
    phase_timer_.cancel();
    opening_timer_.cancel();
    attempt_.reset();
    ready_.reset();
    std::vector<JobPtr> unbegun = std::move(waiting_);
    std::vector<Running> lost = std::exchange(running_, {});
    if (const auto opening = std::move(opening_)) {
        if (opening->channel->is_asked())
            lost.push_back(std::move(*opening));
        else
            unbegun.insert(unbegun.begin(), opening->job);
    }
    for (Running& one : lost) {
        Ran ran = one.channel->result();
        if (ran.end == End::lost)
            ran.trouble = message;
        if (one.job->began.count() != 0)
            ran.took = shared_.loop.now() - one.job->began;
        one.channel.reset();
        one.job->end(std::move(ran));
    }
    owner_.on_closed(
        *this, Failure{code, std::move(message), std::move(details)}, std::move(unbegun));
}

}  // namespace reops::remote
