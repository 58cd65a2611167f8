// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading big-endian numbers and length-prefixed texts off a packet. Private to wire/mqtt.
/// Never reads past the end: what does not fit yields zeros and empty texts, and !ok() from then
/// on.

#include <cstdint>
#include <string_view>

namespace reops::wire::mqtt {

class ByteCursor {
public:
    explicit ByteCursor(std::string_view in) : left_(in) {}

    bool ok() const { return ok_; }
    bool at_end() const { return left_.empty(); }
    std::size_t left() const { return left_.size(); }
    std::string_view rest() const { return left_; }

    std::uint8_t byte()
    {
        if (!has(1))
            return 0;
        const auto value = at(0);
        left_.remove_prefix(1);
        return value;
    }
    std::uint16_t two_bytes()
    {
        if (!has(2))
            return 0;
        const auto value = static_cast<std::uint16_t>(at(0) << 8 | at(1));
        left_.remove_prefix(2);
        return value;
    }
    std::uint32_t four_bytes()
    {
        if (!has(4))
            return 0;
        const std::uint32_t value = std::uint32_t{at(0)} << 24 | std::uint32_t{at(1)} << 16 |
                                    std::uint32_t{at(2)} << 8 | std::uint32_t{at(3)};
        left_.remove_prefix(4);
        return value;
    }
    /// The standard's variable byte integer; a longer spelling than needed is refused (1.5.5).
    std::uint32_t varint()
    {
        std::uint32_t value = 0;
        for (unsigned shift = 0; shift <= 21; shift += 7) {
            const std::uint8_t next = byte();
            value |= static_cast<std::uint32_t>(next & 0x7f) << shift;
            if ((next & 0x80) == 0) {
                if (next == 0 && shift > 0)
                    fail();
                return value;
            }
        }
        fail();
        return 0;
    }
    std::string_view bytes(std::size_t size)
    {
        if (!has(size))
            return {};
        const std::string_view value = left_.substr(0, size);
        left_.remove_prefix(size);
        return value;
    }
    /// Two bytes of length, then that many bytes.
    std::string_view text() { return bytes(two_bytes()); }
    void fail()
    {
        ok_ = false;
        left_ = {};
    }

private:
    bool has(std::size_t size)
    {
        if (left_.size() >= size)
            return true;
        fail();
        return false;
    }
    std::uint8_t at(std::size_t i) const { return static_cast<std::uint8_t>(left_[i]); }

    std::string_view left_;
    bool ok_ = true;
};

}  // namespace reops::wire::mqtt
