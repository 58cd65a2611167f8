// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/parser.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace reops::data {

namespace {

/// A part that the text does not spell out stands where the shorthand's mark stands.
Form implied(Value value, const Span& mark)
{
    return {std::move(value), mark};
}

/// May a name begin so and still read as a name when something stands behind it? "2" and "-3x"
/// would be read as numbers, "#b" as a tag, "'b" as a quoted form.
bool begins_as_name(std::string_view name)
{
    constexpr std::string_view marks = "_*!?<>=+-.$&";
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    if (name.starts_with("\xef\xbb\xbf"))
        return false;  // a byte order mark: at the begin of a text it is passed over
    if (is_letter(name[0]))
        return true;
    const bool is_signed_number =
        (name[0] == '+' || name[0] == '-') && name.size() > 1 && name[1] >= '0' && name[1] <= '9';
    return marks.find(name[0]) != std::string_view::npos && !is_signed_number;
}

Form list_of(std::vector<Form> parts)
{
    std::vector<Value> values;
    values.reserve(parts.size());
    for (const Form& part : parts)
        values.push_back(part.value);
    return {make_list(std::move(values)), {}, std::move(parts)};
}

}  // namespace

bool Parser::refuse_in_edn(std::size_t bytes)
{
    if (dialect_.code)
        return true;
    return fail(
        "`" + std::string{text_.substr(at_, bytes)} + "` belongs to code, not to data", at_, bytes);
}

bool Parser::parse_quote(Form& out)
{
    const bool splicing = peek() == '~' && peek(1) == '@';
    if (!refuse_in_edn(splicing ? 2 : 1))
        return false;
    switch (peek()) {
        case '\'':
            return wrap(out, 1, "quote");
        case '`':
            return wrap(out, 1, "syntax-quote");
        case '@':
            return wrap(out, 1, "deref");
        case '^':
            return parse_meta(out, 1);
        default:
            return splicing ? wrap(out, 2, "unquote-splicing") : wrap(out, 1, "unquote");
    }
}

/// MARK form becomes (head form).
bool Parser::wrap(Form& out, std::size_t bytes, std::string_view head)
{
    const std::size_t begin = at_;
    const Place place = place_at(begin);
    at_ += bytes;
    Form mark{Value::symbol(head), {}};
    finish(mark, begin, place);
    Form argument;
    if (!parse_required(argument,
                        begin,
                        "expected a form after `" + std::string{text_.substr(begin, bytes)} + "`"))
        return false;
    std::vector<Form> parts;
    parts.push_back(std::move(mark));
    parts.push_back(std::move(argument));
    out = list_of(std::move(parts));
    return true;
}

bool Parser::parse_meta(Form& out, std::size_t bytes)
{
    const std::size_t begin = at_;
    at_ += bytes;
    Form meta;
    if (!parse_required(meta, begin, "expected metadata after `^`"))
        return false;
    Map given;
    if (meta.value.is_map())
        given = meta.value.as_map();
    else if (meta.value.is_keyword())
        given = data::make_map({{meta.value, Value::boolean(true)}});
    else if (meta.value.is_symbol() || meta.value.is_string())
        given = data::make_map({{Value::keyword("tag"), meta.value}});
    else
        return fail("expected a map, keyword, symbol or string as metadata but found " +
                        std::string{describe(meta.value.kind())},
                    meta.span.offset,
                    meta.span.length);
    if (!parse_required(out, begin, "expected a form after the metadata"))
        return false;
    const Kind kind = out.value.kind();
    if (kind != Kind::symbol && (kind < Kind::list || kind > Kind::set))
        return fail(
            "metadata cannot stand before " + std::string{describe(kind)}, begin, at_ - begin);
    // The outermost `^` is the first one written: it wins.
    Map merged = out.meta.is_map() ? out.meta.as_map() : Map{};
    for (const auto& [key, value] : given)
        merged = std::move(merged).assoc(key, value);
    out.value = std::move(out.value).with_meta(merged);
    out.meta = std::move(merged);
    return true;
}

