// SPDX-License-Identifier: Apache-2.0
// The payload of a commit. What the decoder accepts means the same after encoding and decoding
// again.
#include "engine/frame_codec.hh"
#include "engine/note_kinds.hh"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

namespace engine = reops::engine;

namespace {

/// The frame encoded again; nothing when it is not accepted, or holds notes of a newer program.
std::optional<std::string> encode_again(std::string_view frame)
{
    engine::Batch batch;
    bool known = true;
    const auto decoded = engine::decode_frame(frame, [&](engine::FrameItem& item) {
        engine::Decision& decision = batch.decisions.emplace_back();
        decision.position = item.entry.position;
        decision.trace_begin = static_cast<std::uint32_t>(batch.trace.size());
        for (engine::TraceItem& line : item.trace)
            batch.trace.push_back(std::move(line));
        decision.trace_end = static_cast<std::uint32_t>(batch.trace.size());
        for (const engine::Note& note : item.notes)
            known = known && note.kind != "unknown";
        decision.notes = std::move(item.notes);
        decision.delta = item.delta;
        batch.entries.push_back(std::move(item.entry));
    });
    if (!decoded.ok() || !known)
        return std::nullopt;
    std::string out;
    engine::encode_frame(batch, 0, batch.entries.size(), out);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto once = encode_again({reinterpret_cast<const char*>(data), size});
    if (!once)
        return 0;
    const auto twice = encode_again(*once);
    if (!twice || *twice != *once)
        std::abort();
    return 0;
}
