// SPDX-License-Identifier: Apache-2.0
#include "data/pool.hh"

#include <new>

namespace reops::data {

void* allocate(std::size_t bytes)
{
    return ::operator new(bytes);
}

void deallocate(void* memory, std::uint8_t) noexcept
{
    ::operator delete(memory);
}

}  // namespace reops::data
