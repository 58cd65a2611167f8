// SPDX-License-Identifier: Apache-2.0
#include "lang/sources.hh"

#include "data/read_error.hh"

#include <algorithm>

namespace reops::lang {

std::uint32_t Sources::add(std::string_view file, std::string_view text)
{
    const std::lock_guard lock{mutex_};
    const std::uint32_t begin = next_;
    // One more byte than the text has, so that its end is a place of its own.
    next_ += static_cast<std::uint32_t>(text.size()) + 1;
    texts_[begin] = std::make_unique<Text>(Text{std::string{file}, std::string{text}});
    return begin;
}

Sources::Found Sources::find(std::uint32_t place) const
{
    const std::lock_guard lock{mutex_};
    auto next = texts_.upper_bound(place);
    if (place == 0 || next == texts_.begin())
        return {};
    --next;
    if (place - next->first > next->second->text.size())
        return {};
    return {next->second.get(), next->first};
}

Location Sources::locate(Place place) const
{
    const Found found = find(place.begin);
    if (found.text == nullptr)
        return {};
    return {found.text->file,
            data::span_of(found.text->text, place.begin - found.begin, place.length)};
}

std::string_view Sources::text_of(Place place) const
{
    const Found found = find(place.begin);
    if (found.text == nullptr)
        return {};
    return std::string_view{found.text->text}.substr(place.begin - found.begin, place.length);
}

std::string_view Sources::whole_text(Place place) const
{
    const Found found = find(place.begin);
    return found.text == nullptr ? std::string_view{} : found.text->text;
}

std::string_view Sources::file_of(Place place) const
{
    const Found found = find(place.begin);
    return found.text == nullptr ? std::string_view{} : found.text->file;
}

void Sources::drop(std::uint32_t begin)
{
    const std::lock_guard lock{mutex_};
    texts_.erase(begin);
}

}  // namespace reops::lang
