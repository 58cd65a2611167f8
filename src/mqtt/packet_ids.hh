// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The 65,535 packet identifiers of one direction: which are in use, which comes next.

#include <bitset>
#include <cstddef>
#include <cstdint>

namespace reops::mqtt {

/// Used by one thread.
class PacketIds {
public:
    /// A start that differs from process to process keeps a QoS 2 exchange that a dead process left
    /// half done in the broker from swallowing the first publication of the next process.
    explicit PacketIds(std::uint16_t start) : last_(start) {}

    /// Takes the next free identifier; 0 when all are in use.
    std::uint16_t take()
    {
        if (count_ == used_.size() - 1)
            return 0;
        do
            ++last_;
        while (last_ == 0 || used_.test(last_));
        used_.set(last_);
        ++count_;
        return last_;
    }
    void give_back(std::uint16_t id)
    {
        count_ -= used_.test(id) ? 1U : 0U;
        used_.reset(id);
    }
    std::size_t in_use() const { return count_; }

private:
    std::bitset<65'536> used_;
    std::size_t count_ = 0;
    std::uint16_t last_;
};

}  // namespace reops::mqtt
