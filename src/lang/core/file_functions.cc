// SPDX-License-Identifier: Apache-2.0
// Files as whole texts: slurp and spit. The language opens none itself, it asks its Outside.
#include "lang/arguments.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/printer.hh"
#include "lang/task.hh"

#include <array>
#include <string>
#include <utility>

namespace reops::lang {

namespace {

[[noreturn]] void fail_file(const Failure& why)
{
    if (why.code == Code::not_found)
        fail(errors::file_not_found, why.message, why.details);
    if (why.code == Code::denied)
        fail(errors::illegal_state, why.message, why.details);
    fail(errors::input_output, why.message, why.details);
}

Value slurp(Task& task, Arguments arguments)
{
    auto text =
        task.interpreter().outside().read_file(std::string{need_string(arguments[0], "`slurp`")});
    if (!text.ok())
        fail_file(text.failure());
    return Value::string(*text);
}

Value spit(Task& task, Arguments arguments)
{
    const bool append =
        arguments.size() == 4 && arguments[2].is_keyword("append") && arguments[3].truthy();
    const auto written =
        task.interpreter().outside().write_file(std::string{need_string(arguments[0], "`spit`")},
                                                display_value(task, arguments[1]),
                                                append);
    if (!written.ok())
        fail_file(written.failure());
    return {};
}

constexpr std::array<Builtin, 2> table = {{
    acting("slurp", "[file]", "A file's whole text.\n(slurp \"/etc/hostname\")", slurp),
    acting("spit",
           "[file content] [file content option value]",
           "Writes a file; :append true adds to it.\n(spit \"note\" \"text\")",
           spit),
}};

}  // namespace

std::span<const Builtin> file_builtins()
{
    return table;
}

}  // namespace reops::lang
