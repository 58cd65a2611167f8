// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The flows that this process knows, by name and version, and which of them care about an
/// event. Not state: it is declared anew at each start and never written.

#include "engine/flow.hh"
#include "engine/records.hh"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace reops::engine {

/// A flow that is armed now.
struct ArmedRef {
    FlowPtr flow;
    std::uint32_t ordinal = 0;
};

/// Read by workers while no entry that arms or disarms is processed; changed between.
class FlowRegistry {
public:
    void declare(FlowPtr flow);
    /// Null when this process does not know that version.
    const Flow* find(std::string_view name, std::string_view version) const;
    /// Drops the versions that are not armed and not in `used` (name and version).
    void forget_all_but(const std::set<std::pair<std::string, std::string>>& used);
    std::size_t known_versions() const { return known_.size(); }
    FlowPtr get(std::string_view name, std::string_view version) const;

    void arm(std::string_view name, std::string_view version, std::uint32_t ordinal);
    void disarm(std::string_view name);
    const ArmedRef* find_armed(std::string_view name) const;
    const ArmedRef* find_ordinal(std::uint32_t ordinal) const;
    /// Does an armed flow filter with functions that may take any time?
    bool has_unknown_pace() const { return unknown_pace_ > 0; }

    /// The armed flows of an event's name and key, by ordinal. The cost does not grow with flows of
    /// other names or keys.
    const std::vector<ArmedRef>& interested(std::string_view event, std::string_view key) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };

    struct Bucket {
        std::vector<ArmedRef> any_key;
        std::unordered_map<std::string, std::vector<ArmedRef>, Hash, std::equal_to<>>
            by_key;  ///< with any_key merged in
    };

    void rebuild();
    void forget_pace(const ArmedRef& gone);

    std::map<std::pair<std::string, std::string>, FlowPtr> known_;
    std::map<std::string, ArmedRef, std::less<>> armed_;
    std::unordered_map<std::string, Bucket, Hash, std::equal_to<>> buckets_;
    std::size_t unknown_pace_ = 0;  ///< of the armed ones
};

}  // namespace reops::engine
