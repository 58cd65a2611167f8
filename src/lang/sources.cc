// SPDX-License-Identifier: Apache-2.0
#include "lang/sources.hh"

#include "data/read_error.hh"

#include <algorithm>
#include <iterator>

namespace reops::lang {

namespace {

/// Texts that stay although nobody holds them.
constexpr std::size_t kept_texts = 64;

}  // namespace

Sources::Sources() : next_size_(2 * kept_texts) {}

SourcePtr Sources::add(std::string_view file, std::string_view text)
{
    const std::lock_guard lock{mutex_};
    if (texts_.size() >= next_size_)
        forget();
    auto added =
        std::make_shared<const SourceText>(SourceText{std::string{file}, std::string{text}, next_});
    // One more byte than the text has, so that its end is a place of its own.
    next_ += static_cast<std::uint32_t>(text.size()) + 1;
    texts_[added->begin] = added;
    return added;
}

/// Requires mutex_. Only here a reference is taken from the map's own, so one that is alone stays
/// alone.
void Sources::forget()
{
    const auto latest = std::prev(texts_.end(), static_cast<std::ptrdiff_t>(kept_texts));
    for (auto at = texts_.begin(); at != latest;)
        at = at->second.use_count() == 1 ? texts_.erase(at) : std::next(at);
    next_size_ = 2 * std::max(texts_.size(), kept_texts);
}

SourcePtr Sources::find(Place place) const
{
    const std::lock_guard lock{mutex_};
    auto next = texts_.upper_bound(place.begin);
    if (!place.is_known() || next == texts_.begin())
        return nullptr;
    --next;
    return place.begin - next->first > next->second->text.size() ? nullptr : next->second;
}

Location Sources::locate(Place place) const
{
    const SourcePtr found = find(place);
    if (found == nullptr)
        return {};
    return {found->file, data::span_of(found->text, place.begin - found->begin, place.length)};
}

std::string Sources::text_of(Place place) const
{
    const SourcePtr found = find(place);
    return found == nullptr ? std::string{}
                            : found->text.substr(place.begin - found->begin, place.length);
}

std::string Sources::file_of(Place place) const
{
    const SourcePtr found = find(place);
    return found == nullptr ? std::string{} : found->file;
}

std::size_t Sources::size() const
{
    const std::lock_guard lock{mutex_};
    return texts_.size();
}

}  // namespace reops::lang
