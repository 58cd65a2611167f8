// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/types.hh"

namespace reops::lang {

namespace {

Value run_ex_info(Task&, Arguments arguments)
{
    if (!arguments[1].is_nil())
        need_map(arguments[1], "`ex-info`");
    return data::make_native<Exception>(
        errors::ex_info,
        std::move(arguments[0]),
        arguments[1].is_nil() ? Value{data::Map{}} : std::move(arguments[1]),
        arguments.size() == 3 ? std::move(arguments[2]) : Value{});
}

Value run_ex_data(Task&, Arguments arguments)
{
    const auto* exception = find<Exception>(arguments[0]);
    return exception == nullptr ? Value{} : exception->data();
}

Value run_ex_message(Task&, Arguments arguments)
{
    const auto* exception = find<Exception>(arguments[0]);
    return exception == nullptr ? Value{} : exception->message();
}

Value run_ex_cause(Task&, Arguments arguments)
{
    const auto* exception = find<Exception>(arguments[0]);
    return exception == nullptr ? Value{} : exception->cause();
}

/// `(IllegalStateException. "text" cause)`.
Value run_new_exception(Task&, Arguments arguments)
{
    const auto& type = need<ErrorType>(arguments[0], "an exception class");
    Value message;
    Value cause;
    Value data;
    for (Value& argument : arguments.subspan(1)) {
        if (find<Exception>(argument) != nullptr)
            cause = std::move(argument);
        else if (argument.is_map())
            data = std::move(argument);
        else if (!argument.is_nil())
            message = std::move(argument);
    }
    return data::make_native<Exception>(
        type.kind(), std::move(message), std::move(data), std::move(cause));
}

constexpr Builtin table[] = {
    {.name = "ex-info",
     .args = "[msg map] [msg map cause]",
     .doc = "An exception with data.\n(throw (ex-info \"too hot\" {:t 71}))",
     .since = "0.1",
     .run = run_ex_info},
    {.name = "ex-data",
     .args = "[ex]",
     .doc = "The data of an exception made by ex-info, else nil.\n(ex-data (ex-info \"m\" {:a "
            "1})) ; => {:a 1}",
     .since = "0.1",
     .run = run_ex_data},
    {.name = "ex-message",
     .args = "[ex]",
     .doc = "The message of an exception, else nil.\n(ex-message (ex-info \"m\" {})) ; => \"m\"",
     .since = "0.1",
     .run = run_ex_message},
    {.name = "ex-cause",
     .args = "[ex]",
     .doc = "What an exception was caused by, else nil.\n(ex-cause (ex-info \"m\" {})) ; => nil",
     .since = "0.1",
     .run = run_ex_cause},
    {.name = "new-exception*",
     .args = "[class & args]",
     .doc = "What (Class. message cause) calls.\n(new-exception* Exception \"m\")",
     .since = "0.1",
     .run = run_new_exception},
};

constexpr Builtin members[] = {
    {.name = "getMessage",
     .args = "[ex]",
     .doc = "The message of an exception.\n(.getMessage (Exception. \"m\")) ; => \"m\"",
     .since = "0.1",
     .run = run_ex_message},
    {.name = "getCause",
     .args = "[ex]",
     .doc = "The cause of an exception.\n(.getCause (Exception. \"m\")) ; => nil",
     .since = "0.1",
     .run = run_ex_cause},
    {.name = "getData",
     .args = "[ex]",
     .doc = "The data of an exception made by ex-info.\n(.getData (ex-info \"m\" {})) ; => {}",
     .since = "0.1",
     .run = run_ex_data},
};

}  // namespace

std::span<const Builtin> error_builtins()
{
    return table;
}

std::span<const Builtin> member_builtins()
{
    return members;
}

}  // namespace reops::lang
