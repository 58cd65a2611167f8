// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Regular expressions, with PCRE2: a pattern, one match, and a matcher that walks a text.
/// Patterns are UTF-8 and follow java.util.regex in what programs commonly write. A match ends with
/// an error when it takes too many steps, and with the task when that is interrupted.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pcre2_real_code_8;

namespace reops::lang {

using data::Value;

class Task;

/// Offsets of groups in bytes, group 0 being the whole; nothing for those that took no part.
struct Match {
    struct Group {
        std::size_t begin;
        std::size_t end;
    };
    std::vector<std::optional<Group>> groups;

    std::size_t begin() const { return groups[0]->begin; }
    std::size_t end() const { return groups[0]->end; }
    Value group(std::string_view text, std::size_t index) const;
    /// As re-find gives it: the string, or a vector of the groups.
    Value to_value(std::string_view text) const;
};

/// Compiled once; any thread may match.
class Pattern final : public data::Native {
public:
    static constexpr ClassId id = ClassId::pattern;

    /// Throws IllegalArgumentException with the place of the mistake.
    explicit Pattern(std::string text);
    ~Pattern() override;
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;

    const std::string& text() const { return text_; }
    /// The first match from a byte offset on; `whole`: only one that takes all of the text.
    std::optional<Match> find(Task& task,
                              std::string_view subject,
                              std::size_t from,
                              bool whole = false) const;
    /// The number of the group of that name.
    std::optional<std::size_t> group_named(const std::string& name) const;

    std::string_view type_name() const override { return "pattern"; }
    std::string print() const override;

private:
    std::string text_;
    pcre2_real_code_8* code_;
};

/// What `re-matcher` makes. For one thread at a time.
class Matcher final : public data::Native {
public:
    static constexpr ClassId id = ClassId::matcher;

    Matcher(Value pattern, Value text)
        : Native(static_cast<std::uint16_t>(id)),
          pattern_(std::move(pattern)),
          text_(std::move(text))
    {
    }

    /// The next match, or nil.
    Value find_next(Task& task) const;
    /// The groups of the last match; throws IllegalStateException when there is none.
    Value groups() const;

    std::string_view type_name() const override { return "matcher"; }
    std::string print() const override { return "#matcher"; }

private:
    Value pattern_;
    Value text_;
    mutable std::size_t from_ = 0;
    mutable std::optional<Match> last_;
};

/// The pattern in a value: compiled already, or as the reader left it (then it is compiled now and
/// kept). Throws ClassCastException for anything else.
const Pattern& need_pattern(const Value& value, Value& keeper, std::string_view role);
/// Is it a pattern of either kind?
bool is_pattern(const Value& value);

/// Each match of the text, empty ones too, from left to right. `each` returns false to stop.
template <class Each>
void for_each_match(Task& task, const Pattern& pattern, std::string_view text, Each each)
{
    std::size_t from = 0;
    while (from <= text.size()) {
        const std::optional<Match> match = pattern.find(task, text, from);
        if (!match || !each(*match))
            return;
        from = match->end();
        if (match->end() == match->begin()) {
            ++from;
            while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80)
                ++from;
        }
    }
}

}  // namespace reops::lang
