// SPDX-License-Identifier: Apache-2.0
// The collections against the standard library's, over random histories in which old versions stay
// alive: a change in place where somebody else still looks would show at once.
#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/vector.hh"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace reops::data {

namespace {

Value integer(std::size_t value)
{
    return Value::integer(static_cast<std::int64_t>(value));
}

std::vector<std::int64_t> numbers(const Vector& vector)
{
    std::vector<std::int64_t> all;
    for (const Value& value : vector)
        all.push_back(value.as_integer());
    return all;
}

std::map<std::int64_t, std::int64_t> numbers(const Map& map)
{
    std::map<std::int64_t, std::int64_t> all;
    for (const auto& [key, value] : map)
        all[key.as_integer()] = value.as_integer();
    return all;
}

}  // namespace

TEST(Vector, GrowsToAHundredThousandAndBack)
{
    constexpr std::size_t count = 100'000;
    Vector vector;
    for (std::size_t i = 0; i < count; ++i)
        vector = std::move(vector).push_back(integer(i));
    ASSERT_EQ(vector.size(), count);
    for (std::size_t i = 0; i < count; i += 7)
        ASSERT_EQ(vector[i], integer(i));
    std::size_t expected = 0;
    for (const Value& value : vector)
        ASSERT_EQ(value, integer(expected++));
    EXPECT_EQ(expected, count);
    EXPECT_EQ(vector.find(count), nullptr);
    for (std::size_t left = count; left > 0; --left) {
        if (left % 31 == 0) {
            ASSERT_EQ(vector.back(), integer(left - 1));
        }
        vector = std::move(vector).pop_back();
    }
    EXPECT_TRUE(vector.empty());
    EXPECT_EQ(vector, Vector{});
}

/// The same random change of both.
void change(Vector& vector, std::vector<std::int64_t>& model, std::mt19937& random, bool in_place)
{
    const auto value = static_cast<std::int64_t>(random() % 1000);
    const unsigned act = random() % 8;
    if (act == 0 && !model.empty()) {
        vector = in_place ? std::move(vector).pop_back() : vector.pop_back();
        model.pop_back();
    } else if (act < 3 && !model.empty()) {
        const std::size_t at = random() % model.size();
        vector = in_place ? std::move(vector).set(at, Value::integer(value))
                          : vector.set(at, Value::integer(value));
        model[at] = value;
    } else {
        vector = in_place ? std::move(vector).push_back(Value::integer(value))
                          : vector.push_back(Value::integer(value));
        model.push_back(value);
    }
}

TEST(Vector, HistoriesMatchTheModel)
{
    std::mt19937 random{1};  // NOLINT: the same history every time
    for (int round = 0; round < 20; ++round) {
        std::vector<std::pair<Vector, std::vector<std::int64_t>>> versions(1);
        for (int step = 0; step < 300; ++step) {
            auto [vector, model] = versions[random() % versions.size()];
            const bool in_place = random() % 2 == 0;
            for (int burst = static_cast<int>(random() % 80); burst >= 0; --burst)
                change(vector, model, random, in_place);
            ASSERT_EQ(numbers(vector), model);
            versions.emplace_back(std::move(vector), std::move(model));
            if (versions.size() > 12)
                versions.erase(versions.begin() + static_cast<long>(random() % 11) + 1);
        }
        for (const auto& [vector, model] : versions)
            ASSERT_EQ(numbers(vector), model);
    }
}

TEST(Vector, AMovedFromVectorIsEmptyAndStillAVector)
{
    Vector a = make_vector({integer(1)});
    const Vector b = std::move(a);
    EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    EXPECT_TRUE(Value{a}.is_vector());
    EXPECT_EQ(b.size(), 1U);
}

