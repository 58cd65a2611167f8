// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An interpreter for tests: evaluates a text, gives what it prints or the error.

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/printer.hh"
#include "lang/task.hh"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::lang {

/// Namespaces from memory.
class MemoryFiles final : public Outside {
public:
    Result<std::optional<SourceFile>> find_namespace(std::string_view name) override
    {
        ++asked;
        const auto found = files.find(std::string{name});
        if (found == files.end())
            return std::optional<SourceFile>{};
        return std::optional<SourceFile>{{std::string{name} + ".clj", found->second}};
    }

    std::map<std::string, std::string> files;
    int asked = 0;
};

class LangWorld {
public:
    LangWorld() : interpreter(options()) {}

    /// The last value, printed readably; or "Class: message" of what was thrown.
    std::string eval(std::string_view text, TaskLimits limits = {})
    {
        Task task{interpreter, std::move(limits)};
        try {
            return print_value(task, interpreter.eval(task, text, "test.clj"), true);
        } catch (const LangError& error) {
            last_report = interpreter.report(error);
            return last_report.class_name + ": " + last_report.message;
        } catch (const Interrupted& stopped) {
            last_report = interpreter.report(stopped);
            return "interrupted: " + last_report.message;
        }
    }

    /// What the text prints.
    std::string output(std::string_view text)
    {
        out.take();
        const std::string result = eval(text);
        return last_report.message.empty() ? out.take() : result;
    }

    TextOutput out;
    MemoryFiles files;
    Report last_report;
    Interpreter interpreter;

private:
    InterpreterOptions options()
    {
        InterpreterOptions made;
        made.output = &out;
        made.outside = &files;
        made.on_define = [this](Var& var) { defined.push_back(&var); };
        return made;
    }

public:
    std::vector<Var*> defined;
};

}  // namespace reops::lang
