// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Functions of the language: code, and closures that add captured values to it.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/nodes/node.hh"
#include "lang/references.hh"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace reops::lang {

/// One arity's body.
struct ArityCode {
    std::uint32_t parameters = 0;  ///< without the one behind `&`
    bool is_variadic = false;
    std::uint32_t slots = 0;  ///< parameters and locals
    NodePtr body;
    bool recurs = false;
};

/// The analysed code of an `fn`; shared by its closures and by the node that makes them.
class FnCode final : public data::Native {
public:
    FnCode() : Native(static_cast<std::uint16_t>(ClassId::syntax_node)) {}

    std::string_view type_name() const override { return "code"; }
    std::string print() const override { return "#code[" + full_name() + "]"; }
    const std::string& full_name() const { return name; }

    /// The arity for a number of arguments; null when there is none.
    const ArityCode* find(std::size_t given) const
    {
        if (given < by_count.size() && by_count[given] != nullptr)
            return by_count[given];
        return variadic != nullptr && given >= variadic->parameters ? variadic : nullptr;
    }

    std::string name;  ///< "user/f", "user/f/g" for one inside, "user/fn" without a name
    std::string arglists;
    std::vector<std::unique_ptr<ArityCode>> arities;
    std::vector<const ArityCode*> by_count;
    const ArityCode* variadic = nullptr;
    std::uint32_t captures = 0;
    bool once = false;  ///< called once only: may move out of what it captured
    Place place;
    SourcePtr source;  ///< what the places in it are of
};

class Closure final : public Callable {
public:
    static constexpr ClassId id = ClassId::closure;

    /// Keeps a reference of the code. Captured values are nil until set.
    explicit Closure(const FnCode& code);
    ~Closure() override;
    Closure(const Closure&) = delete;
    Closure& operator=(const Closure&) = delete;

    const FnCode& code() const { return code_; }
    Value& captured(std::size_t index) const { return captured_[index]; }
    void list(References& out) const
    {
        for (std::size_t i = 0; i < code_.captures; ++i)
            out.add(captured_[i]);
    }

    /// Runs with the arguments at `base`, the task's stack from there on being free. Gives them up.
    RawValue run(Task& task, Value* base, std::size_t given) const;
    Value apply(Task& task, std::vector<Value> arguments, const Value& more) const;

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override;
    std::string function_name() const override { return code_.full_name(); }
    std::string_view type_name() const override { return "function"; }
    std::string print() const override { return "#function[" + code_.full_name() + "]"; }

private:
    RawValue run_body(Task& task, Value* base, const ArityCode& code) const;
    [[noreturn]] void fail_count(std::size_t given) const;

    const FnCode& code_;
    Value* captured_ = nullptr;
};

}  // namespace reops::lang
