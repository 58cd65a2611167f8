// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What ends a reduction early.

#include "data/native.hh"
#include "data/print.hh"
#include "lang/class_id.hh"
#include "lang/references.hh"

#include <string>
#include <string_view>

namespace reops::lang {

class Reduced final : public data::Native {
public:
    static constexpr ClassId id = ClassId::reduced;

    explicit Reduced(data::Value value)
        : Native(static_cast<std::uint16_t>(id)), value_(std::move(value))
    {
    }

    const data::Value& value() const { return value_; }
    void list(References& out) const { out.add(value_); }

    std::string_view type_name() const override { return "reduced value"; }
    std::string print() const override { return "#reduced[" + data::print(value_) + "]"; }

private:
    data::Value value_;
};

/// The value inside, if it is a Reduced: then the reduction ends.
inline bool take_reduced(data::Value& value)
{
    const Reduced* reduced = find<Reduced>(value);
    if (reduced == nullptr)
        return false;
    value = data::Value{reduced->value()};
    return true;
}

}  // namespace reops::lang
