// SPDX-License-Identifier: Apache-2.0
// First byte: even a snapshot, odd a delta onto an empty state. Whatever a decoder accepts as a
// snapshot means the same after encoding and decoding again, and an engine can go on from it.
#include "engine/engine.hh"
#include "tests/support/test_flows.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace engine = reops::engine;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// The process begins, a reading comes, and all timers are due.
void go_on(std::string_view snapshot)
{
    engine::Engine next;
    next.declare(reops::test::closet_heat());
    require(next.load(snapshot).ok());
    next.finish_recovery();
    const std::uint64_t position = next.state().position.number;
    const reops::Time now = next.state().now;
    if (position > UINT64_MAX / 2 || now.us > INT64_MAX / 4 || now.us < 0)
        return;  // no journal is that long, nor that old
    engine::Batch batch;
    const auto add = [&](engine::Body body) {
        batch.entries.push_back({.position = engine::Position{position + batch.entries.size() + 1},
                                 .at = now + reops::hours(1),
                                 .body = std::move(body)});
    };
    add(engine::Started{.boot_id = "fuzz"});
    add(engine::Event{
        .name = "temperature", .key = "closet", .value = reops::data::Value::integer(71)});
    for (const engine::TimerDue& due : next.due(now + reops::hours(1)))
        add(due);
    engine::Inline one_lane;
    next.process(batch, one_lane);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    // A copy of exactly that size, so that the address sanitizer sees its end.
    const std::string bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    if ((data[0] & 1) != 0) {
        engine::State state;
        static_cast<void>(engine::apply_delta(state, bytes));
        return 0;
    }
    const auto state = engine::decode_snapshot(bytes);
    if (!state.ok())
        return 0;
    const std::string again = engine::encode_snapshot(*state);
    const auto second = engine::decode_snapshot(again);
    require(second.ok() && engine::encode_snapshot(*second) == again);
    go_on(again);
    return 0;
}
