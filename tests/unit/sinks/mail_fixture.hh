// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Effects of mails for the tests of the sink, made with the engine's own words, and golden
/// texts: REOPS_ACCEPT=1 writes them.

#include "data/map.hh"
#include "data/vector.hh"
#include "engine/detail.hh"
#include "engine/effect.hh"
#include "sinks/email/mail_settings.hh"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::sinks::test {

using engine::make_detail;
using engine::text;

inline constexpr Time noon{1'795'442'527'000'000};  // 2026-11-23T14:02:07Z

struct HostRow {
    std::string host = {};
    std::string action = "stop";
    std::string outcome = "verified";
    int code = 0;
    std::string message = {};
    bool changed = true;
    bool hard = false;
    std::string because = {};
    std::string took = "41s203ms";
};

inline data::Value to_value(const HostRow& row)
{
    return make_detail({{"host", text(row.host)},
                        {"action", text(row.action)},
                        {"outcome", text(row.outcome)},
                        {"code", data::Value::integer(row.code)},
                        {"message", text(row.message)},
                        {"changed", data::Value::boolean(row.changed)},
                        {"hard", data::Value::boolean(row.hard)},
                        {"because", text(row.because)},
                        {"took", text(row.took)}});
}

inline data::Vector to_rows(const std::vector<HostRow>& rows)
{
    data::Vector out;
    for (const HostRow& row : rows)
        out = std::move(out).push_back(to_value(row));
    return out;
}

inline void set_argument(engine::Effect& effect, std::string_view name, data::Value value)
{
    effect.args = effect.args.as_map().assoc(data::Value::keyword(name), std::move(value));
}

/// The mail of the closet flow, with these hosts.
inline engine::Effect closet_mail(const std::vector<HostRow>& rows = {})
{
    engine::Effect effect;
    effect.id = engine::EffectId{9};
    effect.kind = "email";
    effect.run = engine::RunId{12};
    effect.flow = "closet-heat";
    effect.identity = "12.closet-heat.2.0";
    effect.opened = noon;
    effect.limit = minutes(2);
    effect.args = make_detail({{"from", text("reops@home")},
                               {"to", engine::texts({"me@home"})},
                               {"subject", text("stopped all closet instances, room too hot")},
                               {"flow", text("closet-heat")},
                               {"run", text("r-12")},
                               {"event",
                                make_detail({{"id", text("e-5")},
                                             {"name", text("temperature")},
                                             {"key", text("closet")},
                                             {"value", data::Value::real(71.4)},
                                             {"at", text("2026-11-23T14:01:11Z")}})},
                               {"at", text("2026-11-23T14:02:07Z")},
                               {"hosts", data::Value{to_rows(rows)}}});
    return effect;
}

inline engine::Effect alert(std::string_view cause, std::string_view about, bool recovered = false)
{
    engine::Effect effect;
    effect.id = engine::EffectId{10};
    effect.kind = "alert";
    effect.identity = "alert." + std::string{cause} + ".17" + (recovered ? ".recovered" : "");
    effect.opened = noon;
    effect.limit = minutes(2);
    effect.args = make_detail({{"cause", text(cause)},
                               {"text", text(about)},
                               {"at", text("2026-11-23T14:02:07Z")},
                               {"recovered", data::Value::boolean(recovered)}});
    return effect;
}

inline MailSettings settings()
{
    MailSettings out;
    out.from = "reops@home";
    out.alert_to = {"me@home"};
    out.host = "closet.home";
    return out;
}

/// Compares with tests/unit/sinks/golden/NAME.
inline void expect_golden(const std::string& name, const std::string& got)
{
    // the compiler saw this file from the folder in which the test program lies
    const std::filesystem::path program = std::filesystem::canonical("/proc/self/exe");
    const std::filesystem::path path =
        (program.parent_path() / __FILE__).lexically_normal().parent_path() / "golden" / name;
    if (std::getenv("REOPS_ACCEPT") != nullptr) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << got;
        GTEST_SKIP() << "accepted " << path;
    }
    std::ifstream file{path};
    std::ostringstream expected;
    expected << file.rdbuf();
    EXPECT_EQ(got, expected.str())
        << "to accept the new text: REOPS_ACCEPT=1 ctest --preset dev -R sinks/";
}

/// For golden files: line ends as editors like them.
inline std::string with_plain_ends(std::string bytes)
{
    for (std::string::size_type at = 0; (at = bytes.find("\r\n", at)) != std::string::npos;)
        bytes.erase(at, 1);
    return bytes;
}

}  // namespace reops::sinks::test
