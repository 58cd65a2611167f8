// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Effects: things to be done outside, in the outbox before anyone performs them. Each kind
/// says in one table how it is repeated.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/ids.hh"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace reops::engine {

/// How an effect may be repeated after a failure or a crash.
enum class Repeat : std::uint8_t {
    probe,       ///< read the state first, act only if it is not there already
    keyed,       ///< the receiver knows the identity (Message-ID, agent's ledger)
    never,       ///< `begun` is committed before acting; without a result it is `unknown`
    again,       ///< performed again when no outcome is committed; may arrive twice
    is_volatile  ///< lives only as long as its connection
};

/// What the table says of a kind.
struct EffectKind {
    std::string_view name = {};
    Repeat repeat = {};
    Duration good_for = {};  ///< must begin within this of its event
    Duration limit = {};     ///< one attempt may take this long (systems override it)
    bool acts_on_host = {};
    bool is_power = {};  ///< of those: changes whether it is on
    bool retries = {};   ///< failures with Outcome::retry are tried again, 1, 2, 4 ... 60 minutes
    std::string_view about = {};
};

/// stop, stop-hard, start, email, publish, alert, file-mail, exec, ask, reply. Null for an unknown
/// name.
const EffectKind* find_effect_kind(std::string_view name);
const EffectKind* effect_kinds_begin();
const EffectKind* effect_kinds_end();

/// One item of the outbox. Args by kind:
///  stop, stop-hard, start: {:provider "sim" :address "10.0.0.9" :options {..the system's map..}
///        :auth {:user "ops" :ssh-key ".." :ssh-port 22} (of the Hosts, over the system's own)
///        :guests ["foo" ..] (known guests of a hypervisor) :unknown-guests false :within "3m"}
///  email: {:from "a@b" :to ["c@d"] :subject "..." :flow .. :run "r-12" :event {:id "e-5" :name ..
///        :key .. :value ..} :at "2026-..Z" :hosts [{:host .. :outcome "verified" :code 0
///        :message .. :changed true :hard false :because "big-iron" :took "41s"} ..]
///        :thread "IDENTITY of the first mail of the incident, or nil" :note "text lines"}
///  publish: {:topic .. :payload "bytes" :qos 0 :retain false :run "r-12"
///        :flow "closet-heat" :depth 1}; the last three travel as MQTT 5 user properties
///  alert: {:cause "source-down:temperature" :text ".." :recovered false}
///  file-mail: the args of the mail that nobody took
///  exec (a verb that changes something), ask (one that only reads, or may be repeated): {:verb
///        "exec" :args {..} :address ".." :options {..the system's map..} :auth {..} :within "10m"
///        :item 0 (its place among the hosts of its stage)}
struct Effect {
    EffectId id = {};
    std::string identity =
        {};          ///< run/stage/item/host, the same in every attempt: "12.closet-heat.2.0.foo"
    RunId run = {};  ///< 0: none (alerts)
    std::string flow = {};
    std::string kind = {};
    std::string host = {};  ///< empty when it acts on no host
    data::Value args = {};
    Time opened = {};
    Time expires = {};
    Duration limit{};
    std::uint32_t attempt = 1;
    bool begun = false;
};

}  // namespace reops::engine
