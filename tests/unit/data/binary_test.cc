// SPDX-License-Identifier: Apache-2.0
#include "data/binary.hh"

#include "data/print.hh"
#include "tests/unit/data/random_value.hh"

#include <gtest/gtest.h>

namespace reops::data {

namespace {

std::string bytes_of(const Value& value)
{
    std::string bytes;
    ByteWriter out{bytes};
    encode(out, value);
    return bytes;
}

Value decoded(std::string_view bytes)
{
    ByteReader in{bytes};
    Result<Value> value = decode(in);
    EXPECT_TRUE(value.ok()) << value.failure().message;
    EXPECT_TRUE(in.at_end());
    return *value;
}

std::string problem_with(std::string_view bytes)
{
    ByteReader in{bytes};
    const Result<Value> value = decode(in);
    if (value)
        return "none";
    EXPECT_EQ(value.failure().code, Code::corrupt);
    return value.failure().message;
}

}  // namespace

TEST(Binary, DecodesWhatItEncoded)
{
    RandomValues random{6};
    for (int i = 0; i < 2000; ++i) {
        const Value value = random.any(3);
        ASSERT_TRUE(check_encodable(value).ok());
        const std::string bytes = bytes_of(value);
        const Value again = decoded(bytes);
        ASSERT_EQ(again, value) << print(value);
        ASSERT_EQ(bytes_of(again), bytes);
        ASSERT_EQ(print(again), print(value));
    }
}

TEST(Binary, KeepsTheOrderOfIterationOfMapsThatShrank)
{
    Map map;
    for (int i = 0; i < 20; ++i)
        map = std::move(map).assoc(Value::integer(i), Value{});
    for (int i = 5; i < 20; ++i)
        map = std::move(map).dissoc(Value::integer(i));
    ASSERT_TRUE(map.is_hashed());
    const Value again = decoded(bytes_of(map));
    EXPECT_TRUE(again.as_map().is_hashed());
    auto other = again.as_map().begin();
    for (const auto& [key, value] : map) {
        EXPECT_EQ((*other).key, key);
        ++other;
    }
}

TEST(Binary, BytesAreWhatTheFormatSays)
{
    EXPECT_EQ(bytes_of(make_vector({Value{}, Value::boolean(true), Value::integer(-1)})),
              std::string("\x0a\x03\x00\x02\x03\x01", 6));
    EXPECT_EQ(bytes_of(make_map({{Value::keyword("a"), Value::string("b")}})),
              "\x0b\x01\x06\x01"
              "a\x08\x01"
              "b");
}

TEST(Binary, EveryPrefixIsRefused)
{
    RandomValues random{7};
    for (int i = 0; i < 100; ++i) {
        const std::string bytes = bytes_of(random.any(3));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            ByteReader in{std::string_view{bytes}.substr(0, size)};
            ASSERT_FALSE(decode(in).ok());
        }
    }
}

TEST(Binary, DamageIsNamed)
{
    EXPECT_EQ(problem_with(""), "the bytes of a value end too early");
    EXPECT_EQ(problem_with("\x10"), "no value begins with byte 16");
    EXPECT_EQ(problem_with("\x0a\x7f\x01"), "a collection claims 127 elements in 1 bytes");
    EXPECT_EQ(problem_with("\x0d\x02\x01\x01"), "a set has an element twice");
    EXPECT_EQ(problem_with("\x0b\x02\x01\x01\x01\x01"), "a map has a key twice");
    EXPECT_EQ(problem_with("\x0f\x01\x01"), "a tag is not a symbol");
    EXPECT_EQ(problem_with("\x05\xff\xff\xff\x7f"), "a character is beyond U+10FFFF");
    std::string nested;
    for (int i = 0; i < 600; ++i)
        nested += "\x0a\x01";
    EXPECT_EQ(problem_with(nested), "nested deeper than the limit of 500 levels");
}

TEST(Binary, SecretsAndNativesAreRefusedWhereverTheyAre)
{
    const Value secret = Value::secret("hunter2");
    const Result<void> deep =
        check_encodable(make_map({{Value::keyword("a"), make_list({secret})}}));
    ASSERT_FALSE(deep.ok());
    EXPECT_EQ(deep.failure().message, "a secret cannot be written to the journal");
    EXPECT_FALSE(check_encodable(make_map({{secret, Value{}}})).ok());
    EXPECT_FALSE(check_encodable(make_set({secret})).ok());
    EXPECT_FALSE(check_encodable(make_native<Tagged>(Value::symbol("t"), secret)).ok());
    EXPECT_EQ(check_encodable(make_native<PatternText>("a")).failure().message,
              "a native object of type `pattern` cannot be written to the journal");
    Value nested;
    for (int i = 0; i < 501; ++i)
        nested = make_vector({std::move(nested)});
    EXPECT_FALSE(check_encodable(nested).ok());
    EXPECT_TRUE(check_encodable(nested.as_vector()[0]).ok());
}

}  // namespace reops::data
