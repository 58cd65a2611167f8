// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A folder of a test's own, removed at its end.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>

namespace reops::tests {

class TempDir {
public:
    TempDir()
    {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "reops-test-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            throw std::runtime_error("no temporary folder: " + pattern);
        path_ = pattern;
    }
    ~TempDir()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    std::string path() const { return path_.string(); }
    /// The path of a file in it; nothing is made.
    std::string file(std::string_view name) const { return (path_ / name).string(); }
    /// Writes a file in it and returns its path.
    std::string put(std::string_view name, std::string_view text) const
    {
        std::ofstream out{path_ / name, std::ios::binary};
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        return file(name);
    }
    /// The whole of a file in it; empty when there is none.
    std::string text_of(std::string_view name) const
    {
        std::ifstream in{path_ / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

private:
    std::filesystem::path path_;
};

}  // namespace reops::tests
