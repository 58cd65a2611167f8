// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the sensor source has seen, for people (`reops doctor`, `hosts`) and metrics.

#include "base/time.hh"
#include "data/value.hh"
#include "engine/event.hh"
#include "sources/sensor/decode.hh"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace reops::sources {

/// Of one mapping, in the order of the configuration. A reading counts once in `live`, `retained`,
/// `superseded` or `implausible`; a message that is none, in `faults` or `without_key`.
struct MappingCounts {
    std::uint64_t live = 0;
    std::uint64_t retained = 0;
    std::uint64_t superseded = 0;
    std::uint64_t implausible = 0;
    std::uint64_t without_key = 0;  ///< where the `+` stands, the topic is empty
    std::array<std::uint64_t, payload_faults> faults{};  ///< by PayloadFault
    std::string last_refused = {};  ///< topic, reason and payload, short and printable

    std::uint64_t undecodable() const;
};

struct SensorCounts {
    std::uint64_t received = 0;   ///< messages from the broker
    std::uint64_t offered = 0;    ///< events given to the intake
    std::uint64_t committed = 0;  ///< of these, durable
    std::uint64_t unmapped = 0;   ///< messages of topics that no mapping names any more
    std::uint64_t shed = 0;       ///< QoS 0 readings lost before the journal, as it was full
    std::uint64_t decided_after_gap = 0;  ///< newest of their keys; `superseded` counts them too
    std::uint64_t duplicates = 0;         ///< redeliveries within one connection: one event
    std::uint64_t beyond_maximum = 0;     ///< sent although the broker had to wait
    std::uint64_t forgotten_topics = 0;   ///< their last known values made room for others
    std::vector<MappingCounts> mappings = {};
};

/// The newest value of an event and key that was not implausible.
struct KnownReading {
    std::string event;
    std::string key;
    std::string topic;
    data::Value value;
    Time at;                       ///< wall clock, at arrival
    std::optional<Time> observed;  ///< its own time
    engine::Arrival arrival = engine::Arrival::live;
};

}  // namespace reops::sources
