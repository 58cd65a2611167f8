// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Keeps a server's flows the same as its flow files: reads them when they change, or when a
/// person asks, and swaps them in when all of them are good.

#include "app/server.hh"
#include "io/tree_watch.hh"

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace reops::app {

/// Reads and evaluates the files. Called on a pool thread, one call at a time.
using LoadFlows = std::function<Result<std::vector<ServedFlow>>()>;

/// Loop thread only; destroyed before the server.
class Reloader {
public:
    Reloader(io::EventLoop& loop, Log& log, Server& server, LoadFlows load);
    Reloader(const Reloader&) = delete;
    Reloader& operator=(const Reloader&) = delete;
    ~Reloader();

    /// Called after each reload that was good.
    void on_reloaded(std::function<void()> told) { reloaded_ = std::move(told); }
    /// Reloads by itself when files under `folder` were left alone for 300 ms after a change.
    Result<void> watch(const std::string& folder);
    /// For control::ControlParts. A request that comes while one is under way gets a reload of its
    /// own after it, together with others that wait.
    void reload(const std::string& actor, std::function<void(Result<data::Value>)> done);

private:
    struct Request {
        std::string actor;
        std::function<void(Result<data::Value>)> done;
    };

    void begin();
    void loaded(const Result<std::vector<ServedFlow>>& flows);
    void answer(const std::vector<Request>& requests, const Result<data::Value>& answer);
    void report(const Result<data::Value>& answer);

    io::EventLoop& loop_;
    Log& log_;
    Server& server_;
    LoadFlows load_;
    std::function<void()> reloaded_;
    std::unique_ptr<io::TreeWatch> watch_;
    std::vector<Request> waiting_;
    std::vector<Request> served_;  ///< by the load under way
    bool is_loading_ = false;
    std::string last_trouble_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace reops::app
