// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Bytes that wait to be sent: appended at one end, sent from the other in big pieces.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace reops::io {

/// One contiguous buffer, so that one system call can send everything.
class SendQueue {
public:
    void append(std::string_view bytes) { bytes_.append(bytes); }
    /// For whoever appends by itself.
    std::string& tail() { return bytes_; }
    std::string_view front() const { return std::string_view{bytes_}.substr(sent_); }
    std::size_t size() const { return bytes_.size() - sent_; }
    bool is_empty() const { return size() == 0; }

    void pop(std::size_t count)
    {
        sent_ += count;
        if (sent_ == bytes_.size())
            clear();
        else if (sent_ > kept_capacity && sent_ > bytes_.size() / 2)
            bytes_.erase(0, std::exchange(sent_, 0));
    }
    void clear()
    {
        // A burst's memory goes back, the everyday buffer stays.
        if (bytes_.capacity() > kept_capacity)
            bytes_ = std::string{};
        bytes_.clear();
        sent_ = 0;
    }

private:
    static constexpr std::size_t kept_capacity = 64UL * 1024;

    std::string bytes_;
    std::size_t sent_ = 0;
};

}  // namespace reops::io
