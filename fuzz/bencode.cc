// SPDX-License-Identifier: Apache-2.0
// Bencode from a client: what is read is written as the same bytes, but for the order of keys.
#include "wire/bencode/bencode.hh"

#include <cstdint>
#include <cstdlib>

namespace wire = reops::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    const auto message = wire::read_bencode(text);
    if (!message.ok() || !*message)
        return 0;
    if ((*message)->size > size)
        std::abort();
    const std::string written = wire::write_bencode((*message)->value);
    const auto again = wire::read_bencode(written);
    if (!again.ok() || !*again || !((*again)->value == (*message)->value) ||
        written.size() != (*message)->size)
        std::abort();
    return 0;
}
