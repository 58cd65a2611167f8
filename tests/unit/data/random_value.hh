// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Random values for property tests; the same seed gives the same values everywhere.

#include "data/list.hh"
#include "data/map.hh"
#include "data/native.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/value.hh"
#include "data/vector.hh"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace reops::data {

class RandomValues {
public:
    explicit RandomValues(std::uint32_t seed) : random_(seed) {}

    std::uint32_t below(std::uint32_t limit)
    {
        return static_cast<std::uint32_t>(random_()) % limit;
    }

    /// Anything that can be written and read back, at most `depth` levels of collections.
    Value any(unsigned depth)
    {
        if (depth == 0 || below(3) != 0)
            return simple();
        switch (below(6)) {
            case 0:
                return make_list(several(depth - 1));
            case 1:
                return make_vector(several(depth - 1));
            case 2: {
                Set set;
                for (Value& value : several(depth - 1))
                    set = std::move(set).insert(std::move(value));
                return set;
            }
            case 3:
                return make_native<Tagged>(Value::symbol("my/tag"), any(depth - 1));
            default: {
                Map map;
                for (Value& value : several(depth - 1))
                    map = std::move(map).assoc(any(depth - 1), std::move(value));
                return map;
            }
        }
    }

    /// What JSON can say.
    Value json(unsigned depth)
    {
        if (depth > 0 && below(3) == 0) {
            if (below(2) == 0) {
                std::vector<Value> values;
                for (std::uint32_t i = below(6); i > 0; --i)
                    values.push_back(json(depth - 1));
                return make_vector(std::move(values));
            }
            Map map;
            for (std::uint32_t i = below(12); i > 0; --i)
                map = std::move(map).assoc(Value::outside_keyword(text()), json(depth - 1));
            return map;
        }
        switch (below(5)) {
            case 0:
                return Value{};
            case 1:
                return Value::boolean(below(2) == 0);
            case 2:
                return Value::integer(integer());
            case 3:
                return Value::real(real());
            default:
                return Value::string(text());
        }
    }

    std::string text()
    {
        static constexpr std::array<char32_t, 16> odd = {U'"',
                                                         U'\\',
                                                         U'\n',
                                                         U'\t',
                                                         U'\r',
                                                         U'\b',
                                                         U'\f',
                                                         0,
                                                         0x1b,
                                                         0x7f,
                                                         0xe9,
                                                         0x20ac,
                                                         0x1f600,
                                                         U'\'',
                                                         U'`',
                                                         0xfffd};
        std::string out;
        for (std::uint32_t i = below(12); i > 0; --i)
            append_utf8(out, below(3) == 0 ? odd[below(odd.size())] : U' ' + below(95));
        return out;
    }

    std::string name()
    {
        static constexpr std::string_view letters = "abcxyzABC-_+*!?<>=.";
        std::string out{letters[below(6)]};
        for (std::uint32_t i = below(8); i > 0; --i)
            out += letters[below(static_cast<std::uint32_t>(letters.size()))];
        return below(4) == 0 ? "n" + std::to_string(below(5)) + "/" + out : out;
    }

    std::int64_t integer()
    {
        const auto bits = static_cast<std::int64_t>(random_());
        return below(4) == 0 ? bits : bits % 1000;
    }

    double real()
    {
        for (;;) {
            const double value = below(3) == 0 ? std::bit_cast<double>(random_())
                                               : static_cast<double>(integer()) / 100.0;
            if (std::isfinite(value))
                return value;
        }
    }

private:
    Value simple()
    {
        switch (below(9)) {
            case 0:
                return Value{};
            case 1:
                return Value::boolean(below(2) == 0);
            case 2:
                return Value::integer(integer());
            case 3:
                return below(20) == 0 ? Value::real(-std::numeric_limits<double>::infinity())
                                      : Value::real(real());
            case 4:
                return Value::character(below(2) == 0 ? U'!' + below(90) : 0xe000U + below(100));
            case 5:
                return Value::keyword(name());
            case 6:
                return Value::symbol(name());
            default:
                return Value::string(text());
        }
    }

    std::vector<Value> several(unsigned depth)
    {
        std::vector<Value> values;
        for (std::uint32_t i = below(below(30) == 0 ? 40 : 6); i > 0; --i)
            values.push_back(any(depth));
        return values;
    }

    std::mt19937_64 random_;
};

}  // namespace reops::data
