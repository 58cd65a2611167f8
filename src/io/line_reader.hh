// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Lines out of a byte stream: what helper programs that speak lines of JSON are read with.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace reops::io {

/// Splits at LF (a CR before it goes too). A line longer than the limit is left out and reported
/// once; the next line is read again. One thread; the callbacks may destroy the reader.
class LineReader {
public:
    /// `on_line` gets each line without its end, valid during the call; `on_too_long` the bytes
    /// that a line that is left out had when it ended.
    LineReader(std::size_t longest,
               std::function<void(std::string_view)> on_line,
               std::function<void(std::size_t)> on_too_long = nullptr);
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    void feed(std::string_view bytes);
    /// After the last byte: hands on what stands without an end.
    void finish();

private:
    void add(std::string_view piece);
    void end_line();

    std::size_t longest_;
    std::function<void(std::string_view)> on_line_;
    std::function<void(std::size_t)> on_too_long_;
    std::string partial_;
    std::size_t left_out_ = 0;  ///< bytes of the present line, once it is too long
    bool* destroyed_ = nullptr;
};

}  // namespace reops::io
