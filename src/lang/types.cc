// SPDX-License-Identifier: Apache-2.0
#include "lang/types.hh"

#include "lang/error.hh"
#include "lang/name_space.hh"
#include "lang/record.hh"
#include "lang/seq.hh"

#include <array>

namespace reops::lang {

using data::Kind;

namespace {

struct Row {
    std::string_view name;
    std::string_view parents;  ///< separated by spaces, nearest first
};

// The names that programs for the JVM use for what our values are.
constexpr std::array rows = {
    Row{"java.lang.Object", ""},
    Row{"java.lang.Boolean", ""},
    Row{"java.lang.Number", ""},
    Row{"java.lang.Long", "java.lang.Number"},
    Row{"java.lang.Integer", "java.lang.Number"},
    Row{"java.lang.Double", "java.lang.Number"},
    Row{"clojure.lang.BigInt", "java.lang.Number"},
    Row{"clojure.lang.Ratio", "java.lang.Number"},
    Row{"java.math.BigDecimal", "java.lang.Number"},
    Row{"java.lang.Character", ""},
    Row{"java.lang.CharSequence", ""},
    Row{"java.lang.String", "java.lang.CharSequence"},
    Row{"clojure.lang.Named", ""},
    Row{"clojure.lang.Keyword", "clojure.lang.Named clojure.lang.IFn"},
    Row{"clojure.lang.Symbol", "clojure.lang.Named clojure.lang.IFn clojure.lang.IObj"},
    Row{"clojure.lang.IFn", ""},
    Row{"clojure.lang.Fn", "clojure.lang.IFn"},
    Row{"clojure.lang.AFn", "clojure.lang.IFn"},
    Row{"clojure.lang.AFunction", "clojure.lang.Fn clojure.lang.AFn clojure.lang.IFn"},
    Row{"clojure.lang.MultiFn", "clojure.lang.AFn clojure.lang.IFn"},
    Row{"clojure.lang.Var", "clojure.lang.IFn clojure.lang.IDeref"},
    Row{"clojure.lang.Namespace", ""},
    Row{"clojure.lang.IDeref", ""},
    Row{"clojure.lang.IObj", ""},
    Row{"clojure.lang.Seqable", ""},
    Row{"clojure.lang.Sequential", ""},
    Row{"clojure.lang.Counted", ""},
    Row{"clojure.lang.Associative", ""},
    Row{"clojure.lang.IPersistentCollection", "clojure.lang.Seqable"},
    Row{"java.util.Collection", ""},
    Row{"java.util.List", "java.util.Collection"},
    Row{"java.util.Map", ""},
    Row{"java.util.Set", "java.util.Collection"},
    Row{"clojure.lang.ISeq", "clojure.lang.IPersistentCollection"},
    Row{"clojure.lang.IPersistentList",
        "clojure.lang.Sequential clojure.lang.IPersistentCollection"},
    Row{"clojure.lang.IPersistentVector",
        "clojure.lang.Associative clojure.lang.Sequential clojure.lang.IPersistentCollection"},
    Row{"clojure.lang.IPersistentMap",
        "clojure.lang.Associative clojure.lang.IPersistentCollection"},
    Row{"clojure.lang.IPersistentSet", "clojure.lang.IPersistentCollection"},
    Row{"clojure.lang.PersistentList",
        "clojure.lang.IPersistentList clojure.lang.ISeq clojure.lang.Sequential "
        "clojure.lang.IPersistentCollection clojure.lang.Seqable java.util.List "
        "java.util.Collection clojure.lang.Counted clojure.lang.IObj"},
    Row{"clojure.lang.LazySeq",
        "clojure.lang.ISeq clojure.lang.Sequential clojure.lang.IPersistentCollection "
        "clojure.lang.Seqable java.util.List java.util.Collection clojure.lang.IObj"},
    Row{"clojure.lang.PersistentVector",
        "clojure.lang.IPersistentVector clojure.lang.Associative clojure.lang.Sequential "
        "clojure.lang.IPersistentCollection clojure.lang.Seqable clojure.lang.IFn java.util.List "
        "java.util.Collection clojure.lang.Counted clojure.lang.IObj"},
    Row{"clojure.lang.APersistentMap", "clojure.lang.IPersistentMap"},
    Row{"clojure.lang.PersistentArrayMap",
        "clojure.lang.APersistentMap clojure.lang.IPersistentMap clojure.lang.Associative "
        "clojure.lang.IPersistentCollection clojure.lang.Seqable clojure.lang.IFn java.util.Map "
        "clojure.lang.Counted clojure.lang.IObj"},
    Row{"clojure.lang.PersistentHashSet",
        "clojure.lang.IPersistentSet clojure.lang.IPersistentCollection clojure.lang.Seqable "
        "clojure.lang.IFn java.util.Set java.util.Collection clojure.lang.Counted "
        "clojure.lang.IObj"},
    Row{"clojure.lang.IRecord", ""},
    Row{"clojure.lang.Atom", "clojure.lang.IDeref"},
    Row{"clojure.lang.Delay", "clojure.lang.IDeref"},
    Row{"clojure.lang.Volatile", "clojure.lang.IDeref"},
    Row{"java.util.regex.Pattern", ""},
    Row{"java.lang.Throwable", ""},
};

std::vector<std::string_view> ancestors_of(const Row& row)
{
    std::vector<std::string_view> all{row.name};
    std::string_view left = row.parents;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find(' '), left.size());
        all.push_back(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    if (row.name != "java.lang.Object")
        all.push_back("java.lang.Object");
    return all;
}

/// All built-in types, made once.
class Table {
public:
    Table()
    {
        for (const Row& row : rows) {
            const Value type = data::make_native<BuiltinType>(row.name, ancestors_of(row));
            by_name_.emplace(row.name, type);
            by_name_.emplace(row.name.substr(row.name.rfind('.') + 1), type);
        }
        for (const std::string_view name : error_class_names()) {
            const ErrorClass& kind = *find_error_class(name);
            const Value type = data::make_native<ErrorType>(kind);
            by_name_.insert_or_assign(std::string{name}, type);
            by_name_.insert_or_assign(std::string{kind.package} + "." + std::string{name}, type);
        }
    }

