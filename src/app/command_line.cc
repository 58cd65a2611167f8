// SPDX-License-Identifier: Apache-2.0
// The command line: CLI11 takes the words apart, what it cannot place is explained here, in the
// house's words and with the nearest known one.
#include "app/command.hh"
#include "base/nearest.hh"
#include "data/json.hh"
#include "engine/detail.hh"

#include <algorithm>
#include <array>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace reops::app {

namespace {

struct Group {
    Purpose purpose;
    std::string_view title;
};

constexpr std::array<Group, 3> groups = {{
    {Purpose::see, "See what happened and why"},
    {Purpose::act, "Act"},
    {Purpose::care, "Run it and look after it"},
}};

constexpr std::array<Option, 6> global_options = {{
    {"--config", "FILE", "configuration; else ./reops.edn, the user's, the system's"},
    {"--state", "DIR", "state folder of the reops to talk to"},
    {"--socket", "PATH", "its control socket; else STATE/control.sock"},
    {"--json", "", "answer as JSON, for programs"},
    {"--no-color", "", "no colours (also the variable NO_COLOR)"},
    {"--help", "", "this, or with a command: its own help"},
}};

std::string left_column(std::string_view first, std::string_view second)
{
    return second.empty() ? std::string{first} : fmt::format("{} {}", first, second);
}

void put_options(const Screen& screen, std::span<const Option> options)
{
    for (const Option& option : options)
        screen.out << fmt::format(
            "  {:<18}{}\n", left_column(option.name, option.value), option.about);
}

void put_help(const Screen& screen, std::span<const Command> commands)
{
    screen.out << "reops turns events into operations on machines.\n\n"
               << "usage: reops COMMAND [ARGUMENTS] [OPTIONS]\n";
    for (const Group& group : groups) {
        screen.out << "\n" << screen.paint(group.title, Tone::strong) << "\n";
        for (const Command& command : commands)
            if (command.purpose == group.purpose)
                screen.out << fmt::format("  {:<18}{}\n", command.name, command.summary);
    }
    screen.out << "\n" << screen.paint("Options of every command", Tone::strong) << "\n";
    put_options(screen, global_options);
    screen.out << "\nExit status: 0 done, 1 the thing failed, 2 wrong use.\n"
               << "`reops COMMAND --help` shows a command's arguments and an example.\n";
}

std::string usage_of(const Command& command)
{
    std::string out = fmt::format("reops {}", command.name);
    for (const Argument& argument : command.arguments)
        out += argument.required ? fmt::format(" {}", argument.name)
                                 : fmt::format(" [{}]", argument.name);
    return out + (command.options.empty() ? "" : " [OPTIONS]");
}

void put_command_help(const Screen& screen, const Command& command)
{
    screen.out << fmt::format("{}\n\nusage: {}\n", command.summary, usage_of(command));
    if (!command.arguments.empty())
        screen.out << "\n";
    for (const Argument& argument : command.arguments)
        screen.out << fmt::format("  {:<18}{}\n", argument.name, argument.about);
    if (!command.options.empty())
        screen.out << "\n";
    put_options(screen, command.options);
    screen.out << fmt::format("\nexample: {}\n", command.example);
}

int wrong_use(const Screen& screen, const std::string& message, const std::string& hint)
{
    screen.err << "error: " << plain(message) << "\n";
    if (!hint.empty())
        screen.err << (hint.starts_with("did you mean") ? "  " : "  hint: ") << plain(hint) << "\n";
    return exit_status::wrong_use;
}

std::string nearest_or(std::string_view word,
                       const std::vector<std::string>& known,
                       const std::string& other)
{
    const std::string near = did_you_mean(nearest_words(word, known));
    return near.empty() ? other : near;
}

/// CLI11 takes `-5` for an option. A mark in front hides it; take_mark removes it.
constexpr char number_mark = '\x01';

std::string mark_number(const std::string& word)
{
    const bool negative =
        word.size() > 1 && word[0] == '-' && (word[1] == '.' || (word[1] >= '0' && word[1] <= '9'));
    return negative ? number_mark + word : word;
}

std::string take_mark(std::string word)
{
    if (word.starts_with(number_mark))
        word.erase(0, 1);
    return word;
}

/// One command's part of the parser, and where its words are put.
struct Parsing {
    const Command* command = nullptr;
    CLI::App* app = nullptr;
    std::vector<std::string> arguments = {};
    std::map<std::string, std::string, std::less<>> values = {};
    std::map<std::string, bool, std::less<>> flags = {};
};

class Parser {
public:
    Parser(std::span<const Command> commands, Screen& screen) : commands_(commands), screen_(screen)
    {
        app_.set_help_flag();
        app_.allow_extras();
        app_.require_subcommand(0, 1);
        add_global_options();
        for (const Command& command : commands)
            add(command);
    }

    /// False: told and `status` is set.
    bool parse(const std::vector<std::string>& words, int& status);

    GlobalOptions global;
    const Parsing* chosen = nullptr;
    std::map<std::string, std::string, std::less<>> given;

private:
    void add_global_options();
    void add(const Command& command);
    int explain(const std::string& extra) const;
    int collect();
    std::vector<std::string> known_options() const;

