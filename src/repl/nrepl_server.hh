// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An nREPL server, for editors and for `reops repl`: bencode over a unix socket (mode 0600)
/// or over a port of the loopback address. The protocol is nREPL's (nrepl.org, "Transports" and
/// "Built-in Ops"); which operations there are, says the table in nrepl_ops.cc.

#include "base/log.hh"
#include "base/random.hh"
#include "base/result.hh"
#include "data/map.hh"
#include "io/event_loop.hh"
#include "io/stream.hh"
#include "lang/interpreter.hh"
#include "repl/session.hh"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::repl {

struct NreplOptions {
    std::string unix_path;   ///< empty: none
    std::string host;        ///< "127.0.0.1"; empty: no port is opened
    std::uint16_t port = 0;  ///< 0: the system chooses
    std::string version;     ///< of the program
    std::size_t most_sessions = 16;
    std::size_t most_connections = 16;
    Session::AfterForm after_form = nullptr;
};

/// Loop thread only. The destructor ends connections and sessions.
class NreplServer {
public:
    /// Failures: those of io::listen. The interpreter outlives the server.
    static Result<std::unique_ptr<NreplServer>> start(io::EventLoop& loop,
                                                      Random& random,
                                                      Log& log,
                                                      lang::Interpreter& interpreter,
                                                      NreplOptions options);
    ~NreplServer();
    NreplServer(const NreplServer&) = delete;
    NreplServer& operator=(const NreplServer&) = delete;

    /// The port that was opened; 0: none.
    std::uint16_t port() const;

    /// For the operations.
    Session* find_session(const std::string& id);
    /// A new session's id; empty: there are too many.
    std::string make_session();
    bool close_session(const std::string& id);
    std::vector<std::string> session_ids() const;
    const NreplOptions& options() const { return options_; }
    lang::Interpreter& interpreter() { return interpreter_; }

private:
    class Connection;

    NreplServer(io::EventLoop& loop,
                Random& random,
                Log& log,
                lang::Interpreter& interpreter,
                NreplOptions options);
    void welcome(std::unique_ptr<io::Stream> stream);
    void forget(const Connection& connection);

    io::EventLoop& loop_;
    Random& random_;
    Log& log_;
    lang::Interpreter& interpreter_;
    NreplOptions options_;
    std::map<std::string, std::unique_ptr<Session>> sessions_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<std::unique_ptr<io::Listener>> listeners_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::repl
