// SPDX-License-Identifier: Apache-2.0
// Reports of mistakes show lines of the configuration, and secrets may stand in them.
#include "app/config.hh"
#include "base/nearest.hh"

#include <algorithm>
#include <array>

namespace reops::app {

namespace {

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
}

/// The last word of a text, without the spaces around it.
std::string_view last_word(std::string_view text)
{
    while (!text.empty() && is_space(text.back()))
        text.remove_suffix(1);
    std::size_t begin = text.size();
    while (begin > 0 && !is_space(text[begin - 1]) && text[begin - 1] != '{')
        --begin;
    return text.substr(begin);
}

/// These take a name or a place, which is no secret.
bool takes_a_name(std::string_view tag)
{
    static constexpr std::array<std::string_view, 5> tags = {
        "#env", "#file", "#include", "#ref", "#profile"};
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

/// Does what stands before make the next thing a secret? Misspelt words count as well: it is their
/// report that is shown.
bool is_behind_secret_word(std::string_view before)
{
    for (;;) {
        const std::string_view word = last_word(before);
        if (!word.starts_with('#'))
            return word.starts_with(':') && edit_distance(word, ":password", 2) <= 2;
        if (word == "#secret" || takes_a_name(word))
            return word == "#secret";
        before = before.substr(0, static_cast<std::size_t>(word.data() - before.data()));
    }
}

void hide(std::string& text, std::size_t from, std::size_t to)
{
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(from),
              text.begin() + static_cast<std::ptrdiff_t>(to),
              '*');
}

/// In "mqtt://user:password@host" what is between the colon and the last @.
void hide_login(std::string& text, std::size_t from, std::size_t to)
{
    const std::string_view whole = std::string_view{text}.substr(from, to - from);
    const std::size_t scheme = whole.find("://");
    const std::size_t at = whole.rfind('@');
    if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme)
        return;
    const std::size_t colon = whole.find(':', scheme + 3);
    if (colon < at)
        hide(text, from + colon + 1, from + at);
}

/// Behind the closing quote of the string that opens at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at)
{
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return text.size();
}

std::size_t end_of_word(std::string_view text, std::size_t at)
{
    while (at < text.size() && !is_space(text[at]) && text[at] != '}' && text[at] != ']')
        ++at;
    return at;
}

}  // namespace

std::string hide_secrets(std::string_view given)
{
    std::string text{given};
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if (is_space(c)) {
            ++i;
        } else if (c == ';') {  // a comment: its quotes are no strings of the text
            const std::size_t end = std::min(given.find('\n', i), given.size());
            text.replace(i + 1, end - i - 1, hide_secrets(given.substr(i + 1, end - i - 1)));
            i = end;
        } else if (c == '\\') {  // a character such as \"
            i += 2;
        } else if (c == '"') {
            const std::size_t end = end_of_string(given, i);
            const std::size_t inner_end = end > i + 1 && given[end - 1] == '"' ? end - 1 : end;
            if (is_behind_secret_word(given.substr(0, i)))
                hide(text, i + 1, std::max(i + 1, inner_end));
            else
                hide_login(text, i, end);
            i = end;
        } else {
            std::size_t end = std::max(i + 1, std::min(end_of_word(given, i), given.find('"', i)));
            // `#secret #env NAME`: a tag is no secret; a number or a bare word may be one, and of
            // what has parts the rest of the line goes.
            if (c != '#' && is_behind_secret_word(given.substr(0, i))) {
                if (c == '[' || c == '{' || c == '(')
                    end = std::min(given.find('\n', i), given.size());
                hide(text, i, end);
            }
            i = end;
        }
    }
    return text;
}

}  // namespace reops::app
