// SPDX-License-Identifier: Apache-2.0
#include "providers/sim/commands.hh"

#include "providers/sim/log_line.hh"

#include <utility>

#include <fmt/format.h>

namespace reops::providers::sim {

namespace {

using data::Value;

std::string list(Store& store)
{
    std::string text;
    for (const auto& [name, machine] : store.world().machines()) {
        text += fmt::format("{:<20} {:<9}", name, to_string(machine.state));
        if (!machine.settings.runs_on.empty())
            text += fmt::format(" runs-on={}", machine.settings.runs_on);
        text += '\n';
    }
    return text;
}

Value word_value(std::string_view text)
{
    if (text == "true" || text == "false")
        return Value::boolean(text == "true");
    return Value::string(text);
}

Result<std::string> set(Store& store, std::span<const std::string_view> words)
{
    if (words.size() < 2)
        return Failure{Code::invalid_argument, "use: set NAME WORD=VALUE ..."};
    data::MapBuilder settings;
    for (const std::string_view word : words.subspan(1)) {
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos)
            return Failure{Code::invalid_argument,
                           fmt::format("expected WORD=VALUE but got `{}`", word)};
        settings.set(Value::string(word.substr(0, equals)), word_value(word.substr(equals + 1)));
    }
    if (auto done = store.request("set", words[0], settings.finish()); !done)
        return done.failure();
    return std::string{};
}

std::string print_transition(const Transition& change)
{
    return fmt::format("{}        {:<20} {} -> {} ({})\n",
                       to_iso(change.at, true),
                       change.system,
                       to_string(change.from),
                       to_string(change.to),
                       change.why);
}

std::string print_request(const LogLine& line)
{
    std::string text = fmt::format("{} {:>5}  {:<20} {}",
                                   to_iso(line.entry.at, true),
                                   line.number,
                                   line.entry.system,
                                   line.entry.op);
    if (line.outcome != "accepted")
        text += fmt::format(": {}", line.outcome);
    return text + '\n';
}

Result<std::string> log(Store& store, bool json)
{
    std::string text;
    auto visited =
        store.visit_log([&](const LogLine& line, const std::vector<Transition>& changes) {
            if (json) {
                if (line.number != 0)
                    text += print_log_line(line);
                return;
            }
            bool printed = line.number == 0;
            for (const Transition& change : changes) {
                if (!printed && change.at >= line.entry.at) {
                    text += print_request(line);
                    printed = true;
                }
                text += print_transition(change);
            }
            if (!printed)
                text += print_request(line);
        });
    if (!visited)
        return visited.failure();
    return text;
}

}  // namespace

Result<std::string> run_command(Store& store, std::span<const std::string_view> words)
{
    const std::string_view name = words.empty() ? std::string_view{} : words[0];
    if (name == "list" && words.size() == 1)
        return list(store);
    if (name == "set")
        return set(store, words.subspan(1));
    if (name == "log" && (words.size() == 1 || (words.size() == 2 && words[1] == "--json")))
        return log(store, words.size() == 2);
    if (name == "reset" && words.size() == 1) {
        if (auto done = store.reset(); !done)
            return done.failure();
        return std::string{};
    }
    return Failure{Code::invalid_argument,
                   "use: list | set NAME WORD=VALUE ... | log [--json] | reset | serve"};
}

}  // namespace reops::providers::sim
