// SPDX-License-Identifier: Apache-2.0
/// Functions on maps: paths, updates, merging, parts.
#include "data/list.hh"
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value get_in(Task& task, Arguments arguments)
{
    Value at = take(arguments[0]);
    Walk path{task, take(arguments[1])};
    // A value that is nowhere else tells "absent" from nil.
    const Value absent = data::make_native<data::PatternText>("absent");
    for (Value key; path.next(key);) {
        Value found = get(task, at, key, absent);
        if (found == absent)
            return arguments.size() > 2 ? take(arguments[2]) : Value{};
        at = std::move(found);
    }
    return at;
}

/// The value of a key, taken out so that it may be changed in place.
Value take_out(Task& task, Value& collection, const Value& key)
{
    Value found = get(task, collection, key);
    if (collection.is_map() && !found.is_nil() && found.kind() >= data::Kind::list)
        collection = assoc(task, std::move(collection), key, Value{});
    return found;
}

Value assoc_in(Task& task, Value collection, std::span<const Value> path, Value value)
{
    task.check_stack();
    if (path.size() == 1)
        return assoc(task, std::move(collection), path[0], std::move(value));
    Value inner = assoc_in(task, get(task, collection, path[0]), path.subspan(1), std::move(value));
    return assoc(task, std::move(collection), path[0], std::move(inner));
}
/// `assoc-in` and `update-in` with an empty path change the key nil, as in Clojure.
std::vector<Value> path_of(Task& task, Value keys)
{
    std::vector<Value> path = to_vector(task, std::move(keys));
    if (path.empty())
        path.emplace_back();
    return path;
}
Value assoc_in_of(Task& task, Arguments arguments)
{
    const std::vector<Value> path = path_of(task, take(arguments[1]));
    return assoc_in(task, take(arguments[0]), path, take(arguments[2]));
}

Value call_with(Task& task, const Value& function, Value first_argument, Arguments more)
{
    std::vector<Value> all;
    all.reserve(more.size() + 1);
    all.push_back(std::move(first_argument));
    all.insert(all.end(), more.begin(), more.end());
    return task.call(function, Arguments{all});
}

Value update_of(Task& task, Arguments arguments)
{
    Value collection = take(arguments[0]);
    const Value& key = arguments[1];
    Value changed;
    if (arguments.size() == 3)
        changed = task.call(arguments[2], take_out(task, collection, key));
    else
        changed =
            call_with(task, arguments[2], take_out(task, collection, key), arguments.subspan(3));
    return assoc(task, std::move(collection), key, std::move(changed));
}

Value update_in(Task& task, Value collection, std::span<const Value> path, Arguments change)
{
    task.check_stack();
    Value inner = get(task, collection, path[0]);
    inner = path.size() == 1 ? call_with(task, change[0], std::move(inner), change.subspan(1))
                             : update_in(task, std::move(inner), path.subspan(1), change);
    return assoc(task, std::move(collection), path[0], std::move(inner));
}
Value update_in_of(Task& task, Arguments arguments)
{
    const std::vector<Value> path = path_of(task, take(arguments[1]));
    return update_in(task, take(arguments[0]), path, arguments.subspan(2));
}

Value update_all(Task& task, Arguments arguments, bool keys)
{
    const Value source = take(arguments[0]);
    Value result = data::Map{};
    Walk walk{task, source};
    for (Value entry; walk.next(entry);) {
        Value key = nth(task, entry, 0);
        Value value = nth(task, entry, 1);
        (keys ? key : value) = task.call(arguments[1], keys ? key : value);
        result = assoc(task, std::move(result), std::move(key), std::move(value));
    }
    const Value meta = source.kind() >= data::Kind::list ? source.meta() : Value{};
    return meta.is_nil() ? result : std::move(result).with_meta(meta);
}
Value update_vals(Task& task, Arguments arguments)
{
    return update_all(task, arguments, false);
}
Value update_keys(Task& task, Arguments arguments)
{
    return update_all(task, arguments, true);
}

Value merge_of(Task& task, Arguments arguments)
{
    Value result;
    bool any = false;
    for (Value& each : arguments) {
        if (each.is_nil())
            continue;
        result = any ? conj(task, std::move(result), take(each))
                     : (&each == &arguments[0] ? take(each) : conj(task, data::Map{}, take(each)));
        any = true;
    }
    return result;
}
Value merge_with(Task& task, Arguments arguments)
{
    Value result;
    for (Value& each : arguments.subspan(1)) {
        if (each.is_nil())
            continue;
        if (result.is_nil()) {
            result = take(each);
            continue;
        }
        Walk walk{task, take(each)};
        for (Value entry; walk.next(entry);) {
            const Value key = nth(task, entry, 0);
            Value value = nth(task, entry, 1);
            if (contains(task, result, key))
                value = task.call(arguments[0], get(task, result, key), std::move(value));
            result = assoc(task, std::move(result), key, std::move(value));
        }
    }
    return result;
}

