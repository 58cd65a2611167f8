// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Memory of objects: free lists per thread and size class (steps of 16 bytes up to 1 KiB),
/// larger ones from the heap. A thread that frees what others made hands the surplus back in
/// batches; slabs stay with the process. Sanitized builds take everything from the heap, to see
/// every mistake.

#include <cstddef>
#include <cstdint>

namespace reops::data {

constexpr std::size_t largest_pooled = 1024;

/// What this thread took minus what it gave back: the memory of values that a task made, as long as
/// other threads do not free them.
extern constinit thread_local std::int64_t thread_bytes;

/// Does this build use the free lists?
bool is_pooled();

/// The class of a size in bytes; 0 means the heap.
constexpr std::uint8_t size_class_of(std::size_t bytes)
{
    return bytes <= largest_pooled ? static_cast<std::uint8_t>((bytes + 15) / 16) : std::uint8_t{0};
}

/// Room for `bytes`, aligned to 16. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

/// Gives back what allocate() gave; `size_class` is size_class_of() of the bytes asked for.
/// Any thread may give back.
void deallocate(void* memory, std::uint8_t size_class) noexcept;

}  // namespace reops::data
