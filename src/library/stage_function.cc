// SPDX-License-Identifier: Apache-2.0
#include "library/stage_function.hh"

#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"
#include "library/plain_value.hh"
#include "library/program.hh"

#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

constinit thread_local StageScope* current_scope = nullptr;

/// One line for `why`: "divide by zero (closet.clj:3:20)".
std::string short_form(const lang::Report& report)
{
    if (report.at.span.line == 0)
        return report.message;
    return fmt::format("{} ({}:{}:{})",
                       report.message,
                       report.at.file,
                       report.at.span.line,
                       report.at.span.column);
}

}  // namespace

StageScope::StageScope(std::string word, StageFacts facts)
    : word_(std::move(word)), facts_(facts), outer_(std::exchange(current_scope, this))
{
}

StageScope::~StageScope()
{
    current_scope = outer_;
}

StageScope* StageScope::current()
{
    return current_scope;
}

std::uint64_t StageScope::random()
{
    facts_.seed += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = facts_.seed;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31U);
}

StageFunction::StageFunction(std::shared_ptr<const Program> program,
                             data::Value function,
                             std::string word)
    : program_(std::move(program)), function_(std::move(function)), word_(std::move(word))
{
}

data::Value StageFunction::call(std::vector<data::Value> arguments, StageFacts facts) const
{
    const StageScope scope{word_, facts};
    lang::Interpreter& interpreter = program_->interpreter();
    std::string trouble;
    try {
        lang::Task task{interpreter, program_->function_limits()};
        try {
            const data::Value result = task.call(function_, lang::Arguments{arguments});
            return plain_value(task, result, "the value of `" + word_ + "`");
        } catch (const lang::LangError& error) {
            trouble = short_form(interpreter.report(error));
        } catch (const lang::Interrupted& ended) {
            trouble = short_form(interpreter.report(ended));
        }
    } catch (const std::bad_alloc&) {
        trouble = "out of memory";
    }
    throw std::runtime_error(trouble);
}

}  // namespace reops::library
