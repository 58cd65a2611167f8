// SPDX-License-Identifier: Apache-2.0
#include "runtime/frames.hh"

#include "base/bytes.hh"

namespace reops::runtime {

void encode_commit(const engine::Batch& batch, Duration since_boot, std::string& out)
{
    out.clear();
    ByteWriter{out}.duration(since_boot);
    engine::encode_frame(batch, 0, batch.entries.size(), out);
}

Result<Duration> decode_commit(std::string_view payload,
                               const std::function<void(engine::FrameItem&)>& each)
{
    ByteReader reader{payload};
    const Duration since_boot = reader.duration();
    if (!reader.ok())
        return Failure{Code::corrupt, "a commit of the journal cannot be read"};
    const auto decoded = engine::decode_frame(payload.substr(payload.size() - reader.left()), each);
    if (!decoded.ok())
        return decoded.failure();
    return since_boot;
}

Result<void> read_entries(store::Journal& journal,
                          engine::Position from,
                          const std::function<bool(engine::FrameItem&)>& each)
{
    bool more = true;
    Result<void> damage;
    const auto read =
        journal.read_from(from, [&](engine::Position, std::uint32_t, std::string_view payload) {
            const auto decoded = decode_commit(payload, [&](engine::FrameItem& item) {
                item.delta = {};  // of no use outside the frame
                if (more && item.entry.position >= from)
                    more = each(item);
            });
            if (!decoded.ok())
                damage = decoded.failure();
            return more && damage.ok();
        });
    return read.ok() ? damage : read;
}

}  // namespace reops::runtime
