// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The payload of the journal's records as the runtime writes it: what CLOCK_BOOTTIME showed,
/// then the engine's frame (docs/protocol/journal.md).

#include "base/time.hh"
#include "engine/frame_codec.hh"
#include "store/journal/journal.hh"

#include <functional>
#include <string>
#include <string_view>

namespace reops::runtime {

/// Replaces `out` with the payload for the whole batch.
void encode_commit(const engine::Batch& batch, Duration since_boot, std::string& out);

/// Calls `each` in order; gives what CLOCK_BOOTTIME showed. corrupt when the bytes are not that.
Result<Duration> decode_commit(std::string_view payload,
                               const std::function<void(engine::FrameItem&)>& each);

/// Entries from `from` on until `each` returns false. not_found when `from` is older than what the
/// journal keeps.
Result<void> read_entries(store::Journal& journal,
                          engine::Position from,
                          const std::function<bool(engine::FrameItem&)>& each);

}  // namespace reops::runtime
