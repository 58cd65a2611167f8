// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/fields.hh"

#include "base/nearest.hh"
#include "data/print.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::scenario {

Source::Source(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text))
{
    data::ReadError error;
    auto form = data::read_edn_form(text_, data::ReadLimits::for_code(), nullptr, &error);
    if (form.ok())
        root_ = std::move(*form);
    else
        error_ = std::move(error);
}

void Source::complain(const data::Form& at, std::string message, std::string hint)
{
    if (!error_)
        error_ = data::ReadError{std::move(message), at.span, std::move(hint)};
}

std::string Source::report() const
{
    return data::report(*error_, text_, name_);
}

Fields::Fields(Source& source,
               const data::Form& map,
               std::string_view what,
               std::initializer_list<std::string_view> words)
    : source_(&source), map_(&map)
{
    if (!map.value.is_map()) {
        source.complain(map,
                        fmt::format("{} expected a map but got {}", what, data::print(map.value)));
        return;
    }
    std::vector<std::string> known;
    for (const std::string_view word : words)
        known.push_back(":" + std::string{word});
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
        const std::string found = data::print(map.children[i].value);
        if (std::find(known.begin(), known.end(), found) != known.end())
            continue;
        std::string hint = did_you_mean(nearest_words(found, known));
        if (hint.empty())
            hint = fmt::format("{} has the words {}", what, fmt::join(known, " "));
        source.complain(
            map.children[i], fmt::format("no word {} in {}", found, what), std::move(hint));
    }
}

const data::Form* Fields::find(std::string_view word) const
{
    if (!source_->good() || !map_->value.is_map())
        return nullptr;
    for (std::size_t i = 0; i + 1 < map_->children.size(); i += 2)
        if (map_->children[i].value.is_keyword(word))
            return &map_->children[i + 1];
    return nullptr;
}

namespace {

std::optional<std::string> word_of(const data::Value& value)
{
    if (value.is_string())
        return std::string{value.as_string()};
    if (value.is_keyword())
        return std::string{value.name()};
    return std::nullopt;
}

void complain_of(Source& source,
                 const data::Form& at,
                 std::string_view word,
                 std::string_view expected)
{
    source.complain(
        at, fmt::format(":{} expected {} but got {}", word, expected, data::print(at.value)));
}

}  // namespace

std::string Fields::text(std::string_view word, std::string_view otherwise) const
{
    const data::Form* form = find(word);
    if (form == nullptr)
        return std::string{otherwise};
    const auto found = word_of(form->value);
    if (!found)
        complain_of(*source_, *form, word, "a string or a keyword");
    return found.value_or("");
}

std::vector<std::string> Fields::texts(std::string_view word) const
{
    std::vector<std::string> out;
    for (const data::Form* item : items(word)) {
        if (const auto found = word_of(item->value))
            out.push_back(*found);
        else
            complain_of(*source_, *item, word, "strings");
    }
    return out;
}

Duration Fields::span(std::string_view word, Duration otherwise) const
{
    const data::Form* form = find(word);
    if (form == nullptr)
        return otherwise;
    const auto span = form->value.is_string()
                          ? parse_duration(form->value.as_string())
                          : Result<Duration>{Failure{Code::invalid_argument, "not a string", ""}};
    if (span.ok())
        return *span;
    complain_of(*source_, *form, word, "a duration such as \"30s\"");
    return otherwise;
}

std::optional<double> Fields::number(std::string_view word) const
{
    const data::Form* form = find(word);
    if (form == nullptr)
        return std::nullopt;
    if (!form->value.number())
        complain_of(*source_, *form, word, "a number");
    return form->value.number();
}

bool Fields::flag(std::string_view word, bool otherwise) const
{
    const data::Form* form = find(word);
    if (form == nullptr)
        return otherwise;
    if (!form->value.is_boolean())
        complain_of(*source_, *form, word, "true or false");
    return form->value.truthy();
}

std::vector<const data::Form*> Fields::items(std::string_view word) const
{
    std::vector<const data::Form*> out;
    const data::Form* form = find(word);
    if (form == nullptr)
        return out;
    if (!form->value.is_vector())
        complain_of(*source_, *form, word, "a vector");
    for (const data::Form& child : form->children)
        out.push_back(&child);
    return out;
}

std::string Fields::choice(std::string_view word,
                           std::initializer_list<std::string_view> known) const
{
    const data::Form* form = find(word);
    if (form == nullptr)
        return std::string{*known.begin()};
    const auto found = word_of(form->value);
    if (!found || std::find(known.begin(), known.end(), *found) == known.end())
        complain_of(*source_, *form, word, fmt::format("one of :{}", fmt::join(known, " :")));
    return found.value_or("");
}

void Fields::complain(std::string_view word, std::string message, std::string hint) const
{
    const data::Form* at = find(word);
    source_->complain(at != nullptr ? *at : *map_, std::move(message), std::move(hint));
}

std::vector<Named> entries_of(Source& source, const data::Form& map)
{
    std::vector<Named> out;
    if (!map.value.is_map()) {
        source.complain(map, "expected a map of names but got " + data::print(map.value));
        return out;
    }
    for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
        const auto name = word_of(map.children[i].value);
        if (name)
            out.push_back({*name, &map.children[i + 1]});
        else
            source.complain(map.children[i],
                            "expected a name but got " + data::print(map.children[i].value));
    }
    return out;
}

}  // namespace reops::scenario
