// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Lines from a person: with editing and a history that outlives the program on a terminal,
/// plain lines otherwise. Editing is libedit's (editline/readline.h).

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace reops::repl {

/// One of a process: libedit keeps its state in globals. Used by one thread; it blocks.
class LineEditor {
public:
    /// Names that begin with a prefix, for the tabulator key.
    using Complete = std::function<std::vector<std::string>(const std::string& prefix)>;

    /// `history` is a file, mode 0600; empty: none is kept. `is_terminal` false: no prompt, no
    /// editing.
    LineEditor(bool is_terminal, std::string history, Complete complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// Without its end of line. Nothing at the end of the input.
    std::optional<std::string> read(const std::string& prompt);
    /// A whole entry (it may have several lines) that the arrow keys bring back.
    void remember(const std::string& entry);

private:
    bool is_terminal_;
    std::string history_;
};

}  // namespace reops::repl
