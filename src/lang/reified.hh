// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What `reify` makes: a value of no type of its own, with the methods of protocols.

#include "data/map.hh"
#include "data/native.hh"
#include "lang/class_id.hh"
#include "lang/references.hh"

#include <string>
#include <string_view>
#include <utility>

namespace reops::lang {

class Reified final : public data::Native {
public:
    static constexpr ClassId id = ClassId::reified;

    /// Protocols to maps of keywords to functions.
    explicit Reified(data::Map methods)
        : Native(static_cast<std::uint16_t>(id)), methods_(std::move(methods))
    {
    }

    const data::Map& methods() const { return methods_; }
    void list(References& out) const { out.add(methods_); }

    std::string_view type_name() const override { return "reified value"; }
    std::string print() const override { return "#reified"; }

private:
    data::Map methods_;
};

}  // namespace reops::lang
