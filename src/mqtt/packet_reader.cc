// SPDX-License-Identifier: Apache-2.0
#include "mqtt/packet_reader.hh"

#include <algorithm>

namespace reops::mqtt {

namespace {

using wire::mqtt::Frame;
using wire::mqtt::next_frame;

// Holds the longest topic and as many bytes of properties, so that the head of any sane PUBLISH can
// be decoded although its payload is thrown away.
constexpr std::size_t prefix_limit = 132UL * 1024;

}  // namespace

bool PacketReader::next(Frame& frame)
{
    if (oversize_left_ > 0)
        return next_oversize(frame);
    if (!partial_.empty() && !is_partial_used_)
        return next_straddling(frame);
    frame = next_frame(piece_, limit_);
    switch (frame.state) {
        case Frame::State::complete:
            piece_.remove_prefix(frame.size);
            return true;
        case Frame::State::malformed:
            return true;
        case Frame::State::too_large:
            begin_oversize(frame, {});
            return next_oversize(frame);
        case Frame::State::need_more:
            break;
    }
    return false;
}

bool PacketReader::next_straddling(Frame& frame)
{
    while (true) {
        frame = next_frame(partial_, limit_);
        if (frame.state == Frame::State::too_large) {
            const std::string seen = std::move(partial_);
            partial_.clear();
            begin_oversize(frame, seen);
            return next_oversize(frame);
        }
        if (frame.state != Frame::State::need_more) {
            is_partial_used_ = true;
            return true;
        }
        const std::size_t taken = std::min(frame.missing, piece_.size());
        if (taken == 0)
            return false;
        partial_.append(piece_.substr(0, taken));
        piece_.remove_prefix(taken);
    }
}

void PacketReader::begin_oversize(const Frame& frame, std::string_view seen)
{
    oversize_ = frame;
    prefix_.assign(seen);
    oversize_left_ = frame.size - seen.size();
}

bool PacketReader::next_oversize(Frame& frame)
{
    const std::size_t taken = std::min(oversize_left_, piece_.size());
    const std::size_t kept = std::min(taken, prefix_limit - std::min(prefix_limit, prefix_.size()));
    prefix_.append(piece_.substr(0, kept));
    piece_.remove_prefix(taken);
    oversize_left_ -= taken;
    if (oversize_left_ > 0)
        return false;
    frame = oversize_;
    frame.body = std::string_view{prefix_}.substr(frame.header_bytes);
    return true;
}

void PacketReader::finish()
{
    if (is_partial_used_) {
        partial_.clear();
        is_partial_used_ = false;
    }
    partial_.append(piece_);
    piece_ = {};
}

void PacketReader::reset()
{
    piece_ = {};
    partial_.clear();
    is_partial_used_ = false;
    prefix_.clear();
    oversize_left_ = 0;
}

}  // namespace reops::mqtt
