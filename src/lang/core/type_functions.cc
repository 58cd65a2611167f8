// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/collections.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/protocol.hh"
#include "lang/record.hh"
#include "lang/reified.hh"
#include "lang/seq.hh"
#include "lang/task.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <algorithm>

namespace reops::lang {

namespace {

Value run_class(Task&, Arguments arguments)
{
    return type_of(arguments[0]);
}

Value run_type(Task&, Arguments arguments)
{
    const Value meta = arguments[0].meta();
    if (meta.is_map())
        if (const Value* type = meta.as_map().find("type"))
            return *type;
    return type_of(arguments[0]);
}

Value run_is_instance(Task&, Arguments arguments)
{
    return Value::boolean(is_instance(arguments[0], arguments[1]));
}

/// `(record-type* 'Hosts '[a b] true)`: known in the current namespace by its name afterwards.
Value run_record_type(Task& task, Arguments arguments)
{
    Namespace& here = task.interpreter().current_namespace(task);
    const std::string_view name = need_symbol(arguments[0]).name();
    std::vector<Value> fields;
    Walk walk{task, arguments[1]};
    for (Value field; walk.next(field);)
        fields.push_back(Value::keyword(need_symbol(field, "a field").name()));
    std::string space = here.name();
    std::replace(space.begin(), space.end(), '-', '_');
    Value type = data::make_native<RecordType>(
        space + "." + std::string{name}, std::move(fields), arguments[2].truthy());
    here.import(name, type);
    return type;
}

Value run_map_to_record(Task& task, Arguments arguments)
{
    const auto& type = need<RecordType>(arguments[0], "a record type");
    data::VectorBuilder fields;
    data::Map extra = need_map(into(task, Value{data::Map{}}, arguments[1]));
    for (const Value& field : type.fields()) {
        fields.push_back(extra.get(field));
        extra = std::move(extra).dissoc(field);
    }
    return data::make_native<Record>(type, fields.finish(), extra);
}

Value run_is_record(Task&, Arguments arguments)
{
    const auto* record = find<Record>(arguments[0]);
    return Value::boolean(record != nullptr && record->is_map());
}

Value run_protocol(Task& task, Arguments arguments)
{
    const Namespace& here = task.interpreter().current_namespace(task);
    std::vector<Value> methods = to_vector(task, arguments[1]);
    return data::make_native<Protocol>(
        here.name() + "/" + std::string{need_symbol(arguments[0]).name()}, std::move(methods));
}

Value run_protocol_method(Task&, Arguments arguments)
{
    need<Protocol>(arguments[0], "a protocol");
    return data::make_native<ProtocolMethod>(std::move(arguments[0]), std::move(arguments[1]));
}

Value run_extend(Task&, Arguments arguments)
{
    if (arguments.size() % 2 == 0)
        fail(errors::illegal_argument, "expected pairs of a protocol and a map of methods");
    for (std::size_t i = 1; i < arguments.size(); i += 2) {
        // A class of the JVM's, such as Object or an interface, has nothing to extend.
        if (const auto* protocol = find<Protocol>(arguments[i]))
            protocol->extend(arguments[0], arguments[i + 1]);
        else if (find<BuiltinType>(arguments[i]) == nullptr)
            fail_type("a protocol", arguments[i], "`extend`");
    }
    return {};
}

Value run_satisfies(Task&, Arguments arguments)
{
    return Value::boolean(
        need<Protocol>(arguments[0], "a protocol", "`satisfies?`").is_satisfied_by(arguments[1]));
}

Value run_extends(Task&, Arguments arguments)
{
    return Value::boolean(
        need<Protocol>(arguments[0], "a protocol", "`extends?`").is_extended_by(arguments[1]));
}

Value run_extenders(Task& task, Arguments arguments)
{
    std::vector<Value> types =
        need<Protocol>(arguments[0], "a protocol", "`extenders`").extenders();
    return seq(task, Value{data::make_list(std::move(types))});
}

/// Of classes of the JVM's, such as Object, there are no methods to give.
Value run_reify(Task&, Arguments arguments)
{
    data::Map methods;
    for (const auto& [protocol, functions] : need_map(arguments[0], "`reify`")) {
        if (find<Protocol>(protocol) != nullptr)
            methods = std::move(methods).assoc(protocol, functions);
        else if (find<BuiltinType>(protocol) == nullptr)
            fail_type("a protocol", protocol, "`reify`");
    }
    return data::make_native<Reified>(std::move(methods));
}

Value run_multimethod(Task& task, Arguments arguments)
{
    const Namespace& here = task.interpreter().current_namespace(task);
    return data::make_native<Multimethod>(
        here.name() + "/" + std::string{need_symbol(arguments[0]).name()},
        std::move(arguments[1]),
        std::move(arguments[2]),
        std::move(arguments[3]));
}

const Multimethod& need_multimethod(const Value& value)
{
    return need<Multimethod>(value, "a multimethod");
}

Value run_add_method(Task&, Arguments arguments)
{
    need_multimethod(arguments[0]).add(arguments[1], std::move(arguments[2]));
    return std::move(arguments[0]);
}

Value run_remove_method(Task&, Arguments arguments)
{
    need_multimethod(arguments[0]).remove(arguments[1]);
    return std::move(arguments[0]);
}

Value run_remove_all(Task&, Arguments arguments)
{
    need_multimethod(arguments[0]).remove_all();
    return std::move(arguments[0]);
}

Value run_prefer(Task&, Arguments arguments)
{
    need_multimethod(arguments[0]).prefer(arguments[1], arguments[2]);
    return std::move(arguments[0]);
}

Value run_methods(Task&, Arguments arguments)
{
    return need_multimethod(arguments[0]).methods();
}

Value run_get_method(Task& task, Arguments arguments)
{
    return need_multimethod(arguments[0]).find_method(task, arguments[1]);
}

Value run_prefers(Task&, Arguments arguments)
{
    return need_multimethod(arguments[0]).preferences();
}

Value run_types_of(Task&, Arguments arguments)
{
    // The ancestors of a class as far as isa? asks for them.
    if (const auto* builtin = find<BuiltinType>(arguments[0])) {
        std::vector<Value> names;
        for (const std::string_view name : builtin->ancestors())
            names.push_back(Value::string(name));
        return data::make_list(std::move(names));
    }
    return {};
}

Value run_is_subtype(Task&, Arguments arguments)
{
    const auto* child = find<BuiltinType>(arguments[0]);
    const auto* parent = find<BuiltinType>(arguments[1]);
    if (const auto* error = find<ErrorType>(arguments[0])) {
        const auto* over = find<ErrorType>(arguments[1]);
        return Value::boolean(over != nullptr && error->kind().is_a(over->kind()));
    }
    if (find<RecordType>(arguments[0]) != nullptr)
        return Value::boolean(parent != nullptr && parent->name() == "java.lang.Object");
    if (child == nullptr || parent == nullptr)
        return Value::boolean(false);
    return Value::boolean(std::find(child->ancestors().begin(),
                                    child->ancestors().end(),
                                    parent->name()) != child->ancestors().end());
}

Value run_is_class(Task&, Arguments arguments)
{
    const auto id = static_cast<ClassId>(class_id_of(arguments[0]));
    return Value::boolean(id == ClassId::type || id == ClassId::error_type ||
                          id == ClassId::record_type);
}

constexpr Builtin table[] = {
    {.name = "class",
     .args = "[x]",
     .doc = "The type of a value.\n(class 1) ; => java.lang.Long",
     .since = "0.1",
     .run = run_class},
    {.name = "type",
     .args = "[x]",
     .doc = "The :type of its metadata, or its type.\n(type \"a\") ; => java.lang.String",
     .since = "0.1",
     .run = run_type},
    {.name = "class?",
     .args = "[x]",
     .doc = "Is it a type?\n(class? String) ; => true",
     .since = "0.1",
     .run = run_is_class},
    {.name = "instance?",
     .args = "[c x]",
     .doc = "Is a value of this type?\n(instance? String \"a\") ; => true",
     .since = "0.1",
     .run = run_is_instance},
    {.name = "record-type*",
     .args = "[name fields is-record]",
     .doc = "What defrecord and deftype call.\n(record-type* 'Host '[name] true)",
     .since = "0.1",
     .run = run_record_type},
    {.name = "map->record*",
     .args = "[type map]",
     .doc = "What map->Type calls.\n(map->record* Host {:name \"a\"})",
     .since = "0.1",
     .run = run_map_to_record},
    {.name = "record?",
     .args = "[x]",
     .doc = "Did a defrecord make it?\n(record? {}) ; => false",
     .since = "0.1",
     .run = run_is_record},
    {.name = "protocol*",
     .args = "[name methods]",
     .doc = "What defprotocol calls.\n(protocol* 'Shape [:area])",
     .since = "0.1",
     .run = run_protocol},
    {.name = "protocol-method*",
     .args = "[protocol method]",
     .doc = "What defprotocol calls.\n(protocol-method* Shape :area)",
     .since = "0.1",
     .run = run_protocol_method},
    {.name = "extend",
     .args = "[type & protos+maps]",
     .doc = "Gives a type the methods of protocols.\n(extend String Shape {:area count})",
     .since = "0.1",
     .run = run_extend},
    {.name = "satisfies?",
     .args = "[protocol x]",
     .doc = "Has the type of x the methods of the protocol?\n(satisfies? Shape 1)",
     .since = "0.1",
     .run = run_satisfies},
    {.name = "extends?",
     .args = "[protocol type]",
     .doc = "Has the type itself been given the methods?\n(extends? Shape String)",
     .since = "0.1",
     .run = run_extends},
    {.name = "extenders",
     .args = "[protocol]",
     .doc = "The types that have the methods.\n(extenders Shape)",
     .since = "0.1",
     .run = run_extenders},
    {.name = "reify*",
     .args = "[methods]",
     .doc = "What reify calls.\n(reify* {Shape {:area (fn [_] 1)}})",
     .since = "0.1",
     .run = run_reify},
    {.name = "multimethod*",
     .args = "[name dispatch default hierarchy]",
     .doc = "What defmulti calls.\n(multimethod* 'area :shape :default nil)",
     .since = "0.1",
     .run = run_multimethod},
    {.name = "add-method*",
     .args = "[multifn dispatch-val f]",
     .doc = "What defmethod calls.\n(add-method* area :square (fn [s] 1))",
     .since = "0.1",
     .run = run_add_method},
    {.name = "remove-method",
     .args = "[multifn dispatch-val]",
     .doc = "Forgets a method.\n(remove-method area :square)",
     .since = "0.1",
     .run = run_remove_method},
    {.name = "remove-all-methods",
     .args = "[multifn]",
     .doc = "Forgets all methods.\n(remove-all-methods area)",
     .since = "0.1",
     .run = run_remove_all},
    {.name = "prefer-method",
     .args = "[multifn dispatch-val-x dispatch-val-y]",
     .doc = "Says which of two methods goes first.\n(prefer-method area :rect :shape)",
     .since = "0.1",
     .run = run_prefer},
    {.name = "methods",
     .args = "[multifn]",
     .doc = "Dispatch values and functions.\n(methods area)",
     .since = "0.1",
     .run = run_methods},
    {.name = "get-method",
     .args = "[multifn dispatch-val]",
     .doc = "The function for a dispatch value, or nil.\n(get-method area :square)",
     .since = "0.1",
     .run = run_get_method},
    {.name = "prefers",
     .args = "[multifn]",
     .doc = "What prefer-method said.\n(prefers area)",
     .since = "0.1",
     .run = run_prefers},
    {.name = "type-names*",
     .args = "[type]",
     .doc = "The names of a built-in type and of those above it.\n(type-names* String)",
     .since = "0.1",
     .run = run_types_of},
    {.name = "subtype?*",
     .args = "[child parent]",
     .doc = "Is a type below another?\n(subtype?* String Object) ; => true",
     .since = "0.1",
     .run = run_is_subtype},
};

}  // namespace

std::span<const Builtin> type_builtins()
{
    return table;
}

}  // namespace reops::lang
