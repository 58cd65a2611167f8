// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One power effect being carried out.
///
///     look ──there already──> verified, changed false
///      │ ^  \──unknown guest runs on it──> refused
///      │ └─ back-off ── provider unreachable (until the limit: unreachable)
///      v
///     ask ──reply lost──> look again (what was asked may have happened)
///      │   \──denied, conflict ...──> failed; unsupported──> refused
///      v
///     watch: look at each event and at growing intervals
///      ├── end state seen ──> verified
///      └── limit ──> timeout (did not stop)

#include "base/clock.hh"
#include "engine/effect.hh"
#include "engine/outcome.hh"
#include "io/event_loop.hh"
#include "providers/provider.hh"
#include "providers/registry.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::actions {

/// How often is looked, and how long is waited for a provider that does not answer.
struct PowerPacing {
    Duration look_first = milliseconds(100);
    Duration look_longest = seconds(2);
    Duration retry_first = milliseconds(500);
    Duration retry_longest = seconds(10);
    Duration status_deadline = seconds(10);
    Duration change_deadline = seconds(30);
};

/// What every action needs; outlives it.
struct PowerSurroundings {
    io::EventLoop& loop;
    const Clock& clock;
    providers::Registry& registry;
    PowerPacing pacing;
};

/// Loop thread only; owned by the PowerPerformer through a shared_ptr, because replies of providers
/// hold it weakly. Destroying it stops everything; `ended` is then not called.
class PowerAction : public std::enable_shared_from_this<PowerAction> {
public:
    /// `ended` is called once, and may drop the last reference but the caller's.
    PowerAction(const PowerSurroundings& surroundings,
                engine::Effect effect,
                std::function<void(engine::Outcome)> ended);

    void begin();
    /// Ends `cancelled` unless something was asked already.
    void cancel();

private:
    struct Goal;

    void look();
    void look_after(Duration span);
    void on_status(Result<providers::SystemStatus> status);
    void on_trouble(const Failure& why);
    void decide(const providers::SystemStatus& status);
    void check_guests(const providers::SystemStatus& status);
    void list_guests(const std::string& uri);
    bool refuse_unknown_guests(const std::vector<std::string>& running);
    void ask();
    void on_asked(const Result<void>& reply);
    void on_limit();
    void end(engine::Status status, std::string message);
    data::Value evidence() const;
    Duration elapsed() const;
    /// At most `wanted`, and never beyond the limit.
    Duration within_limit(Duration wanted) const;
    template <class Argument>
    std::function<void(Argument)> if_alive(void (PowerAction::*member)(Argument));

    const PowerSurroundings& around_;
    engine::Effect effect_;
    std::function<void(engine::Outcome)> ended_;
    const Goal& goal_;
    providers::SystemRef system_;
    providers::Provider* provider_ = nullptr;
    std::unique_ptr<providers::Watch> watch_;
    io::Timer limit_timer_;
    io::Timer look_timer_;
    Duration began_{};
    Duration pause_;     ///< until the next look while watching
    Duration back_off_;  ///< until the next look after trouble
    providers::PowerState seen_ = providers::PowerState::unknown;
    std::string trouble_;  ///< why the provider did not answer last time; empty: it did
    std::string detail_;   ///< what the provider says besides the state
    bool told_ = false;    ///< the provider has told a state at least once
    std::uint32_t looks_ = 0;
    std::uint32_t asks_ = 0;
    bool looking_ = false;     ///< a status request is on its way
    bool look_again_ = false;  ///< something happened meanwhile
    bool asking_ = false;      ///< a change is on its way
    bool accepted_ = false;    ///< the provider took the change
    bool moved_ = false;       ///< it was seen on its way to the end state
    bool over_ = false;
};

}  // namespace reops::actions
