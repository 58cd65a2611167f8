// SPDX-License-Identifier: Apache-2.0
// A segment file as it may lie on a damaged disk. The reader never crashes, and what it accepts has
// the bytes that the writer would have written. Every input is read as it is, and again with its
// checksums made right: no fuzzer guesses those.
#include "store/journal/crc32c.hh"
#include "store/journal/segment.hh"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace store = reops::store;

namespace {

class MemoryFile final : public store::File {
public:
    explicit MemoryFile(std::string_view bytes) : bytes_(bytes) {}
    reops::Result<std::string> read_at(std::uint64_t offset, std::size_t size) const override
    {
        return std::string{bytes_.substr(std::min<std::uint64_t>(offset, bytes_.size()), size)};
    }
    reops::Result<std::uint64_t> size() const override { return bytes_.size(); }
    reops::Result<void> write_at(std::uint64_t, std::string_view) override { return {}; }
    reops::Result<void> sync() override { return {}; }
    reops::Result<void> reserve(std::uint64_t) override { return {}; }
    reops::Result<void> truncate(std::uint64_t) override { return {}; }
    reops::Result<reops::Time> written_at() const override { return reops::Time{}; }

private:
    std::string_view bytes_;
};

void read(std::string_view bytes)
{
    const auto header = store::decode_segment_header(bytes.substr(0, store::segment_header_bytes));
    if (header.ok()) {
        const auto again = store::decode_segment_header(store::encode_segment_header(*header));
        if (!again.ok() || again->segment != header->segment || again->first != header->first)
            std::abort();
    }
    const MemoryFile file{bytes};
    store::SegmentReader reader{file, header.ok() ? header->segment : 1};
    std::string encoded;
    std::uint64_t expected = store::segment_header_bytes;
    while (const auto record = reader.next()) {
        store::encode_record(record->header, record->payload, encoded);
        if (record->offset != expected || bytes.substr(record->offset, encoded.size()) != encoded)
            std::abort();
        expected += encoded.size();
    }
    const auto later = reader.find_later_record();
    if (reader.end() != expected || (later && *later <= expected))
        std::abort();
}

void repair_checksums(std::string& bytes)
{
    const auto put = [&](std::size_t at, std::string_view covered) {
        const std::uint32_t crc = store::crc32c(covered);
        std::memcpy(bytes.data() + at, &crc, sizeof crc);  // little-endian, as x86 and arm are
    };
    const std::string_view all = bytes;
    if (all.size() < store::segment_header_bytes)
        return;
    put(12, all.substr(16, store::segment_header_bytes - 16));
    std::size_t at = store::segment_header_bytes;
    while (all.size() - at >= store::record_header_bytes) {
        std::uint32_t length = 0;
        std::memcpy(&length, all.data() + at, sizeof length);
        if (length > all.size() - at - store::record_header_bytes)
            return;
        put(at + 4, all.substr(at + 8, store::record_header_bytes - 8 + length));
        at += store::record_header_bytes + length;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string bytes{reinterpret_cast<const char*>(data), size};
    read(bytes);
    repair_checksums(bytes);
    read(bytes);
    return 0;
}