bool Parser::parse_hash(Form& out)
{
    const char c = peek(1);
    switch (c) {
        case '{':
            return parse_bracketed(out, 2, '}');
        case '#':
            return parse_named_number(out);
        case ':':
            return parse_namespaced_map(out);
        case '(':
        case '"':
        case '\'':
        case '^':
            if (!refuse_in_edn(2))
                return false;
            return c == '('    ? parse_function(out)
                   : c == '"'  ? parse_pattern(out)
                   : c == '\'' ? wrap(out, 2, "var")
                               : parse_meta(out, 2);
        case '=':
            return fail("`#=` is refused: data never becomes code", at_, 2);
        case '?':
            return parse_sole_conditional(out);
        case '<':
            return fail("`#<` begins something that cannot be read back", at_, 2);
        default:
            return parse_tagged(out);
    }
}

bool Parser::argument_name(std::string_view token, Value& out)
{
    if (token == "%&") {
        arguments_.rest = true;
        out = Value::symbol("%&");
        return true;
    }
    unsigned number = 1;
    if (token.size() > 1) {
        const auto [end, error] =
            std::from_chars(token.data() + 1, token.data() + token.size(), number);
        if (error != std::errc{} || end != token.data() + token.size() || number < 1 || number > 20)
            return fail(
                "expected `%`, `%1` to `%20` or `%&` but found `" + std::string{token} + "`",
                at_,
                token.size());
    }
    arguments_.highest = std::max(arguments_.highest, number);
    out = Value::symbol("%" + std::to_string(number));
    return true;
}

/// #(f %) becomes (fn* [%1] (f %1)).
bool Parser::parse_function(Form& out)
{
    if (arguments_.inside)
        return fail(
            "a `#()` cannot stand inside another", at_, 2, "write (fn [x] ...) for one of them");
    const std::size_t begin = at_;
    const Place place = place_at(begin);
    arguments_ = {.inside = true};
    ++at_;
    Form mark;
    finish(mark, begin, place);
    Form body;
    if (!parse_here(body))
        return false;
    VectorBuilder parameters;
    for (unsigned i = 1; i <= arguments_.highest; ++i)
        parameters.push_back(Value::symbol("%" + std::to_string(i)));
    if (arguments_.rest) {
        parameters.push_back(Value::symbol("&"));
        parameters.push_back(Value::symbol("%&"));
    }
    arguments_ = {};
    Form parameter_form = implied(parameters.finish(), mark.span);
    for (const Value& parameter : parameter_form.value.as_vector())
        parameter_form.children.push_back(implied(parameter, mark.span));
    std::vector<Form> parts;
    parts.push_back(implied(Value::symbol("fn*"), mark.span));
    parts.push_back(std::move(parameter_form));
    parts.push_back(std::move(body));
    out = list_of(std::move(parts));
    return true;
}

bool Parser::parse_pattern(Form& out)
{
    const std::size_t begin = at_;
    at_ += 2;
    const std::size_t text = at_;
    while (!at_end() && text_[at_] != '"')
        at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_end())
        return fail_unfinished(
            "the pattern is not closed: expected `\"` but the text ends", begin, 2);
    out.value = make_native<PatternText>(std::string{text_.substr(text, at_ - text)});
    ++at_;
    return true;
}

bool Parser::parse_named_number(Form& out)
{
    const std::size_t begin = at_;
    const std::string_view name = token_at(at_ + 2);
    at_ += 2 + name.size();
    if (name == "Inf")
        out.value = Value::real(std::numeric_limits<double>::infinity());
    else if (name == "-Inf")
        out.value = Value::real(-std::numeric_limits<double>::infinity());
    else if (name == "NaN")
        out.value = Value::real(std::numeric_limits<double>::quiet_NaN());
    else
        return fail("expected `##Inf`, `##-Inf` or `##NaN` but found `##" + std::string{name} + "`",
                    begin,
                    at_ - begin);
    return true;
}

