// SPDX-License-Identifier: Apache-2.0
#include "data/value.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/vector.hh"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace reops::data {

namespace {

Value integer(std::int64_t value)
{
    return Value::integer(value);
}

/// Counts how many are alive.
class Probe final : public Native {
public:
    Probe(int& alive, Value held = {}) : alive_(alive), held_(std::move(held)) { ++alive_; }
    ~Probe() override { --alive_; }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;
    std::string_view type_name() const override { return "probe"; }
    std::string print() const override { return "#<probe>"; }

private:
    int& alive_;
    Value held_;
};

}  // namespace

TEST(Value, IsNilByDefault)
{
    const Value value;
    EXPECT_TRUE(value.is_nil());
    EXPECT_FALSE(value.truthy());
    EXPECT_EQ(value, Value::nil());
}

TEST(Value, OnlyNilAndFalseAreFalse)
{
    EXPECT_FALSE(Value::boolean(false).truthy());
    EXPECT_TRUE(Value::boolean(true).truthy());
    EXPECT_TRUE(integer(0).truthy());
    EXPECT_TRUE(Value::string("").truthy());
    EXPECT_TRUE(Value{Vector{}}.truthy());
}

TEST(Value, GivesBackWhatItHolds)
{
    EXPECT_EQ(Value::integer(INT64_MIN).as_integer(), INT64_MIN);
    EXPECT_EQ(Value::real(71.4).as_real(), 71.4);
    EXPECT_EQ(Value::character(U'\u00e9').as_character(), U'\u00e9');
    EXPECT_EQ(Value::string("71 C").as_string(), "71 C");
    EXPECT_EQ(Value::string("").as_string(), "");
    EXPECT_EQ(Value::string(std::string_view{"a\0b", 3}).as_string().size(), 3U);
    EXPECT_EQ(Value::keyword("sensor/closet").name(), "sensor/closet");
    EXPECT_EQ(Value::keyword("sensor/closet").name_space(), "sensor");
    EXPECT_EQ(Value::keyword("sensor/closet").local_name(), "closet");
    EXPECT_EQ(Value::symbol("/").local_name(), "/");
    EXPECT_EQ(Value::symbol("/").name_space(), "");
    EXPECT_EQ(Value::secret("hunter2").reveal(), "hunter2");
    EXPECT_EQ(integer(71).number(), 71.0);
    EXPECT_EQ(Value::real(1.5).number(), 1.5);
    EXPECT_FALSE(Value::string("71").number().has_value());
}

TEST(Value, EqualityIsClojures)
{
    EXPECT_NE(integer(1), Value::real(1.0));
    EXPECT_EQ(Value::real(0.0), Value::real(-0.0));
    EXPECT_EQ(Value::real(0.0).hash(), Value::real(-0.0).hash());
    const Value nan = Value::real(std::numeric_limits<double>::quiet_NaN());
    EXPECT_FALSE(nan == nan);
    EXPECT_EQ(Value{make_list({integer(1), integer(2)})},
              Value{make_vector({integer(1), integer(2)})});
    EXPECT_EQ(Value{make_list({integer(1), integer(2)})}.hash(),
              Value{make_vector({integer(1), integer(2)})}.hash());
    EXPECT_EQ(Value{List{}}, Value{Vector{}});
    EXPECT_EQ(Value{List{}}.hash(), Value{Vector{}}.hash());
    EXPECT_NE(Value{Map{}}, Value{Set{}});
    EXPECT_NE(Value::string("a"), Value::keyword("a"));
    EXPECT_NE(Value::symbol("a"), Value::keyword("a"));
    EXPECT_NE(Value::string("a"), Value::character(U'a'));
    EXPECT_NE(Value{}, Value::boolean(false));
}

TEST(Value, SecretsAreEqualOnlyToThemselves)
{
    const Value secret = Value::secret("hunter2");
    const Value copy = secret;  // NOLINT(performance-unnecessary-copy-initialization): is tested
    EXPECT_EQ(secret, copy);
    EXPECT_NE(secret, Value::secret("hunter2"));
    EXPECT_NE(secret, Value::string("hunter2"));
    EXPECT_EQ(secret.hash(), Value::secret("other").hash());
}

