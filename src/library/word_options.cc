// SPDX-License-Identifier: Apache-2.0
#include "library/word_options.hh"

#include "base/nearest.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "library/duration_value.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::library {

using data::Value;

WordOptions::WordOptions(std::string_view word,
                         lang::Arguments rest,
                         std::vector<std::string_view> known)
    : word_(word), known_(std::move(known))
{
    if (rest.size() == 1 && rest[0].is_map()) {
        for (const auto& [name, value] : rest[0].as_map())
            add(name, value);
        return;
    }
    for (std::size_t i = 0; i < rest.size(); i += 2) {
        if (i + 1 == rest.size())
            lang::fail(lang::errors::illegal_argument,
                       fmt::format("`{}` expected options in pairs but {} stands alone",
                                   word_,
                                   data::print(rest[i])));
        add(rest[i], rest[i + 1]);
    }
}

void WordOptions::add(const Value& name, Value value)
{
    if (!name.is_keyword())
        lang::fail_type("the name of an option, such as :force", name, "`" + word_ + "`");
    const std::string given{name.name()};
    if (std::find(known_.begin(), known_.end(), given) == known_.end()) {
        const std::vector<std::string> known(known_.begin(), known_.end());
        const auto near = nearest_words(given, known);
        lang::fail(lang::errors::illegal_argument,
                   fmt::format("`{}` has no option :{}", word_, given),
                   near.empty()
                       ? (known.empty() ? "it takes none"
                                        : fmt::format("it takes :{}", fmt::join(known, ", :")))
                       : fmt::format("did you mean :{}?", near.front()));
    }
    given_.emplace_back(given, std::move(value));
}

const Value* WordOptions::find(std::string_view name) const
{
    const auto found = std::find_if(
        given_.begin(), given_.end(), [&](const auto& each) { return each.first == name; });
    return found == given_.end() ? nullptr : &found->second;
}

void WordOptions::fail_kind(std::string_view name, std::string_view expected) const
{
    lang::fail_type(expected, *find(name), fmt::format("`{}` :{}", word_, name));
}

bool WordOptions::flag(std::string_view name, bool otherwise) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return otherwise;
    if (!value->is_boolean())
        fail_kind(name, "true or false");
    return value->as_boolean();
}

std::optional<Duration> WordOptions::span(std::string_view name) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    const auto span = find_duration(*value);
    if (!span)
        fail_kind(name, "a span of time, such as (minutes 5)");
    return span;
}

std::optional<std::int64_t> WordOptions::integer(std::string_view name) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_integer())
        fail_kind(name, "an integer");
    return value->as_integer();
}

std::optional<std::string> WordOptions::text(std::string_view name) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_string())
        fail_kind(name, "a string");
    return std::string{value->as_string()};
}

std::optional<std::string> WordOptions::keyword(std::string_view name) const
{
    const Value* value = find(name);
    if (value == nullptr)
        return std::nullopt;
    if (!value->is_keyword())
        fail_kind(name, "a keyword");
    return std::string{value->name()};
}

}  // namespace reops::library
