// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/seq.hh"
#include "lang/task.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <algorithm>

namespace reops::lang {

namespace {

Namespace& here(Task& task)
{
    return task.interpreter().current_namespace(task);
}

/// A namespace, or the name of one that exists.
Namespace& need_namespace(Task& task, const Value& value)
{
    if (const auto* space = find<Namespace>(value))
        return const_cast<Namespace&>(*space);
    const std::string_view name = need_symbol(value, "namespace").name();
    if (Namespace* alias = here(task).find_alias(name))
        return *alias;
    Namespace* found = task.interpreter().find_namespace(name);
    if (found == nullptr)
        fail(errors::exception, "No namespace: " + std::string{name} + " found");
    return *found;
}

Value run_in_ns(Task& task, Arguments arguments)
{
    const Value& name = need_symbol(arguments[0], "`in-ns`");
    Namespace& target = task.interpreter().name_space(name.name());
    if (const Value meta = name.meta(); meta.is_map())
        target.set_metadata(meta);
    task.interpreter().set_current_namespace(task, target);
    return value_of(target);
}

void refer_names(Namespace& target, const Namespace& source, const Value& names, Task& task)
{
    if (names.is_keyword("all"))
        return target.refer_all(source);
    Walk walk{task, names};
    for (Value name; walk.next(name);) {
        Var* var = source.find_own(need_symbol(name, ":refer").name());
        if (var == nullptr) {
            std::vector<std::string> known;
            for (const Var* each : source.own_vars())
                known.emplace_back(each->name().name());
            fail(errors::illegal_state,
                 std::string{name.name()} + " does not exist",
                 did_you_mean(nearest_words(name.name(), known)));
        }
        if (var->is_private())
            fail(errors::illegal_state, var->full_name() + " is not public");
        target.refer(name.name(), *var);
    }
}

/// One library of `require` or `use`: a name and what is wanted of it.
void load_one(Task& task, const std::string& name, const data::Vector& options, bool uses)
{
    Interpreter& interpreter = task.interpreter();
    Namespace& target = here(task);
    const auto option = [&](std::string_view wanted) -> Value {
        for (std::size_t i = 0; i + 1 < options.size(); i += 2)
            if (options[i].is_keyword(wanted))
                return options[i + 1];
        return {};
    };
    if (const Value alias = option("as-alias"); alias.is_symbol()) {
        target.add_alias(alias.name(), interpreter.name_space(name));
        return;
    }
    if (!interpreter.require(task, name, option("reload").truthy())) {
        std::vector<std::string> known;
        for (const Namespace* each : interpreter.namespaces())
            known.push_back(each->name());
        fail(errors::file_not_found,
             "Could not locate " + name + " on the search path",
             did_you_mean(nearest_words(name, known)));
    }
    Namespace& source = interpreter.name_space(name);
    if (const Value alias = option("as"); alias.is_symbol())
        target.add_alias(alias.name(), source);
    const Value refer = option("refer");
    const Value only = option("only");
    if (!refer.is_nil())
        refer_names(target, source, refer, task);
    else if (!only.is_nil())
        refer_names(target, source, only, task);
    else if (uses)
        target.refer_all(source);
}

data::Vector rest_of(const data::Vector& spec, std::size_t from, bool reloads)
{
    data::VectorBuilder options;
    for (std::size_t i = from; i < spec.size(); ++i)
        options.push_back(spec[i]);
    if (reloads) {
        options.push_back(Value::keyword("reload"));
        options.push_back(Value::boolean(true));
    }
    return options.finish();
}

void load_spec(Task& task, const Value& spec, const std::string& prefix, bool uses, bool reloads)
{
    if (spec.is_symbol())
        return load_one(task, prefix + std::string{spec.name()}, rest_of({}, 0, reloads), uses);
    if (!is_sequential(spec))
        fail_type("a name or a vector", spec, uses ? "`use`" : "`require`");
    data::VectorBuilder builder;
    Walk walk{task, spec};
    for (Value part; walk.next(part);)
        builder.push_back(std::move(part));
    const data::Vector parts = builder.finish();
    if (parts.empty() || !parts[0].is_symbol())
        fail_type("a name in front", spec, uses ? "`use`" : "`require`");
    const std::string name = prefix + std::string{parts[0].name()};
    // (clojure [string :as s] set) is a prefix list; [clojure.string :as s] is not.
    if (parts.size() > 1 && !parts[1].is_keyword()) {
        for (std::size_t i = 1; i < parts.size(); ++i)
            load_spec(task, parts[i], name + ".", uses, reloads);
        return;
    }
    load_one(task, name, rest_of(parts, 1, reloads), uses);
}

template <bool uses>
Value run_require(Task& task, Arguments arguments)
{
    bool reloads = false;
    for (const Value& argument : arguments)
        reloads = reloads || argument.is_keyword("reload") || argument.is_keyword("reload-all");
    for (const Value& argument : arguments)
        if (!argument.is_keyword())
            load_spec(task, argument, "", uses, reloads);
    return {};
}

Value run_refer(Task& task, Arguments arguments)
{
    const Namespace& source = need_namespace(task, arguments[0]);
    Namespace& target = here(task);
    for (std::size_t i = 1; i + 1 < arguments.size(); i += 2)
        if (arguments[i].is_keyword("only")) {
            refer_names(target, source, arguments[i + 1], task);
            return {};
        }
    target.refer_all(source);
    return {};
}

/// Names of clojure.core are found anyway, and own definitions go before them.
Value run_refer_clojure(Task&, Arguments)
{
    return {};
}

Value run_alias(Task& task, Arguments arguments)
{
    here(task).add_alias(need_symbol(arguments[0], "`alias`").name(),
                         need_namespace(task, arguments[1]));
    return {};
}

/// `(import* '(java.util Date) 'my.ns.Type)`: own records become known by their short name.
Value run_import(Task& task, Arguments arguments)
{
    const auto import = [&](const std::string& full) {
        const std::size_t dot = full.rfind('.');
        if (dot == std::string::npos)
            return;
        const std::string short_name = full.substr(dot + 1);
        std::string space = full.substr(0, dot);
        std::replace(space.begin(), space.end(), '_', '-');
        const Namespace* home = task.interpreter().find_namespace(space);
        if (home == nullptr)
            return;
        if (const auto type = home->find_import(short_name))
            here(task).import(short_name, *type);
    };
    for (const Value& argument : arguments) {
        if (argument.is_symbol()) {
            import(std::string{argument.name()});
            continue;
        }
        std::vector<Value> parts = to_vector(task, argument);
        for (std::size_t i = 1; i < parts.size(); ++i)
            import(std::string{need_symbol(parts[0]).name()} + "." +
                   std::string{need_symbol(parts[i]).name()});
    }
    return {};
}

Value run_find_ns(Task& task, Arguments arguments)
{
    const Namespace* found =
        task.interpreter().find_namespace(need_symbol(arguments[0], "`find-ns`").name());
    return found == nullptr ? Value{} : value_of(*found);
}

Value run_the_ns(Task& task, Arguments arguments)
{
    return value_of(need_namespace(task, arguments[0]));
}

Value run_create_ns(Task& task, Arguments arguments)
{
    return value_of(task.interpreter().name_space(need_symbol(arguments[0], "`create-ns`").name()));
}

Value run_remove_ns(Task& task, Arguments arguments)
{
    task.interpreter().remove_namespace(need_symbol(arguments[0], "`remove-ns`").name());
    return {};
}

Value run_all_ns(Task& task, Arguments)
{
    std::vector<Value> all;
    for (const Namespace* each : task.interpreter().namespaces())
        all.push_back(value_of(*each));
    return data::make_list(std::move(all));
}

Value run_ns_name(Task& task, Arguments arguments)
{
    return Value::symbol(need_namespace(task, arguments[0]).name());
}

Value to_map(const std::vector<Var*>& vars, bool with_private)
{
    data::MapBuilder map;
    for (const Var* var : vars)
        if (with_private || !var->is_private())
            map.set(var->name(), value_of(*var));
    return map.finish();
}

Value run_ns_publics(Task& task, Arguments arguments)
{
    return to_map(need_namespace(task, arguments[0]).own_vars(), false);
}

Value run_ns_interns(Task& task, Arguments arguments)
{
    return to_map(need_namespace(task, arguments[0]).own_vars(), true);
}

Value run_ns_map(Task& task, Arguments arguments)
{
    data::MapBuilder map;
    for (const auto& [name, var] : need_namespace(task, arguments[0]).mappings())
        map.set(Value::symbol(name), value_of(*var));
    return map.finish();
}

Value run_ns_refers(Task& task, Arguments arguments)
{
    const Namespace& space = need_namespace(task, arguments[0]);
    data::MapBuilder map;
    for (const auto& [name, var] : space.mappings())
        if (&var->home() != &space)
            map.set(Value::symbol(name), value_of(*var));
    return map.finish();
}

Value run_ns_aliases(Task& task, Arguments arguments)
{
    data::MapBuilder map;
    for (const auto& [alias, target] : need_namespace(task, arguments[0]).aliases())
        map.set(Value::symbol(alias), value_of(*target));
    return map.finish();
}

Value run_ns_unmap(Task& task, Arguments arguments)
{
    need_namespace(task, arguments[0]).unmap(need_symbol(arguments[1], "`ns-unmap`").name());
    return {};
}

Value run_ns_unalias(Task& task, Arguments arguments)
{
    need_namespace(task, arguments[0])
        .remove_alias(need_symbol(arguments[1], "`ns-unalias`").name());
    return {};
}

Value resolve_in(Task& task, const Namespace& space, const Value& name)
{
    need_symbol(name, "`resolve`");
    const std::string_view prefix = name.name_space();
    Var* var = nullptr;
    if (prefix.empty()) {
        var = space.find(name.name());
    } else {
        const Namespace* target = space.find_alias(prefix);
        if (target == nullptr)
            target = task.interpreter().find_namespace(prefix);
        var = target == nullptr ? nullptr : target->find_own(name.local_name());
    }
    if (var != nullptr)
        return value_of(*var);
    const auto type = find_named_type(space, name.name());
    return type ? *type : Value{};
}

Value run_resolve(Task& task, Arguments arguments)
{
    return resolve_in(task, here(task), arguments.back());
}

Value run_ns_resolve(Task& task, Arguments arguments)
{
    return resolve_in(task, need_namespace(task, arguments[0]), arguments.back());
}

Value run_requiring_resolve(Task& task, Arguments arguments)
{
    const std::string space{need_symbol(arguments[0], "`requiring-resolve`").name_space()};
    if (space.empty())
        fail(errors::illegal_argument, "Not a qualified symbol: " + data::print(arguments[0]));
    task.interpreter().require(task, space);
    return resolve_in(task, here(task), arguments[0]);
}

Value run_intern(Task& task, Arguments arguments)
{
    Namespace& space = need_namespace(task, arguments[0]);
    Var& var = space.intern(need_symbol(arguments[1], "`intern`").name());
    if (const Value meta = arguments[1].meta(); meta.is_map())
        var.set_metadata(meta);
    if (arguments.size() == 3)
        var.set_root(std::move(arguments[2]));
    return value_of(var);
}

constexpr Builtin table[] = {
    {.name = "in-ns",
     .args = "[name]",
     .doc = "Makes a namespace the current one.\n(in-ns 'a.b)",
     .since = "0.1",
     .run = run_in_ns},
    {.name = "require",
     .args = "[& args]",
     .doc = "Loads namespaces, once each.\n(require '[clojure.string :as s :refer [join]])",
     .since = "0.1",
     .run = run_require<false>},
    {.name = "use",
     .args = "[& args]",
     .doc = "require, and refers to all names.\n(use 'clojure.set)",
     .since = "0.1",
     .run = run_require<true>},
    {.name = "refer",
     .args = "[ns-sym & filters]",
     .doc = "Makes the names of a namespace known here.\n(refer 'clojure.string :only '[join])",
     .since = "0.1",
     .run = run_refer},
    {.name = "refer-clojure",
     .args = "[& filters]",
     .doc = "Kept for files that exclude names of clojure.core.\n(refer-clojure :exclude '[map])",
     .since = "0.1",
     .run = run_refer_clojure},
    {.name = "alias",
     .args = "[alias namespace-sym]",
     .doc = "A second name for a namespace.\n(alias 's 'clojure.string)",
     .since = "0.1",
     .run = run_alias},
    {.name = "import*",
     .args = "[& specs]",
     .doc = "What `import` calls: makes records known by their short name.\n(import* 'a.b.Host)",
     .since = "0.1",
     .run = run_import},
    {.name = "find-ns",
     .args = "[sym]",
     .doc = "The namespace of a name, or nil.\n(find-ns 'user)",
     .since = "0.1",
     .run = run_find_ns},
    {.name = "the-ns",
     .args = "[x]",
     .doc = "The namespace of a name.\n(the-ns 'user)",
     .since = "0.1",
     .run = run_the_ns},
    {.name = "create-ns",
     .args = "[sym]",
     .doc = "A namespace, made at need.\n(create-ns 'a.b)",
     .since = "0.1",
     .run = run_create_ns},
    {.name = "remove-ns",
     .args = "[sym]",
     .doc = "Forgets a namespace.\n(remove-ns 'a.b)",
     .since = "0.1",
     .run = run_remove_ns},
    {.name = "all-ns",
     .args = "[]",
     .doc = "All namespaces.\n(count (all-ns))",
     .since = "0.1",
     .run = run_all_ns},
    {.name = "ns-name",
     .args = "[ns]",
     .doc = "The name of a namespace.\n(ns-name *ns*) ; => user",
     .since = "0.1",
     .run = run_ns_name},
    {.name = "ns-publics",
     .args = "[ns]",
     .doc = "Names and vars that others may use.\n(ns-publics 'user)",
     .since = "0.1",
     .run = run_ns_publics},
    {.name = "ns-interns",
     .args = "[ns]",
     .doc = "Its own names and vars.\n(ns-interns 'user)",
     .since = "0.1",
     .run = run_ns_interns},
    {.name = "ns-map",
     .args = "[ns]",
     .doc = "All names known there.\n(get (ns-map 'user) 'map)",
     .since = "0.1",
     .run = run_ns_map},
    {.name = "ns-refers",
     .args = "[ns]",
     .doc = "Names known there that belong elsewhere.\n(get (ns-refers 'user) 'map)",
     .since = "0.1",
     .run = run_ns_refers},
    {.name = "ns-aliases",
     .args = "[ns]",
     .doc = "Aliases and namespaces.\n(ns-aliases 'user)",
     .since = "0.1",
     .run = run_ns_aliases},
    {.name = "ns-unmap",
     .args = "[ns sym]",
     .doc = "Forgets a name.\n(ns-unmap 'user 'x)",
     .since = "0.1",
     .run = run_ns_unmap},
    {.name = "ns-unalias",
     .args = "[ns sym]",
     .doc = "Forgets an alias.\n(ns-unalias 'user 's)",
     .since = "0.1",
     .run = run_ns_unalias},
    {.name = "resolve",
     .args = "[sym] [env sym]",
     .doc = "The var or type that a name means here, or nil.\n(resolve 'map) ; => "
            "#'clojure.core/map",
     .since = "0.1",
     .run = run_resolve},
    {.name = "ns-resolve",
     .args = "[ns sym] [ns env sym]",
     .doc = "The var or type that a name means there, or nil.\n(ns-resolve 'user 'map)",
     .since = "0.1",
     .run = run_ns_resolve},
    {.name = "requiring-resolve",
     .args = "[sym]",
     .doc = "resolve, after loading the namespace.\n(requiring-resolve 'clojure.string/join)",
     .since = "0.1",
     .run = run_requiring_resolve},
    {.name = "intern",
     .args = "[ns name] [ns name val]",
     .doc = "A var of a namespace, made at need.\n(intern 'user 'x 1)",
     .since = "0.1",
     .run = run_intern},
};

}  // namespace

std::span<const Builtin> namespace_builtins()
{
    return table;
}

}  // namespace reops::lang
