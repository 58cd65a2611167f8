// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One SSH connection of our own client, driven by the event loop.
///
///     reading (keys, known hosts; pool) -> tcp -> banner -> key exchange -> host key judged
///        -> login (keys in turn, then the agent on the pool) -> open -> closed
///
/// Nothing of a login leaves before the host's key is judged. Each phase has its own time.

#include "base/log.hh"
#include "io/event_loop.hh"
#include "io/readiness.hh"
#include "io/socket.hh"
#include "remote/routes.hh"
#include "remote/ssh/channel_run.hh"
#include "remote/ssh/job.hh"
#include "remote/ssh/key_ring.hh"
#include "remote/ssh/known_hosts.hh"
#include "remote/ssh/retry.hh"
#include "remote/ssh/session.hh"
#include "remote/ssh_settings.hh"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::remote {

/// What all connections share; outlives them.
struct SshShared {
    io::EventLoop& loop;
    Log& log;
    const SshSettings& settings;
    std::shared_ptr<KeyRing> keys;
    std::shared_ptr<KnownHostsFiles> known_hosts;
};

/// The end of a connection.
struct Closed {
    class Connection& connection;
    Failure why;
    Trouble trouble;
    bool was_new;                 ///< it was never open
    std::vector<JobPtr> unbegun;  ///< jobs that were given to it and that have surely not begun
};

/// What a connection tells its owner; on_closed() and on_place() may come inside close() and
/// begin(), the others never inside a call of the owner.
class ConnectionOwner {
public:
    virtual ~ConnectionOwner() = default;
    /// It is open, or has room again.
    virtual void on_room(class Connection& connection) = 0;
    /// The host says nothing, so the place among the handshakes is free; or it wants it back.
    virtual void on_place(class Connection& connection, bool lends) = 0;
    virtual void on_closed(const Closed& closed) = 0;

protected:
    ConnectionOwner() = default;
    ConnectionOwner(const ConnectionOwner&) = default;
    ConnectionOwner& operator=(const ConnectionOwner&) = default;
};

/// Loop thread only. Destroying it drops its jobs without a word.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(const SshShared& shared, std::string host, RoutePtr route, ConnectionOwner& owner);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    void begin();
    /// Requires has_room().
    void run(JobPtr job);
    bool has_room() const;
    bool is_open() const { return phase_ == Phase::open; }
    std::size_t load() const { return running_.size() + (opening_ ? 1U : 0U) + waiting_.size(); }
    /// It counts as one of the handshakes.
    bool holds_place() const { return holds_place_; }
    /// When it was last used.
    Duration idle_since() const { return idle_since_; }
    /// Ends it when nothing runs; the owner is told.
    void close(const std::string& why);

private:
    enum class Phase : std::uint8_t {
        reading,
        tcp,
        banner,
        key_exchange,
        login,
        agent,
        open,
        closed
    };
    struct Read;
    struct Running {
        JobPtr job;
        std::unique_ptr<ChannelRun> channel;
        std::unique_ptr<io::Timer> grace;
    };

    void enter(Phase phase, Duration within);
    void lend_place(Duration left);
    void take_place();
    void on_read(Read& read);
    void connect();
    void on_socket(Result<io::UniqueFd> socket);
    void watch();
    void pump();
    void pump_soon();
    bool step();
    bool step_handshake();
    bool judge_host_key();
    bool ask_for_known_type(const Judgement& judgement);
    void accept_new_key();
    bool step_login();
    void try_agent();
    void on_agent(Stepped how);
    void refuse_login();
    void opened();
    bool step_open();
    bool may_begin() const;
    void begin_next();
    bool step_opening();
    void collect();
    void begin_grace(Running& running);
    void end_grace(const Job* job);
    void finish(Running running);
    void on_limit(const JobPtr& job);
    void on_cancel(const JobPtr& job);
    void fail(Trouble trouble, Failure why);
    std::vector<Running> take_begun(std::vector<JobPtr>& unbegun);
    void on_silence();
    std::string where() const;
    Failure what_libssh_says() const;

    const SshShared& shared_;
    std::string host_;  ///< as people know it
    RoutePtr route_;
    ConnectionOwner& owner_;
    Phase phase_ = Phase::reading;
    io::Timer phase_timer_;
    std::unique_ptr<io::ConnectAttempt> attempt_;
    std::shared_ptr<const KnownHosts> known_;
    std::vector<PrivateKey> keys_;
    std::vector<std::string> key_trouble_;
    std::size_t next_key_ = 0;
    HostKey host_key_;
    bool knows_types_ = false;  ///< the server was asked for the types that are surely known
    std::shared_ptr<Session> session_;
    std::unique_ptr<io::Readiness> ready_;
    std::vector<JobPtr> waiting_;  ///< for the one that is being opened
    std::unique_ptr<Running> opening_;
    io::Timer opening_timer_;
    std::vector<Running> running_;
    std::size_t most_channels_;
    bool was_open_ = false;
    bool holds_place_ = true;
    Duration idle_since_{};
};

/// The refusal of a host's key, with both fingerprints and what to type. Null: it is trusted.
std::optional<Failure> refuse_host_key(const Judgement& judgement,
                                       const HostKey& key,
                                       const std::string& host,
                                       const Route& route,
                                       HostKeyPolicy policy);

}  // namespace reops::remote
