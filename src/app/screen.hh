// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Where a command writes, and the few ways in which its text is made to look like something.
/// Colours only on a terminal. What comes from outside goes through plain() first.

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

enum class Tone { normal, strong, faint, good, doubtful, bad };

/// Owned by main(); one thread.
struct Screen {
    std::ostream& out;
    std::ostream& err;
    bool colours = false;   ///< of `out`
    std::size_t width = 0;  ///< columns of the terminal; 0: no limit

    std::string paint(std::string_view text, Tone tone) const;
};

/// Harmless on a terminal: control characters (also those of ISO 6429 beyond ASCII) and characters
/// that turn the direction of writing are shown as \x1b and \u202e, bytes that are no UTF-8 as
/// \xff.
std::string plain(std::string_view text);

/// How many columns it takes: characters, not bytes.
std::size_t columns_of(std::string_view text);

/// "verified" is good, "timeout" is bad.
Tone tone_of(std::string_view word);

/// Rows under headings, columns two spaces apart, each as wide as it must be. When the terminal is
/// too narrow the widest columns are cut, with `…` at their ends.
class Table {
public:
    explicit Table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

    struct Cell {
        std::string text = {};
        Tone tone = Tone::normal;
    };
    /// As many cells as headings.
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.empty(); }
    void print(const Screen& screen) const;

private:
    std::vector<std::size_t> widths(std::size_t most) const;

    std::vector<std::string> headings_;
    std::vector<std::vector<Cell>> rows_;
};

}  // namespace reops::app
