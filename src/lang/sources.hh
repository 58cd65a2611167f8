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

/// Owned by the Interpreter; any thread may call. A text lives until drop(), so views stay good.
class Sources {
public:
    /// The place of the text's first byte.
    std::uint32_t add(std::string_view file, std::string_view text);
    Location locate(Place place) const;
    /// The bytes of a place; empty when it is unknown.
    std::string_view text_of(Place place) const;
    /// The whole text that the place is in.
    std::string_view whole_text(Place place) const;
    std::string_view file_of(Place place) const;
    /// Forgets a text that nothing refers to any more.
    void drop(std::uint32_t begin);

private:
    struct Text {
        std::string file;
        std::string text;
    };
    struct Found {
        const Text* text = nullptr;
        std::uint32_t begin = 0;
    };
    Found find(std::uint32_t place) const;

    mutable std::mutex mutex_;
    std::map<std::uint32_t, std::unique_ptr<Text>> texts_;  // guarded by mutex_
    std::uint32_t next_ = 1;                                // guarded by mutex_
};

}  // namespace reops::lang
