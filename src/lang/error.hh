// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What is thrown: LangError carries an exception value that `catch` may hold; Interrupted is
/// no error, passes every `catch` and only lets `finally` run.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"
#include "lang/error_class.hh"
#include "lang/references.hh"
#include "lang/sources.hh"

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

using data::Value;

class Task;

/// One call that was open: where it stands, and in which function.
struct TraceEntry {
    Place place;
    std::string function;  ///< "user/f"; empty at top level
};

/// The value that is thrown and caught. Immutable once thrown; the trace is of the first throw.
class Exception final : public data::Native {
public:
    static constexpr ClassId id = ClassId::exception;

    Exception(const ErrorClass& kind, Value message, Value data = {}, Value cause = {});

    const ErrorClass& kind() const { return kind_; }
    const Value& message() const { return message_; }  ///< a string or nil
    const Value& data() const { return data_; }        ///< a map for ex-info, else nil
    const Value& cause() const { return cause_; }      ///< an exception or nil
    const std::vector<TraceEntry>& trace() const { return trace_; }  ///< innermost first
    const std::string& hint() const { return hint_; }

    void set_hint(std::string hint) { hint_ = std::move(hint); }
    void set_trace(std::vector<TraceEntry> trace) { trace_ = std::move(trace); }

    std::string_view type_name() const override { return "exception"; }
    std::string print() const override;
    void list(References& out) const
    {
        out.add(data_);
        out.add(cause_);
    }

private:
    const ErrorClass& kind_;
    Value message_;
    Value data_;
    Value cause_;
    std::string hint_;
    std::vector<TraceEntry> trace_;
};

class LangError final : public std::exception {
public:
    /// Takes the trace of the current task, unless the exception has one (it is thrown again).
    explicit LangError(Value exception);

    const Value& value() const { return exception_; }
    const Exception& exception() const { return *find<Exception>(exception_); }
    const char* what() const noexcept override;

private:
    Value exception_;
    mutable std::string text_;
};

/// Why a task ends early.
enum class Stop : std::uint32_t { none = 0, interrupt = 1, deadline = 2, memory = 4 };

/// Not derived from LangError: no `catch` of a program holds it.
class Interrupted final : public std::exception {
public:
    Interrupted(Stop why, std::string message, std::vector<TraceEntry> trace);

    Stop why() const { return why_; }
    const std::string& message() const { return message_; }
    const std::vector<TraceEntry>& trace() const { return trace_; }
    const char* what() const noexcept override { return message_.c_str(); }

private:
    Stop why_;
    std::string message_;
    std::vector<TraceEntry> trace_;
};

/// Throws a LangError. The message begins in lower case unless Clojure prints it otherwise.
[[noreturn]] void fail(const ErrorClass& kind, const std::string& message, std::string hint = {});
/// Throws an ex-info.
[[noreturn]] void fail_info(const std::string& message, Value data, Value cause = {});

/// "expected an integer but got a string: \"x\"" as a ClassCastException; `role` ("`nth` index")
/// comes first when it is not empty.
[[noreturn]] void fail_type(std::string_view expected,
                            const Value& got,
                            std::string_view role = {});

}  // namespace reops::lang
