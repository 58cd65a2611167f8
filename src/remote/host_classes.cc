// SPDX-License-Identifier: Apache-2.0
// The format is ssh_config(5).
#include "remote/host_classes.hh"

#include "io/files.hh"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include <glob.h>

namespace reops::remote {

namespace {

constexpr std::size_t largest_file = 1UL << 20;
constexpr std::size_t most_files = 256;
constexpr std::size_t most_lines = 4096;

/// The next word of a line; quotes hold words with spaces together.
std::string_view next_word(std::string_view& line)
{
    constexpr std::string_view space = " \t\r\f";
    line.remove_prefix(std::min(line.find_first_not_of(space), line.size()));
    const bool quoted = line.starts_with('"');
    if (quoted)
        line.remove_prefix(1);
    const std::size_t end =
        std::min(quoted ? line.find('"') : line.find_first_of(space), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + (quoted ? 1U : 0U), line.size()));
    return word;
}

/// The keyword in small letters; the line is left behind it, and behind a `=`.
std::string keyword_of(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r\f"), line.size()));
    const std::size_t end = std::min(line.find_first_of(" \t\r\f=\""), line.size());
    std::string word{line.substr(0, end)};
    line.remove_prefix(end);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r\f"), line.size()));
    if (line.starts_with('='))
        line.remove_prefix(1);
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return word;
}

std::vector<std::string> words_of(std::string_view line)
{
    std::vector<std::string> out;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line))
        out.emplace_back(word);
    return out;
}

/// `*` and `?`; a star that fails is tried one character later.
bool matches(std::string_view pattern, std::string_view name)
{
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_matched(const std::vector<std::string>& patterns, std::string_view host)
{
    bool is_in = false;
    for (const std::string& pattern : patterns) {
        const bool negated = pattern.starts_with('!');
        if (matches(std::string_view{pattern}.substr(negated ? 1 : 0), host)) {
            if (negated)
                return false;
            is_in = true;
        }
    }
    return is_in;
}

/// The files that an `Include` word means; relative names lie beside the configuration.
std::vector<std::string> files_of(const std::string& word,
                                  const std::string& folder,
                                  const std::string& home)
{
    std::string path = word;
    if (path.starts_with("~/"))
        path = home + path.substr(1);
    else if (!path.starts_with('/'))
        path = folder + "/" + path;
    glob_t found{};
    std::vector<std::string> out;
    if (::glob(path.c_str(), 0, nullptr, &found) == 0)
        out.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    return out;
}

/// A file and all that it includes; missing ones are no trouble.
void read_files(HostClasses& into,
                const std::string& first,
                const std::string& folder,
                const std::string& home)
{
    std::vector<std::string> todo = {first};
    std::size_t included = into.includes().size();
    for (std::size_t i = 0; i < todo.size(); ++i) {
        const std::string path = todo[i];
        if (std::error_code missing; !std::filesystem::exists(path, missing) && !missing)
            continue;
        const auto text = io::read_file(path, largest_file);
        if (!text.ok() || todo.size() > most_files)
            return into.give_up();
        into.add(*text);
        for (; included < into.includes().size(); ++included) {
            const auto files = files_of(into.includes()[included], folder, home);
            todo.insert(todo.end(), files.begin(), files.end());
        }
    }
}

}  // namespace

void HostClasses::add(std::string_view text)
{
    text_ += text;
    text_ += '\0';
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        add_line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

void HostClasses::add_line(std::string_view line)
{
    const std::string keyword = keyword_of(line);
    const std::vector<std::string> words = words_of(line);
    if (keyword == "host")
        lines_.push_back(words);
    else if (keyword == "include")
        includes_.insert(includes_.end(), words.begin(), words.end());
    else if (keyword == "match" && words != std::vector<std::string>{"all"})
        give_up();
    if (lines_.size() > most_lines || includes_.size() > most_lines)
        give_up();
}

std::optional<std::string> HostClasses::class_of(std::string_view host) const
{
    const bool is_plain = std::none_of(
        host.begin(), host.end(), [](unsigned char c) { return std::isupper(c) != 0; });
    if (!is_open_ || !is_plain)
        return std::nullopt;
    std::string out(lines_.size(), '-');
    for (std::size_t i = 0; i < lines_.size(); ++i)
        if (is_matched(lines_[i], host))
            out[i] = '+';
    return out;
}

HostClasses read_host_classes(const std::string& config_file, const std::string& home)
{
    HostClasses classes;
    if (config_file == "none")
        return classes;
    const std::string folder = home + "/.ssh";
    if (!config_file.empty()) {
        read_files(classes, config_file, folder, home);
        return classes;
    }
    read_files(classes, folder + "/config", folder, home);
    read_files(classes, "/etc/ssh/ssh_config", "/etc/ssh", home);
    return classes;
}

}  // namespace reops::remote
