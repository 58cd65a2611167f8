// SPDX-License-Identifier: Apache-2.0
#include "app/doctor.hh"

#include "app/control_client.hh"
#include "app/view.hh"
#include "data/json.hh"
#include "engine/detail.hh"
#include "runtime/rebuild.hh"

#include <algorithm>

#include <fmt/format.h>

namespace reops::app {

namespace {

using control::Check;
using control::Health;

/// The configuration as the options change it; a broken one is the first finding.
Config read_or_default(const Call& call, std::vector<Check>& checks)
{
    auto config = load_config(call.global.config, call.surroundings);
    if (!config.ok())
        checks.push_back(
            {"configuration", Health::fail, config.failure().message, config.failure().details});
    Config out = config.ok() ? std::move(*config) : Config{};
    if (!call.global.state.empty())
        out.state = call.global.state;
    return out;
}

Health read_health(const std::string& word)
{
    if (word == "ok")
        return Health::ok;
    return word == "warn" ? Health::warn : Health::fail;
}

std::vector<Check> server_checks(const data::Value& answer)
{
    std::vector<Check> out;
    const View view{answer};
    for (const View& each : view.list("checks"))
        out.push_back({each.word("name"),
                       read_health(each.word("health")),
                       each.word("text"),
                       each.word("type")});
    return out;
}

void show_checks(const Screen& screen, const std::vector<Check>& checks)
{
    std::size_t width = 0;
    for (const Check& check : checks)
        width = std::max(width, check.name.size());
    for (const Check& check : checks) {
        const std::string health{to_string(check.health)};
        screen.out << screen.paint(fmt::format("{:<4}", health), tone_of(health))
                   << fmt::format("  {:<{}}  {}\n", check.name, width, plain(check.text));
        if (!check.type.empty())
            screen.out << fmt::format("{:{}}  type: {}\n", "", width + 6, plain(check.type));
    }
}

int tell(const Call& call, const std::vector<Check>& checks)
{
    const auto count = [&](Health health) {
        return std::count_if(
            checks.begin(), checks.end(), [&](const Check& each) { return each.health == health; });
    };
    const int status = count(Health::fail) == 0 ? exit_status::done : exit_status::failed;
    if (call.global.json) {
        call.screen.out << data::write_json(
                               engine::make_detail({{"checks", control::to_value(checks)}}))
                        << "\n";
        return status;
    }
    show_checks(call.screen, checks);
    call.screen.out << fmt::format("\n{} ok, {} to look at, {} failed\n",
                                   count(Health::ok),
                                   count(Health::warn),
                                   count(Health::fail));
    return status;
}

int run_rebuild(const Call& call, const Config& config)
{
    const auto report = runtime::rebuild_history(config.state);
    if (!report.ok())
        return tell_failure(call, report.failure());
    if (!call.global.json) {
        call.screen.out << plain(runtime::describe(*report)) << "\n";
        return exit_status::done;
    }
    call.screen.out << data::write_json(engine::make_detail(
                           {{"complete_from",
                             engine::text(engine::to_string(report->complete_from))},
                            {"last", engine::text(engine::to_string(report->last))},
                            {"entries", engine::number(report->entries)},
                            {"runs", engine::number(report->runs)},
                            {"gone_runs", engine::number(report->gone_runs)},
                            {"cut_bytes", engine::number(report->cut_bytes)}}))
                    << "\n";
    return exit_status::done;
}

}  // namespace

int run_doctor(const Call& call)
{
    std::vector<Check> checks;
    const Config config = read_or_default(call, checks);
    const bool is_broken = !checks.empty();
    if (call.has("--rebuild")) {
        if (config.state.empty())
            return tell_failure(call, {Code::invalid_argument, checks.front().text, ""});
        return run_rebuild(call, config);
    }
    const auto answer = ask_server(call, {.path = "/v1/doctor"});
    if (!is_broken || !config.state.empty())
        for (Check& check : local_checks(config, call, answer.ok()))
            if (!is_broken || check.name != "configuration")
                checks.push_back(std::move(check));
    if (answer.ok()) {
        for (Check& check : server_checks(answer->value))
            checks.push_back(std::move(check));
    } else {
        checks.push_back(
            {"server", Health::warn, answer.failure().message, answer.failure().details});
    }
    return tell(call, checks);
}

}  // namespace reops::app
