// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What can be called, and the record that declares a builtin function.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace reops::lang {

using data::Value;

class Task;

/// How many arguments something takes.
struct Arity {
    std::size_t least = 0;
    std::size_t most = 0;  ///< without those behind `&`
    bool is_variadic = false;

    bool takes(std::size_t count) const { return count >= least && (count <= most || is_variadic); }
};

/// The arguments of a call. The callee owns them: it may move from each.
using Arguments = std::span<Value>;

/// Anything with call(). Immutable; any thread may call it.
class Callable : public data::Native {
public:
    explicit Callable(ClassId class_id = ClassId::none)
        : Native(static_cast<std::uint16_t>(class_id) | callable_bit)
    {
    }

    /// Throws LangError, also for a wrong number of arguments.
    virtual Value call(Task& task, Arguments arguments) const = 0;
    /// What it takes, as far as that is known: `pick` chooses its reading by it.
    virtual Arity arity() const { return {0, 0, true}; }
    /// "user/f", or empty.
    virtual std::string function_name() const { return {}; }
};

inline bool is_callable_object(const Value& value)
{
    return (class_id_of(value) & callable_bit) != 0;
}

/// A builtin's body. Arguments are counted before it is called.
using BuiltinBody = Value (*)(Task& task, Arguments arguments);

/// One record declares a builtin function: its help, its arity and its place in the completion list
/// come from here. Tables of these are constexpr arrays, one per subject, handed to
/// Interpreter::register_builtins().
struct Builtin {
    std::string_view name;  ///< "assoc"
    /// Clojure's argument lists, one pair of brackets per arity: "[map key val] [map key val &
    /// kvs]". The numbers of arguments that are taken follow from it.
    std::string_view args;
    std::string_view doc;    ///< first line: one sentence; then an example
    std::string_view since;  ///< "0.1"
    bool macro = false;      ///< gets the whole form and nil (the environment) before its arguments
    bool effects = false;    ///< acts on the world: refused in predicates and dry runs
    BuiltinBody run = nullptr;
};

/// What the `args` of a builtin mean.
Arity arity_of(std::string_view args);

/// A builtin as a value.
class BuiltinFunction final : public Callable {
public:
    static constexpr ClassId id = ClassId::builtin;

    /// The record must outlive it: it stands in a constexpr table.
    BuiltinFunction(std::string_view name_space, const Builtin& record);

    const Builtin& record() const { return record_; }
    BuiltinBody body() const { return body_; }

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override { return arity_; }
    std::string function_name() const override { return name_; }
    std::string_view type_name() const override { return "function"; }
    std::string print() const override { return "#function[" + name_ + "]"; }

private:
    const Builtin& record_;
    BuiltinBody body_;
    Arity arity_;
    std::string name_;
};

/// Throws Clojure's ArityException: "wrong number of arguments (3) passed to: user/f".
[[noreturn]] void fail_arity(std::size_t count, const std::string& name, std::string hint = {});

}  // namespace reops::lang
