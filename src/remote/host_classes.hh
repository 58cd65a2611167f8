// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Hosts that the user's configuration does not tell apart: those that match the same `Host`
/// lines. One `ssh -G` then answers for all of them, which for a thousand hosts saves a thousand
/// processes. Whatever looks at more than the name (`Match`) makes each host a case of its own.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::remote {

/// What a `Host` line tells apart, of all files that are read.
class HostClasses {
public:
    /// One file's text; `Include` words are left in includes() as they stand.
    void add(std::string_view text);
    /// Something could not be read, so nothing is known.
    void give_up() { is_open_ = false; }
    const std::vector<std::string>& includes() const { return includes_; }

    /// Equal for hosts that no line tells apart. Nothing: this one must be asked for by itself.
    std::optional<std::string> class_of(std::string_view host) const;
    /// All that was read: another text, other answers.
    const std::string& text() const { return text_; }

private:
    void add_line(std::string_view line);

    std::vector<std::vector<std::string>> lines_;  ///< the patterns of each `Host`
    std::vector<std::string> includes_;
    std::string text_;
    bool is_open_ = true;
};

/// Reads the files that `ssh` reads: `config_file` alone when it is named ("none": no file), else
/// ~/.ssh/config of `home` and the system's. Blocks (small files).
HostClasses read_host_classes(const std::string& config_file, const std::string& home);

}  // namespace reops::remote
