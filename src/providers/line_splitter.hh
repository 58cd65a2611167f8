// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Bytes in, whole lines out, with a limit. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace reops::providers {

/// Owned by whoever reads a pipe; one thread.
class LineSplitter {
public:
    explicit LineSplitter(std::size_t longest) : longest_(longest) {}

    /// Calls `on_line` for each line that is complete now, without its newline (valid during the
    /// call). False when a line is longer than the limit: nothing more is taken in. `on_line` may
    /// return false to stop early, and may then destroy the splitter.
    template <class OnLine>
    bool feed(std::string_view bytes, OnLine&& on_line)
    {
        while (!bytes.empty()) {
            const std::size_t end = bytes.find('\n');
            const std::string_view part = bytes.substr(0, end);
            if (begun_.size() + part.size() > longest_)
                return false;
            if (end == std::string_view::npos) {
                begun_ += part;
                return true;
            }
            bytes.remove_prefix(end + 1);
            if (begun_.empty()) {
                if (!on_line(part))
                    return true;
                continue;
            }
            begun_ += part;
            const std::string line = std::exchange(begun_, {});
            if (!on_line(std::string_view{line}))
                return true;
        }
        return true;
    }

private:
    std::size_t longest_;
    std::string begun_;
};

}  // namespace reops::providers