TEST(Map, KeepsTheOrderOfInsertionUpToEight)
{
    Map map;
    for (std::size_t i = 8; i > 0; --i)
        map = map.assoc(integer(i), integer(i));
    map = map.assoc(integer(5), integer(50));
    std::vector<std::int64_t> keys;
    for (const auto& [key, value] : map)
        keys.push_back(key.as_integer());
    EXPECT_EQ(keys, (std::vector<std::int64_t>{8, 7, 6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(map.get(integer(5)), integer(50));
    EXPECT_FALSE(map.is_hashed());
    EXPECT_TRUE(map.assoc(integer(9), integer(9)).is_hashed());
}

/// The same random change of both; keys are below `keys`.
void change(Map& map,
            std::map<std::int64_t, std::int64_t>& model,
            unsigned keys,
            std::mt19937& random,
            bool in_place)
{
    const auto number = static_cast<std::int64_t>(random() % keys);
    const Value key = Value::integer(number);
    const auto value = static_cast<std::int64_t>(random() % 1000);
    if (random() % 3 == 0) {
        map = in_place ? std::move(map).dissoc(key) : map.dissoc(key);
        model.erase(number);
    } else {
        map = in_place ? std::move(map).assoc(key, Value::integer(value))
                       : map.assoc(key, Value::integer(value));
        model[number] = value;
    }
}

TEST(Map, HistoriesMatchTheModel)
{
    std::mt19937 random{2};  // NOLINT: the same history every time
    for (int round = 0; round < 20; ++round) {
        std::vector<std::pair<Map, std::map<std::int64_t, std::int64_t>>> versions(1);
        const unsigned keys = round % 2 == 0 ? 20 : 3000;
        for (int step = 0; step < 300; ++step) {
            auto [map, model] = versions[random() % versions.size()];
            const bool in_place = random() % 2 == 0;
            for (int burst = static_cast<int>(random() % 80); burst >= 0; --burst)
                change(map, model, keys, random, in_place);
            ASSERT_EQ(map.size(), model.size());
            ASSERT_EQ(numbers(map), model);
            versions.emplace_back(std::move(map), std::move(model));
            if (versions.size() > 12)
                versions.erase(versions.begin() + static_cast<long>(random() % 11) + 1);
        }
        for (const auto& [map, model] : versions) {
            ASSERT_EQ(numbers(map), model);
            for (const auto& [key, value] : model)
                ASSERT_EQ(map.get(Value::integer(key)), Value::integer(value));
        }
    }
}

TEST(Map, AHundredThousandKeysOfManyKinds)
{
    constexpr std::size_t count = 100'000;
    const auto key_of = [](std::size_t i) -> Value {
        switch (i % 4) {
            case 0:
                return integer(i);
            case 1:
                return Value::string("key " + std::to_string(i));
            case 2:
                return Value::outside_keyword("key/" + std::to_string(i));
            default:
                return make_vector({integer(i), Value{}});
        }
    };
    Map map;
    for (std::size_t i = 0; i < count; ++i)
        map = std::move(map).assoc(key_of(i), integer(i));
    ASSERT_EQ(map.size(), count);
    for (std::size_t i = 0; i < count; i += 3)
        ASSERT_EQ(map.get(key_of(i)), integer(i));
    EXPECT_EQ(map.get("key/2"), integer(2));
    const Map before = map;
    for (std::size_t i = 0; i < count; i += 2)
        map = std::move(map).dissoc(key_of(i));
    EXPECT_EQ(map.size(), count / 2);
    EXPECT_EQ(before.size(), count);
    EXPECT_EQ(map.find(key_of(0)), nullptr);
    EXPECT_NE(before.find(key_of(0)), nullptr);
    EXPECT_EQ(map.get(key_of(99'999)), integer(99'999));
}

TEST(Map, OrderAndHashDependOnTheKeysOnly)
{
    std::mt19937 random{3};  // NOLINT: the same history every time
    std::vector<std::size_t> keys(500);
    for (std::size_t i = 0; i < keys.size(); ++i)
        keys[i] = i;
    const auto build = [&] {
        std::shuffle(keys.begin(), keys.end(), random);
        Map map;
        for (const std::size_t key : keys)
            map = std::move(map).assoc(integer(key), integer(key));
        for (std::size_t extra = 500; extra < 900; ++extra)
            map = std::move(map).assoc(integer(extra), Value{});
        for (std::size_t extra = 500; extra < 900; ++extra)
            map = std::move(map).dissoc(integer(extra));
        return map;
    };
    const Map a = build();
    const Map b = build();
    EXPECT_EQ(a, b);
    EXPECT_EQ(a.hash(), b.hash());
    std::vector<std::int64_t> order_a;
    std::vector<std::int64_t> order_b;
    for (const auto& [key, value] : a)
        order_a.push_back(key.as_integer());
    for (const auto& [key, value] : b)
        order_b.push_back(key.as_integer());
    EXPECT_EQ(order_a, order_b);
    EXPECT_NE(a, b.assoc(integer(3), integer(4)));
}

namespace {

/// All of one hash, and different.
class SameHash final : public Native {
public:
    explicit SameHash(int number) : number_(number) {}
    std::string_view type_name() const override { return "same-hash"; }
    std::string print() const override { return "#<" + std::to_string(number_) + ">"; }
    bool equal(const Native& other) const override
    {
        return number_ == static_cast<const SameHash&>(other).number_;
    }

private:
    int number_;
};

}  // namespace

TEST(Map, KeysOfOneHashLiveTogether)
{
    std::mt19937 random{4};  // NOLINT: the same history every time
    Map map;
    std::map<int, int> model;
    std::vector<Map> old;
    for (int step = 0; step < 4000; ++step) {
        const int number = static_cast<int>(random() % 30);
        const Value key = number % 3 == 0 ? Value::integer(number) : make_native<SameHash>(number);
        if (random() % 2 == 0) {
            map = std::move(map).dissoc(key);
            model.erase(number);
        } else {
            map = std::move(map).assoc(key, Value::integer(step));
            model[number] = step;
        }
        if (step % 100 == 0)
            old.push_back(map);
        ASSERT_EQ(map.size(), model.size());
        std::size_t seen = 0;
        for (const auto& [there, value] : map) {
            ASSERT_EQ(map.get(there), value);
            ++seen;
        }
        ASSERT_EQ(seen, model.size());
    }
    for (const auto& [number, value] : model)
        EXPECT_EQ(map.get(number % 3 == 0 ? Value::integer(number) : make_native<SameHash>(number)),
                  Value::integer(value));
}

TEST(Map, LaterKeysReplaceEarlierOnes)
{
    const Value key = Value::keyword("a");
    const Map map = make_map({{key, integer(1)}, {key, integer(2)}});
    EXPECT_EQ(map.size(), 1U);
    EXPECT_EQ(map.get("a"), integer(2));
    EXPECT_TRUE(map.get("b").is_nil());
    EXPECT_EQ(map.find("b"), nullptr);
}

TEST(Set, MatchesTheModel)
{
    std::mt19937 random{5};  // NOLINT: the same history every time
    Set set;
    std::set<std::int64_t> model;
    for (int step = 0; step < 20'000; ++step) {
        const auto number = static_cast<std::int64_t>(random() % 500);
        if (random() % 3 == 0) {
            set = std::move(set).erase(Value::integer(number));
            model.erase(number);
        } else {
            set = std::move(set).insert(Value::integer(number));
            model.insert(number);
        }
        ASSERT_EQ(set.size(), model.size());
    }
    std::set<std::int64_t> all;
    for (const Value& element : set)
        all.insert(element.as_integer());
    EXPECT_EQ(all, model);
    for (std::int64_t i = 0; i < 500; ++i)
        ASSERT_EQ(set.contains(Value::integer(i)), model.count(i) == 1);
}

TEST(Set, EqualsWhateverTheOrderOrForm)
{
    const Set a = make_set({integer(1), integer(2), integer(3)});
    const Set b = make_set({integer(3), integer(1), integer(2), integer(1)});
    EXPECT_EQ(a, b);
    EXPECT_EQ(a, b.to_hashed());
    EXPECT_EQ(a.hash(), b.to_hashed().hash());
    EXPECT_NE(a, b.erase(integer(1)));
    EXPECT_TRUE(Set{}.to_hashed().empty());
}

TEST(List, SharesItsRest)
{
    const List list = make_list({integer(1), integer(2), integer(3)});
    EXPECT_EQ(list.size(), 3U);
    EXPECT_EQ(list.front(), integer(1));
    EXPECT_EQ(list.rest(), make_list({integer(2), integer(3)}));
    EXPECT_EQ(list.rest().push_front(integer(1)), list);
    EXPECT_TRUE(list.rest().rest().rest().empty());
    EXPECT_TRUE(List{}.rest().empty());
    EXPECT_EQ(Value{list.rest()}.raw().payload, Value{list.rest()}.raw().payload);
}

TEST(List, AMillionElementsAreFreedInConstantStack)
{
    List list;
    for (std::size_t i = 0; i < 1'000'000; ++i)
        list = list.push_front(integer(i));
    EXPECT_EQ(list.size(), 1'000'000U);
    EXPECT_EQ(list.front(), integer(999'999));
}

}  // namespace reops::data
