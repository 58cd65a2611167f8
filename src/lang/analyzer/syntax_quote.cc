// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "data/set.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/seq.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <algorithm>
#include <array>
#include <map>

namespace reops::lang {

namespace {

Value symbol(std::string_view name)
{
    return Value::symbol(name);
}

bool is_call_of(const Value& form, std::string_view name)
{
    return form.is_list() && !form.as_list().empty() && form.as_list().front().is_symbol(name);
}

/// One `` ` ``: names get their namespace, `x#` gets a name of its own, collections become code
/// that builds them.
class SyntaxQuote {
public:
    explicit SyntaxQuote(Task& task)
        : task_(task), here_(task.interpreter().current_namespace(task))
    {
    }

    Value expand(const Value& form)
    {
        task_.check_stack();
        if (form.is_symbol())
            return quote(resolve(form));
        if (is_call_of(form, "unquote"))
            return form.as_list().rest().front();
        if (is_call_of(form, "unquote-splicing"))
            fail(errors::illegal_state, "splice not in list");
        if (is_call_of(form, "syntax-quote"))
            return expand(SyntaxQuote{task_}.expand(form.as_list().rest().front()));
        return with_meta_of(form, expand_collection(form));
    }

private:
    static Value quote(Value form) { return data::make_list({symbol("quote"), std::move(form)}); }

    Value with_meta_of(const Value& form, Value built)
    {
        const Value meta = form.meta();
        if (meta.is_nil())
            return built;
        return data::make_list({symbol("clojure.core/with-meta"), std::move(built), expand(meta)});
    }

    Value expand_collection(const Value& form)
    {
        if (form.is_vector())
            return build("clojure.core/vec", parts(form.as_vector()));
        if (form.is_set())
            return build("clojure.core/set", parts(form.as_set()));
        if (form.is_map()) {
            std::vector<Value> flat;
            for (const auto& [key, value] : form.as_map()) {
                flat.push_back(part(key));
                flat.push_back(part(value));
            }
            return build("clojure.core/map-of*", std::move(flat));
        }
        if (form.is_list()) {
            if (form.as_list().empty())
                return quote(form);
            return build_list(parts(form.as_list()));
        }
        if (find_seq(form) != nullptr)
            return build_list(parts(to_list(task_, form)));
        return quote(form);
    }

    template <class Sequence>
    std::vector<Value> parts(const Sequence& sequence)
    {
        std::vector<Value> all;
        for (const Value& element : sequence)
            all.push_back(part(element));
        return all;
    }

    /// A form that gives a sequence: of one element, or the spliced one.
    Value part(const Value& element)
    {
        if (is_call_of(element, "unquote-splicing"))
            return element.as_list().rest().front();
        return data::make_list({symbol("clojure.core/list"), expand(element)});
    }

    static Value build(std::string_view maker, std::vector<Value> parts)
    {
        return data::make_list({symbol(maker), build_list(std::move(parts))});
    }

    static Value build_list(std::vector<Value> parts)
    {
        parts.insert(parts.begin(), symbol("clojure.core/list-of*"));
        return data::make_list(std::move(parts));
    }

    static bool is_special(std::string_view name)
    {
        static constexpr std::array names = {"quote",
                                             "if",
                                             "do",
                                             "let*",
                                             "loop*",
                                             "recur",
                                             "fn*",
                                             "letfn*",
                                             "var",
                                             "def",
                                             "set!",
                                             "throw",
                                             "try",
                                             "case*",
                                             "new",
                                             ".",
                                             "catch",
                                             "finally",
                                             "&",
                                             "monitor-enter",
                                             "monitor-exit",
                                             "unquote",
                                             "unquote-splicing",
                                             "syntax-quote"};
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    Value resolve(const Value& name)
    {
        const std::string_view text = name.name();
        if (!name.name_space().empty()) {
            const Namespace* target = here_.find_alias(name.name_space());
            return target == nullptr
                       ? name
                       : symbol(target->name() + "/" + std::string{name.local_name()});
        }
        if (is_special(text))
            return name;
        if (text.size() > 1 && text.back() == '#')
            return generated(text.substr(0, text.size() - 1));
        if (text.size() > 1 && text.front() == '.')
            return name;
        if (text.size() > 1 && text.back() == '.') {
            const Value type = resolve(symbol(text.substr(0, text.size() - 1)));
            return symbol(std::string{type.name()} + ".");
        }
        if (const Var* var = here_.find(text))
            return symbol(var->full_name());
        if (text.find('.') != std::string_view::npos || find_named_type(here_, text))
            return name;
        return symbol(here_.name() + "/" + std::string{text});
    }

    Value generated(std::string_view stem)
    {
        const auto found = generated_.find(stem);
        if (found != generated_.end())
            return found->second;
        Value made = Value::outside_symbol(
            std::string{stem} + "__" + std::to_string(task_.interpreter().next_id()) + "__auto__");
        generated_.emplace(stem, made);
        return made;
    }

    Task& task_;
    const Namespace& here_;
    std::map<std::string, Value, std::less<>> generated_;
};

}  // namespace

Value expand_syntax_quote(Task& task, const Value& form)
{
    return SyntaxQuote{task}.expand(form);
}

}  // namespace reops::lang
