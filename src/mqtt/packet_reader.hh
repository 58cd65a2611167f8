// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file From pieces of a byte stream to packets. A packet that lies whole in a piece is seen in
/// place; one that straddles two pieces is put together in a buffer; one over the limit is thrown
/// away but for its beginning, however long it is.

#include "wire/mqtt/frame.hh"

#include <string>
#include <string_view>

namespace reops::mqtt {

/// Used by one thread. For each piece: begin(), next() until it is false, finish().
class PacketReader {
public:
    explicit PacketReader(std::size_t limit) : limit_(limit) {}

    /// `piece` must live until finish().
    void begin(std::string_view piece) { piece_ = piece; }
    /// The next packet: complete, malformed (nothing comes after it), or too_large: then `body`
    /// holds only the beginning of the body, and `size` the true size. Frames point into the piece
    /// or the reader and are valid until finish(), or until the frame after a too_large one.
    bool next(wire::mqtt::Frame& frame);
    /// Keeps what is left of the piece.
    void finish();
    /// A new connection begins.
    void reset();

private:
    bool next_straddling(wire::mqtt::Frame& frame);
    void begin_oversize(const wire::mqtt::Frame& frame, std::string_view seen);
    bool next_oversize(wire::mqtt::Frame& frame);

    std::size_t limit_;
    std::string_view piece_;
    std::string partial_;           ///< the packet that straddles the last piece and this one
    bool is_partial_used_ = false;  ///< it was handed out; cleared in finish()
    std::string prefix_;            ///< the beginning of an oversize packet
    wire::mqtt::Frame oversize_;
    std::size_t oversize_left_ = 0;  ///< bytes of the oversize packet still to come
};

}  // namespace reops::mqtt
