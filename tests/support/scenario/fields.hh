// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Reading a scenario's files: maps with known words. The first mistake is kept with its
/// place; after it everything reads as absent, so that callers need no checks in between.

#include "base/time.hh"
#include "data/edn.hh"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::scenario {

/// One file and the first mistake in it.
class Source {
public:
    /// `name` is shown in reports: "events.edn".
    Source(std::string name, std::string text);

    /// Its one value; null after a mistake.
    const data::Form* root() const { return root_ ? &*root_ : nullptr; }
    void complain(const data::Form& at, std::string message, std::string hint = {});
    bool good() const { return !error_; }
    /// The mistake as people see it, with the lines around it. Requires !good().
    std::string report() const;

private:
    std::string name_;
    std::string text_;
    std::optional<data::Form> root_;
    std::optional<data::ReadError> error_;
};

/// A map of a file. Unknown words are a mistake, with the nearest known one.
class Fields {
public:
    Fields(Source& source,
           const data::Form& map,
           std::string_view what,
           std::initializer_list<std::string_view> words);

    bool has(std::string_view word) const { return find(word) != nullptr; }
    const data::Form* find(std::string_view word) const;
    /// A string or a keyword.
    std::string text(std::string_view word, std::string_view otherwise = {}) const;
    std::vector<std::string> texts(std::string_view word) const;
    Duration span(std::string_view word, Duration otherwise = {}) const;
    std::optional<double> number(std::string_view word) const;
    bool flag(std::string_view word, bool otherwise = false) const;
    /// The parts of a vector; none when the word is absent.
    std::vector<const data::Form*> items(std::string_view word) const;
    /// One of the words given, the first when absent.
    std::string choice(std::string_view word, std::initializer_list<std::string_view> known) const;
    /// A mistake at the word, or at the map when it is absent.
    void complain(std::string_view word, std::string message, std::string hint = {}) const;

    Source& source() const { return *source_; }
    const data::Form& form() const { return *map_; }

private:
    Source* source_;
    const data::Form* map_;
};

/// Name and value of each entry of a map whose keys are strings: {"foo" {..}}.
struct Named {
    std::string name;
    const data::Form* form;
};
std::vector<Named> entries_of(Source& source, const data::Form& map);

}  // namespace reops::scenario
