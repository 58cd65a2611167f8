// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A log that keeps its lines for a test to look at.

#include "base/log.hh"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reops::test {

/// Any thread.
class RecordedLog final : public Log {
public:
    void write(Level level, std::string_view where, std::string_view line) override
    {
        const std::lock_guard<std::mutex> lock{guard_};
        lines_.push_back({level, std::string{where}, std::string{line}});
    }
    /// Is there a line that contains this?
    bool contains(std::string_view part) const { return count(part) > 0; }
    std::size_t count(std::string_view part) const
    {
        const std::lock_guard<std::mutex> lock{guard_};
        std::size_t found = 0;
        for (const Line& line : lines_)
            found += line.text.find(part) != std::string::npos ? 1 : 0;
        return found;
    }

private:
    struct Line {
        Level level;
        std::string where;
        std::string text;
    };
    mutable std::mutex guard_;
    std::vector<Line> lines_;
};

}  // namespace reops::test
