// SPDX-License-Identifier: Apache-2.0
#include "data/native.hh"

#include "data/print.hh"
#include "data/text.hh"

namespace reops::data {

bool Native::equal_value(const Value& other) const
{
    return other.is_native() && type_name() == other.as_native().type_name() &&
           equal(other.as_native());
}

std::string Tagged::print() const
{
    return "#" + data::print(tag_) + " " + data::print(content_);
}

bool Tagged::equal(const Native& other) const
{
    const auto& that = static_cast<const Tagged&>(other);
    return tag_ == that.tag_ && content_ == that.content_;
}

std::uint32_t Tagged::hash_value() const
{
    return tag_.hash() * 31 + content_.hash();
}

std::string PatternText::print() const
{
    return "#\"" + text_ + "\"";
}

bool PatternText::equal(const Native& other) const
{
    return text_ == static_cast<const PatternText&>(other).text_;
}

std::uint32_t PatternText::hash_value() const
{
    return hash_text(text_) ^ 0x5bd1e995U;
}

}  // namespace reops::data
