// SPDX-License-Identifier: Apache-2.0
#include "lang/protocol.hh"

#include "data/print.hh"
#include "data/set.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/reified.hh"
#include "lang/task.hh"
#include "lang/types.hh"
#include "lang/var.hh"

namespace reops::lang {

Protocol::Protocol(std::string name, std::vector<Value> methods)
    : Native(static_cast<std::uint16_t>(id)), name_(std::move(name)), methods_(std::move(methods))
{
}

data::Map Protocol::table() const
{
    const std::lock_guard lock{mutex_};
    return table_;
}

void Protocol::extend(const Value& extended, const Value& implementations) const
{
    const std::lock_guard lock{mutex_};
    const Value* known = table_.find(extended);
    data::Map methods = known == nullptr ? data::Map{} : known->as_map();
    if (implementations.is_map())
        for (const auto& [key, function] : implementations.as_map())
            methods = std::move(methods).assoc(key, function);
    table_ = table_.assoc(extended, methods);
    found_ = {};
}

Value Protocol::find_method(const Value& value, const Value& method) const
{
    if (const auto* reified = find<Reified>(value))
        if (const Value* methods = reified->methods().find(value_of(*this)))
            if (const Value* function = methods->as_map().find(method))
                return *function;
    const Value own_type = type_of(value);
    {
        const std::lock_guard lock{mutex_};
        if (const Value* known = found_.find(own_type))
            if (const Value* function = known->as_map().find(method))
                return *function;
    }
    const data::Map types = table();
    for (const Value& each : dispatch_types(value)) {
        const Value* methods = types.find(each);
        const Value* function = methods == nullptr ? nullptr : methods->as_map().find(method);
        if (function == nullptr)
            continue;
        const std::lock_guard lock{mutex_};
        const Value* known = found_.find(own_type);
        found_ = found_.assoc(
            own_type, (known == nullptr ? data::Map{} : known->as_map()).assoc(method, *function));
        return *function;
    }
    return {};
}

bool Protocol::is_satisfied_by(const Value& value) const
{
    if (const auto* reified = find<Reified>(value);
        reified != nullptr && reified->methods().contains(value_of(*this)))
        return true;
    const data::Map types = table();
    for (const Value& each : dispatch_types(value))
        if (types.contains(each))
            return true;
    return false;
}

bool Protocol::is_extended_by(const Value& extended) const
{
    return table().contains(extended);
}

void Protocol::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(table_);
    out.add(found_);
}

void Protocol::empty() const
{
    data::Map table;
    data::Map found;
    const std::lock_guard lock{mutex_};
    std::swap(table_, table);
    std::swap(found_, found);
}

std::vector<Value> Protocol::extenders() const
{
    std::vector<Value> types;
    for (const auto& [extended, methods] : table())
        types.push_back(extended);
    return types;
}

ProtocolMethod::ProtocolMethod(Value protocol, Value method)
    : Callable(id),
      protocol_value_(std::move(protocol)),
      protocol_(*find<Protocol>(protocol_value_)),
      method_(std::move(method))
{
}

std::string ProtocolMethod::function_name() const
{
    return protocol_.name() + "/" + std::string{method_.name()};
}

Value ProtocolMethod::call(Task& task, Arguments arguments) const
{
    if (arguments.empty())
        fail_arity(0, function_name());
    const Value function = protocol_.find_method(arguments[0], method_);
    if (function.is_nil())
        fail(errors::illegal_argument,
             "No implementation of method: :" + std::string{method_.name()} + " of protocol: #'" +
                 protocol_.name() + " found for class: " +
                 (arguments[0].is_nil() ? "nil" : data::print(type_of(arguments[0]))));
    return task.call(function, arguments);
}

Multimethod::Multimethod(std::string name, Value dispatch, Value default_key, Value hierarchy)
    : Callable(id),
      name_(std::move(name)),
      dispatch_(std::move(dispatch)),
      default_key_(std::move(default_key)),
      hierarchy_(std::move(hierarchy))
{
}

void Multimethod::list(References& out) const
{
    const std::lock_guard lock{mutex_};
    out.add(dispatch_);
    out.add(default_key_);
    out.add(hierarchy_);
    out.add(methods_);
    out.add(prefers_);
}

void Multimethod::add(const Value& key, Value function) const
{
    const std::lock_guard lock{mutex_};
    methods_ = methods_.assoc(key, std::move(function));
}

void Multimethod::remove(const Value& key) const
{
    const std::lock_guard lock{mutex_};
    methods_ = methods_.dissoc(key);
}

void Multimethod::remove_all() const
{
    const std::lock_guard lock{mutex_};
    methods_ = {};
    prefers_ = {};
}

void Multimethod::prefer(const Value& key, const Value& over) const
{
    const std::lock_guard lock{mutex_};
    const Value* known = prefers_.find(key);
    prefers_ = prefers_.assoc(key, (known == nullptr ? data::Set{} : known->as_set()).insert(over));
}

data::Map Multimethod::methods() const
{
    const std::lock_guard lock{mutex_};
    return methods_;
}

data::Map Multimethod::preferences() const
{
    const std::lock_guard lock{mutex_};
    return prefers_;
}

bool Multimethod::prefers(Task& task, const Value& a, const Value& b) const
{
    const Value isa = task.interpreter().core_var("isa?").get(task);
    const auto is_a = [&](const Value& x, const Value& y) {
        return hierarchy_.is_nil()
                   ? task.call(isa, x, y).truthy()
                   : task.call(isa, find<Var>(hierarchy_)->get(task), x, y).truthy();
    };
    for (const auto& [key, over] : preferences())
        for (const Value& each : over.as_set())
            if (is_a(a, key) && is_a(b, each))
                return true;
    return is_a(a, b);
}

Value Multimethod::find_method(Task& task, const Value& key) const
{
    const data::Map methods = this->methods();
    if (const Value* exact = methods.find(key))
        return *exact;
    const Value isa = task.interpreter().core_var("isa?").get(task);
    Value best_key;
    Value best;
    for (const auto& [each, function] : methods) {
        const bool fits =
            hierarchy_.is_nil()
                ? task.call(isa, key, each).truthy()
                : task.call(isa, find<Var>(hierarchy_)->get(task), key, each).truthy();
        if (!fits)
            continue;
        if (best.is_nil() || prefers(task, each, best_key)) {
            best_key = each;
            best = function;
        } else if (!prefers(task, best_key, each)) {
            fail(errors::illegal_argument,
                 "Multiple methods in multimethod '" + name_ +
                     "' match dispatch value: " + data::print(key) + " -> " + data::print(each) +
                     " and " + data::print(best_key) + ", and neither is preferred");
        }
    }
    if (!best.is_nil())
        return best;
    return methods.get(default_key_);
}

Value Multimethod::call(Task& task, Arguments arguments) const
{
    std::vector<Value> copies{arguments.begin(), arguments.end()};
    const Value key = task.call(dispatch_, Arguments{copies});
    const Value function = find_method(task, key);
    if (function.is_nil())
        fail(errors::illegal_argument,
             "No method in multimethod '" + name_.substr(name_.find('/') + 1) +
                 "' for dispatch value: " + data::print(key));
    return task.call(function, arguments);
}

}  // namespace reops::lang
