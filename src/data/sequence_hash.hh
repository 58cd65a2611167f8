// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The hash of elements in order, for natives that equal a list of the same elements.

#include "data/value.hh"

#include <cstdint>

namespace reops::data {

/// Gives what Value::hash() gives for a list or vector of the elements added.
class SequenceHash {
public:
    void add(const Value& element) { all_ = 31 * all_ + element.hash(); }
    std::uint32_t finish() const;

private:
    std::uint32_t all_ = 1;
};

}  // namespace reops::data
