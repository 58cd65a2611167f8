// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A keyed table of records that remembers which of them were changed, so that a decision can
/// be written as the records it changed and loaded again without deciding anew.

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reops::engine {

/// Ordered by key, so that two equal states have equal bytes. Not thread-safe.
template <class Record>
class Table {
public:
    using Rows = std::map<std::string, Record, std::less<>>;

    const Record* find(std::string_view key) const
    {
        const auto at = rows_.find(key);
        return at == rows_.end() ? nullptr : &at->second;
    }
    /// For changing: marks it as changed. Null when absent.
    Record* edit(std::string_view key)
    {
        const auto at = rows_.find(key);
        if (at == rows_.end())
            return nullptr;
        mark(at->first);
        return &at->second;
    }
    /// For changing; made when absent.
    Record& at(std::string_view key)
    {
        auto place = rows_.find(key);
        const bool is_new = place == rows_.end();
        if (is_new)
            place = rows_.emplace(std::string{key}, Record{}).first;
        mark(place->first, is_new);
        return place->second;
    }
    void erase(std::string_view key)
    {
        const auto place = rows_.find(key);
        if (place == rows_.end())
            return;
        if (is_latest(place->first) && changes_.back().is_new)
            changes_.pop_back();  // made and gone within one decision: nothing has changed
        else
            mark(place->first);
        rows_.erase(place);
    }
    const Rows& rows() const { return rows_; }
    std::size_t size() const { return rows_.size(); }

    struct Change {
        std::string key;
        bool is_new = false;  ///< made by this change

        friend auto operator<=>(const Change&, const Change&) = default;
    };
    /// Keys changed since the last call of clear_changes(), possibly repeated.
    const std::vector<Change>& changes() const { return changes_; }
    void clear_changes() { changes_.clear(); }

    /// Recovery only: sets without marking.
    Record& load(std::string_view key) { return rows_[std::string{key}]; }
    void drop(std::string_view key)
    {
        if (const auto place = rows_.find(key); place != rows_.end())
            rows_.erase(place);
    }

private:
    bool is_latest(const std::string& key) const
    {
        return !changes_.empty() && changes_.back().key == key;
    }
    void mark(const std::string& key, bool is_new = false)
    {
        if (!is_latest(key))
            changes_.push_back({key, is_new});
    }

    Rows rows_;
    std::vector<Change> changes_;
};

/// Keys of numbered records sort by number: "r" is base for nothing but order.
std::string number_key(std::uint64_t number);
/// Parts joined by NUL, which no name may contain.
std::string join_key(std::string_view first, std::string_view second);
std::string join_key(std::string_view first, std::string_view second, std::string_view third);

}  // namespace reops::engine
