// SPDX-License-Identifier: Apache-2.0
#include "lang/var.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/reader.hh"
#include "lang/closure.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

/// "[s] [s n]" as the list of vectors that code reads; nil when the record holds no forms.
Value arglists_of(const Builtin& builtin)
{
    auto form = data::read_form("(" + std::string{builtin.args} + ")");
    return form.ok() ? std::move(form->value) : Value{};
}

}  // namespace

Var::Var(Interpreter& interpreter, const Namespace& home, Value name)
    : Callable(id), interpreter_(interpreter), home_(home), name_(std::move(name))
{
}

Var::~Var()
{
    delete root_.load(std::memory_order_relaxed);
}

std::string Var::full_name() const
{
    return home_.name() + "/" + std::string{name_.name()};
}

std::string Var::print() const
{
    return "#'" + full_name();
}

Value Var::get(Task& task) const
{
    if (is_dynamic()) {
        if (const Value* bound = task.bindings().find(value_of(*this)))
            return *bound;
    }
    const Value* value = root(task);
    if (value == nullptr)
        fail(errors::illegal_state,
             "`" + full_name() + "` is declared but has no value",
             "(def " + std::string{name_.name()} + " ...) gives it one");
    return *value;
}

const Value* Var::realise(Task& task) const
{
    return is_lazy() ? interpreter_.realise(task, const_cast<Var&>(*this)) : nullptr;
}

bool Var::is_bound() const
{
    return root_.load(std::memory_order_acquire) != nullptr || is_lazy();
}

void Var::set_root(Value value)
{
    lazy_.store(0, std::memory_order_release);
    const Value* old = root_.exchange(new Value{std::move(value)}, std::memory_order_acq_rel);
    if (old != nullptr) {
        set_changed();
        interpreter_.retire(old);
    }
}

void Var::unbind_root()
{
    lazy_.store(0, std::memory_order_release);
    const Value* old = root_.exchange(nullptr, std::memory_order_acq_rel);
    if (old != nullptr)
        interpreter_.retire(old);
}

void Var::set(std::uint32_t flag, bool value)
{
    if (value)
        flags_.fetch_or(flag, std::memory_order_relaxed);
    else
        flags_.fetch_and(~flag, std::memory_order_relaxed);
}

Value Var::metadata() const
{
    data::Map map;
    {
        const std::lock_guard lock{mutex_};
        if (metadata_.is_map())
            map = metadata_.as_map();
    }
    if (builtin_ != nullptr) {
        map = std::move(map)
                  .assoc(Value::keyword("arglists"), arglists_of(*builtin_))
                  .assoc(Value::keyword("doc"), Value::string(builtin_->doc))
                  .assoc(Value::keyword("added"), Value::string(builtin_->since));
    }
    if (is_macro())
        map = std::move(map).assoc(Value::keyword("macro"), Value::boolean(true));
    return std::move(map)
        .assoc(Value::keyword("ns"), value_of(home_))
        .assoc(Value::keyword("name"), name_);
}

void Var::set_metadata(Value map)
{
    const auto flagged = [&](std::string_view key) {
        return map.is_map() && map.as_map().get(key).truthy();
    };
    set(private_flag, flagged("private"));
    set(dynamic_flag, flagged("dynamic"));
    set(macro_flag, flagged("macro"));
    set(constant_flag, flagged("const"));
    const std::lock_guard lock{mutex_};
    metadata_ = std::move(map);
}

std::string Var::doc() const
{
    if (builtin_ != nullptr)
        return std::string{builtin_->doc};
    const std::lock_guard lock{mutex_};
    const Value doc = metadata_.is_map() ? metadata_.as_map().get("doc") : Value{};
    return doc.is_string() ? std::string{doc.as_string()} : std::string{};
}

std::string Var::arglists() const
{
    if (builtin_ != nullptr)
        return "(" + std::string{builtin_->args} + ")";
    const std::lock_guard lock{mutex_};
    const Value lists = metadata_.is_map() ? metadata_.as_map().get("arglists") : Value{};
    return lists.is_nil() ? std::string{} : data::print(lists);
}

Definition Var::definition() const
{
    const std::lock_guard lock{mutex_};
    return definition_;
}

void Var::set_definition(Definition definition)
{
    const std::lock_guard lock{mutex_};
    definition_ = std::move(definition);
}

void Var::set_lazy(Place source)
{
    lazy_length_ = source.length;
    lazy_.store(source.begin, std::memory_order_release);
}

Value Var::call(Task& task, Arguments arguments) const
{
    return task.call(get(task), arguments);
}

Arity Var::arity() const
{
    const Value* value = root_.load(std::memory_order_acquire);
    if (value != nullptr && is_callable_object(*value))
        return static_cast<const Callable&>(value->as_native()).arity();
    return Callable::arity();
}

}  // namespace reops::lang
