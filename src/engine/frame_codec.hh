// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A batch as the payload of one journal record, and back (docs/protocol/journal.md): every
/// entry with its trace, notes and delta. Decisions are loaded from it, never made again.

#include "base/result.hh"
#include "engine/decision.hh"

#include <functional>
#include <string>
#include <string_view>

namespace reops::engine {

/// Appends entries [from, to) of the batch with their decisions.
void encode_frame(const Batch& batch, std::size_t from, std::size_t to, std::string& out);

/// One entry as it is read back. Notes keep their kinds as text that lives in `kinds`.
struct FrameItem {
    Entry entry;
    std::vector<TraceItem> trace;
    std::vector<Note> notes;
    std::string_view delta;  ///< into the frame
};

/// Calls `each` in order. Fails with corrupt when the bytes are not of this format.
Result<void> decode_frame(std::string_view frame, const std::function<void(FrameItem&)>& each);

}  // namespace reops::engine
