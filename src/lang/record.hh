// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An instance of a record type: its fields in order, and keys that were added.

#include "data/map.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/references.hh"
#include "lang/types.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::lang {

/// Of a plain deftype too, which then is no map to the outside. Keeps its type alive.
class Record final : public Collection {
public:
    static constexpr ClassId id = ClassId::record;

    Record(const RecordType& type, data::Vector fields, data::Map extra);
    ~Record() override;
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    const RecordType& type() const { return type_; }
    const data::Vector& fields() const { return fields_; }
    const data::Map& extra() const { return extra_; }
    /// All entries as a plain map.
    data::Map to_map() const;
    void list(References& out) const
    {
        out.add(fields_);
        out.add(extra_);
    }

    Value seq(Task& task) const override;
    std::int64_t count(Task& task) const override;
    std::optional<Value> find(Task& task, const Value& key) const override;
    Value assoc(Task& task, Value self, Value key, Value value) const override;
    Value dissoc(Task& task, Value self, const Value& key) const override;
    Value conj(Task& task, Value self, Value element) const override;
    bool is_map() const override { return type_.is_map(); }

    std::string_view type_name() const override { return "record"; }
    std::string print() const override;
    bool equal(const data::Native& other) const override;
    std::uint32_t hash_value() const override;

private:
    const RecordType& type_;
    data::Vector fields_;
    data::Map extra_;
};

}  // namespace reops::lang
