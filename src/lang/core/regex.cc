// SPDX-License-Identifier: Apache-2.0
#define PCRE2_CODE_UNIT_WIDTH 8
#include "lang/core/regex.hh"

#include "data/vector.hh"
#include "lang/error.hh"
#include "lang/task.hh"

#include <map>

#include <pcre2.h>

namespace reops::lang {

namespace {

constexpr std::uint32_t match_limit = 20'000'000;
constexpr std::uint32_t depth_limit = 100'000;

std::string message_of(int error)
{
    unsigned char buffer[256];
    pcre2_get_error_message(error, buffer, sizeof buffer);
    return reinterpret_cast<const char*>(buffer);
}

/// One per thread, grown at need, so that matching allocates nothing.
class MatchMemory {
public:
    MatchMemory()
        : data_(pcre2_match_data_create(64, nullptr)), context_(pcre2_match_context_create(nullptr))
    {
        pcre2_set_match_limit(context_, match_limit);
        pcre2_set_depth_limit(context_, depth_limit);
    }
    ~MatchMemory()
    {
        pcre2_match_data_free(data_);
        pcre2_match_context_free(context_);
    }
    MatchMemory(const MatchMemory&) = delete;
    MatchMemory& operator=(const MatchMemory&) = delete;

    pcre2_match_data* data() const { return data_; }
    pcre2_match_context* context() const { return context_; }

private:
    pcre2_match_data* data_;
    pcre2_match_context* context_;
};

MatchMemory& memory()
{
    thread_local MatchMemory of_thread;
    return of_thread;
}

}  // namespace

Value Match::group(std::string_view text, std::size_t index) const
{
    if (index >= groups.size() || !groups[index])
        return {};
    return Value::string(
        text.substr(groups[index]->begin, groups[index]->end - groups[index]->begin));
}

Value Match::to_value(std::string_view text) const
{
    if (groups.size() == 1)
        return group(text, 0);
    data::VectorBuilder out;
    for (std::size_t i = 0; i < groups.size(); ++i)
        out.push_back(group(text, i));
    return out.finish();
}

Pattern::Pattern(std::string text)
    : Native(static_cast<std::uint16_t>(id)), text_(std::move(text)), code_(nullptr)
{
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text_.data()),
                          text_.size(),
                          PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_ALT_BSUX,
                          &error,
                          &offset,
                          nullptr);
    if (code_ == nullptr)
        fail(errors::pattern_syntax,
             "the pattern #\"" + text_ + "\" is wrong at byte " + std::to_string(offset) + ": " +
                 message_of(error));
    pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE);
}

Pattern::~Pattern()
{
    pcre2_code_free(code_);
}

std::string Pattern::print() const
{
    return "#\"" + text_ + "\"";
}

std::optional<Match> Pattern::find(Task& task,
                                   std::string_view subject,
                                   std::size_t from,
                                   bool whole) const
{
    task.poll();
    MatchMemory& at = memory();
    // With anchors the compiled code cannot be used, so only re-matches pays for interpreting.
    const std::uint32_t options = whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0;
    const int found = pcre2_match(code_,
                                  reinterpret_cast<PCRE2_SPTR>(subject.data()),
                                  subject.size(),
                                  from,
                                  options | PCRE2_NO_UTF_CHECK,
                                  at.data(),
                                  at.context());
    if (found == PCRE2_ERROR_NOMATCH)
        return std::nullopt;
    if (found < 0)
        fail(errors::illegal_state,
             "matching #\"" + text_ + "\" was ended: " + message_of(found),
             "a pattern with nested repeats tries too much; make it more exact");
    std::uint32_t groups = 0;
    pcre2_pattern_info(code_, PCRE2_INFO_CAPTURECOUNT, &groups);
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(at.data());
    Match match;
    match.groups.resize(std::size_t{groups} + 1);
    for (std::size_t i = 0; i < match.groups.size() && i < static_cast<std::size_t>(found); ++i)
        if (offsets[2 * i] != PCRE2_UNSET)
            match.groups[i] = {offsets[2 * i], offsets[2 * i + 1]};
    return match;
}

std::optional<std::size_t> Pattern::group_named(const std::string& name) const
{
    const int number =
        pcre2_substring_number_from_name(code_, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    return number < 0 ? std::nullopt : std::optional{static_cast<std::size_t>(number)};
}

Value Matcher::find_next(Task& task) const
{
    const std::string_view text = text_.as_string();
    last_.reset();
    if (from_ > text.size())
        return {};
    last_ = lang::find<Pattern>(pattern_)->find(task, text, from_);
    if (!last_) {
        from_ = text.size() + 1;
        return {};
    }
    from_ = last_->end() + (last_->end() == last_->begin() ? 1 : 0);
    return last_->to_value(text);
}

Value Matcher::groups() const
{
    if (!last_)
        fail(errors::illegal_state, "No match found");
    return last_->to_value(text_.as_string());
}

bool is_pattern(const Value& value)
{
    return find<Pattern>(value) != nullptr ||
           data::find_native<data::PatternText>(value) != nullptr;
}

const Pattern& need_pattern(const Value& value, Value& keeper, std::string_view role)
{
    if (const Pattern* pattern = find<Pattern>(value))
        return *pattern;
    const auto* read = data::find_native<data::PatternText>(value);
    if (read == nullptr)
        fail_type("a pattern", value, role);
    // Of code that was read and not analysed; the few that a thread used last are kept.
    thread_local std::map<std::string, Value> known;
    if (known.size() > 100)
        known.clear();
    Value& compiled = known[read->text()];
    if (compiled.is_nil())
        compiled = data::make_native<Pattern>(read->text());
    keeper = compiled;
    return *find<Pattern>(keeper);
}

}  // namespace reops::lang
