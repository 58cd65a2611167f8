// SPDX-License-Identifier: Apache-2.0
#include "lang/core/destructure.hh"

#include "data/print.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"

#include <utility>
#include <vector>

namespace reops::lang {

namespace {

Value symbol(std::string_view name)
{
    return Value::symbol(name);
}

Value list(std::initializer_list<Value> parts)
{
    return data::make_list(parts);
}

class Destructurer {
public:
    explicit Destructurer(Task& task) : task_(task) {}

    void bind(const Value& pattern, Value init)
    {
        task_.check_stack();
        if (pattern.is_symbol()) {
            out_.push_back(pattern.name_space().empty() ? pattern : symbol(pattern.local_name()));
            out_.push_back(std::move(init));
        } else if (pattern.is_vector()) {
            bind_vector(pattern.as_vector(), std::move(init));
        } else if (pattern.is_map()) {
            bind_map(pattern.as_map(), std::move(init));
        } else {
            fail(errors::compiler,
                 "expected a name, vector or map to bind but got " + data::print(pattern));
        }
    }

    data::Vector finish() { return out_.finish(); }

private:
    Value bind_fresh(std::string_view stem, Value init)
    {
        const Value name = fresh_symbol(task_, stem);
        bind(name, std::move(init));
        return name;
    }

    void bind_vector(const data::Vector& pattern, Value init)
    {
        const Value whole = bind_fresh("vec__", std::move(init));
        bool has_rest = false;
        for (const Value& part : pattern)
            has_rest = has_rest || part.is_symbol("&");
        // With a rest the elements are taken one after the other, else by their index.
        Value left =
            has_rest ? bind_fresh("seq__", list({symbol("clojure.core/seq"), whole})) : Value{};
        std::int64_t index = 0;
        for (std::size_t i = 0; i < pattern.size(); ++i) {
            if (pattern[i].is_symbol("&")) {
                if (i + 1 == pattern.size())
                    fail(errors::compiler, "expected a pattern after `&`");
                bind(pattern[++i], left);
            } else if (pattern[i].is_keyword("as")) {
                if (i + 1 == pattern.size())
                    fail(errors::compiler, "expected a name after :as");
                bind(pattern[++i], whole);
            } else if (has_rest) {
                bind(pattern[i], list({symbol("clojure.core/first"), left}));
                left = bind_fresh("seq__", list({symbol("clojure.core/next"), left}));
            } else {
                bind(pattern[i],
                     list({symbol("clojure.core/nth"), whole, Value::integer(index++), Value{}}));
            }
        }
    }

    Value lookup(const Value& whole, Value key, const Value& name, const data::Map& defaults)
    {
        const Value* otherwise = defaults.find(symbol(name.local_name()));
        if (otherwise == nullptr)
            return list({symbol("clojure.core/get"), whole, std::move(key)});
        return list({symbol("clojure.core/get"), whole, std::move(key), *otherwise});
    }

    /// `:keys`, `:strs`, `:syms`, and those with a namespace.
    void bind_names(const Value& directive,
                    const Value& names,
                    const Value& whole,
                    const data::Map& defaults)
    {
        if (!names.is_vector())
            fail(errors::compiler, "expected a vector of names behind " + data::print(directive));
        const std::string_view kind = directive.local_name();
        const std::string_view space = directive.name_space();
        for (const Value& name : names.as_vector()) {
            if (!name.is_symbol() && !name.is_keyword())
                fail(errors::compiler, "expected a name in " + data::print(directive));
            std::string full{name.name()};
            if (!space.empty() && name.name_space().empty())
                full = std::string{space} + "/" + full;
            Value key = kind == "keys"   ? Value::keyword(full)
                        : kind == "strs" ? Value::string(name.name())
                                         : list({symbol("quote"), symbol(full)});
            bind(symbol(name.local_name()), lookup(whole, std::move(key), name, defaults));
        }
    }