Value select_keys(Task& task, Arguments arguments)
{
    const Value source = take(arguments[0]);
    Value result = data::Map{};
    Walk walk{task, take(arguments[1])};
    for (Value key; walk.next(key);)
        if (!source.is_nil() && contains(task, source, key))
            result = assoc(task, std::move(result), key, get(task, source, key));
    const Value meta = source.is_map() ? source.meta() : Value{};
    return meta.is_nil() ? result : std::move(result).with_meta(meta);
}

Value find_of(Task& task, Arguments arguments)
{
    if (arguments[0].is_nil() || !contains(task, arguments[0], arguments[1]))
        return {};
    Value value = get(task, arguments[0], arguments[1]);
    return make_entry(take(arguments[1]), std::move(value));
}

const data::Vector& need_entry(const Value& value, std::string_view role)
{
    if (!value.is_vector() || value.as_vector().size() != 2)
        fail_type("a map entry", value, role);
    return value.as_vector();
}
Value key_of(Task&, Arguments arguments)
{
    return need_entry(arguments[0], "`key`")[0];
}
Value val_of(Task&, Arguments arguments)
{
    return need_entry(arguments[0], "`val`")[1];
}

/// Without one element; sets of both kinds.
Value disj_one(Task& task, Value set, const Value& element)
{
    if (set.is_set()) {
        const Value meta = set.meta();
        data::Set plain = std::exchange(set, Value{}).as_set();
        Value result = std::move(plain).erase(element);
        return meta.is_nil() ? result : std::move(result).with_meta(meta);
    }
    const Collection* collection = find_collection(set);
    if (collection == nullptr || !collection->is_set())
        fail_type("a set", set, "`disj`");
    return collection->dissoc(task, set, element);
}
Value disj_of(Task& task, Arguments arguments)
{
    Value set = take(arguments[0]);
    if (set.is_nil())
        return set;
    for (const Value& each : arguments.subspan(1))
        set = disj_one(task, std::move(set), each);
    return set;
}

constexpr Builtin table[] = {
    pure("get-in",
         "[m ks] [m ks not-found]",
         "The value along a path of keys.\n(get-in {:a {:b 1}} [:a :b]) ; => 1",
         get_in),
    pure("assoc-in",
         "[m ks v]",
         "With a value along a path of keys; maps are made at need.\n(assoc-in {} [:a :b] 1) ; => "
         "{:a {:b 1}}",
         assoc_in_of),
    pure("update",
         "[m k f] [m k f & args]",
         "With the value of a key changed by f.\n(update {:a 1} :a inc) ; => {:a 2}",
         update_of),
    pure("update-in",
         "[m ks f] [m ks f & args]",
         "With the value along a path changed by f.\n(update-in {:a {:b 1}} [:a :b] inc) ; => {:a "
         "{:b 2}}",
         update_in_of),
    pure("update-vals",
         "[m f]",
         "With every value changed by f.\n(update-vals {:a 1} inc) ; => {:a 2}",
         update_vals),
    pure("update-keys",
         "[m f]",
         "With every key changed by f.\n(update-keys {:a 1} name) ; => {\"a\" 1}",
         update_keys),
    pure("merge",
         "[& maps]",
         "One map of all; later values win.\n(merge {:a 1} {:a 2}) ; => {:a 2}",
         merge_of),
    pure("merge-with",
         "[f] [f & maps]",
         "One map of all; f combines the values of one key.\n(merge-with + {:a 1} {:a 2}) ; => {:a "
         "3}",
         merge_with),
    pure("select-keys",
         "[map keyseq]",
         "The entries of these keys.\n(select-keys {:a 1 :b 2} [:a]) ; => {:a 1}",
         select_keys),
    pure("find", "[map key]", "The entry of a key, or nil.\n(find {:a 1} :a) ; => [:a 1]", find_of),
    pure("key", "[entry]", "The key of a map's entry.\n(key (first {:a 1})) ; => :a", key_of),
    pure("val", "[entry]", "The value of a map's entry.\n(val (first {:a 1})) ; => 1", val_of),
    pure("disj",
         "[set] [set key] [set key & ks]",
         "The set without elements.\n(disj #{1 2} 1) ; => #{2}",
         disj_of),
};

}  // namespace

std::span<const Builtin> map_builtins()
{
    return table;
}

}  // namespace reops::lang