TEST(Value, NamesFromOutsideEqualInternedOnes)
{
    const Value outside = Value::outside_keyword("value-test/never-seen-before");
    EXPECT_TRUE(outside.raw().is_counted());
    const Value inside = Value::keyword("value-test/never-seen-before");
    EXPECT_FALSE(inside.raw().is_counted());
    EXPECT_EQ(outside, inside);
    EXPECT_EQ(outside.hash(), inside.hash());
    EXPECT_EQ(outside, Value::outside_keyword("value-test/never-seen-before"));
    EXPECT_FALSE(Value::outside_keyword("value-test/never-seen-before").raw().is_counted());
    EXPECT_NE(outside, Value::outside_symbol("value-test/never-seen-before"));
    const Map map = make_map({{outside, integer(1)}});
    EXPECT_EQ(map.get(inside), integer(1));
    EXPECT_EQ(map.get("value-test/never-seen-before"), integer(1));
}

TEST(Value, CopyMoveAndAssignKeepCounts)
{
    int alive = 0;
    {
        Value a = make_native<Probe>(alive);
        Value b = a;
        EXPECT_EQ(a, b);
        Value c = std::move(a);
        EXPECT_TRUE(a.is_nil());  // NOLINT(bugprone-use-after-move): that is what is tested
        b = c;
        Value& same = b;
        b = same;
        b = integer(1);
        EXPECT_EQ(alive, 1);
        c = Value{};
        EXPECT_EQ(alive, 0);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Value, RawWordsCarryOwnershipByHand)
{
    int alive = 0;
    Value value = make_native<Probe>(alive);
    RawValue raw = value.detach();
    EXPECT_TRUE(value.is_nil());
    retain(raw);
    release(raw);
    EXPECT_EQ(alive, 1);
    {
        const Value shared = Value::share(raw);
        EXPECT_EQ(find_native<Probe>(shared)->type_name(), "probe");
    }
    EXPECT_EQ(alive, 1);
    value = Value::adopt(raw);
    value = Value{};
    EXPECT_EQ(alive, 0);
}

TEST(Value, DeepNestingIsFreedHashedAndComparedWithoutRecursion)
{
    constexpr int depth = 1'000'000;
    const auto nest = [] {
        Value value;
        for (int i = 0; i < depth; ++i)
            value = i % 3 == 0   ? Value{make_vector({std::move(value)})}
                    : i % 3 == 1 ? Value{make_list({std::move(value)})}
                                 : Value{make_map({{integer(1), std::move(value)}})};
        return value;
    };
    const Value a = nest();
    const Value b = nest();
    EXPECT_EQ(a.hash(), b.hash());
    EXPECT_TRUE(a == b);
    EXPECT_FALSE(a == Value{make_vector({b})});
}

TEST(Value, NativesHoldingNativesAreFreedWithoutRecursion)
{
    int alive = 0;
    {
        Value value;
        for (int i = 0; i < 300'000; ++i)
            value = make_native<Probe>(alive, std::move(value));
        EXPECT_EQ(alive, 300'000);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Value, CompareIsATotalOrder)
{
    const std::vector<Value> ascending = {
        Value{},
        Value::boolean(false),
        Value::boolean(true),
        Value::real(-std::numeric_limits<double>::infinity()),
        integer(-1),
        Value::real(-0.5),
        integer(0),
        integer(1),
        Value::real(1.0),
        Value::real(1.5),
        integer(INT64_MAX - 1),
        integer(INT64_MAX),
        Value::real(0x1p63),
        Value::real(INFINITY),
        Value::real(NAN),
        Value::character(U'a'),
        Value::keyword("b"),
        Value::keyword("a/a"),
        Value::symbol("a"),
        Value::string(""),
        Value::string("a"),
        Value::string("b"),
        Value{Vector{}},
        Value{make_list({integer(2)})},
        Value{make_vector({integer(3)})},
        Value{make_vector({integer(1), integer(1)})},
        Value{make_map({{integer(1), integer(1)}})},
        Value{make_map({{integer(1), integer(2)}})},
        Value{make_set({integer(1)})},
    };
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t k = 0; k < ascending.size(); ++k)
            EXPECT_EQ(compare(ascending[i], ascending[k]),
                      i < k   ? -1
                      : i > k ? 1
                              : 0)
                << i << " against " << k;
}

TEST(ValueDeathTest, AskingForAnotherKindIsAProgrammingMistake)
{
#ifdef REOPS_CHECKED
    EXPECT_DEATH((void)Value::string("71").as_integer(), "as_integer\\(\\) of another kind");
#else
    EXPECT_ANY_THROW((void)Value::string("71").as_integer());
#endif
}

}  // namespace reops::data
