// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The stages of the engine, made as values. `pipeline` gives them their friendly spelling.

#include "engine/stage.hh"
#include "hosts/hosts.hh"
#include "hosts/power_order.hh"

#include <functional>

namespace reops::engine {

using Predicate = std::function<bool(const data::Value&)>;
using Transform = std::function<data::Value(const data::Value&)>;
using Chooser = std::function<std::vector<std::string>(
    const HostResults& success, const HostResults& failure, const std::vector<std::string>& hosts)>;

/// Lets events pass whose value the predicate holds for. `printed` is the predicate's text as
/// people know it ("t > 70"); it is part of the flow's version together with the program's build.
StagePtr make_pick(Predicate predicate, std::string printed, Pace pace = Pace::unknown);
/// Replaces the value; works before and after actions.
StagePtr make_map(Transform transform, std::string printed, Pace pace = Pace::unknown);
/// The last known reading was at most `level`, this one is above.
StagePtr make_rising(double level);
/// The condition must hold for `span`: the first passing event starts the timer, a clear cancels
/// it; when due the newest event passes, later ones at once until a clear.
StagePtr make_hold_for(Duration span);
/// One passes, then wait; a clear does not reset it.
StagePtr make_once_within(Duration span);
/// `pick` over host results, Re-ops' form.
StagePtr make_choose(Chooser chooser, std::string printed, Pace pace = Pace::unknown);

/// stop, halt and start.
struct PowerOptions {
    hosts::Direction direction = hosts::Direction::stop;
    bool hard_when_overdue = false;  ///< halt
    bool force = false;              ///< over holds
    bool unknown_guests = false;
    Duration good_for = minutes(10);
    bool hosts_from_signal = false;
    hosts::Hosts hosts = {};
};

class PowerStage : public Stage {
public:
    explicit PowerStage(PowerOptions options) : options_(std::move(options)) {}
    std::string_view name() const override;
    std::string printed() const override;
    StageRole role() const override { return StageRole::power; }
    const PowerOptions& options() const { return options_; }

private:
    PowerOptions options_;
};

/// A verb of the operations table on hosts: exec, update ... What the verb is, only its performer
/// knows.
struct OperationOptions {
    std::string verb = {};
    data::Value args = {};         ///< what the verb looks at
    bool may_repeat = false;       ///< it only reads, or the call says so
    Duration limit = minutes(10);  ///< on one host, from when its batch is released
    std::uint32_t batch = 0;       ///< hosts at once, the next when all of them ended; 0: all
    bool hosts_from_signal = false;
    hosts::Hosts hosts = {};
};

class OperationStage : public Stage {
public:
    explicit OperationStage(OperationOptions options) : options_(std::move(options)) {}
    std::string_view name() const override { return options_.verb; }
    std::string printed() const override;
    StageRole role() const override { return StageRole::operate; }
    const OperationOptions& options() const { return options_; }

private:
    OperationOptions options_;
};

/// power or operate: hosts come out of it, with results.
bool acts_on_hosts(const Stage& stage);

struct MailOptions {
    std::string from = {};
    std::vector<std::string> to = {};
    std::string subject = {};
    bool recovered = false;  ///< also tell when the incident closes
};

class EmailStage : public Stage {
public:
    explicit EmailStage(MailOptions options) : options_(std::move(options)) {}
    std::string_view name() const override { return "email"; }
    std::string printed() const override;
    StageRole role() const override { return StageRole::email; }
    const MailOptions& options() const { return options_; }

private:
    MailOptions options_;
};

struct PublishOptions {
    std::string topic = {};
    int qos = 0;
    bool retain = false;
};

class PublishStage : public Stage {
public:
    explicit PublishStage(PublishOptions options) : options_(std::move(options)) {}
    std::string_view name() const override { return "publish"; }
    std::string printed() const override;
    StageRole role() const override { return StageRole::publish; }
    const PublishOptions& options() const { return options_; }

private:
    PublishOptions options_;
};

}  // namespace reops::engine