/// #:ns{:a 1 b/c 2} becomes {:ns/a 1 b/c 2}.
bool Parser::parse_namespaced_map(Form& out)
{
    const std::size_t begin = at_;
    const std::string_view name = token_at(at_ + 2);
    if (name.empty() || !begins_as_name(name) || name.find('/') != std::string_view::npos)
        return fail("expected the name of a namespace after `#:`", begin, 2 + name.size());
    if (!check_name(name, begin + 2))
        return false;
    at_ += 2 + name.size();
    while (!at_end() && is_space(text_[at_]))
        ++at_;
    if (peek() != '{')
        return fail("expected a map after `#:" + std::string{name} + "`", begin, 2 + name.size());
    if (!parse_here(out))
        return false;
    MapBuilder qualified;
    for (const auto& [key, value] : out.value.as_map()) {
        const bool bare = (key.is_keyword() || key.is_symbol()) && key.name_space().empty();
        if (bare)
            qualified.set(name_value(key.kind(), std::string{name} + "/" + std::string{key.name()}),
                          value);
        else
            qualified.set(key, value);
    }
    for (std::size_t i = 0; i < out.children.size(); i += 2) {
        Value& key = out.children[i].value;
        if ((key.is_keyword() || key.is_symbol()) && key.name_space().empty())
            key = name_value(key.kind(), std::string{name} + "/" + std::string{key.name()});
    }
    if (qualified.size() != out.value.as_map().size())
        return fail("a key is in the map twice", begin, at_ - begin);
    out.value = qualified.finish();
    return true;
}

/// `#?(:feature form ...)` gives one form or none, `#?@` the elements of one.
bool Parser::parse_conditional(std::vector<Form>& chosen)
{
    const std::size_t begin = at_;
    if (dialect_.hooks == nullptr || dialect_.hooks->features.empty())
        return fail("reader conditionals are not supported: `#?`", at_, 2);
    const bool splicing = peek(2) == '@';
    at_ += splicing ? 3 : 2;
    Form list;
    if (!parse_required(list, begin, "expected a list after `#?`"))
        return false;
    if (!list.value.is_list() || list.children.size() % 2 != 0)
        return fail("expected pairs of a feature and a form after `#?`", begin, at_ - begin);
    const auto& features = dialect_.hooks->features;
    for (std::size_t i = 0; i < list.children.size(); i += 2) {
        const Value& feature = list.children[i].value;
        if (!feature.is_keyword())
            return fail("expected a keyword as a feature", begin, at_ - begin);
        if (std::find(features.begin(), features.end(), feature.name()) == features.end())
            continue;
        Form& form = list.children[i + 1];
        if (!splicing)
            chosen.push_back(std::move(form));
        else if (form.value.is_list() || form.value.is_vector())
            chosen = std::move(form.children);
        else
            return fail("`#?@` expected a list or vector to splice", begin, at_ - begin);
        return true;
    }
    return true;
}

bool Parser::parse_sole_conditional(Form& out)
{
    const std::size_t begin = at_;
    std::vector<Form> chosen;
    if (!parse_conditional(chosen))
        return false;
    if (chosen.size() != 1)
        return fail("expected one form but `#?` gives " + std::to_string(chosen.size()),
                    begin,
                    at_ - begin);
    out = std::move(chosen.front());
    return true;
}

bool Parser::parse_tagged(Form& out)
{
    const std::size_t begin = at_;
    const std::string_view tag = token_at(at_ + 1);
    if (tag.empty())
        return at_ + 1 == text_.size()
                   ? fail_unfinished("expected a tag after `#` but the text ends", begin, 1)
                   : fail("expected a tag after `#`", begin, 1);
    if (!check_name(tag, begin + 1))
        return false;
    if (discarding_ == 0 && !dialect_.code && dialect_.handler == nullptr)
        return fail(
            "the tag `#" + std::string{tag} + "` is not allowed here", begin, 1 + tag.size());
    at_ += 1 + tag.size();
    Form content;
    if (!parse_required(content, begin, "expected a form after `#" + std::string{tag} + "`"))
        return false;
    if (discarding_ == 0 && dialect_.handler != nullptr) {
        Result<Value> made = (*dialect_.handler)(tag, content);
        if (!made)
            return fail(made.failure().message, begin, at_ - begin, made.failure().details);
        out.value = std::move(made).value();
    } else {
        out.value = make_native<Tagged>(name_value(Kind::symbol, tag), content.value);
    }
    out.children.push_back(std::move(content));
    return true;
}

}  // namespace reops::data
