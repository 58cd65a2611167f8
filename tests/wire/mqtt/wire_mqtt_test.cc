// SPDX-License-Identifier: Apache-2.0
// NAME-VERSION.hex holds the bytes of one packet, NAME-VERSION.edn what they mean. Both directions:
// decoding gives the .edn, and encoding what was decoded gives the .hex again. REOPS_ACCEPT=1
// writes a new .edn; the bytes come from elsewhere (first line of each file) and are never written.
#include "tests/unit/wire/mqtt/hex.hh"
#include "tests/wire/mqtt/describe.hh"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace reops::wire::mqtt {

namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path)
{
    std::ifstream in{path};
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::string read_bytes(const fs::path& path)
{
    std::istringstream in{read_all(path)};
    std::string spelled;
    for (std::string line; std::getline(in, line);)
        if (!line.starts_with('#'))
            spelled += line + ' ';
    return test::bytes(spelled);
}

std::vector<fs::path> cases()
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{REOPS_WIRE_CASES})
        if (entry.path().extension() == ".hex")
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

Version version_of(const fs::path& path)
{
    return path.stem().string().ends_with("-5") ? Version::v5 : Version::v311;
}

void check_text(const fs::path& path, const std::string& edn)
{
    const fs::path expected = fs::path{path}.replace_extension(".edn");
    if (std::getenv("REOPS_ACCEPT") != nullptr)
        std::ofstream{expected} << edn;
    EXPECT_EQ(edn, read_all(expected)) << "to accept: REOPS_ACCEPT=1 "
                                       << "wire_mqtt_test";
}

std::string name_of(const testing::TestParamInfo<fs::path>& which)
{
    std::string name = which.param.stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
}

class WireMqtt : public testing::TestWithParam<fs::path> {};

}  // namespace

TEST_P(WireMqtt, BothDirections)
{
    const std::string bytes = read_bytes(GetParam());
    const Frame frame = next_frame(bytes);
    ASSERT_EQ(frame.state, Frame::State::complete) << frame.why;
    ASSERT_EQ(frame.size, bytes.size());
    const auto understood = test::understand(frame, version_of(GetParam()));
    ASSERT_TRUE(understood.ok()) << understood.failure().message;
    EXPECT_EQ(understood->encoded, bytes);
    check_text(GetParam(), understood->edn);
}

TEST_P(WireMqtt, NoShorterBodyMeansTheSame)
{
    const std::string bytes = read_bytes(GetParam());
    const Frame whole = next_frame(bytes);
    const auto meaning = test::understand(whole, version_of(GetParam()));
    ASSERT_TRUE(meaning.ok());
    for (std::size_t size = 0; size < whole.body.size(); ++size) {
        Frame cut = whole;
        const std::string body{whole.body.substr(0, size)};  // a copy, so that asan sees its end
        cut.body = body;
        const auto understood = test::understand(cut, version_of(GetParam()));
        if (understood) {
            EXPECT_NE(understood->edn, meaning->edn) << size;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Cases, WireMqtt, testing::ValuesIn(cases()), name_of);

}  // namespace reops::wire::mqtt
