// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Text to forms: values with the places where they stand. Reads Clojure's syntax. The
/// shorthands become lists: 'x (quote x), @x (deref x), #'x (var x), `x (syntax-quote x), ~x
/// (unquote x), ~@x (unquote-splicing x), #(f %) (fn* [%1] (f %1)). ::k is a keyword named ":k", to
/// be resolved by who knows the namespace. Refused by name: big integers, ratios, decimals, reader
/// conditionals, `#=`.

#include "base/result.hh"
#include "data/limits.hh"
#include "data/read_error.hh"
#include "data/span.hh"
#include "data/value.hh"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::data {

/// A value and its place. `children` are the parts of a list, vector, set or map (k v k v) in the
/// order of the source; what a shorthand implies stands at its mark. A tagged literal has one
/// child, its form.
struct Form {
    Value value;
    Span span;
    std::vector<Form> children = {};
    Value meta = {};  ///< what `^` put before it: a map, or nil
};

/// What a language adds to the reading of code. Without a hook its syntax is refused by name.
struct ReadHooks {
    /// The value of a number that is no 64-bit integer and no double: "12N", "1/2", "1.5M", or a
    /// decimal integer beyond 64 bits. Nothing: not one.
    std::function<std::optional<Value>(std::string_view token)> number = {};
    /// The keyword that `::name` means; nothing: no such alias.
    std::function<std::optional<Value>(std::string_view name)> current_keyword = {};
    /// The features that `#?(...)` takes, first of the text first; empty: conditionals are refused.
    std::vector<std::string> features = {};
};

/// Reads forms one after the other. The text must outlive the reader. Not for sharing.
class FormReader {
public:
    explicit FormReader(std::string_view text, ReadLimits limits = ReadLimits::for_code());
    /// With hooks, which must outlive the reader too.
    FormReader(std::string_view text, ReadLimits limits, const ReadHooks& hooks);
    ~FormReader();
    FormReader(const FormReader&) = delete;
    FormReader& operator=(const FormReader&) = delete;

    /// The next form, nothing at the end of the text. After a failure (invalid_argument) error()
    /// says more, and reading does not go on.
    Result<std::optional<Form>> next();
    /// Requires a failed next().
    const ReadError& error() const;
    /// How many bytes of the text are read.
    std::size_t offset() const;
    /// Did the text end inside a form? Then more text may complete it (a REPL's next line).
    bool is_unfinished() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

/// Exactly one form; anything but white space and comments around it is refused. Failures are
/// invalid_argument, "LINE:COLUMN: what is wrong", with the hint as details.
Result<Form> read_form(std::string_view text, ReadLimits limits = ReadLimits::for_code());

/// All forms of a text, maybe none.
Result<std::vector<Form>> read_all(std::string_view text,
                                   ReadLimits limits = ReadLimits::for_code());

}  // namespace reops::data
