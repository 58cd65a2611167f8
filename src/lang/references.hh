// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What an object refers to, listed for the collector of cycles.

#include "data/value.hh"

#include <concepts>
#include <type_traits>
#include <vector>

namespace reops::lang {

/// Each class whose objects may be part of a cycle has `void list(References& out) const`. What is
/// left out counts as held from outside: it is never freed too early, only too late.
class References {
public:
    void add(const data::Value& value)
    {
        if (value.raw().is_counted())
            objects_.push_back(value.raw().object());
        if (value.raw().has_meta())
            objects_.push_back(value.raw().meta());
    }
    void add(const data::Object* object)
    {
        if (object != nullptr)
            objects_.push_back(object);
    }
    void add(const std::vector<data::Value>& values)
    {
        for (const data::Value& value : values)
            add(value);
    }
    /// Numbers and the like refer to nothing.
    template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_pointer_v<T>
    void add(T) {}
    template <class T>
    requires requires(const T& object, References& out) { object.list(out); }
    void add(const T& object) { object.list(*this); }
    template <class T>
    requires(!std::same_as<T, data::Value> &&
             std::convertible_to<const T&, data::Value>) void add(const T& collection)
    {
        add(data::Value{collection});
    }

    std::vector<const data::Object*>& objects() { return objects_; }

private:
    std::vector<const data::Object*> objects_;
};

}  // namespace reops::lang
