// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Whole files in and out, for tests.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace reops::io {

/// Writes a file and returns its path.
inline std::string put(const std::filesystem::path& path, std::string_view text)
{
    std::ofstream out{path, std::ios::binary};
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    return path.string();
}

/// The whole file; empty when there is none.
inline std::string text_of(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace reops::io
