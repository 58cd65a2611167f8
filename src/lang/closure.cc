// SPDX-License-Identifier: Apache-2.0
#include "lang/closure.hh"

#include "data/list.hh"
#include "data/pool.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

#include <algorithm>
#include <new>

namespace reops::lang {

Closure::Closure(const FnCode& code) : Callable(id), code_(code)
{
    retain(&code_);
    if (code_.captures == 0)
        return;
    void* memory = data::allocate(code_.captures * sizeof(Value));
    captured_ = static_cast<Value*>(memory);
    for (std::size_t i = 0; i < code_.captures; ++i)
        new (captured_ + i) Value;
}

Closure::~Closure()
{
    if (captured_ != nullptr) {
        for (std::size_t i = 0; i < code_.captures; ++i)
            captured_[i].~Value();
        data::deallocate(captured_, data::size_class_of(code_.captures * sizeof(Value)));
    }
    data::release(static_cast<const data::Object*>(&code_));
}

void Closure::fail_count(std::size_t given) const
{
    fail_arity(
        given, code_.full_name(), code_.arglists.empty() ? "" : "it takes " + code_.arglists);
}

RawValue Closure::run_body(Task& task, Value* base, const ArityCode& code) const
{
    Value* const end = base + code.slots;
    if (end > task.stack_limit - 64) [[unlikely]]
        task.overflow();
    task.top = end;  // from here on an error finds all slots
    task.check_stack();
    task.poll();
    Frame frame{base, this, task};
    RawValue result = code.body->eval(frame);
    while (is_recur(result))
        [[unlikely]]
        {
            task.poll();
            result = code.body->eval(frame);
        }
    for (Value* slot = end; slot != base;) {
        --slot;
        if (!slot->raw().is_plain())
            *slot = Value{};
        else
            static_cast<void>(slot->detach());
    }
    task.top = base;
    return result;
}

RawValue Closure::run(Task& task, Value* base, std::size_t given) const
{
    const ArityCode* code = code_.find(given);
    if (code == nullptr) [[unlikely]]
        fail_count(given);
    if (code->is_variadic) {
        data::List rest;
        for (std::size_t i = given; i > code->parameters; --i)
            rest = rest.push_front(std::move(base[i - 1]));
        base[code->parameters] = rest.empty() ? Value{} : Value{std::move(rest)};
    }
    return run_body(task, base, *code);
}

Value Closure::call(Task& task, Arguments arguments) const
{
    Value* base = task.top;
    if (base + arguments.size() > task.stack_limit - 64) [[unlikely]]
        task.overflow();
    for (std::size_t i = 0; i < arguments.size(); ++i)
        base[i] = std::move(arguments[i]);
    task.top = base + arguments.size();
    return Value::adopt(run(task, base, arguments.size()));
}

Value Closure::apply(Task& task, std::vector<Value> arguments, const Value& more) const
{
    if (code_.variadic == nullptr) {
        Walk walk{task, more};
        for (Value element; walk.next(element);)
            arguments.push_back(std::move(element));
        return call(task, Arguments{arguments});
    }
    // Only as many elements are taken as decide which arity it is; the rest stays lazy.
    const std::size_t wanted =
        std::max<std::size_t>(code_.variadic->parameters, code_.by_count.size());
    Value left = seq(task, more);
    while (arguments.size() < wanted && !left.is_nil()) {
        arguments.push_back(first(task, left));
        left = next(task, left);
    }
    if (left.is_nil())
        return call(task, Arguments{arguments});
    const ArityCode& code = *code_.variadic;
    for (std::size_t i = arguments.size(); i > code.parameters; --i)
        left = cons(std::move(arguments[i - 1]), std::move(left));
    Value* base = task.top;
    if (base + code.parameters + 1 > task.stack_limit - 64) [[unlikely]]
        task.overflow();
    for (std::size_t i = 0; i < code.parameters; ++i)
        base[i] = std::move(arguments[i]);
    base[code.parameters] = std::move(left);
    task.top = base + code.parameters + 1;
    return Value::adopt(run_body(task, base, code));
}

Arity Closure::arity() const
{
    Arity arity{SIZE_MAX, 0, code_.variadic != nullptr};
    for (const auto& each : code_.arities) {
        arity.least = std::min<std::size_t>(arity.least, each->parameters);
        arity.most = std::max<std::size_t>(arity.most, each->parameters);
    }
    return arity;
}

}  // namespace reops::lang
