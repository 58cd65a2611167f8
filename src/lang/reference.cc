// SPDX-License-Identifier: Apache-2.0
#include "lang/reference.hh"

#include "data/print.hh"
#include "lang/task.hh"

namespace reops::lang {

const Reference* find_reference(const Value& value)
{
    switch (static_cast<ClassId>(class_id_of(value))) {
        case ClassId::atom:
        case ClassId::volatile_box:
        case ClassId::delay:
        case ClassId::future:
        case ClassId::agent:
        case ClassId::reference:
            return static_cast<const Reference*>(&value.as_native());
        default:
            return nullptr;
    }
}

namespace {

/// As `identical?` on the JVM for what atoms hold: one object, or equal numbers and names.
bool is_same(const Value& a, const Value& b)
{
    return a.kind() == b.kind() && a.raw().payload == b.raw().payload;
}

}  // namespace

Value Atom::deref(Task&) const
{
    return get();
}

Value Atom::get() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

bool Atom::compare_and_set(const Value& expected, Value next) const
{
    const std::lock_guard lock{mutex_};
    if (!is_same(value_, expected))
        return false;
    std::swap(value_, next);
    return true;
}

Value Atom::exchange(Value next) const
{
    const std::lock_guard lock{mutex_};
    std::swap(value_, next);
    return next;
}

Value Atom::validator() const
{
    const std::lock_guard lock{mutex_};
    return validator_;
}

void Atom::set_validator(Value function) const
{
    const std::lock_guard lock{mutex_};
    validator_ = std::move(function);
}

data::Map Atom::watches() const
{
    const std::lock_guard lock{mutex_};
    return watches_;
}

void Atom::set_watch(const Value& key, Value function) const
{
    const std::lock_guard lock{mutex_};
    watches_ = watches_.assoc(key, std::move(function));
}

void Atom::remove_watch(const Value& key) const
{
    const std::lock_guard lock{mutex_};
    watches_ = watches_.dissoc(key);
}

Value Atom::metadata() const
{
    const std::lock_guard lock{mutex_};
    return metadata_;
}

void Atom::set_metadata(Value map) const
{
    const std::lock_guard lock{mutex_};
    metadata_ = std::move(map);
}

void Atom::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(value_);
    out.add(validator_);
    out.add(watches_);
    out.add(metadata_);
}

void Atom::empty() const
{
    exchange({});
    set_validator({});
    set_metadata({});
    data::Map watches;
    const std::lock_guard lock{mutex_};
    std::swap(watches_, watches);
}

namespace {

/// An atom may hold itself: what prints inside of one is the printer of the language, which knows
/// how deep it is.
std::string print_flat(std::string_view name, const Value& value)
{
    const bool is_flat = value.kind() < data::Kind::list && !value.is_native();
    return "#" + std::string{name} + "[" + (is_flat ? data::print(value) : "...") + "]";
}

}  // namespace

std::string Atom::print() const
{
    return print_flat(type_name(), get());
}

Value Volatile::deref(Task&) const
{
    return held();
}

Value Volatile::held() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

void Volatile::set(Value value) const
{
    const std::lock_guard lock{mutex_};
    std::swap(value_, value);
}

void Volatile::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(value_);
}

void Volatile::empty() const
{
    set({});
}

std::string Volatile::print() const
{
    const std::lock_guard lock{mutex_};
    return print_flat(type_name(), value_);
}

Value Delay::deref(Task& task) const
{
    const std::lock_guard lock{mutex_};
    if (error_)
        throw LangError{*error_};
    if (function_.is_nil())
        return value_;
    Task::Mark mark{task};
    try {
        value_ = task.call(function_, Arguments{});
    } catch (const LangError& error) {
        // As on the JVM, the same exception is thrown every time.
        mark.restore();
        error_ = error;
        throw;
    }
    function_ = Value{};
    return value_;
}

Value Delay::held() const
{
    const std::lock_guard lock{mutex_};
    return value_;
}

bool Delay::is_realized() const
{
    const std::lock_guard lock{mutex_};
    return function_.is_nil();
}

void Delay::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(function_);
    out.add(value_);
    if (error_)
        out.add(error_->value());
}

void Delay::empty() const
{
    Value function;
    Value value;
    const std::lock_guard lock{mutex_};
    std::swap(function_, function);
    std::swap(value_, value);
    error_.reset();
}

std::string Delay::print() const
{
    return is_realized() ? "#delay[ready]" : "#delay[pending]";
}

}  // namespace reops::lang