    void bind_map(const data::Map& pattern, Value init)
    {
        Value whole = bind_fresh("map__", std::move(init));
        // A sequence is taken as keyword arguments.
        whole = bind_fresh("map__",
                           list({symbol("if"),
                                 list({symbol("clojure.core/seq?"), whole}),
                                 list({symbol("clojure.core/map-of*"), whole}),
                                 whole}));
        const Value given = pattern.get("or");
        const data::Map defaults = given.is_map() ? given.as_map() : data::Map{};
        if (const Value* name = pattern.find("as"))
            bind(*name, whole);
        for (const auto& [key, value] : pattern) {
            if (key.is_keyword("or") || key.is_keyword("as"))
                continue;
            if (key.is_keyword()) {
                const std::string_view kind = key.local_name();
                if (kind != "keys" && kind != "strs" && kind != "syms")
                    fail(errors::compiler,
                         "expected :keys, :strs, :syms, :or or :as but got " + data::print(key));
                bind_names(key, value, whole, defaults);
            } else if (key.is_symbol()) {
                bind(key, lookup(whole, value, key, defaults));
            } else {
                bind(key, list({symbol("clojure.core/get"), whole, value}));
            }
        }
    }

    Task& task_;
    data::VectorBuilder out_;
};

/// `(assert c)` for each condition.
void add_checks(std::vector<Value>& body, const Value& conditions)
{
    if (!conditions.is_vector())
        return;
    for (const Value& condition : conditions.as_vector())
        body.push_back(list({symbol("clojure.core/assert"), condition}));
}

std::vector<Value> with_conditions(std::vector<Value> body)
{
    if (body.size() < 2 || !body[0].is_map() ||
        (!body[0].as_map().contains("pre") && !body[0].as_map().contains("post")))
        return body;
    const data::Map conditions = body[0].as_map();
    std::vector<Value> out;
    add_checks(out, conditions.get("pre"));
    std::vector<Value> rest{body.begin() + 1, body.end()};
    if (!conditions.contains("post")) {
        out.insert(out.end(), rest.begin(), rest.end());
        return out;
    }
    rest.insert(rest.begin(), symbol("do"));
    std::vector<Value> checked{
        symbol("clojure.core/let"),
        Value{data::make_vector({symbol("%"), Value{data::make_list(std::move(rest))}})}};
    add_checks(checked, conditions.get("post"));
    checked.push_back(symbol("%"));
    out.push_back(data::make_list(std::move(checked)));
    return out;
}

}  // namespace

Value fresh_symbol(Task& task, std::string_view stem)
{
    return Value::outside_symbol(std::string{stem} + std::to_string(task.interpreter().next_id()));
}

data::Vector destructure(Task& task, const data::Vector& bindings)
{
    bool plain = true;
    for (std::size_t i = 0; i < bindings.size(); i += 2)
        plain = plain && bindings[i].is_symbol() && bindings[i].name_space().empty();
    if (plain)
        return bindings;
    Destructurer destructurer{task};
    for (std::size_t i = 0; i < bindings.size(); i += 2)
        destructurer.bind(bindings[i], bindings[i + 1]);
    return destructurer.finish();
}

Value expand_arity(Task& task, const data::List& arity)
{
    const data::List body_list = arity.rest();
    std::vector<Value> body = with_conditions({body_list.begin(), body_list.end()});
    data::VectorBuilder names;
    data::VectorBuilder patterns;
    for (const Value& parameter : arity.front().as_vector()) {
        if (parameter.is_symbol()) {
            names.push_back(parameter);
            continue;
        }
        const Value name = fresh_symbol(task, "p__");
        names.push_back(name);
        patterns.push_back(parameter);
        patterns.push_back(name);
    }
    if (patterns.size() > 0) {
        body.insert(body.begin(), Value{patterns.finish()});
        body.insert(body.begin(), symbol("clojure.core/let"));
        body = {data::make_list(std::move(body))};
    }
    body.insert(body.begin(), Value{names.finish()});
    return data::make_list(std::move(body));
}

}  // namespace reops::lang
