// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Finds routes by asking OpenSSH (`ssh -G`) and remembers them for a while. One answer
/// serves all hosts that the configuration does not tell apart. Without that program a route is
/// what the target itself says.

#include "io/event_loop.hh"
#include "io/subprocess.hh"
#include "remote/host_classes.hh"
#include "remote/route.hh"
#include "remote/ssh_settings.hh"
#include "remote/transport.hh"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace reops::remote {

using RoutePtr = std::shared_ptr<const Route>;

/// The options of `ssh` that say what the target and the settings say; the host comes last, behind
/// `--`. No secret is among them.
std::vector<std::string> ssh_words(const SshSettings& settings, const Target& target);

/// Loop thread only. At most eight `ssh -G` run at once.
class Routes {
public:
    /// `home` is for paths that begin with ~.
    Routes(io::EventLoop& loop, const SshSettings& settings, std::string home);
    ~Routes();
    Routes(const Routes&) = delete;
    Routes& operator=(const Routes&) = delete;

    /// `found` is called once, never inside this call. Failures: invalid_argument (a name that is
    /// none; the configuration has a mistake, in OpenSSH's words), timeout.
    void find(const Target& target, std::function<void(Result<RoutePtr>)> found);
    /// How often `ssh -G` was started.
    std::size_t asked() const { return asked_; }

private:
    struct Asking;
    using Found = std::function<void(Result<RoutePtr>)>;
    struct Known {
        RoutePtr route;
        Duration until{};
    };
    /// What holds for all hosts of a class; without a route each must be asked for by itself.
    struct Class {
        Known answer = {};
        Target asked = {};  ///< the one that was asked for
        bool is_open = true;
        std::vector<std::pair<Target, Found>> waiting = {};
    };

    void later(std::function<void()> work);
    void look_at_config();
    std::optional<std::string> class_of(const Target& target) const;
    bool find_in_class(const std::string& name, const Target& target, const Found& found);
    void answer_class(const std::string& name, const Result<RoutePtr>& route);
    void find_alone(const Target& target, Found found, const std::string& name = {});
    void begin_next();
    void ask(const std::shared_ptr<Asking>& asking);
    void ended(Asking& asking, io::ExitStatus status);
    void overdue(Asking& asking);
    void answer(Asking& asking, const Result<RoutePtr>& route);
    void forget_later(Asking& asking);
    RoutePtr without_program(const Target& target) const;
    Result<RoutePtr> make_route(const Target& target, const std::string& output) const;

    io::EventLoop& loop_;
    const SshSettings& settings_;
    std::string home_;
    HostClasses config_;
    Duration config_read_{};
    std::map<std::string, Class> classes_;
    std::optional<SshOptions> defaults_;
    std::map<Target, Known> known_;
    std::map<Target, std::shared_ptr<Asking>> asking_;
    std::map<const Asking*, std::shared_ptr<Asking>> open_;  ///< those with a child
    std::deque<std::shared_ptr<Asking>> waiting_;
    std::size_t running_ = 0;
    std::size_t asked_ = 0;
    std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace reops::remote
