// SPDX-License-Identifier: Apache-2.0
#include "data/list.hh"
#include "data/vector.hh"
#include "lang/core/conversions.hh"
#include "lang/core/regex.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"

namespace reops::lang {

namespace {

Value re_pattern(Task&, Arguments arguments)
{
    if (is_pattern(arguments[0]))
        return take(arguments[0]);
    return data::make_native<Pattern>(std::string{need_string(arguments[0], "`re-pattern`")});
}

Value re_find(Task& task, Arguments arguments)
{
    if (arguments.size() == 1) {
        if (const auto* matcher = find<Matcher>(arguments[0]))
            return matcher->find_next(task);
        fail_type("a matcher", arguments[0], "`re-find`");
    }
    Value keeper;
    const Pattern& pattern = need_pattern(arguments[0], keeper, "`re-find`");
    const std::string_view text = need_string(arguments[1], "`re-find`");
    const auto match = pattern.find(task, text, 0);
    return match ? match->to_value(text) : Value{};
}

Value re_matches(Task& task, Arguments arguments)
{
    Value keeper;
    const Pattern& pattern = need_pattern(arguments[0], keeper, "`re-matches`");
    const std::string_view text = need_string(arguments[1], "`re-matches`");
    const auto match = pattern.find(task, text, 0, true);
    return match ? match->to_value(text) : Value{};
}

/// The matches from a byte on, one at a time.
Value matches_from(Value pattern, Value text, std::size_t from)
{
    return make_lazy(
        [](Task& task, const auto& own_pattern, const auto& own_text, const auto& own_from)
            -> Value {
            const std::string_view subject = own_text.as_string();
            if (own_from > subject.size())
                return {};
            const auto match = find<Pattern>(own_pattern)->find(task, subject, own_from);
            if (!match)
                return {};
            const std::size_t next = match->end() + (match->end() == match->begin() ? 1 : 0);
            return cons(match->to_value(subject), matches_from(own_pattern, own_text, next));
        },
        std::move(pattern),
        std::move(text),
        from);
}
Value re_seq(Task& task, Arguments arguments)
{
    Value keeper;
    need_pattern(arguments[0], keeper, "`re-seq`");
    need_string(arguments[1], "`re-seq`");
    Value pattern = keeper.is_nil() ? take(arguments[0]) : keeper;
    return seq(task, matches_from(std::move(pattern), take(arguments[1]), 0));
}

Value re_matcher(Task&, Arguments arguments)
{
    Value keeper;
    need_pattern(arguments[0], keeper, "`re-matcher`");
    need_string(arguments[1], "`re-matcher`");
    return data::make_native<Matcher>(keeper.is_nil() ? take(arguments[0]) : keeper,
                                      take(arguments[1]));
}
Value re_groups(Task&, Arguments arguments)
{
    const auto* matcher = find<Matcher>(arguments[0]);
    if (matcher == nullptr)
        fail_type("a matcher", arguments[0], "`re-groups`");
    return matcher->groups();
}

constexpr Builtin table[] = {
    pure("re-pattern",
         "[s]",
         "A pattern from its text.\n(re-find (re-pattern \"b+\") \"abb\") ; => \"bb\"",
         re_pattern),
    pure("re-find",
         "[m] [re s]",
         "The first match: a string, or a vector with the groups.\n(re-find #\"(\\d)(\\d)\" "
         "\"a12\") ; => [\"12\" \"1\" \"2\"]",
         re_find),
    pure("re-matches",
         "[re s]",
         "The match when it takes the whole string.\n(re-matches #\"\\d+\" \"12\") ; => \"12\"",
         re_matches),
    pure("re-seq",
         "[re s]",
         "All matches, lazily.\n(re-seq #\"\\d\" \"a1b2\") ; => (\"1\" \"2\")",
         re_seq),
    pure("re-matcher",
         "[re s]",
         "Walks the matches, one with each re-find.\n(re-find (re-matcher #\"b\" \"ab\")) ; => "
         "\"b\"",
         re_matcher),
    pure("re-groups",
         "[m]",
         "The groups of a matcher's last match.\n(let [m (re-matcher #\"b\" \"ab\")] (re-find m) "
         "(re-groups m)) ; => \"b\"",
         re_groups),
};

}  // namespace

std::span<const Builtin> regex_builtins()
{
    return table;
}

}  // namespace reops::lang
