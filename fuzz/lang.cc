// SPDX-License-Identifier: Apache-2.0
// Program text, read, analysed and evaluated under small limits: it ends, whatever it says, and a
// report can be made of what it threw.
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/printer.hh"
#include "lang/task.hh"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace lang = reops::lang;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    static lang::Interpreter interpreter;
    lang::TaskLimits limits;
    limits.time_source = [now = reops::Duration{0}]() mutable {
        return now += reops::milliseconds{1};
    };
    limits.time = reops::milliseconds{20};
    limits.grace = reops::milliseconds{2};
    limits.memory = 8'000'000;
    limits.depth = 500;
    lang::Task task{interpreter, limits};
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    try {
        const lang::Value value = interpreter.eval(task, text, "fuzz.clj");
        lang::print_value(task, value, true);
    } catch (const lang::LangError& error) {
        if (interpreter.report(error).to_text().empty())
            std::abort();
    } catch (const lang::Interrupted& stopped) {
        if (interpreter.report(stopped).to_text().empty())
            std::abort();
    }
    return 0;
}
