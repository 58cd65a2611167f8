// SPDX-License-Identifier: Apache-2.0
#include "io/line_reader.hh"

#include <utility>

namespace reops::io {

LineReader::LineReader(std::size_t longest,
                       std::function<void(std::string_view)> on_line,
                       std::function<void(std::size_t)> on_too_long)
    : longest_(longest), on_line_(std::move(on_line)), on_too_long_(std::move(on_too_long))
{
}

LineReader::~LineReader()
{
    if (destroyed_ != nullptr)
        *destroyed_ = true;
}

void LineReader::feed(std::string_view bytes)
{
    bool destroyed = false;
    destroyed_ = &destroyed;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        add(bytes.substr(0, end));
        if (end == std::string_view::npos)
            break;
        bytes.remove_prefix(end + 1);
        end_line();
        if (destroyed)
            return;
    }
    destroyed_ = nullptr;
}

void LineReader::finish()
{
    if (!partial_.empty() || left_out_ > 0)
        end_line();
}

void LineReader::add(std::string_view piece)
{
    if (left_out_ > 0) {
        left_out_ += piece.size();
    } else if (piece.size() > longest_ - partial_.size()) {
        left_out_ = partial_.size() + piece.size();
        partial_ = {};
    } else {
        partial_ += piece;
    }
}

void LineReader::end_line()
{
    // The functions are copied out: they may destroy the reader that owns them.
    if (const std::size_t left_out = std::exchange(left_out_, 0); left_out > 0) {
        if (const auto on_too_long = on_too_long_)
            on_too_long(left_out);
        return;
    }
    std::string line = std::exchange(partial_, {});
    if (line.ends_with('\r'))
        line.pop_back();
    const auto on_line = on_line_;
    on_line(line);
}

}  // namespace reops::io
