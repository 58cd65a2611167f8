// SPDX-License-Identifier: Apache-2.0
#include "data/print.hh"

#include "data/reader.hh"
#include "tests/unit/data/random_value.hh"

#include <gtest/gtest.h>

namespace reops::data {

namespace {

Value kw(std::string_view name)
{
    return Value::keyword(name);
}

}  // namespace

TEST(Print, EveryKind)
{
    EXPECT_EQ(print(Value{}), "nil");
    EXPECT_EQ(print(Value::boolean(true)), "true");
    EXPECT_EQ(print(Value::integer(INT64_MIN)), "-9223372036854775808");
    EXPECT_EQ(print(kw("sensor/closet")), ":sensor/closet");
    EXPECT_EQ(print(Value::symbol("|")), "|");
    EXPECT_EQ(print(Value::string("a\"\\\n\t\r\b\f\x1b\x7fz")),
              R"("a\"\\\n\t\r\b\f\u001b\u007fz")");
    EXPECT_EQ(print(make_list({Value::integer(1), make_vector({}), Map{}, Set{}})),
              "(1 [] {} #{})");
    EXPECT_EQ(print(make_map({{kw("a"), Value::integer(1)}, {Value{}, kw("b")}})),
              "{:a 1, nil :b}");
    EXPECT_EQ(print(make_set({Value::integer(3306), Value::integer(25)})), "#{25 3306}");
    EXPECT_EQ(print(make_native<Tagged>(Value::symbol("env"), Value::string("HOME"))),
              "#env \"HOME\"");
}

TEST(Print, RealsLookAsOnTheJvm)
{
    const std::pair<double, std::string_view> cases[] = {
        {71.4, "71.4"},
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1.0, "1.0"},
        {100.0, "100.0"},
        {9999999.0, "9999999.0"},
        {1e7, "1.0E7"},
        {12345678.5, "1.23456785E7"},
        {0.001, "0.001"},
        {0.00099, "9.9E-4"},
        {1e-300, "1.0E-300"},
        {-2.5e100, "-2.5E100"},
        {0.1 + 0.2, "0.30000000000000004"},
        {NAN, "##NaN"},
        {INFINITY, "##Inf"},
        {-INFINITY, "##-Inf"},
    };
    for (const auto& [value, expected] : cases)
        EXPECT_EQ(print_real(value), expected);
}

TEST(Print, Characters)
{
    EXPECT_EQ(print(Value::character(U'a')), "\\a");
    EXPECT_EQ(print(Value::character(U' ')), "\\space");
    EXPECT_EQ(print(Value::character(U'\n')), "\\newline");
    EXPECT_EQ(print(Value::character(0x1b)), "\\u001b");
    EXPECT_EQ(print(Value::character(U'\u20ac')), "\\\u20ac");
}

TEST(Print, SecretsNeverShow)
{
    const Value secret = Value::secret("hunter2");
    const Value holder = make_map({{kw("password"), make_vector({secret})}, {secret, Value{}}});
    EXPECT_EQ(print(holder), "{:password [#secret], #secret nil}");
    EXPECT_EQ(display(secret), "#secret");
    EXPECT_EQ(print_pretty(holder, 5).find("hunter2"), std::string::npos);
}

TEST(Print, DisplayIsForPeople)
{
    EXPECT_EQ(display(Value::string("71 C")), "71 C");
    EXPECT_EQ(display(Value{}), "");
    EXPECT_EQ(display(Value::character(U'a')), "a");
    EXPECT_EQ(display(Value::real(INFINITY)), "Infinity");
    EXPECT_EQ(display(make_vector({Value::string("a"), Value{}})), "[\"a\" nil]");
}

TEST(Print, LargeMapsAndSetsAreSorted)
{
    Map map;
    Set set;
    for (int i = 9; i >= 0; --i) {
        map = std::move(map).assoc(Value::integer(i), Value{});
        set = std::move(set).insert(Value::integer(i));
    }
    EXPECT_EQ(print(map), "{0 nil, 1 nil, 2 nil, 3 nil, 4 nil, 5 nil, 6 nil, 7 nil, 8 nil, 9 nil}");
    EXPECT_EQ(print(set), "#{0 1 2 3 4 5 6 7 8 9}");
}

TEST(Print, NestingBeyondTheLimitIsCut)
{
    Value value;
    for (int i = 0; i < 100'000; ++i)
        value = make_vector({std::move(value)});
    EXPECT_EQ(print(value), std::string(500, '[') + "#" + std::string(500, ']'));
}

TEST(Print, PrettyBreaksWhatIsTooWide)
{
    const Value value = make_map({
        {kw("type"), kw("plex")},
        {kw("hosts"),
         make_vector({Value::string("foo"), Value::string("bar"), Value::string("big-iron")})},
        {kw("ports"), make_set({Value::integer(22), Value::integer(80)})},
    });
    EXPECT_EQ(print_pretty(value, 80),
              R"({:type :plex, :hosts ["foo" "bar" "big-iron"], :ports #{22 80}})");
    EXPECT_EQ(print_pretty(value, 40), R"({:type :plex,
 :hosts ["foo" "bar" "big-iron"],
 :ports #{22 80}})");
    EXPECT_EQ(print_pretty(value, 20), R"({:type :plex,
 :hosts ["foo"
         "bar"
         "big-iron"],
 :ports #{22 80}})");
}

TEST(Print, ReadsBackAsAnEqualValue)
{
    RandomValues random{9};
    for (int i = 0; i < 2000; ++i) {
        const Value value = random.any(3);
        const std::string text = print(value);
        const Result<Form> again = read_form(text);
        ASSERT_TRUE(again.ok()) << again.failure().message << "\n" << text;
        ASSERT_EQ(again->value, value) << text;
        const Result<Form> pretty = read_form(print_pretty(value, 30));
        ASSERT_TRUE(pretty.ok()) << pretty.failure().message << "\n" << text;
        ASSERT_EQ(pretty->value, value) << text;
    }
}

}  // namespace reops::data
