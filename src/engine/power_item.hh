// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One host of a power action: may it begin, must it be refused, and its effect.

#include "engine/context.hh"
#include "engine/stages.hh"

#include <optional>

namespace reops::engine {

/// What is needed to judge an item.
struct PowerCase {
    const Run& run;
    const HostItem& item;
    const PowerOptions& options;
};

/// The system as the inventory has it, or what is true of a mere name.
hosts::System system_of(const Context& c, const std::string& host);

/// Why it must not begin; nothing when it may.
std::optional<Outcome> refusal(Context& c, const PowerCase& power);

/// Can a stop of it be asked for at all: it has a provider, and reops does not run on it?
bool may_go_down(const Context& c, const std::string& host);

/// Has every host that it waits for ended, and is there room beside its siblings?
bool is_ready(const Context& c, const PowerCase& power);

/// Opens the effect or joins the one in flight; sets state, effect and hold of `item`.
void open_power(Context& c, Run& run, HostItem& item, const PowerOptions& options);

/// The stop of an overdue guest becomes a switch-off.
void open_hard(Context& c, Run& run, HostItem& item, const PowerOptions& options);

/// The item has its outcome: noted, and its hold confirmed or dropped.
void end_item(Context& c, Run& run, HostItem& item, const Outcome& outcome);

}  // namespace reops::engine
