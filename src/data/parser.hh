// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The parser behind reader.hh and edn.hh; internal to this folder. One class, three files:
/// parser.cc (white space, brackets), parser_atoms.cc (numbers, names, characters, strings),
/// parser_shorthand.cc (quotes, metadata, everything behind `#`).

#include "data/edn.hh"
#include "data/limits.hh"
#include "data/read_error.hh"
#include "data/reader.hh"
#include "data/value.hh"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reops::data {

/// What kind of text it is.
struct Dialect {
    bool code = true;           ///< shorthands and patterns; names are interned; tags stay Tagged
    bool keep_children = true;  ///< fill Form::children, and lines and columns of spans
    const TagHandler* handler = nullptr;  ///< null: none
    const ReadHooks* hooks = nullptr;     ///< null: none
};

/// Recursive descent. Functions return false once error() is set.
class Parser {
public:
    Parser(std::string_view text, ReadLimits limits, Dialect dialect);

    /// Reads a form, or leaves `found` false at the end of the text.
    bool next(Form& out, bool& found);
    const ReadError& error() const { return error_; }
    std::size_t offset() const { return at_; }
    /// Did the text end where a form goes on?
    bool is_unfinished() const { return unfinished_; }

private:
    struct Place {
        std::uint32_t line = 1;
        std::uint32_t column = 1;
    };
    /// `%1 %2 %&` of the `#()` at hand.
    struct Arguments {
        bool inside = false;
        bool rest = false;
        unsigned highest = 0;
    };

    // parser.cc
    bool check_text();
    bool skip_space();
    bool skip_discarded();
    bool at_conditional() const { return peek() == '#' && peek(1) == '?'; }
    bool parse(Form& out);
    bool parse_here(Form& out);
    bool parse_required(Form& out, std::size_t begin, std::string_view what);
    bool parse_bracketed(Form& out, std::size_t opener_bytes, char closer);
    bool parse_elements(std::size_t opener, std::string_view opener_text, char closer);
    bool make_collection(Form& out, char closer, bool is_set, std::size_t base);
    bool make_map(Form& out, std::size_t base);
    bool make_set(Form& out, std::size_t base);
    bool refuse_alike(std::string_view what, const Span& span);
    std::vector<Value> take_values(std::size_t base) const;
    void finish(Form& out, std::size_t begin, Place place);
    Place place_at(std::size_t offset);

    // parser_atoms.cc
    std::string_view token_at(std::size_t begin) const;
    bool parse_token(Form& out);
    bool parse_number(std::string_view token, Value& out);
    bool parse_integer(std::string_view token, std::string_view digits, int base, Value& out);
    bool parse_other_number(std::string_view token, std::string_view what, Value& out);
    bool parse_real(std::string_view token, Value& out);
    bool parse_keyword(std::string_view token, Value& out);
    bool parse_symbol(std::string_view token, Value& out);
    bool check_name(std::string_view name, std::size_t offset);
    bool parse_character(Value& out);
    bool parse_string(Value& out);
    bool parse_escape(std::string& out);
    bool parse_unicode(std::string& out);
    bool parse_hex(char32_t& out);
    Value name_value(Kind kind, std::string_view name) const;

    // parser_shorthand.cc
    bool parse_quote(Form& out);
    bool wrap(Form& out, std::size_t bytes, std::string_view head);
    bool parse_meta(Form& out, std::size_t bytes);
    bool parse_hash(Form& out);
    bool parse_function(Form& out);
    bool parse_pattern(Form& out);
    bool parse_named_number(Form& out);
    bool parse_conditional(std::vector<Form>& chosen);
    bool parse_sole_conditional(Form& out);
    bool parse_namespaced_map(Form& out);
    bool parse_tagged(Form& out);
    bool refuse_in_edn(std::size_t bytes);
    bool argument_name(std::string_view token, Value& out);

    bool fail(std::string message, std::size_t offset, std::size_t length, std::string hint = {});
    bool fail_unfinished(std::string message, std::size_t offset, std::size_t length);
    std::string describe_place(std::size_t offset) const;
    bool at_end() const { return at_ >= text_.size(); }
    char peek(std::size_t ahead = 0) const
    {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    std::string_view text_;
    ReadLimits limits_;
    Dialect dialect_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    std::size_t discarding_ = 0;  ///< inside `#_`: tags mean nothing
    std::vector<Form> stack_;     ///< elements of the collections that are open
    Arguments arguments_;
    std::size_t seen_ = 0;  ///< where seen_place_ is
    Place seen_place_;
    bool unfinished_ = false;
    bool started_ = false;
    ReadError error_;
};

/// The whole text as one form, or as any number of them. `error` may be null.
Result<Form> read_one(std::string_view text, ReadLimits limits, Dialect dialect, ReadError* error);
Result<std::vector<Form>> read_every(std::string_view text,
                                     ReadLimits limits,
                                     Dialect dialect,
                                     ReadError* error);

/// White space, comma included; and what ends a token besides.
bool is_space(char c);
/// U+FEFF in UTF-8.
constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
bool ends_token(char c);

}  // namespace reops::data
