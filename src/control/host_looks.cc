// SPDX-License-Identifier: Apache-2.0
#include "control/host_looks.hh"

#include "engine/state.hh"

#include <memory>
#include <utility>

namespace reops::control {

namespace {

constexpr Duration look_within = seconds(5);

/// Waits for all providers, or for the deadline, and then answers with what there is.
class Gathering : public std::enable_shared_from_this<Gathering> {
public:
    Gathering(io::EventLoop& loop, std::function<void(HostLooks)> done)
        : done_(std::move(done)), timer_(loop)
    {
    }

    void begin(const ControlParts& parts, const std::vector<std::string>& names)
    {
        timer_.after(look_within + seconds(1), [weak = weak_from_this()] {
            if (const auto self = weak.lock())
                self->finish();
        });
        const engine::State& state = parts.runtime.engine().state();
        const auto self = shared_from_this();  // until all have answered
        open_ = 1;
        for (const std::string& name : names) {
            const hosts::System* system = state.inventory->find(name);
            if (system == nullptr || system->provider.empty() || !parts.look)
                continue;
            ++open_;
            parts.look(*system, look_within, [self, name](const Result<data::Value>& answer) {
                self->looks_.insert_or_assign(name, answer);
                self->close_one();
            });
        }
        close_one();
    }

private:
    void close_one()
    {
        if (--open_ == 0)
            finish();
    }
    void finish()
    {
        timer_.cancel();
        if (const auto once = std::exchange(done_, nullptr))
            once(std::move(looks_));
    }

    std::function<void(HostLooks)> done_;
    io::Timer timer_;
    HostLooks looks_;
    std::size_t open_ = 0;
};

}  // namespace

void look_at_hosts(const ControlParts& parts,
                   const std::vector<std::string>& names,
                   std::function<void(HostLooks)> done)
{
    std::make_shared<Gathering>(parts.loop, std::move(done))->begin(parts, names);
}

}  // namespace reops::control
