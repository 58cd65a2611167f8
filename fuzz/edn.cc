// SPDX-License-Identifier: Apache-2.0
// EDN from outside: what is read prints as text that reads back to the same.
#include "data/edn.hh"

#include "data/print.hh"

#include <cstdint>
#include <cstdlib>

namespace data = reops::data;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const auto value = data::read_edn({reinterpret_cast<const char*>(bytes), size});
    if (!value.ok())
        return 0;
    for (const std::string& text : {data::print(*value), data::print_pretty(*value, 20)}) {
        // Escapes may make it longer than what came in.
        const auto again = data::read_edn(text, {.depth = 64, .bytes = 16UL << 20});
        if (!again.ok() || data::print(*again) != data::print(*value))
            std::abort();
    }
    return 0;
}
