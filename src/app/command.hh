// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A command of `reops` as a record: name, help and function. The parser, the help texts and
/// the manual's test all read these records; adding a command is adding one to a table.

#include "app/config.hh"
#include "app/screen.hh"
#include "base/clock.hh"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::app {

/// Ends of a command, as its exit status.
namespace exit_status {
inline constexpr int done = 0;
inline constexpr int failed = 1;     ///< the thing failed
inline constexpr int wrong_use = 2;  ///< of the command line
}  // namespace exit_status

/// Options that every command knows.
struct GlobalOptions {
    std::string config;
    std::string state;
    std::string socket;
    bool json = false;
    bool no_color = false;
};

struct Argument {
    std::string_view name;  ///< "NAME"
    std::string_view about;
    bool required = true;
};

struct Option {
    std::string_view name;   ///< "--key"
    std::string_view value;  ///< "KEY"; empty: a flag
    std::string_view about;
};

/// One use of a command. Lives as long as its run.
struct Call {
    const GlobalOptions& global;
    const std::map<std::string, std::string, std::less<>>& given;  ///< "NAME" and "--key"; flags ""
    Screen& screen;
    const Surroundings& surroundings;
    const Clock& clock;

    bool has(std::string_view name) const { return given.contains(name); }
    /// Empty when it was not given.
    std::string get(std::string_view name) const
    {
        const auto found = given.find(name);
        return found == given.end() ? std::string{} : found->second;
    }
};

/// What a command is for; the help is grouped by it.
enum class Purpose { see, act, care };

struct Command {
    std::string_view name;
    Purpose purpose = Purpose::see;
    std::string_view summary;  ///< one line, no full stop
    std::string_view example;  ///< what to type: "reops emit temperature 71.4"
    std::span<const Argument> arguments = {};
    std::span<const Option> options = {};
    int (*run)(const Call& call) = nullptr;
};

/// Parses the words behind the program's name, runs the command, returns the exit status.
int run_command_line(const std::vector<std::string>& words,
                     std::span<const Command> commands,
                     Screen& screen,
                     const Surroundings& surroundings,
                     const Clock& clock);

/// Is it a text with places and source lines, made by who read the configuration or a flow file?
bool is_report(std::string_view message);

/// Prints the failure in the house's form, or as JSON, and returns exit_status::failed.
int tell_failure(const Screen& screen, const Failure& failure, bool json);
inline int tell_failure(const Call& call, const Failure& failure)
{
    return tell_failure(call.screen, failure, call.global.json);
}

}  // namespace reops::app
