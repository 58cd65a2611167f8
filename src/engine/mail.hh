// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Mails as effects: one per incident, one more when the outcomes change, at most
/// 30 an hour and then a digest. What a mail looks like is the sink's business.

#include "engine/context.hh"
#include "engine/stages.hh"

namespace reops::engine {

/// "bar=verified;big-iron=refused;": two runs with equal signatures tell nothing new.
std::string signature_of(const Run& run);
/// Did the run change a host?
bool has_changed(const Run& run);

/// Nothing when the incident's last mail told the same.
void mail_run(Context& c, const Run& run, const Flow& flow, const EmailStage& stage);
/// An incident closed; mails when the flow says `:recovered true` and somebody was told.
void mail_recovered(Context& c, const Incident& incident);
/// The mails that were over the limit, as one.
void send_digest(Context& c);
/// A mail or publish failed for good.
void telling_failed(Context& c, const Effect& effect, const Outcome& outcome);

}  // namespace reops::engine
