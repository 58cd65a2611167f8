// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The bytes of a segment file: its header and its records (docs/protocol/journal.md).
///
///     header (128)  magic 8, version 4, crc 4, segment 8, first position 8, hash room 32, zeros
///     record        length 4, crc 4, type 4, count 4, position 8, segment 8, payload
///
/// Integers are little-endian. A length of zero ends the segment.

#include "base/result.hh"
#include "engine/ids.hh"
#include "store/journal/file_layer.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::store {

constexpr std::uint64_t segment_header_bytes = 128;
constexpr std::uint64_t record_header_bytes = 32;
constexpr std::uint32_t journal_format = 1;
constexpr std::uint32_t longest_record = 256U << 20;
constexpr std::uint32_t group_commit = 1;  ///< the one type of record

struct SegmentHeader {
    std::uint64_t segment = 0;
    engine::Position first;
};

std::string encode_segment_header(const SegmentHeader& header);
/// corrupt, or unsupported for a newer format.
Result<SegmentHeader> decode_segment_header(std::string_view bytes);

struct RecordHeader {
    std::uint32_t length = 0;
    std::uint32_t crc = 0;
    std::uint32_t type = group_commit;
    std::uint32_t count = 0;
    engine::Position position;
    std::uint64_t segment = 0;
};

/// Replaces `out` with the whole record.
void encode_record(const RecordHeader& header, std::string_view payload, std::string& out);

struct Record {
    RecordHeader header;
    std::string_view payload;  ///< valid until the next call
    std::uint64_t offset = 0;
};

/// Reads records one after the other through a window.
class SegmentReader {
public:
    /// `file` must outlive it.
    SegmentReader(const File& file, std::uint64_t segment);

    /// The next record, or nothing at the end: then end() is the offset behind the last good one
    /// and why() says what is there (empty: a clean end).
    std::optional<Record> next();
    std::uint64_t end() const { return at_; }
    const std::string& why() const { return why_; }
    /// The disk did not give the bytes: where the segment ends is not known.
    const std::optional<Failure>& trouble() const { return trouble_; }
    /// After the end: the offset of a good record of this segment further on. Then the end was not
    /// torn by a crash; something in the middle was damaged.
    std::optional<std::uint64_t> find_later_record();

private:
    std::string_view window(std::uint64_t offset, std::size_t size);
    std::optional<Record> stop(std::string why);
    bool is_record(std::uint64_t offset);

    const File& file_;
    std::uint64_t segment_;
    std::uint64_t at_ = segment_header_bytes;
    std::uint64_t next_position_ = 1;
    std::string buffer_;
    std::uint64_t buffer_offset_ = 0;
    std::string why_;
    std::optional<Failure> trouble_;
};

}  // namespace reops::store