    const Value* find(std::string_view name) const
    {
        const auto found = by_name_.find(std::string{name});
        return found == by_name_.end() ? nullptr : &found->second;
    }

private:
    std::unordered_map<std::string, Value> by_name_;
};

const Table& table()
{
    static const Table all;
    return all;
}

std::string_view name_of_native(const Value& value)
{
    switch (static_cast<ClassId>(class_id_of(value))) {
        case ClassId::closure:
        case ClassId::builtin:
        case ClassId::protocol_method:
        case ClassId::bound_function:
            return "clojure.lang.AFunction";
        case ClassId::multimethod:
            return "clojure.lang.MultiFn";
        case ClassId::var:
            return "clojure.lang.Var";
        case ClassId::name_space:
            return "clojure.lang.Namespace";
        case ClassId::atom:
            return "clojure.lang.Atom";
        case ClassId::delay:
            return "clojure.lang.Delay";
        case ClassId::volatile_box:
            return "clojure.lang.Volatile";
        case ClassId::big_integer:
            return "clojure.lang.BigInt";
        case ClassId::ratio:
            return "clojure.lang.Ratio";
        case ClassId::decimal:
            return "java.math.BigDecimal";
        case ClassId::sorted_map:
            return "clojure.lang.PersistentArrayMap";
        case ClassId::sorted_set:
            return "clojure.lang.PersistentHashSet";
        case ClassId::pattern:
            return "java.util.regex.Pattern";
        default:
            break;
    }
    if (find_seq(value) != nullptr)
        return "clojure.lang.LazySeq";
    if (value.as_native().type_name() == "pattern")
        return "java.util.regex.Pattern";
    return is_callable_object(value) ? "clojure.lang.AFunction" : "java.lang.Object";
}

std::string_view name_of(const Value& value)
{
    switch (value.kind()) {
        case Kind::boolean:
            return "java.lang.Boolean";
        case Kind::integer:
            return "java.lang.Long";
        case Kind::real:
            return "java.lang.Double";
        case Kind::character:
            return "java.lang.Character";
        case Kind::keyword:
            return "clojure.lang.Keyword";
        case Kind::symbol:
            return "clojure.lang.Symbol";
        case Kind::string:
            return "java.lang.String";
        case Kind::list:
            return "clojure.lang.PersistentList";
        case Kind::vector:
            return "clojure.lang.PersistentVector";
        case Kind::map:
            return "clojure.lang.PersistentArrayMap";
        case Kind::set:
            return "clojure.lang.PersistentHashSet";
        case Kind::native:
            return name_of_native(value);
        default:
            return "java.lang.Object";
    }
}

}  // namespace

Value type_of(const Value& value)
{
    if (value.is_nil())
        return {};
    if (const auto* record = find<Record>(value))
        return value_of(record->type());
    if (const auto* exception = find<Exception>(value))
        return *table().find(exception->kind().name);
    return *table().find(name_of(value));
}

std::vector<Value> dispatch_types(const Value& value)
{
    const Value type = type_of(value);
    std::vector<Value> all{type};
    if (type.is_nil())
        return all;
    if (const auto* builtin = find<BuiltinType>(type)) {
        for (std::size_t i = 1; i < builtin->ancestors().size(); ++i)
            all.push_back(*table().find(builtin->ancestors()[i]));
        return all;
    }
    if (const auto* error = find<ErrorType>(type)) {
        for (const ErrorClass* each = error->kind().parent; each != nullptr; each = each->parent)
            all.push_back(*table().find(each->name));
    } else if (const auto* record = find<RecordType>(type); record != nullptr && record->is_map()) {
        for (const std::string_view name : {"clojure.lang.IRecord",
                                            "clojure.lang.IPersistentMap",
                                            "clojure.lang.Associative",
                                            "clojure.lang.IPersistentCollection",
                                            "clojure.lang.Seqable",
                                            "java.util.Map"})
            all.push_back(*table().find(name));
    }
    all.push_back(*table().find("java.lang.Object"));
    return all;
}

bool is_instance(const Value& type, const Value& value)
{
    if (value.is_nil())
        return false;
    for (const Value& each : dispatch_types(value))
        if (each == type)
            return true;
    return false;
}

std::optional<Value> find_named_type(const Namespace& here, std::string_view name)
{
    if (std::optional<Value> imported = here.find_import(name))
        return imported;
    if (const Value* type = table().find(name))
        return *type;
    return std::nullopt;
}

RecordType::RecordType(std::string name, std::vector<Value> fields, bool is_map)
    : Callable(id), name_(std::move(name)), fields_(std::move(fields)), is_map_(is_map)
{
}

std::optional<std::size_t> RecordType::index_of(const Value& key) const
{
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (fields_[i] == key)
            return i;
    return std::nullopt;
}

Value RecordType::call(Task&, Arguments arguments) const
{
    if (arguments.size() != fields_.size())
        fail_arity(arguments.size(), name_);
    data::VectorBuilder values;
    for (Value& argument : arguments)
        values.push_back(std::move(argument));
    return data::make_native<Record>(*this, values.finish(), data::Map{});
}

}  // namespace reops::lang
