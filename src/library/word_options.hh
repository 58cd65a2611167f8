// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The options of a word: `:force true :good-for (minutes 5)` behind its own arguments.
/// Unknown names and wrong kinds are refused in a sentence that names the word.

#include "base/time.hh"
#include "data/value.hh"
#include "lang/callable.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::library {

/// Reads `rest` as pairs, or as one map. Throws LangError.
class WordOptions {
public:
    WordOptions(std::string_view word, lang::Arguments rest, std::vector<std::string_view> known);

    bool flag(std::string_view name, bool otherwise) const;
    std::optional<Duration> span(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<std::string> text(std::string_view name) const;
    /// The name of a keyword.
    std::optional<std::string> keyword(std::string_view name) const;
    const data::Value* find(std::string_view name) const;

private:
    void add(const data::Value& name, data::Value value);
    [[noreturn]] void fail_kind(std::string_view name, std::string_view expected) const;

    std::string word_;
    std::vector<std::string_view> known_;
    std::vector<std::pair<std::string, data::Value>> given_;
};

}  // namespace reops::library
