// SPDX-License-Identifier: Apache-2.0
#include "app/config_form.hh"

#include "app/config.hh"
#include "data/vector.hh"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::app {

void ConfigErrors::add(const data::Form& at, std::string message, std::string hint)
{
    if (!first_)
        first_ = data::ReadError{std::move(message), at.span, std::move(hint)};
}

void expected(ConfigErrors& errors, const data::Form& at, std::string_view what)
{
    errors.add(at,
               fmt::format("expected {} but found {}", what, hide_secrets(data::print(at.value))));
}

const data::Form& untagged(const data::Form& form)
{
    const data::Form* at = &form;
    // A tag's form carries the value that the tag made, its child the text it was made from.
    while (at->children.size() == 1 && !at->value.is_vector() && !at->value.is_list() &&
           !at->value.is_set() && at->children.front().value == at->value)
        at = &at->children.front();
    return *at;
}

std::string read_text(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_string())
        return std::string{form.value.as_string()};
    expected(errors, form, "a string");
    return {};
}

data::Value read_secret(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_secret())
        return form.value;
    if (form.value.is_string())
        return data::Value::secret(form.value.as_string());
    // Not shown: a number may well be the password.
    errors.add(form,
               fmt::format("expected a string, or #secret with one, but found {}",
                           data::describe(form.value.kind())));
    return {};
}

std::string read_word(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_keyword())
        return std::string{form.value.name()};
    if (form.value.is_string())
        return std::string{form.value.as_string()};
    expected(errors, form, "a keyword or a string");
    return {};
}

std::vector<std::string> read_words(ConfigErrors& errors, const data::Form& form)
{
    if (!form.value.is_vector())
        return {read_word(errors, form)};
    std::vector<std::string> out;
    for (const data::Form& child : untagged(form).children)
        out.push_back(read_word(errors, child));
    return out;
}

double read_number(ConfigErrors& errors, const data::Form& form)
{
    if (const auto number = form.value.number(); number && std::isfinite(*number))
        return *number;
    expected(errors, form, "a number");
    return 0;
}

std::uint64_t read_count(ConfigErrors& errors, const data::Form& form, std::uint64_t most)
{
    if (form.value.is_integer() && form.value.as_integer() >= 0 &&
        static_cast<std::uint64_t>(form.value.as_integer()) <= most)
        return static_cast<std::uint64_t>(form.value.as_integer());
    expected(errors, form, fmt::format("a whole number from 0 to {}", most));
    return 0;
}

bool read_flag(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_boolean())
        return form.value.as_boolean();
    expected(errors, form, "true or false");
    return false;
}

Duration read_span(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_string())
        if (const auto span = parse_duration(form.value.as_string()); span.ok())
            return *span;
    expected(errors, form, "a duration such as \"5m\" or \"30s\"");
    return {};
}

std::uint64_t read_size(ConfigErrors& errors, const data::Form& form)
{
    if (form.value.is_integer() && form.value.as_integer() >= 0)
        return static_cast<std::uint64_t>(form.value.as_integer());
    struct Unit {
        std::string_view name;
        unsigned shift;
    };
    static constexpr std::array<Unit, 7> units = {
        {{"B", 0}, {"KB", 10}, {"KiB", 10}, {"MB", 20}, {"MiB", 20}, {"GB", 30}, {"GiB", 30}}};
    if (form.value.is_string()) {
        const std::string_view text = form.value.as_string();
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
        for (const Unit& unit : units)
            if (error == std::errc{} && unit.name == name && number < (1ULL << 30))
                return number << unit.shift;
    }
    expected(errors, form, "a size such as \"64MiB\"");
    return 0;
}

namespace {

/// Words of the design that this version has no use for. To take them would promise something.
std::string later_word(std::string_view key)
{
    static constexpr std::array<std::string_view, 5> later = {
        ":voice", ":ntfy", ":store", ":nrepl", ":self"};
    for (const std::string_view word : later)
        if (word == key)
            return "this version does not know " + std::string{key} + " yet; leave it out";
    return {};
}

}  // namespace

void unknown_key(ConfigErrors& errors,
                 const data::Form& key,
                 const std::vector<std::string>& known,
                 std::string_view where)
{
    const std::string found = data::print(key.value);
    std::string hint = later_word(found);
    if (hint.empty())
        hint = did_you_mean(nearest_words(found, known));
    if (hint.empty())
        hint = fmt::format("known here: {}", fmt::join(known, " "));
    errors.add(key, fmt::format("no key {} in {}", found, where), hint);
}

}  // namespace reops::app
