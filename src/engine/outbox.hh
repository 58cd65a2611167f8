// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Opening effects, and what becomes of them: retries, expiry, ends.

#include "engine/context.hh"

#include <optional>

namespace reops::engine {

/// Gives it a number, puts it into the outbox and offers it. `kind` must be in the table.
EffectId open_effect(Context& c, Effect effect, std::optional<Waiter> waiter);

/// An attempt ended: a retry is planned, or the item leaves the outbox and its waiters are told.
void end_attempt(Context& c, const Ended& ended);

/// A retry's time has come: offered again, or expired.
void retry_effect(Context& c, EffectId id);

/// Ends an item without performing it (expired, unknown, cancelled); waiters are told.
void close_effect(Context& c, EffectId id, const Outcome& outcome);

}  // namespace reops::engine
