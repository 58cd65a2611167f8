// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The prompt of a running server: an interpreter of its own that knows what the flow files
/// define, and arms in the server what is declared at the prompt.

#include "app/flow_files.hh"
#include "app/flow_loader.hh"
#include "app/posted_steps.hh"
#include "app/server.hh"
#include "library/program.hh"
#include "repl/nrepl_server.hh"

#include <memory>
#include <string>

namespace reops::app {

struct ReplPlaces {
    std::string socket;     ///< unix socket of nREPL
    std::string host = {};  ///< with a port: the loopback address
    std::uint16_t port = 0;
};

/// Loop thread only, but for what sessions call. Destroyed before the server.
class ReplHost {
public:
    static Result<std::unique_ptr<ReplHost>> start(io::EventLoop& loop,
                                                   Random& random,
                                                   Log& log,
                                                   Server& server,
                                                   FlowLoader& loader,
                                                   const ReplPlaces& places);
    ~ReplHost();
    ReplHost(const ReplHost&) = delete;
    ReplHost& operator=(const ReplHost&) = delete;

    /// The flow files were read: the prompt knows what they define now.
    void learn();

    std::uint16_t port() const { return nrepl_->port(); }

private:
    ReplHost(io::EventLoop& loop, Server& server, FlowLoader& loader);

    library::ProgramFacts facts();
    void arm_declared(lang::Task& task);

    io::EventLoop& loop_;
    Server& server_;
    FlowLoader& loader_;
    runtime::DirectRuns runs_;
    PostedSteps steps_;
    std::shared_ptr<library::Program> program_;
    std::unique_ptr<repl::NreplServer> nrepl_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::app
