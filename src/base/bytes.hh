// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Writing and reading compact binary records: LEB128 variable-length integers (the varint of
/// Protocol Buffers, "Base 128 Varints"), zigzag for signed ones, length-prefixed strings.
/// The reader never throws and never reads past the end: after damage it yields zeros and !ok().

#include "base/time.hh"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace reops {

/// Appends to a string that the caller owns.
class ByteWriter {
public:
    explicit ByteWriter(std::string& out) : out_(out) {}

    void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
    void flag(bool value) { byte(value ? 1 : 0); }
    void unsigned_(std::uint64_t value)
    {
        if (value < 0x80) {
            byte(static_cast<std::uint8_t>(value));
            return;
        }
        char raw[10];
        std::size_t size = 0;
        for (; value >= 0x80; value >>= 7)
            raw[size++] = static_cast<char>(value | 0x80);
        raw[size++] = static_cast<char>(value);
        out_.append(raw, size);
    }
    void signed_(std::int64_t value)
    {
        unsigned_((static_cast<std::uint64_t>(value) << 1) ^
                  static_cast<std::uint64_t>(value >> 63));
    }
    void real(double value)
    {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        char raw[8];
        std::memcpy(raw, &bits, sizeof raw);
        out_.append(raw, sizeof raw);
    }
    void text(std::string_view value)
    {
        unsigned_(value.size());
        out_.append(value);
    }
    void time(Time value) { signed_(value.us); }
    void duration(Duration value) { signed_(value.count()); }

private:
    std::string& out_;
};

/// Reads what ByteWriter wrote. The text must outlive the reader and the views it hands out.
class ByteReader {
public:
    explicit ByteReader(std::string_view in) : in_(in) {}

    bool ok() const { return ok_; }
    bool at_end() const { return in_.empty(); }
    std::size_t left() const { return in_.size(); }

    std::uint8_t byte()
    {
        if (in_.empty())
            return fail();
        const auto value = static_cast<std::uint8_t>(in_.front());
        in_.remove_prefix(1);
        return value;
    }
    bool flag() { return byte() != 0; }
    std::uint64_t unsigned_()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value;
        }
        return fail();
    }
    std::int64_t signed_()
    {
        const std::uint64_t raw = unsigned_();
        return static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    }
    double real()
    {
        if (in_.size() < 8)
            return fail();
        std::uint64_t bits = 0;
        std::memcpy(&bits, in_.data(), sizeof bits);
        in_.remove_prefix(8);
        return std::bit_cast<double>(bits);
    }
    std::string_view text()
    {
        const std::uint64_t size = unsigned_();
        if (size > in_.size()) {
            fail();
            return {};
        }
        const std::string_view value = in_.substr(0, size);
        in_.remove_prefix(size);
        return value;
    }
    Time time() { return Time{signed_()}; }
    Duration duration() { return Duration{signed_()}; }

private:
    std::uint8_t fail()
    {
        ok_ = false;
        in_ = {};
        return 0;
    }

    std::string_view in_;
    bool ok_ = true;
};

}  // namespace reops
