// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/seq.hh"

#include <vector>

namespace reops::lang {

namespace {

constexpr std::size_t own = 2;

Value symbol(std::string_view name)
{
    return Value::symbol(name);
}

Value list(std::initializer_list<Value> parts)
{
    return data::make_list(parts);
}

Value quote(Value form)
{
    return list({symbol("quote"), std::move(form)});
}

data::Map merge(data::Map into, const Value& from)
{
    if (from.is_map())
        for (const auto& [key, value] : from.as_map())
            into = std::move(into).assoc(key, value);
    return into;
}

/// `(defn name "doc"? {attributes}? ([x] ...)+ {attributes}?)`, taken apart.
struct Definition {
    Value name;
    data::Map meta;
    std::vector<Value> arities;  ///< lists that begin with a vector
};

Definition take_apart(Task& task, Arguments arguments, std::string_view macro)
{
    std::vector<Value> parts{arguments.begin() + own, arguments.end()};
    if (parts.empty() || !parts[0].is_symbol())
        fail(errors::illegal_argument,
             "First argument to " + std::string{macro} + " must be a symbol",
             "(" + std::string{macro} + " name [x] body)");
    Definition out{parts[0], merge({}, parts[0].meta()), {}};
    std::size_t at = 1;
    if (at < parts.size() && parts[at].is_string())
        out.meta = std::move(out.meta).assoc(Value::keyword("doc"), parts[at++]);
    if (at < parts.size() && parts[at].is_map())
        out.meta = merge(std::move(out.meta), parts[at++]);
    if (at < parts.size() && parts[at].is_vector()) {
        out.arities.push_back(data::make_list(
            std::vector<Value>{parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end()}));
        return out;
    }
    if (parts.size() > at && parts.back().is_map()) {
        out.meta = merge(std::move(out.meta), parts.back());
        parts.pop_back();
    }
    for (; at < parts.size(); ++at) {
        if (is_seq(parts[at]))
            parts[at] = to_list(task, std::move(parts[at]));
        if (!parts[at].is_list() || parts[at].as_list().empty() ||
            !parts[at].as_list().front().is_vector())
            fail(errors::illegal_argument,
                 "Parameter declaration should be a vector",
                 "(" + std::string{macro} + " name [x] body)");
        out.arities.push_back(parts[at]);
    }
    if (out.arities.empty())
        fail(errors::illegal_argument,
             "Parameter declaration missing",
             "(" + std::string{macro} + " name [x] body)");
    return out;
}

Value define(Definition taken)
{
    std::vector<Value> lists;
    for (const Value& arity : taken.arities)
        lists.push_back(arity.as_list().front());
    if (!taken.meta.contains("arglists"))
        taken.meta =
            std::move(taken.meta)
                .assoc(Value::keyword("arglists"), quote(data::make_list(std::move(lists))));
    std::vector<Value> function{symbol("clojure.core/fn")};
    function.insert(function.end(), taken.arities.begin(), taken.arities.end());
    return list(
        {symbol("def"), taken.name.with_meta(taken.meta), data::make_list(std::move(function))});
}

Value expand_defn(Task& task, Arguments arguments)
{
    return define(take_apart(task, arguments, "defn"));
}

Value expand_defn_private(Task& task, Arguments arguments)
{
    Definition taken = take_apart(task, arguments, "defn-");
    taken.meta = std::move(taken.meta).assoc(Value::keyword("private"), Value::boolean(true));
    return define(std::move(taken));
}

Value expand_defmacro(Task& task, Arguments arguments)
{
    Definition taken = take_apart(task, arguments, "defmacro");
    std::vector<Value> lists;
    for (Value& arity : taken.arities) {
        lists.push_back(arity.as_list().front());
        data::VectorBuilder parameters;
        parameters.push_back(symbol("&form"));
        parameters.push_back(symbol("&env"));
        for (const Value& parameter : arity.as_list().front().as_vector())
            parameters.push_back(parameter);
        arity = arity.as_list().rest().push_front(parameters.finish());
    }
    taken.meta = std::move(taken.meta)
                     .assoc(Value::keyword("arglists"), quote(data::make_list(std::move(lists))))
                     .assoc(Value::keyword("macro"), Value::boolean(true));
    return define(std::move(taken));
}

/// `(:require [a :as b] c)` becomes `(clojure.core/require '[a :as b] 'c)`.
Value expand_clause(const Value& clause)
{
    if (!clause.is_list() || clause.as_list().empty() || !clause.as_list().front().is_keyword())
        fail(errors::illegal_argument,
             "expected a clause such as (:require [name :as alias]) in ns");
    const std::string name{clause.as_list().front().name()};
    if (name != "require" && name != "use" && name != "import" && name != "refer-clojure" &&
        name != "require-macros" && name != "gen-class" && name != "load" && name != "refer")
        fail(errors::illegal_argument,
             "no clause of ns is named :" + name,
             "there are :require :use :refer :refer-clojure :import");
    if (name == "gen-class" || name == "require-macros")
        return {};
    std::vector<Value> call{symbol("clojure.core/" + (name == "import" ? "import*" : name))};
    for (const Value& argument : clause.as_list().rest())
        call.push_back(quote(argument));
    return data::make_list(std::move(call));
}

Value expand_ns(Task&, Arguments arguments)
{
    const Value& name = need_symbol(arguments[own], "`ns`");
    std::vector<Value> parts{symbol("do"), {}};
    data::Map meta = merge({}, name.meta());
    for (std::size_t i = own + 1; i < arguments.size(); ++i) {
        if (arguments[i].is_string())
            meta = std::move(meta).assoc(Value::keyword("doc"), arguments[i]);
        else if (arguments[i].is_map())
            meta = merge(std::move(meta), arguments[i]);
        else
            parts.push_back(expand_clause(arguments[i]));
    }
    parts[1] = list({symbol("clojure.core/in-ns"),
                     quote(meta.empty() ? name.with_meta({}) : name.with_meta(meta))});
    parts.emplace_back();
    return data::make_list(std::move(parts));
}

constexpr Builtin table[] = {
    {.name = "defn",
     .args = "[name & fdecl]",
     .doc = "Defines a function.\n(defn square [x] (* x x))",
     .since = "0.1",
     .macro = true,
     .run = expand_defn},
    {.name = "defn-",
     .args = "[name & fdecl]",
     .doc = "Defines a function that only its namespace sees.\n(defn- half [x] (/ x 2))",
     .since = "0.1",
     .macro = true,
     .run = expand_defn_private},
    {.name = "defmacro",
     .args = "[name & fdecl]",
     .doc = "Defines a macro: a function from forms to a form.\n"
            "(defmacro unless [c & body] `(when (not ~c) ~@body))",
     .since = "0.1",
     .macro = true,
     .run = expand_defmacro},
    {.name = "ns",
     .args = "[name & references]",
     .doc = "Makes a namespace the current one.\n(ns my.tools (:require [clojure.string :as s]))",
     .since = "0.1",
     .macro = true,
     .run = expand_ns},
};

}  // namespace

std::span<const Builtin> definition_macros()
{
    return table;
}

}  // namespace reops::lang
