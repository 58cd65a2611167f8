// SPDX-License-Identifier: Apache-2.0
#include "lang/core/destructure.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/seq.hh"

namespace reops::lang {

namespace {

/// Arguments of a macro: form, environment, then what the form gives.
constexpr std::size_t own = 2;

Value symbol(std::string_view name)
{
    return Value::symbol(name);
}

std::vector<Value> body_of(Arguments arguments, std::size_t from)
{
    return {std::make_move_iterator(arguments.begin() + static_cast<std::ptrdiff_t>(from)),
            std::make_move_iterator(arguments.end())};
}

Value call(std::string_view head, std::vector<Value> parts)
{
    parts.insert(parts.begin(), symbol(head));
    return data::make_list(std::move(parts));
}

const data::Vector& need_bindings(const Value& value, std::string_view macro)
{
    if (!value.is_vector())
        fail(errors::illegal_argument,
             std::string{macro} + " requires a vector for its binding",
             "(" + std::string{macro} + " [name value] body)");
    if (value.as_vector().size() % 2 != 0)
        fail(errors::illegal_argument,
             std::string{macro} + " requires an even number of forms in binding vector");
    return value.as_vector();
}

Value expand_let(Task& task, Arguments arguments)
{
    const data::Vector& bindings = need_bindings(arguments[own], "let");
    std::vector<Value> parts = body_of(arguments, own + 1);
    parts.insert(parts.begin(), Value{destructure(task, bindings)});
    return call("let*", std::move(parts));
}

Value expand_loop(Task& task, Arguments arguments)
{
    const data::Vector bindings = need_bindings(arguments[own], "loop");
    std::vector<Value> body = body_of(arguments, own + 1);
    bool plain = true;
    for (std::size_t i = 0; i < bindings.size(); i += 2)
        plain = plain && bindings[i].is_symbol();
    if (plain) {
        body.insert(body.begin(), Value{bindings});
        return call("loop*", std::move(body));
    }
    // Each pattern is taken apart once outside, for the inits behind it, and in every round.
    data::VectorBuilder outer;
    data::VectorBuilder loop;
    data::VectorBuilder inner;
    for (std::size_t i = 0; i < bindings.size(); i += 2) {
        const Value name = bindings[i].is_symbol() ? bindings[i] : fresh_symbol(task, "loop__");
        outer.push_back(name);
        outer.push_back(bindings[i + 1]);
        if (!bindings[i].is_symbol()) {
            outer.push_back(bindings[i]);
            outer.push_back(name);
            inner.push_back(bindings[i]);
            inner.push_back(name);
        }
        loop.push_back(name);
        loop.push_back(name);
    }
    body.insert(body.begin(), Value{inner.finish()});
    Value rounds = call("loop*", {Value{loop.finish()}, call("clojure.core/let", std::move(body))});
    return call("clojure.core/let", {Value{outer.finish()}, std::move(rounds)});
}

Value expand_fn(Task& task, Arguments arguments)
{
    std::vector<Value> parts = body_of(arguments, own);
    std::vector<Value> out{symbol("fn*")};
    std::size_t at = 0;
    if (at < parts.size() && parts[at].is_symbol())
        out.push_back(parts[at++]);
    if (at < parts.size() && parts[at].is_vector()) {
        std::vector<Value> rest{parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end()};
        out.push_back(expand_arity(task, data::make_list(std::move(rest))));
    } else {
        for (; at < parts.size(); ++at) {
            if (is_seq(parts[at]))
                parts[at] = to_list(task, std::move(parts[at]));
            if (!parts[at].is_list() || parts[at].as_list().empty() ||
                !parts[at].as_list().front().is_vector())
                fail(errors::illegal_argument,
                     "Parameter declaration should be a vector",
                     "(fn [x] body), or (fn ([x] body) ([x y] body))");
            out.push_back(expand_arity(task, parts[at].as_list()));
        }
    }
    return Value{data::make_list(std::move(out))}.with_meta(arguments[0].meta());
}

/// The value, or nothing for `nil`, under the names that a pattern binds.
template <bool is_some>
Value expand_if_let(Task& task, Arguments arguments)
{
    const data::Vector& bindings = need_bindings(arguments[own], is_some ? "if-some" : "if-let");
    if (bindings.size() != 2)
        fail(errors::illegal_argument, "expected exactly one binding");
    const Value name = fresh_symbol(task, "temp__");
    Value test = is_some ? call("clojure.core/some?", {name}) : name;
    Value then = call("clojure.core/let",
                      {Value{data::make_vector({bindings[0], name})}, arguments[own + 1]});
    std::vector<Value> parts{std::move(test), std::move(then)};
    parts.push_back(arguments.size() > own + 2 ? arguments[own + 2] : Value{});
    return call("let*",
                {Value{data::make_vector({name, bindings[1]})}, call("if", std::move(parts))});
}

template <bool is_some>
Value expand_when_let(Task& task, Arguments arguments)
{
    Value body = call("do", body_of(arguments, own + 1));
    Value whole[] = {Value{}, Value{}, arguments[own], std::move(body)};
    return expand_if_let<is_some>(task, Arguments{whole});
}

Value expand_letfn(Task& task, Arguments arguments)
{
    if (!arguments[own].is_vector())
        fail(errors::illegal_argument, "letfn requires a vector of functions");
    data::VectorBuilder bindings;
    for (const Value& each : arguments[own].as_vector()) {
        const Value function = is_seq(each) ? Value{to_list(task, each)} : each;
        if (!function.is_list() || function.as_list().empty())
            fail(errors::illegal_argument, "expected (name [x] body) in letfn");
        std::vector<Value> parts{function.as_list().begin(), function.as_list().end()};
        const Value name = parts[0];
        bindings.push_back(name);
        parts[0] = symbol("clojure.core/fn");
        bindings.push_back(data::make_list(std::move(parts)));
    }
    std::vector<Value> body = body_of(arguments, own + 1);
    body.insert(body.begin(), Value{bindings.finish()});
    return call("letfn*", std::move(body));
}

Value expand_case(Task&, Arguments arguments)
{
    return call("case*", body_of(arguments, own));
}

Value expand_lazy_seq(Task&, Arguments arguments)
{
    std::vector<Value> body = body_of(arguments, own);
    body.insert(body.begin(), Value{data::Vector{}});
    const Value head =
        symbol("fn*").with_meta(data::make_map({{Value::keyword("once"), Value::boolean(true)}}));
    body.insert(body.begin(), head);
    return call("clojure.core/lazy-seq*", {Value{data::make_list(std::move(body))}});
}

constexpr Builtin table[] = {
    {.name = "let",
     .args = "[bindings & body]",
     .doc = "Binds names to values, taking collections apart.\n(let [[a b] [1 2]] (+ a b)) ; => 3",
     .since = "0.1",
     .macro = true,
     .run = expand_let},
    {.name = "loop",
     .args = "[bindings & body]",
     .doc = "let to which recur returns.\n(loop [i 0] (if (< i 3) (recur (inc i)) i)) ; => 3",
     .since = "0.1",
     .macro = true,
     .run = expand_loop},
    {.name = "fn",
     .args = "[& sigs]",
     .doc = "A function.\n((fn [x] (* x x)) 3) ; => 9",
     .since = "0.1",
     .macro = true,
     .run = expand_fn},
    {.name = "letfn",
     .args = "[fnspecs & body]",
     .doc = "Functions that know each other.\n(letfn [(f [x] x)] (f 1)) ; => 1",
     .since = "0.1",
     .macro = true,
     .run = expand_letfn},
    {.name = "if-let",
     .args = "[bindings then] [bindings then else]",
     .doc = "Binds a value if it is true.\n(if-let [x (:a {:a 1})] x 0) ; => 1",
     .since = "0.1",
     .macro = true,
     .run = expand_if_let<false>},
    {.name = "if-some",
     .args = "[bindings then] [bindings then else]",
     .doc = "Binds a value if it is not nil.\n(if-some [x false] x 0) ; => false",
     .since = "0.1",
     .macro = true,
     .run = expand_if_let<true>},
    {.name = "when-let",
     .args = "[bindings & body]",
     .doc = "if-let without an else.\n(when-let [x 1] x) ; => 1",
     .since = "0.1",
     .macro = true,
     .run = expand_when_let<false>},
    {.name = "when-some",
     .args = "[bindings & body]",
     .doc = "if-some without an else.\n(when-some [x 1] x) ; => 1",
     .since = "0.1",
     .macro = true,
     .run = expand_when_let<true>},
    {.name = "case",
     .args = "[e & clauses]",
     .doc = "Chooses by constants.\n(case 2 1 :a (2 3) :b :other) ; => :b",
     .since = "0.1",
     .macro = true,
     .run = expand_case},
    {.name = "lazy-seq",
     .args = "[& body]",
     .doc = "A sequence that is computed when it is first needed.\n(lazy-seq [1 2]) ; => (1 2)",
     .since = "0.1",
     .macro = true,
     .run = expand_lazy_seq},
};

}  // namespace

std::span<const Builtin> binding_macros()
{
    return table;
}

}  // namespace reops::lang
