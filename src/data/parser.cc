// SPDX-License-Identifier: Apache-2.0
#include "data/parser.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/vector.hh"

#include <algorithm>
#include <array>
#include <iterator>

namespace reops::data {

namespace {

/// Levels that the stack certainly holds, whatever the caller allows.
constexpr std::size_t most_levels = 1000;

}  // namespace

bool is_space(char c)
{
    return c == ' ' || c == ',' || (c >= '\t' && c <= '\r');
}

bool ends_token(char c)
{
    static constexpr std::array<bool, 256> ends = [] {
        std::array<bool, 256> table{};
        for (const char each : std::string_view{"\";^@`~()[]{}\\ ,\t\n\v\f\r"})
            table[static_cast<unsigned char>(each)] = true;
        return table;
    }();
    return ends[static_cast<unsigned char>(c)];
}

Parser::Parser(std::string_view text, ReadLimits limits, Dialect dialect)
    : text_(text), limits_(limits), dialect_(dialect)
{
    limits_.depth = std::min(limits_.depth, most_levels);
}

bool Parser::fail(std::string message, std::size_t offset, std::size_t length, std::string hint)
{
    error_ = {std::move(message), span_of(text_, offset, length), std::move(hint)};
    return false;
}

bool Parser::fail_unfinished(std::string message, std::size_t offset, std::size_t length)
{
    unfinished_ = true;
    return fail(std::move(message), offset, length);
}

std::string Parser::describe_place(std::size_t offset) const
{
    const Span span = span_of(text_, offset, 1);
    return std::to_string(span.line) + ":" + std::to_string(span.column);
}

bool Parser::check_text()
{
    started_ = true;
    if (text_.size() > limits_.bytes) {
        error_ = {"the text is " + std::to_string(text_.size()) + " bytes, the limit is " +
                      std::to_string(limits_.bytes) + " bytes",
                  span_of(text_.substr(0, 1), 0, 1),
                  ""};
        return false;
    }
    const std::size_t invalid = find_invalid_utf8(text_);
    if (invalid != std::string_view::npos)
        return fail("the text is not UTF-8", invalid, 1);
    if (text_.starts_with(byte_order_mark))
        at_ = seen_ = byte_order_mark.size();
    return true;
}

bool Parser::next(Form& out, bool& found)
{
    found = false;
    if (!started_ && !check_text())
        return false;
    for (;;) {
        if (!skip_space())
            return false;
        if (at_end())
            return true;
        if (!at_conditional() || dialect_.hooks == nullptr) {
            found = true;
            return parse_here(out);
        }
        const std::size_t begin = at_;
        std::vector<Form> chosen;
        if (!parse_conditional(chosen))
            return false;
        if (chosen.size() > 1)
            return fail("`#?@` needs a collection around it", begin, 3);
        if (!chosen.empty()) {
            out = std::move(chosen.front());
            found = true;
            return true;
        }
    }
}

/// Walks on from the last place that was asked for; forms begin and end in order.
Parser::Place Parser::place_at(std::size_t offset)
{
    if (!dialect_.keep_children)
        return {};
    if (offset < seen_) {
        seen_ = 0;
        seen_place_ = {};
    }
    for (; seen_ < offset; ++seen_) {
        const auto c = static_cast<unsigned char>(text_[seen_]);
        if (c == '\n')
            seen_place_ = {seen_place_.line + 1, 1};
        else if ((c & 0xc0) != 0x80)
            ++seen_place_.column;
    }
    return seen_place_;
}

void Parser::finish(Form& out, std::size_t begin, Place place)
{
    const Place end = place_at(at_);
    out.span = {place.line, place.column, end.line, end.column, begin, at_ - begin};
}

bool Parser::skip_space()
{
    for (;;) {
        while (!at_end() && is_space(text_[at_]))
            ++at_;
        if (peek() == ';' || (peek() == '#' && peek(1) == '!')) {
            while (!at_end() && text_[at_] != '\n')
                ++at_;
        } else if (peek() == '#' && peek(1) == '_') {
            if (!skip_discarded())
                return false;
        } else {
            return true;
        }
    }
}

bool Parser::skip_discarded()
{
    const std::size_t begin = at_;
    at_ += 2;
    if (depth_ == limits_.depth)
        return fail("nested deeper than the limit of " + std::to_string(limits_.depth) + " levels",
                    begin,
                    2);
    ++depth_;
    ++discarding_;
    Form dropped;
    const Arguments arguments = arguments_;
    if (!parse_required(dropped, begin, "`#_` needs a form to leave out"))
        return false;
    arguments_ = arguments;
    --discarding_;
    --depth_;
    return true;
}

/// The form that must follow a prefix which began at `begin`.
bool Parser::parse_required(Form& out, std::size_t begin, std::string_view what)
{
    const std::size_t length = at_ - begin;
    if (!skip_space())
        return false;
    if (at_end())
        return fail_unfinished(std::string{what} + " but the text ends", begin, length);
    const char c = text_[at_];
    if (c == ')' || c == ']' || c == '}')
        return fail(std::string{what} + " but found `" + c + "`", begin, length);
    return parse_here(out);
}

bool Parser::parse_here(Form& out)
{
    if (depth_ == limits_.depth)
        return fail(
            "nested deeper than the limit of " + std::to_string(limits_.depth) + " levels", at_, 1);
    const std::size_t begin = at_;
    const Place place = place_at(begin);
    ++depth_;
    const bool good = parse(out);
    --depth_;
    if (good)
        finish(out, begin, place);
    return good;
}

bool Parser::parse(Form& out)
{
    switch (text_[at_]) {
        case '(':
            return parse_bracketed(out, 1, ')');
        case '[':
            return parse_bracketed(out, 1, ']');
        case '{':
            return parse_bracketed(out, 1, '}');
        case ')':
        case ']':
        case '}':
            return fail("found `" + std::string{text_[at_]} + "` but nothing is open", at_, 1);
        case '"':
            return parse_string(out.value);
        case '\\':
            return parse_character(out.value);
        case '#':
            return parse_hash(out);
        case '\'':
        case '`':
        case '~':
        case '@':
        case '^':
            return parse_quote(out);
        default:
            return parse_token(out);
    }
}

bool Parser::parse_bracketed(Form& out, std::size_t opener_bytes, char closer)
{
    const std::size_t opener = at_;
    const std::size_t base = stack_.size();
    at_ += opener_bytes;
    if (!parse_elements(opener, text_.substr(opener, opener_bytes), closer))
        return false;
    const bool is_set = text_.substr(opener, 2) == "#{";
    out.span = {0, 0, 0, 0, opener, at_ - opener};
    const bool good = make_collection(out, closer, is_set, base);
    if (good && dialect_.keep_children)
        out.children.assign(std::make_move_iterator(stack_.begin() + static_cast<long>(base)),
                            std::make_move_iterator(stack_.end()));
    stack_.resize(base);
    return good;
}

bool Parser::parse_elements(std::size_t opener, std::string_view opener_text, char closer)
{
    for (;;) {
        if (!skip_space())
            return false;
        if (at_end())
            return fail_unfinished("the `" + std::string{opener_text} +
                                       "` is not closed: expected `" + closer +
                                       "` but the text ends",
                                   opener,
                                   opener_text.size());
        const char c = text_[at_];
        if (c == closer) {
            ++at_;
            return true;
        }
        if (c == ')' || c == ']' || c == '}')
            return fail(
                "expected `" + std::string{closer} + "` but found `" + c + "`",
                at_,
                1,
                "the `" + std::string{opener_text} + "` to close is at " + describe_place(opener));
        if (at_conditional() && dialect_.hooks != nullptr) {
            std::vector<Form> chosen;
            if (!parse_conditional(chosen))
                return false;
            std::move(chosen.begin(), chosen.end(), std::back_inserter(stack_));
            continue;
        }
        Form element;
        if (!parse_here(element))
            return false;
        stack_.push_back(std::move(element));
    }
}

std::vector<Value> Parser::take_values(std::size_t base) const
{
    std::vector<Value> values;
    values.reserve(stack_.size() - base);
    for (std::size_t i = base; i < stack_.size(); ++i)
        values.push_back(stack_[i].value);
    return values;
}

bool Parser::make_collection(Form& out, char closer, bool is_set, std::size_t base)
{
    if (is_set)
        return make_set(out, base);
    if (closer == '}')
        return make_map(out, base);
    if (closer == ')')
        out.value = make_list(take_values(base));
    else
        out.value = make_vector(take_values(base));
    return true;
}

bool Parser::make_map(Form& out, std::size_t base)
{
    const std::size_t count = stack_.size() - base;
    if (count % 2 != 0)
        return fail("expected pairs of key and value in a map but found " + std::to_string(count) +
                        (count == 1 ? " form" : " forms"),
                    out.span.offset,
                    out.span.length,
                    "the last key, `" + data::print(stack_.back().value) + "`, has no value");
    MapBuilder builder;
    for (std::size_t i = base; i < stack_.size(); i += 2) {
        builder.set(stack_[i].value, stack_[i + 1].value);
        if (builder.size() != (i - base) / 2 + 1)
            return fail("the key `" + data::print(stack_[i].value) + "` is in the map twice",
                        stack_[i].span.offset,
                        stack_[i].span.length);
        if (builder.most_alike() > MapBuilder::alike_limit)
            return refuse_alike("keys", out.span);
    }
    out.value = builder.finish();
    return true;
}

bool Parser::refuse_alike(std::string_view what, const Span& span)
{
    return fail("over " + std::to_string(MapBuilder::alike_limit) + " " + std::string{what} +
                    " have one hash value, which does not happen by chance",
                span.offset,
                1);
}

bool Parser::make_set(Form& out, std::size_t base)
{
    SetBuilder builder;
    for (std::size_t i = base; i < stack_.size(); ++i) {
        builder.insert(stack_[i].value);
        if (builder.most_alike() > MapBuilder::alike_limit)
            return refuse_alike("elements", out.span);
        if (builder.size() != i - base + 1)
            return fail("the element `" + data::print(stack_[i].value) + "` is in the set twice",
                        stack_[i].span.offset,
                        stack_[i].span.length);
    }
    out.value = builder.finish();
    return true;
}

}  // namespace reops::data
