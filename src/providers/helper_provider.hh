// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A provider that is a helper program: one child, started on the first use, started again
/// with back-off when it ends. Requests get numbers and deadlines here.

#include "base/clock.hh"
#include "base/log.hh"
#include "io/event_loop.hh"
#include "providers/helper_process.hh"
#include "providers/provider.hh"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace reops::providers {

struct HelperOptions {
    std::string name;               ///< the provider's: "libvirt"
    std::vector<std::string> argv;  ///< program and words; no secrets
    Duration restart_first = milliseconds(200);
    Duration restart_longest = seconds(30);
    Duration good_life = minutes(1);  ///< after so long a life the back-off begins anew
    std::size_t most_pending = 1024;
};

/// Loop thread only. Requests made while no helper is there wait for the next one, up to their
/// deadline. The destructor kills the helper; pending replies are then never called.
class HelperProvider final : public Provider {
public:
    HelperProvider(io::EventLoop& loop, const Clock& clock, Log& log, HelperOptions options);
    ~HelperProvider() override;
    HelperProvider(const HelperProvider&) = delete;
    HelperProvider& operator=(const HelperProvider&) = delete;

    std::string_view name() const override { return options_.name; }
    void status(const SystemRef& system, Duration deadline, Reply<SystemStatus> reply) override;
    void change(Change what,
                const SystemRef& system,
                Duration deadline,
                Reply<void> reply) override;
    void addresses(const SystemRef& system,
                   Duration deadline,
                   Reply<std::vector<std::string>> reply) override;
    void list(const data::Value& options,
              Duration deadline,
              Reply<std::vector<ListedSystem>> reply) override;
    void sync(std::vector<SystemRef> systems) override;
    [[nodiscard]] std::unique_ptr<Watch> watch(std::string system,
                                               std::function<void(PowerState)> changed) override;

    /// Any op of the protocol; the reply is its `ok` map. For ops of one provider (`sim/set`).
    void request(HelperRequest request, Duration deadline, Reply<data::Value> reply);

    /// For doctor and tests: 0 when no helper is running.
    int helper_pid() const { return helper_ ? helper_->pid() : 0; }
    std::uint64_t starts() const { return starts_; }

private:
    struct Pending;
    struct Watchers;
    class WatchPass;

    void start_helper();
    void on_hello(const Hello& hello);
    void on_message(HelperMessage message);
    void answer(HelperAnswer answer);
    void on_end(const Failure& why);
    void on_deadline(std::uint64_t id);
    void send(Pending& pending);
    bool is_able(std::string_view op) const;
    void answer_later(std::uint64_t id, Failure why);
    void send_sync();
    void fail_all(const Failure& why);
    void restart_later();

    io::EventLoop& loop_;
    const Clock& clock_;
    Log& log_;
    HelperOptions options_;
    std::unique_ptr<HelperProcess> helper_;
    bool greeted_ = false;
    std::vector<std::string> capabilities_;  ///< as the hello told; empty: not told
    std::uint64_t starts_ = 0;
    Duration started_at_{};
    Duration back_off_{};
    std::string last_end_;                ///< why the last helper ended
    std::uint32_t silent_deadlines_ = 0;  ///< deadlines in a row without a line from the helper
    io::Timer restart_timer_;
    std::uint64_t last_id_ = 0;
    std::map<std::uint64_t, std::unique_ptr<Pending>> pending_;
    std::vector<SystemRef> systems_;  ///< as sync() told them
    bool synced_ = false;             ///< sync() was called at all
    std::shared_ptr<Watchers> watchers_;
    std::shared_ptr<int> alive_;  ///< what posted work looks at before it touches us
};

}  // namespace reops::providers
