// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Stages as immutable values. A flow's leading filter stages run once per event, with a
/// durable state per key; the stages after them run inside a run.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/event.hh"
#include "engine/ids.hh"
#include "engine/signal.hh"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

/// What a filter stage says of an event. `clear`: the condition is false. `wait`: it may hold, but
/// not now.
enum class Verdict : std::uint8_t { pass, clear, wait, fail };

/// What a filter stage gets.
struct FilterInput {
    Time at = {};
    Position position = {};
    const Event* event = nullptr;
    data::Value value = {};     ///< as the stages before left it
    bool observe_only = false;  ///< a retained reading: known, but starts nothing
};

/// A stage's wish about its one timer.
struct TimerWish {
    enum class What : std::uint8_t { leave, set, cancel };
    What what = What::leave;
    Time due = {};
};

/// What a filter stage gets when its timer is due.
struct TimerInput {
    Time at = {};
    Time due = {};         ///< as it was wished for
    bool overdue = false;  ///< it became due while the program was down
};

struct FilterStep {
    Verdict verdict = Verdict::pass;
    bool replaces_value = false;
    data::Value value = {};
    TimerWish timer = {};
    std::string error = {};  ///< with Verdict::fail
    /// A timer let an older event pass (`hold-for`): the run starts from this one.
    std::optional<Trigger> released = {};
};

/// What is known of the time that a stage's function takes. A prompt one runs on the thread that
/// decides, unwatched: it compares values, not more.
enum class Pace : std::uint8_t { unknown, prompt };

enum class StageRole : std::uint8_t { filter, choose, power, email, publish, operate };

class Stage {
public:
    virtual ~Stage() = default;
    virtual std::string_view name() const = 0;  ///< "pick"
    virtual std::string printed() const = 0;    ///< "(rising 70)"; part of the version
    virtual StageRole role() const = 0;
    virtual Pace pace() const { return Pace::prompt; }

protected:
    Stage() = default;
    Stage(const Stage&) = default;
    Stage& operator=(const Stage&) = default;
};

using StagePtr = std::shared_ptr<const Stage>;

/// Runs in the filter half, possibly on a worker thread: const, and no state but the one given.
/// Exceptions derived from std::exception become Verdict::fail with their text. One that calls no
/// function of the user says so by its pace(); the others are watched.
class FilterStage : public Stage {
public:
    StageRole role() const override { return StageRole::filter; }
    Pace pace() const override { return Pace::unknown; }
    virtual bool is_stateful() const { return false; }

    /// `state` is this stage's durable state for the event's key, nil at first.
    virtual FilterStep on_event(const FilterInput& input, data::Value& state) const = 0;
    /// An earlier stage said `clear` for this key. The value is nil when a `map` stands between:
    /// the reading as this stage would have seen it is not known.
    virtual TimerWish on_clear(const FilterInput&, data::Value& /*state*/) const { return {}; }
    /// Its timer is due. It may be one that was replaced since: compare `due` with the state.
    virtual FilterStep on_timer(const TimerInput& input, data::Value& state) const;
};

/// Replaces the value; the one filter that also works inside a run, after an action.
class Transformer {
public:
    virtual ~Transformer() = default;
    virtual data::Value transform(const data::Value& value) const = 0;

protected:
    Transformer() = default;
    Transformer(const Transformer&) = default;
    Transformer& operator=(const Transformer&) = default;
};

/// `pick` with three arguments: which hosts to go on with.
class ChooseStage : public Stage {
public:
    StageRole role() const override { return StageRole::choose; }
    Pace pace() const override { return Pace::unknown; }
    virtual std::vector<std::string> choose(const HostResults& success,
                                            const HostResults& failure,
                                            const std::vector<std::string>& hosts) const = 0;
};

/// A function of the user's behind an action: sees the whole signal. What it gives replaces the
/// value; nothing: the run ends here.
class SignalStage : public Stage {
public:
    StageRole role() const override { return StageRole::choose; }
    Pace pace() const override { return Pace::unknown; }
    virtual std::optional<data::Value> call(const Trigger& trigger,
                                            const HostResults& success,
                                            const HostResults& failure,
                                            const std::vector<std::string>& hosts) const = 0;
};

}  // namespace reops::engine
