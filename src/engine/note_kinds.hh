// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The kinds of notes, each with what it tells. Their numbers are stored: new ones go last.

#include <cstdint>
#include <span>
#include <string_view>

namespace reops::engine {

struct NoteKind {
    std::string_view name;
    std::string_view about;
};

std::span<const NoteKind> note_kinds();
/// A kind that is not in the table is a programming mistake (REOPS_CHECK).
std::uint8_t note_kind_number(std::string_view name);
/// "unknown" for a number that this program does not know.
std::string_view note_kind(std::uint8_t number);

}  // namespace reops::engine
