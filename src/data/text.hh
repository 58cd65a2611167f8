// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The bytes behind strings, secrets and names, and the table of names.

#include "data/object.hh"

#include <cstdint>
#include <string_view>

namespace reops::data {

/// Header and bytes in one block; the size is in the header.
struct Text : Object {
    Text(ObjectType type_, std::uint8_t size_class_, std::uint32_t size_)
        : Object(type_, size_class_, size_)
    {
    }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    std::string_view view() const { return {bytes(), size}; }
};

/// A copy of the text with one reference. Throws std::length_error over 4 GiB.
Text* make_text(ObjectType type, std::string_view text);

/// Never 0. Depends on the bytes only.
std::uint32_t hash_text(std::string_view text);

/// The one object of this name, made at need, never freed. Its hash is set.
const Text* intern(std::string_view name);
/// The same, or null when nobody interned it. Takes no lock.
const Text* find_interned(std::string_view name);

}  // namespace reops::data
