// SPDX-License-Identifier: Apache-2.0
#include "data/json.hh"

#include "data/print.hh"
#include "tests/unit/data/random_value.hh"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

namespace reops::data {

namespace {

std::string read(std::string_view text)
{
    const Result<Value> value = read_json(text);
    return value ? print(*value) : value.failure().message;
}

/// Names of one hash, found by the weakness described in the test that uses them.
std::vector<std::string> colliding_names(std::size_t count)
{
    __extension__ using Wide = unsigned __int128;
    constexpr std::uint64_t p0 = 0xa0761d6478bd642fULL;
    constexpr std::uint64_t p1 = 0xe7037ed1a0b428dbULL;
    std::vector<std::string> names;
    for (std::uint64_t i = 0; names.size() < count; ++i) {
        char name[17] = "k";
        std::uint64_t number = i;
        for (int k = 1; k < 8; ++k, number /= 26)
            name[k] = static_cast<char>('a' + number % 26);
        std::uint64_t word = 0;
        std::memcpy(&word, name, 8);
        const Wide product = static_cast<Wide>(p0 ^ 17U ^ word) * p1;
        const std::uint64_t state =
            static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
        std::memcpy(name + 8, &state, 8);
        const std::string_view text{name, 16};
        if (std::all_of(text.begin(), text.end(), [](char c) {
                return c > ' ' && c < 0x7f && c != '"' && c != '\\';
            }))
            names.push_back(std::string{text} + "x");
    }
    return names;
}

std::string loose(std::string_view text)
{
    const Result<Value> value = read_loose_json(text);
    return value ? print(*value) : value.failure().message;
}

}  // namespace

TEST(Json, ReadsEveryKind)
{
    EXPECT_EQ(read(R"({"temperature": 71.4, "ok": true, "at": null, "n": -3, "tags": ["a", []]})"),
              R"({:temperature 71.4, :ok true, :at nil, :n -3, :tags ["a" []]})");
    EXPECT_EQ(read(" 71.4\r\n"), "71.4");
    EXPECT_EQ(read("\"\""), "\"\"");
    EXPECT_EQ(read("{ }"), "{}");
    EXPECT_EQ(read("[ ]"), "[]");
    EXPECT_EQ(read(R"({"a":1,"a":2})"), "{:a 2}");
}

TEST(Json, Numbers)
{
    EXPECT_EQ(read("0"), "0");
    EXPECT_EQ(read("-0"), "0");
    EXPECT_EQ(read("-0.0"), "-0.0");
    EXPECT_EQ(read("9223372036854775807"), "9223372036854775807");
    EXPECT_EQ(read("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(read("1e3"), "1000.0");
    EXPECT_EQ(read("1E+3"), "1000.0");
    EXPECT_EQ(read("25e-1"), "2.5");
    EXPECT_EQ(read("123456789.123456789123456789"), "1.2345678912345679E8");
    EXPECT_EQ(read("2.2250738585072014e-308"), "2.2250738585072014E-308");
    EXPECT_EQ(read("1e-400"), "0.0");
    EXPECT_EQ(read("9007199254740993.0"), "9.007199254740992E15");
}

TEST(Json, Strings)
{
    EXPECT_EQ(read(R"("a\"\\\/\b\f\n\r\tz")"), R"("a\"\\/\b\f\n\r\tz")");
    EXPECT_EQ(read(R"("\u0041\u00e9\u20AC\ud83d\ude00")"), "\"A\u00e9\u20ac\U0001f600\"");
    EXPECT_EQ(read("\"\u00e9t\u00e9 long enough for words\""),
              "\"\u00e9t\u00e9 long enough for words\"");
    EXPECT_EQ(read(R"("\u0000")"), R"("\u0000")");
    EXPECT_EQ(read("{\"a long key with \\u0065scape\": 1}"), "{:a long key with escape 1}");
}

// The exact words, because people see them.
TEST(Json, MistakesAreNamedWithTheirPlace)
{
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"", "1:1: expected a value but the text ends"},
        {"{\"a\": }", "1:7: expected a value but found `}`"},
        {"{\"a\" 1}", "1:6: expected `:` but found `1`"},
        {"{\"a\":1,}", "1:8: expected a key in quotes but found `}`"},
        {"{\"a\":1", "1:7: expected `,` or `}` but the text ends"},
        {"{temperature: 1}", "1:2: expected a key in quotes but found `temperature`"},
        {"[1 2]", "1:4: expected `,` or `]` but found `2`"},
        {"[1,\n 2,\n tru]", "3:2: expected a value but found `tru`"},
        {"1 2", "1:3: expected the end of the text but found `2`"},
        {"NaN", "1:1: `NaN` is not a number in JSON"},
        {"[-Infinity]", "1:2: `-Infinity` is not a number in JSON"},
        {"Infinity", "1:1: `Infinity` is not a number in JSON"},
        {"-", "1:2: expected a digit but the text ends"},
        {"01", "1:1: a number does not begin with 0 unless it is 0 or a fraction"},
        {"1.", "1:2: expected the end of the number but found `.`"},
        {"71C", "1:3: expected the end of the number but found `C`"},
        {"1e400", "1:1: the number is beyond what a double holds (1.8E308)"},
        {"9223372036854775808",
         "1:1: the whole number is beyond 64 bits (-9223372036854775808 to 9223372036854775807)"},
        {"\"abc", "1:1: the text ends inside a string"},
        {"\"abc\\", "1:5: the text ends inside a string"},
        {"\"a\nb\"", "1:3: a control character in a string; it is written with a backslash there"},
        {"\"\\x\"", R"(1:2: expected one of `\" \\ \/ \b \f \n \r \t \uXXXX` after a backslash)"},
        {"\"\\u12g4\"", "1:2: expected four hexadecimal digits after `\\u`"},
        {"\"\\ud800x\"", "1:2: half of a surrogate pair is not a character"},
        {"\"\xff\"", "1:2: the text is not UTF-8"},
        {"\"long enough for words \xc3\x28\"", "1:24: the text is not UTF-8"},
        {"\xff", "1:1: the text is not UTF-8"},
        {"{\"\u00e9\": ?}", "1:7: expected a value but found `?`"},
        {std::string_view{"\0", 1}, "1:1: expected a value but found a control character"},
    };
    for (const auto& [text, expected] : cases)
        EXPECT_EQ(read(text), expected) << text;
}

TEST(Json, LimitsSayTheirNumber)
{
    EXPECT_EQ(read(std::string(64, '[') + std::string(64, ']')).size(), 128U);
    EXPECT_EQ(read(std::string(65, '[')), "1:65: nested deeper than the limit of 64 levels");
    std::string bomb;
    for (int i = 0; i < 100'000; ++i)
        bomb += "{\"a\":";
    EXPECT_EQ(read(bomb), "1:321: nested deeper than the limit of 64 levels");
    EXPECT_EQ(read(std::string(1024 * 1024 + 1, ' ')),
              "the text is 1048577 bytes, the limit is 1048576 bytes");
    const Result<Value> deep =
        read_json(std::string(5000, '['), {.depth = 1'000'000, .bytes = 10'000});
    EXPECT_EQ(deep.failure().message, "1:1001: nested deeper than the limit of 1000 levels");
}

// Keys made to collide would cost time by the square of their number.
TEST(Json, KeysMadeToCollideAreRefused)
{
    // The hash of text folds products: a second word equal to the state after the first one makes
    // the product 0 whatever came before. The words were searched for until they were printable.
    const std::vector<std::string> keys = colliding_names(60);
    for (const std::string& key : keys)
        ASSERT_EQ(Value::outside_keyword(key).hash(), Value::outside_keyword(keys[0]).hash());
    std::string text = "{\"a\":1";
    for (int i = 0; i < 8; ++i)
        text += ",\"b" + std::to_string(i) + "\":1";
    const std::string few = text + ",\"" + keys[0] + "\":1,\"" + keys[1] + "\":2}";
    EXPECT_EQ(read_json(few)->as_map().get(keys[1]), Value::integer(2));
    for (const std::string& key : keys)
        text += ",\"" + key + "\":1";
    EXPECT_NE(read(text + "}").find("over 50 keys have one hash value"), std::string::npos);
}

TEST(Json, ForeignKeysAreNotInterned)
{
    const Value value = *read_json(R"({"json-test/nobody-else-writes-this": 1})");
    for (const auto& [key, number] : value.as_map())
        EXPECT_TRUE(key.raw().is_counted());
    EXPECT_EQ(value.as_map().get("json-test/nobody-else-writes-this"), Value::integer(1));
}

TEST(Json, LooseTakesBareKeysAndSingleQuotes)
{
    EXPECT_EQ(loose("{temperature: 71.4}"), "{:temperature 71.4}");
    EXPECT_EQ(loose("{temp.c-1: 'it\\'s', \"b\": [1]}"), "{:temp.c-1 \"it's\", :b [1]}");
    EXPECT_EQ(loose("{\"a\": \"b\"}"), "{:a \"b\"}");
    EXPECT_EQ(loose("{1a: 2}"), "1:2: expected a key in quotes but found `1a`");
    EXPECT_EQ(loose("{a: b}"), "1:5: expected a value but found `b`");
    EXPECT_EQ(loose("'abc"), "1:1: the text ends inside a string");
}

TEST(Json, WritesEveryKind)
{
    const auto kw = [](std::string_view name) { return Value::keyword(name); };
    EXPECT_EQ(write_json(make_map({
                  {kw("a"), Value{}},
                  {kw("b/c"), make_list({Value::boolean(true), Value::real(1.0)})},
                  {Value::string("d"), make_set({Value::integer(2), Value::integer(1)})},
                  {Value::integer(4), Value::secret("hunter2")},
                  {Value::symbol("e"), kw("k")},
                  {make_vector({Value::integer(1)}), Value::character(U'x')},
                  {kw("p"), make_native<PatternText>("a+")},
              })),
              R"({"a":null,"b/c":[true,1.0],"d":[1,2],"4":"#secret","e":"k","[1]":"x",)"
              R"("p":"#\"a+\""})");
    EXPECT_EQ(write_json(Value::real(NAN)), "null");
    EXPECT_EQ(write_json(Value::real(1e300)), "1e+300");
    EXPECT_EQ(write_json(Value::string("\"\\\n\x01\x7f\xff\u00e9")),
              "\"\\\"\\\\\\n\\u0001\\u007f\uFFFD\u00e9\"");
}

TEST(Json, ReadsWhatItWrote)
{
    RandomValues random{8};
    for (int i = 0; i < 5000; ++i) {
        const Value value = random.json(5);
        const std::string text = write_json(value);
        const Result<Value> again = read_json(text);
        ASSERT_TRUE(again.ok()) << again.failure().message << "\n" << text;
        ASSERT_EQ(*again, value) << text;
        const Result<Value> loosely = read_loose_json(text);
        ASSERT_TRUE(loosely.ok()) << text;
        ASSERT_EQ(*loosely, value);
    }
}

}  // namespace reops::data
