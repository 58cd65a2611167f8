// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Template bodies of arguments.hh.

#include "lang/arguments.hh"
#include "lang/class_id.hh"
#include "lang/error.hh"

namespace reops::lang {

template <class T>
const T& need(const Value& value, std::string_view expected, std::string_view role)
{
    const T* found = find<T>(value);
    if (found == nullptr)
        fail_type(expected, value, role);
    return *found;
}

}  // namespace reops::lang
