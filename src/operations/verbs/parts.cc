// SPDX-License-Identifier: Apache-2.0
#include "operations/verbs/parts.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "operations/printable.hh"

#include <fmt/format.h>

namespace reops::operations {

using data::Value;

namespace {

/// Lines become one: ends of lines and the blanks behind them become one blank.
std::string one_line(std::string_view script)
{
    std::string line;
    bool is_at_start = true;
    for (const char c : script) {
        if (c == '\n') {
            line += is_at_start ? "" : " ";
            is_at_start = true;
        } else if (c != ' ' || !is_at_start) {
            line += c;
            is_at_start = false;
        }
    }
    while (line.ends_with(' '))
        line.pop_back();
    return line;
}

}  // namespace

Value argument(const Value& args, std::string_view key)
{
    return args.is_map() ? args.as_map().get(key) : Value{};
}

std::string text_argument(const Value& args, std::string_view key)
{
    const Value value = argument(args, key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

Words words_argument(const Value& args, std::string_view key)
{
    Words words;
    if (const Value value = argument(args, key); value.is_vector())
        for (const Value& word : value.as_vector())
            if (word.is_string())
                words.emplace_back(word.as_string());
    return words;
}

Result<Words> words_of(const Value& value, std::string_view what)
{
    Words words;
    if (value.is_vector())
        for (const Value& word : value.as_vector())
            if (word.is_string())
                words.emplace_back(word.as_string());
    if (words.empty() || words.size() != value.as_vector().size())
        return Failure{Code::invalid_argument,
                       fmt::format("{} expected words such as [\"uptime\" \"-p\"] but got {}",
                                   what,
                                   data::print(value))};
    return words;
}

Words script_command(std::string_view script, const Words& arguments)
{
    std::string line = "PATH=$PATH:/usr/sbin:/sbin; LC_ALL=C; export PATH LC_ALL; ";
    line += one_line(script);
    Words words = {"sh", "-c", std::move(line), "reops"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::string as_root(std::string_view script)
{
    std::string whole = R"sh(
        as_root=;
        if [ "$(id -u)" != 0 ]; then
            as_root='sudo -n'; command -v sudo >/dev/null || as_root='doas -n';
        fi;
    )sh";
    return whole.append(script);
}

std::string plain_path(std::string_view path)
{
    if (path.starts_with('/'))
        return std::string{path};
    if (path == "~")
        return ".";
    if (path.starts_with("~/"))
        path.remove_prefix(2);
    return path.starts_with("./") ? std::string{path} : "./" + std::string{path};
}

Result<Value> say_nothing(const CommandReply&)
{
    return Value{};
}

Result<Value> say_output(const CommandReply& reply)
{
    return Value::string(printable(reply.out));
}

std::string first_line(const CommandReply& reply)
{
    const std::string& said =
        reply.err.find_first_not_of(" \r\n") != std::string::npos ? reply.err : reply.out;
    const std::size_t begin = said.find_first_not_of(" \r\n");
    if (begin == std::string::npos)
        return {};
    const std::size_t end = said.find_first_of("\r\n", begin);
    return printable(said.substr(begin, end == std::string::npos ? end : end - begin));
}

std::string first_line_or_sudo(const CommandReply& reply)
{
    std::string line = first_line(reply);
    if (line.starts_with("sudo:") && line.find("password") != std::string::npos)
        line += "; a line in /etc/sudoers.d/reops lets it in, the manual's page on verbs shows it";
    return line;
}

}  // namespace reops::operations
