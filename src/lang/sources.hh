// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Every text that was evaluated, and the places in them: a place is a number, 4 bytes in
/// each node, and is spelled out only for a report.

#include "data/span.hh"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace reops::lang {

/// A run of bytes in the concatenation of all texts; begin 0: nowhere.
struct Place {
    std::uint32_t begin = 0;
    std::uint32_t length = 0;

    bool is_known() const { return begin != 0; }
};

/// Where a Place is, for people.
struct Location {
    std::string file;
    data::Span span;  ///< line 0: nowhere
};

/// One text. Code, definitions and whoever evaluates it hold it.
struct SourceText {
    std::string file;
    std::string text;
    std::uint32_t begin = 0;  ///< the place of its first byte
};

using SourcePtr = std::shared_ptr<const SourceText>;

/// Owned by the Interpreter; any thread may call. A text that nobody holds is forgotten after a
/// while: the latest ones stay, as an error that was caught may still tell where it came from.
class Sources {
public:
    Sources();

    SourcePtr add(std::string_view file, std::string_view text);
    /// The text that a place is in; null when it is unknown or forgotten.
    SourcePtr find(Place place) const;
    Location locate(Place place) const;
    /// The bytes of a place; empty when it is unknown.
    std::string text_of(Place place) const;
    std::string file_of(Place place) const;
    std::size_t size() const;

private:
    void forget();

    mutable std::mutex mutex_;
    std::map<std::uint32_t, SourcePtr> texts_;  // guarded by mutex_, by their begin
    std::uint32_t next_ = 1;                    // guarded by mutex_
    std::size_t next_size_;                     // guarded by mutex_: when to look again
};

}  // namespace reops::lang
