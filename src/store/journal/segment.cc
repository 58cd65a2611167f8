// SPDX-License-Identifier: Apache-2.0
#include "store/journal/segment.hh"

#include "store/journal/crc32c.hh"

#include <algorithm>
#include <cstring>

namespace reops::store {

namespace {

constexpr std::string_view magic = "REOPSJN\n";
constexpr std::size_t window_bytes = 256UL * 1024;

void put32(char* at, std::uint32_t value)
{
    for (int i = 0; i < 4; ++i)
        at[i] = static_cast<char>(value >> (8 * i));
}

void put64(char* at, std::uint64_t value)
{
    for (int i = 0; i < 8; ++i)
        at[i] = static_cast<char>(value >> (8 * i));
}

std::uint32_t get32(const char* at)
{
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i)
        value = (value << 8) | static_cast<unsigned char>(at[i]);
    return value;
}

std::uint64_t get64(const char* at)
{
    return (static_cast<std::uint64_t>(get32(at + 4)) << 32) | get32(at);
}

RecordHeader decode_record_header(const char* at)
{
    return RecordHeader{.length = get32(at),
                        .crc = get32(at + 4),
                        .type = get32(at + 8),
                        .count = get32(at + 12),
                        .position = engine::Position{get64(at + 16)},
                        .segment = get64(at + 24)};
}

/// What is wrong with a header, as far as it can be seen without its payload; empty: nothing.
std::string_view complaint(const RecordHeader& header, std::uint64_t segment)
{
    if (header.length == 0)
        return "a record without length";
    if (header.length > longest_record || header.segment != segment)
        return "a record that is not of this segment";
    if (header.type != group_commit)
        return "a record of an unknown type";
    if (header.count == 0 || header.position.number == 0)
        return "a record without entries";
    return {};
}

}  // namespace

std::string encode_segment_header(const SegmentHeader& header)
{
    std::string out(segment_header_bytes, '\0');
    std::memcpy(out.data(), magic.data(), magic.size());
    put32(out.data() + 8, journal_format);
    put64(out.data() + 16, header.segment);
    put64(out.data() + 24, header.first.number);
    put32(out.data() + 12, crc32c(std::string_view{out}.substr(16)));
    return out;
}

Result<SegmentHeader> decode_segment_header(std::string_view bytes)
{
    if (bytes.size() < segment_header_bytes || bytes.substr(0, 8) != magic)
        return Failure{Code::corrupt, "is not a segment of the journal"};
    const std::uint32_t version = get32(bytes.data() + 8);
    if (version > journal_format)
        return Failure{Code::unsupported,
                       "was written by a newer reops (journal format " + std::to_string(version) +
                           ", this program reads " + std::to_string(journal_format) + ")"};
    if (version != journal_format ||
        get32(bytes.data() + 12) != crc32c(bytes.substr(16, segment_header_bytes - 16)))
        return Failure{Code::corrupt, "has a damaged header"};
    return SegmentHeader{.segment = get64(bytes.data() + 16),
                         .first = engine::Position{get64(bytes.data() + 24)}};
}

void encode_record(const RecordHeader& header, std::string_view payload, std::string& out)
{
    out.resize(record_header_bytes);
    std::memset(out.data(), 0, record_header_bytes);
    put32(out.data(), static_cast<std::uint32_t>(payload.size()));
    put32(out.data() + 8, header.type);
    put32(out.data() + 12, header.count);
    put64(out.data() + 16, header.position.number);
    put64(out.data() + 24, header.segment);
    out.append(payload);
    put32(out.data() + 4, crc32c(std::string_view{out}.substr(8)));
}

SegmentReader::SegmentReader(const File& file, std::uint64_t segment)
    : file_(file), segment_(segment)
{
}

std::string_view SegmentReader::window(std::uint64_t offset, std::size_t size)
{
    const bool inside =
        offset >= buffer_offset_ && offset + size <= buffer_offset_ + buffer_.size();
    if (!inside) {
        auto read = file_.read_at(offset, std::max(size, window_bytes));
        if (!read.ok())
            trouble_ = read.failure();
        buffer_ = read.ok() ? std::move(*read) : std::string{};
        buffer_offset_ = offset;
    }
    const std::string_view all = buffer_;
    return all.substr(std::min<std::size_t>(offset - buffer_offset_, all.size()), size);
}

std::optional<Record> SegmentReader::stop(std::string why)
{
    why_ = std::move(why);
    return std::nullopt;
}

std::optional<Record> SegmentReader::next()
{
    const std::string_view head = window(at_, record_header_bytes);
    if (head.find_first_not_of('\0') == std::string_view::npos)
        return stop("");
    if (head.size() < record_header_bytes)
        return stop("the file ends inside a record");
    const RecordHeader header = decode_record_header(head.data());
    if (const std::string_view wrong = complaint(header, segment_); !wrong.empty())
        return stop(std::string{wrong});
    const std::size_t whole = record_header_bytes + header.length;
    const std::string_view record = window(at_, whole);
    if (record.size() < whole)
        return stop("the file ends inside a record");
    if (crc32c(record.substr(8)) != header.crc)
        return stop("a record with a wrong checksum");
    if (header.position.number < next_position_)
        return stop("a record whose position was there before");
    next_position_ = header.position.number + header.count;
    Record out{.header = header, .payload = record.substr(record_header_bytes), .offset = at_};
    at_ += whole;
    return out;
}

bool SegmentReader::is_record(std::uint64_t offset)
{
    const std::string_view head = window(offset, record_header_bytes);
    if (head.size() < record_header_bytes)
        return false;
    const RecordHeader header = decode_record_header(head.data());
    if (!complaint(header, segment_).empty() || header.position.number < next_position_)
        return false;
    const std::size_t whole = record_header_bytes + header.length;
    const std::string_view record = window(offset, whole);
    return record.size() == whole && crc32c(record.substr(8)) == header.crc;
}

/// Looks for the segment's number, which every record's header holds.
std::optional<std::uint64_t> SegmentReader::find_later_record()
{
    std::string number(8, '\0');
    put64(number.data(), segment_);
    constexpr std::uint64_t place = 24;  // of the number in a header
    std::uint64_t at = at_ + place + 1;
    while (true) {
        const std::string piece{window(at, window_bytes)};
        if (piece.size() < number.size())
            return std::nullopt;
        for (std::size_t hit = piece.find(number); hit != std::string::npos;
             hit = piece.find(number, hit + 1))
            if (is_record(at + hit - place))
                return at + hit - place;
        at += piece.size() - number.size() + 1;
    }
}

}  // namespace reops::store
