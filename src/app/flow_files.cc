// SPDX-License-Identifier: Apache-2.0
#include "app/flow_files.hh"

#include "app/config_tags.hh"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

namespace reops::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 10'000;
constexpr std::uintmax_t most_bytes = 1 << 20;

bool is_passed_over(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.empty() || name.front() == '.' || name.front() == '#';
}

/// A folder in which others can put files is as good as a file that they can write.
Result<void> check_folder(const fs::path& path)
{
    struct stat facts = {};
    if (::stat(path.c_str(), &facts) != 0)
        return Failure{Code::not_found, "no folder " + path.string()};
    const bool sticky = (facts.st_mode & S_ISVTX) != 0;  // others may only add files of their own
    if ((facts.st_mode & (S_IWOTH | S_IWGRP)) != 0 && !sticky)
        return Failure{Code::denied,
                       path.string() +
                           " can be written by others than its owner, and its flow "
                           "files decide about power",
                       "chmod go-w " + path.string()};
    return {};
}

bool is_below(const fs::path& root, const fs::path& path)
{
    std::error_code error;
    const fs::path real = fs::canonical(path, error);
    const fs::path top = fs::canonical(root, error);
    return !error &&
           std::mismatch(top.begin(), top.end(), real.begin(), real.end()).first == top.end();
}

Result<FlowFile> read_one(const fs::path& path, std::string name)
{
    std::error_code error;
    if (const auto size = fs::file_size(path, error); !error && size > most_bytes)
        return Failure{
            Code::invalid_argument,
            fmt::format("{} has {} bytes; a flow file has at most 1 MiB", path.string(), size),
            "move data into a file of its own, or split the file"};
    auto text = read_trusted_file(path.string());
    if (!text.ok())
        return text.failure();
    return FlowFile{std::move(name), path.string(), std::move(*text)};
}

Result<std::vector<fs::path>> find_files(const fs::path& root)
{
    std::vector<fs::path> found;
    std::error_code error;
    fs::recursive_directory_iterator at{root, error};
    for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (is_passed_over(at->path())) {
            at.disable_recursion_pending();
            continue;
        }
        if (at->is_directory(ignored)) {
            if (auto checked = check_folder(at->path()); !checked.ok())
                return checked.failure();
            continue;
        }
        if (at->path().extension() != ".clj")
            continue;
        if (at->is_symlink(ignored) && !is_below(root, at->path()))
            return Failure{Code::denied,
                           at->path().string() + " is a link that leaves " + root.string(),
                           "copy the file into the folder"};
        if (found.size() == most_files)
            return Failure{Code::invalid_argument,
                           fmt::format("more than {} flow files in {}", most_files, root.string())};
        found.push_back(at->path());
    }
    if (error)
        return Failure{Code::denied,
                       fmt::format("cannot read {}: {}", root.string(), error.message())};
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

Result<std::vector<FlowFile>> read_flow_files(const std::string& place)
{
    std::error_code error;
    std::vector<FlowFile> out;
    if (fs::is_regular_file(place, error)) {
        auto file = read_one(place, fs::path{place}.filename().string());
        if (!file.ok())
            return file.failure();
        out.push_back(std::move(*file));
        return out;
    }
    if (!fs::is_directory(place, error))
        return Failure{Code::not_found,
                       "no folder or file " + place,
                       "mkdir " + place + ", then put flow files (*.clj) into it"};
    if (auto checked = check_folder(place); !checked.ok())
        return checked.failure();
    auto found = find_files(place);
    if (!found.ok())
        return found.failure();
    for (const fs::path& path : *found) {
        auto file = read_one(path, path.lexically_relative(place).string());
        if (!file.ok())
            return file.failure();
        out.push_back(std::move(*file));
    }
    return out;
}

}  // namespace reops::app