    std::span<const Command> commands_;
    Screen& screen_;
    CLI::App app_;
    bool help_ = false;
    std::vector<std::unique_ptr<Parsing>> parsings_;
};

void Parser::add_global_options()
{
    app_.add_option("--config", global.config);
    app_.add_option("--state", global.state);
    app_.add_option("--socket", global.socket);
    app_.add_flag("--json", global.json);
    app_.add_flag("--no-color", global.no_color);
    app_.add_flag("-h,--help", help_);
}

void Parser::add(const Command& command)
{
    auto parsing = std::make_unique<Parsing>();
    parsing->command = &command;
    parsing->app = app_.add_subcommand(std::string{command.name});
    parsing->app->set_help_flag();
    parsing->app->allow_extras();
    parsing->app->fallthrough();
    parsing->app->add_option("arguments", parsing->arguments)->expected(0, -1);
    for (const Option& option : command.options) {
        const std::string name{option.name};
        if (option.value.empty())
            parsing->app->add_flag(name, parsing->flags[name]);
        else
            parsing->app->add_option(name, parsing->values[name]);
    }
    parsings_.push_back(std::move(parsing));
}

std::vector<std::string> Parser::known_options() const
{
    std::vector<std::string> known;
    known.reserve(global_options.size());
    for (const Option& option : global_options)
        known.emplace_back(option.name);
    if (chosen != nullptr)
        for (const Option& option : chosen->command->options)
            known.emplace_back(option.name);
    return known;
}

/// A word that no command and no option took.
int Parser::explain(const std::string& extra) const
{
    if (extra.starts_with('-') && extra.size() > 1)
        return wrong_use(
            screen_,
            fmt::format("no option `{}`", extra.substr(0, extra.find('='))),
            nearest_or(extra.substr(0, extra.find('=')),
                       known_options(),
                       chosen == nullptr ? "reops --help"
                                         : fmt::format("reops {} --help", chosen->command->name)));
    std::vector<std::string> known;
    known.reserve(commands_.size());
    for (const Command& command : commands_)
        known.emplace_back(command.name);
    return wrong_use(screen_,
                     fmt::format("no command `{}`", extra),
                     nearest_or(extra, known, "`reops` alone lists the commands"));
}

/// Arguments by their names. 0: all are there.
int Parser::collect()
{
    const Command& command = *chosen->command;
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
        const Argument& argument = command.arguments[i];
        if (i < chosen->arguments.size())
            given[std::string{argument.name}] = take_mark(chosen->arguments[i]);
        else if (argument.required)
            return wrong_use(
                screen_,
                fmt::format("`{}` expected {}: {}", command.name, argument.name, argument.about),
                fmt::format("{}", command.example));
    }
    if (chosen->arguments.size() > command.arguments.size())
        return wrong_use(screen_,
                         fmt::format("`{}` expected {} argument(s) but got `{}` as well",
                                     command.name,
                                     command.arguments.size(),
                                     take_mark(chosen->arguments[command.arguments.size()])),
                         usage_of(command));
    for (const auto& [name, value] : chosen->values)
        if (chosen->app->count(name) > 0)
            given[name] = take_mark(value);
    for (const auto& [name, is_set] : chosen->flags)
        if (is_set)
            given[name] = "";
    return 0;
}

bool Parser::parse(const std::vector<std::string>& words, int& status)
{
    std::vector<std::string> reversed;
    for (auto word = words.rbegin(); word != words.rend(); ++word)
        reversed.push_back(mark_number(*word));
    try {
        app_.parse(reversed);
    } catch (const CLI::ParseError& error) {
        // "--limit: 1 required TEXT missing": the option is all that is of use in it.
        const std::string_view said = error.what();
        status = wrong_use(
            screen_,
            fmt::format("`{}` expected a value", said.substr(0, said.find_first_of(": "))),
            "reops COMMAND --help");
        return false;
    }
    for (const auto& parsing : parsings_)
        if (parsing->app->parsed())
            chosen = parsing.get();
    status = exit_status::done;
    if (const std::vector<std::string> extra = app_.remaining(true); !extra.empty()) {
        // `reops help` and `reops help why` are what many type first.
        if (extra.front() != "help") {
            status = explain(take_mark(extra.front()));
            return false;
        }
        help_ = true;
    }
    if (help_ || chosen == nullptr) {
        if (chosen != nullptr)
            put_command_help(screen_, *chosen->command);
        else
            put_help(screen_, commands_);
        return false;
    }
    status = collect();
    return status == exit_status::done;
}

}  // namespace

bool is_report(std::string_view message)
{
    return message.starts_with("error: ") || message.find("\nerror: ") != std::string_view::npos;
}

int tell_failure(const Screen& screen, const Failure& failure, bool json)
{
    if (json) {
        screen.out << data::write_json(
                          engine::make_detail({{"error", engine::text(failure.message)},
                                               {"code", engine::text(to_string(failure.code))},
                                               {"hint", engine::text(failure.details)}}))
                   << "\n";
        return exit_status::failed;
    }
    // A report is whole: it has its calls, its lines, its mark and its hint.
    if (is_report(failure.message)) {
        screen.err << failure.message << (failure.message.ends_with('\n') ? "" : "\n");
        return exit_status::failed;
    }
    screen.err << "error: " << plain(failure.message) << "\n";
    if (!failure.details.empty())
        screen.err << (failure.details.starts_with("did you mean") ? "  " : "  hint: ")
                   << plain(failure.details) << "\n";
    return exit_status::failed;
}

int run_command_line(const std::vector<std::string>& words,
                     std::span<const Command> commands,
                     Screen& screen,
                     const Surroundings& surroundings,
                     const Clock& clock)
{
    Parser parser{commands, screen};
    int status = exit_status::done;
    std::vector<std::string> spelled = words;
    if (!spelled.empty() && spelled.front() == "-e")  // as other Clojures have it
        spelled.front() = "eval";
    if (!parser.parse(spelled, status))
        return status;
    if (parser.global.no_color)
        screen.colours = false;
    return parser.chosen->command->run(
        Call{parser.global, parser.given, screen, surroundings, clock});
}

}  // namespace reops::app
