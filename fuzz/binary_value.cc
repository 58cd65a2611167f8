// SPDX-License-Identifier: Apache-2.0
// Values in the journal: the bytes are a function of the value.
#include "base/bytes.hh"
#include "data/binary.hh"
#include "data/print.hh"

#include <cstdint>
#include <cstdlib>

namespace data = reops::data;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    reops::ByteReader in{{reinterpret_cast<const char*>(bytes), size}};
    const auto value = data::decode(in);
    if (!value.ok())
        return 0;
    if (!data::check_encodable(*value).ok())
        std::abort();
    std::string out;
    reops::ByteWriter writer{out};
    data::encode(writer, *value);
    reops::ByteReader back{out};
    const auto again = data::decode(back);
    if (!again.ok() || !back.at_end() || data::print(*again) != data::print(*value))
        std::abort();
    std::string twice;
    reops::ByteWriter second{twice};
    data::encode(second, *again);
    if (twice != out)
        std::abort();
    return 0;
}
