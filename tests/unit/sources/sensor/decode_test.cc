// SPDX-License-Identifier: Apache-2.0
// What payloads mean: one row per rule.
#include "sources/sensor/decode.hh"

#include "data/print.hh"

#include <limits>

#include <gtest/gtest.h>

namespace reops::sources::test {

namespace {

struct Row {
    std::string name;
    std::string payload;
    std::string printed;  ///< the value, or the fault's name
    std::string observed = {};
    bool has_payload = false;
};

void PrintTo(const Row& row, std::ostream* out)  // NOLINT: GoogleTest looks for this name
{
    *out << printable(row.payload);
}

std::string show(PayloadFault fault, const Reading& reading)
{
    return fault == PayloadFault::none ? data::print(reading.value) : std::string{to_string(fault)};
}

std::string in_levels(int levels)
{
    const auto count = static_cast<std::size_t>(levels);
    return "{a: " + std::string(count - 1, '[') + '1' + std::string(count - 1, ']') + "}";
}

std::string name_of(const testing::TestParamInfo<Row>& row)
{
    return row.param.name;
}

}  // namespace

class Payload : public testing::TestWithParam<Row> {};

TEST_P(Payload, MeansWhatItSays)
{
    const Row& row = GetParam();
    Reading reading;
    const PayloadFault fault = decode(default_mapping("temperature"), row.payload, reading);
    EXPECT_EQ(show(fault, reading), row.printed) << printable(row.payload);
    if (fault != PayloadFault::none)
        return;
    EXPECT_EQ(reading.observed ? to_iso(*reading.observed, true) : "", row.observed);
    EXPECT_EQ(!reading.payload.is_nil(), row.has_payload);
    EXPECT_TRUE(reading.is_in_range);
}

INSTANTIATE_TEST_SUITE_P(Numbers,
                         Payload,
                         testing::ValuesIn(std::vector<Row>{
                             {"Point", "71.4", "71.4"},
                             {"Whole", "71", "71"},
                             {"Negative", "-3.5", "-3.5"},
                             {"Plus", "+3.5", "3.5"},
                             {"PlusMinus", "+-3.5", "not-a-number"},
                             {"Space", " 71.4\n", "71.4"},
                             {"Nul", std::string{"71.4\0", 5}, "71.4"},
                             {"NoZero", ".5", "0.5"},
                             {"Power", "1.5e3", "1500.0"},
                             {"BeyondInteger", "99999999999999999999", "1.0E20"},
                             {"TooSmall", "1e-400", "0.0"},
                             {"TooLarge", "1e400", "not-finite"},
                             {"NotANumber", "nan", "not-finite"},
                             {"Infinity", "-Infinity", "not-finite"},
                             {"Comma", "71,4", "comma"},
                             {"Thousands", "1,234.5", "comma"},
                             {"Unit", "71.4 C", "not-a-number"},
                             {"Hex", "0x1F", "not-a-number"},
                             {"Two", "71.4 71.5", "not-a-number"},
                             {"Word", "unavailable", "not-a-number"},
                             {"Nothing", "", "empty"},
                             {"OnlySpace", " \r\n", "empty"},
                             {"Latin1", "71\xb0", "not-utf8"},
                         }),
                         name_of);

INSTANTIATE_TEST_SUITE_P(Words,
                         Payload,
                         testing::ValuesIn(std::vector<Row>{
                             {"On", "on", "true"},
                             {"Off", "OFF", "false"},
                             {"True", "True\n", "true"},
                             {"False", "false", "false"},
                             {"Longer", "only", "not-a-number"},
                             {"Shorter", "o", "not-a-number"},
                             {"NotByOneBit", "o.", "not-a-number"},
                         }),
                         name_of);

INSTANTIATE_TEST_SUITE_P(
    Json,
    Payload,
    testing::ValuesIn(std::vector<Row>{
        {"ByName", R"({"temperature": 71.4, "value": 3})", "71.4", "", true},
        {"ByValue", R"({"unit": "C", "value": 3})", "3", "", true},
        {"BareKeys", "{temperature: 71.4}", "71.4", "", true},
        {"SingleQuotes", "{'temperature': '71.4'}", "71.4", "", true},
        {"QuotedNumber", R"({"temperature": "71.4"})", "71.4", "", true},
        {"QuotedComma", R"({"temperature": "71,4"})", "comma"},
        {"QuotedWord", R"({"temperature": "unavailable"})", "not-a-number"},
        {"State", R"({"value": "ON"})", "true", "", true},
        {"Boolean", R"({"value": false})", "false", "", true},
        {"TextOnly", R"("71.4")", "71.4"},
        {"Null", R"({"temperature": null})", "no-value"},
        {"OtherField", R"({"humidity": 40})", "no-value"},
        {"Nested", R"({"temperature": {"c": 1}})", "not-a-reading"},
        {"Array", "[71.4]", "not-a-reading"},
        {"NaN", R"({"temperature": NaN})", "not-finite"},
        {"TooLarge", R"({"temperature": 1e999})", "not-finite"},
        {"EndsEarly", R"({"temperature": 71.4)", "bad-json"},
        {"Twice", R"({"value": 1} {"value": 2})", "bad-json"},
        {"Latin1", "{\"value\": 1, \"unit\": \"\xb0\"}", "not-utf8"},
        {"Deep64", in_levels(64), "no-value"},
        {"Deep65", in_levels(65), "too-deep"},
        {"Bomb", std::string(1'000'000, '['), "too-deep"},
        {"OneMebibyte", '"' + std::string(largest_payload - 2, 'x') + '"', "not-a-number"},
        {"AByteMore", '"' + std::string(largest_payload - 1, 'x') + '"', "oversize"},
    }),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    OwnTime,
    Payload,
    testing::ValuesIn(std::vector<Row>{
        {"Iso",
         R"({"value": 1, "ts": "2026-11-23T14:02:07Z"})",
         "1",
         "2026-11-23T14:02:07.000Z",
         true},
        {"Zone",
         R"({"value": 1, "time": "2026-11-24T01:02:07.5+11:00"})",
         "1",
         "2026-11-23T14:02:07.500Z",
         true},
        {"Seconds", R"({"value": 1, "ts": 1795442527})", "1", "2026-11-23T14:02:07.000Z", true},
        {"Fraction", R"({"value": 1, "ts": 1795442527.25})", "1", "2026-11-23T14:02:07.250Z", true},
        {"Millis", R"({"value": 1, "ts": 1795442527123})", "1", "2026-11-23T14:02:07.123Z", true},
        {"Quoted", R"({"value": 1, "ts": "1795442527"})", "1", "2026-11-23T14:02:07.000Z", true},
        {"FirstThatIsOne",
         R"({"value": 1, "ts": 17, "time": 1795442527})",
         "1",
         "2026-11-23T14:02:07.000Z",
         true},
        {"Uptime", R"({"value": 1, "time": 8123})", "1", "", true},
        {"NoZone", R"({"value": 1, "time": "14:02"})", "1", "", true},
        {"Huge", R"({"value": 1, "ts": 1e300})", "1", "", true},
        {"Negative", R"({"value": 1, "ts": -1795442527})", "1", "", true},
    }),
    name_of);

TEST(Decode, FollowsThePath)
{
    SensorMapping mapping = default_mapping("power");
    mapping.path = {"solar", "kw"};
    Reading reading;
    EXPECT_EQ(decode(mapping, "{solar: {kw: 2.5}, value: 9}", reading), PayloadFault::none);
    EXPECT_EQ(reading.value, data::Value::real(2.5));
    EXPECT_EQ(decode(mapping, "{solar: 3, value: 9}", reading), PayloadFault::no_value);
    EXPECT_EQ(decode(mapping, "2.5", reading), PayloadFault::none) << "a number needs no path";
}

TEST(Decode, ScalesThenLooksAtTheRange)
{
    SensorMapping mapping = default_mapping("power");
    mapping.scale = 0.001;
    mapping.range = {{-1, 10}};
    Reading reading;
    EXPECT_EQ(decode(mapping, "2500", reading), PayloadFault::none);
    EXPECT_EQ(reading.value, data::Value::real(2.5));
    EXPECT_TRUE(reading.is_in_range);
    EXPECT_EQ(decode(mapping, "10000", reading), PayloadFault::none);
    EXPECT_TRUE(reading.is_in_range) << "the ends belong to it";
    EXPECT_EQ(decode(mapping, "10001", reading), PayloadFault::none);
    EXPECT_FALSE(reading.is_in_range);
    EXPECT_EQ(decode(mapping, "on", reading), PayloadFault::none);
    EXPECT_TRUE(reading.is_in_range) << "of the reading before nothing is left";
    mapping.scale = 1e300;
    EXPECT_EQ(decode(mapping, "1e300", reading), PayloadFault::not_finite);
}

TEST(Decode, ATimePathThatHoldsNoTimeIsRefused)
{
    SensorMapping mapping = default_mapping("temperature");
    mapping.time_path = {"at", "utc"};
    Reading reading;
    EXPECT_EQ(decode(mapping, "{value: 1, at: {utc: 1795442527}, ts: 1}", reading),
              PayloadFault::none);
    EXPECT_EQ(reading.observed, Time{1'795'442'527'000'000});
    EXPECT_EQ(decode(mapping, "{value: 1, at: {utc: 'noon'}}", reading), PayloadFault::bad_time);
    EXPECT_EQ(decode(mapping, "{value: 1, ts: 1795442527}", reading), PayloadFault::none);
    EXPECT_EQ(reading.observed, std::nullopt) << "absent is allowed; no other field is taken";
}

TEST(Decode, EveryFaultHasItsOwnNameAndSentence)
{
    for (std::size_t i = 0; i < payload_faults; ++i) {
        const auto fault = static_cast<PayloadFault>(i);
        EXPECT_FALSE(explain(fault).empty());
        for (std::size_t other = 0; other < i; ++other)
            EXPECT_NE(to_string(fault), to_string(static_cast<PayloadFault>(other)));
    }
    EXPECT_EQ(to_string(PayloadFault::bad_time), "bad-time") << "the table is as long as the enum";
}

TEST(Printable, HasNoControlCharactersAndAnEnd)
{
    EXPECT_EQ(printable("71,4"), "71,4");
    EXPECT_EQ(printable("a\x1b[2J\nb\x7f"), "a?[2J?b?");
    EXPECT_EQ(printable("71\xb0 \xc2\xb0"), "71? \xc2\xb0");
    EXPECT_EQ(printable("\xe2\x80\xaetxt"), "?txt") << "right-to-left override";
    EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace reops::sources::test
