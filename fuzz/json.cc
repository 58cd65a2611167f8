// SPDX-License-Identifier: Apache-2.0
// JSON from outside, strict and loose: what is read is written as JSON that reads back to the same.
#include "data/json.hh"

#include <cstdint>
#include <cstdlib>

namespace data = reops::data;

namespace {

void check(const reops::Result<data::Value>& value)
{
    if (!value.ok())
        return;
    const std::string text = data::write_json(*value);
    const auto again = data::read_json(text, {.depth = 64, .bytes = 16UL << 20});
    if (!again.ok() || !(*again == *value) || data::write_json(*again) != text)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(bytes), size};
    const auto strict = data::read_json(text);
    const auto loose = data::read_loose_json(text);
    if (strict.ok() && (!loose.ok() || !(*loose == *strict)))
        std::abort();  // the loose reader takes all that the strict one takes
    check(strict);
    check(loose);
    return 0;
}
