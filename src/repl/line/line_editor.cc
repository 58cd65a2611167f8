// SPDX-License-Identifier: Apache-2.0
#include "repl/line/line_editor.hh"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <utility>

#include <editline/readline.h>
#include <sys/stat.h>

namespace reops::repl {

namespace {

constexpr int most_entries = 1'000;

/// libedit asks through plain functions.
LineEditor::Complete& completer()
{
    static LineEditor::Complete complete;
    return complete;
}

char* next_candidate(const char* prefix, int state)
{
    static std::vector<std::string> found;
    static std::size_t at = 0;
    if (state == 0) {
        found = completer() ? completer()(prefix) : std::vector<std::string>{};
        at = 0;
    }
    return at < found.size() ? ::strdup(found[at++].c_str()) : nullptr;
}

char** candidates(const char* prefix, int, int)
{
    return ::rl_completion_matches(prefix, next_candidate);
}

std::string one_line(const std::string& entry)
{
    std::string out;
    for (const char c : entry)
        out += c == '\n' ? ' ' : c;
    return out;
}

}  // namespace

LineEditor::LineEditor(bool is_terminal, std::string history, Complete complete)
    : is_terminal_(is_terminal), history_(std::move(history))
{
    if (!is_terminal_)
        return;
    completer() = std::move(complete);
    static char name[] = "reops";
    static char breaks[] = " \t\n\"()[]{}'`,;@";
    ::rl_readline_name = name;
    ::rl_completer_word_break_characters = breaks;
    ::rl_basic_word_break_characters = breaks;
    ::rl_attempted_completion_function = candidates;
    ::using_history();
    ::stifle_history(most_entries);
    if (!history_.empty())
        ::read_history(history_.c_str());
}

LineEditor::~LineEditor()
{
    if (!is_terminal_)
        return;
    completer() = nullptr;
    if (history_.empty())
        return;
    const mode_t before = ::umask(0077);  // what was typed may hold secrets
    ::write_history(history_.c_str());
    ::umask(before);
}

std::optional<std::string> LineEditor::read(const std::string& prompt)
{
    if (!is_terminal_) {
        std::string line;
        if (!std::getline(std::cin, line))
            return std::nullopt;
        return line;
    }
    const std::unique_ptr<char, void (*)(void*)> line{::readline(prompt.c_str()), std::free};
    if (line == nullptr)
        return std::nullopt;
    return std::string{line.get()};
}

void LineEditor::remember(const std::string& entry)
{
    if (is_terminal_)
        ::add_history(one_line(entry).c_str());
}

}  // namespace reops::repl
