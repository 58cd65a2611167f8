// SPDX-License-Identifier: Apache-2.0
// First byte: which parts the mapping has. The rest is a payload. What is decoded is a finite
// number or a boolean, prints as a payload of its own that means the same, and a payload that is
// refused stays refused when it is looked at again.
#include "data/print.hh"
#include "data/utf8.hh"
#include "sources/sensor/decode.hh"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace sources = reops::sources;

namespace {

sources::SensorMapping mapping_of(std::uint8_t bits)
{
    sources::SensorMapping mapping = sources::default_mapping("temperature");
    if ((bits & 1) != 0)
        mapping.path = {"a", "b"};
    if ((bits & 2) != 0)
        mapping.time_path = {"at"};
    if ((bits & 4) != 0)
        mapping.scale = 1e300;
    if ((bits & 8) != 0)
        mapping.range = {{-20, 90}};
    return mapping;
}

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check_reading(const sources::SensorMapping& mapping, const sources::Reading& reading)
{
    if (reading.value.is_boolean())
        return;
    const auto number = reading.value.number();
    require(number.has_value() && std::isfinite(*number));
    if (mapping.range)
        require(reading.is_in_range == (*number >= -20 && *number <= 90));
    if (reading.observed)
        require(reading.observed->us < 300'000'000'000'000'000);
    sources::Reading again;
    const std::string printed = reops::data::print(reading.value);
    const auto plain = sources::default_mapping("temperature");
    require(sources::decode(plain, printed, again) == sources::PayloadFault::none);
    require(again.value == reading.value && again.payload.is_nil());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const auto mapping = mapping_of(data[0]);
    // A copy of exactly the payload's size, so that the address sanitizer sees its end.
    const std::string payload{reinterpret_cast<const char*>(data) + 1, size - 1};
    sources::Reading reading;
    const auto fault = sources::decode(mapping, payload, reading);
    if (fault == sources::PayloadFault::none)
        check_reading(mapping, reading);
    sources::Reading again;
    require(sources::decode(mapping, payload, again) == fault);
    const std::string shown = sources::printable(payload);
    require(reops::data::find_invalid_utf8(shown) == std::string::npos);
    require(shown.find_first_of("\n\r\x1b\x7f") == std::string::npos);
    return 0;
}
