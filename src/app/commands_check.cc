// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/flow_check.hh"
#include "app/flow_loader.hh"
#include "app/sensor_mappings.hh"
#include "data/json.hh"
#include "data/vector.hh"
#include "engine/detail.hh"
#include "io/system_random.hh"

#include <array>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::app {

namespace {

/// What a check found; nothing of it acts or connects.
struct Checked {
    std::vector<std::pair<engine::FlowPtr, std::string>> flows;  ///< with their files
    std::vector<std::string> warnings;
    std::size_t files = 0;
};

Result<Checked> check(const Config& config, FlowLoader& loader)
{
    auto loaded = loader.load();
    if (!loaded.ok())
        return loaded.failure();
    Checked out;
    out.files = loaded->files;
    out.warnings = std::move(loaded->warnings);
    const pipeline::Defaults defaults{{config.email.from, config.email.to}};
    std::vector<engine::FlowPtr> flows;
    std::set<std::string> names;
    for (const ServedFlow& served : loaded->flows) {
        auto flow = served.pipeline.finish(defaults, served.source_id);
        if (!flow.ok())
            return flow.failure().while_(served.origin);
        if (!names.insert((*flow)->name).second)
            return Failure{
                Code::conflict,
                fmt::format("{}: two flows are named `{}`", served.origin, (*flow)->name),
                "give each a name of its own: (def NAME (run ...))"};
        flows.push_back(*flow);
        out.flows.emplace_back(std::move(*flow), served.origin);
    }
    auto inventory = hosts::Inventory::make(config.systems, 1);
    if (!inventory.ok())
        return inventory.failure();
    for (std::string& sentence : check_flows(flows, *inventory, sensor_mappings(config, flows)))
        out.warnings.push_back(std::move(sentence));
    return out;
}

std::string counted(std::size_t count, std::string_view what)
{
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string stages_of(const engine::Flow& flow)
{
    std::vector<std::string> stages;
    for (const engine::StagePtr& stage : flow.stages)
        stages.push_back(stage->printed());
    return fmt::format("{}", fmt::join(stages, " | "));
}

void show(const Call& call, const Checked& checked)
{
    Table table{{"FLOW", "FILE", "LISTENS TO", "STAGES"}};
    for (const auto& [flow, file] : checked.flows)
        table.add({{flow->name, Tone::strong},
                   {file},
                   {flow->event + (flow->key ? "/" + *flow->key : "")},
                   {stages_of(*flow)}});
    if (!table.empty()) {
        table.print(call.screen);
        call.screen.out << '\n';
    }
    for (const std::string& warning : checked.warnings)
        call.screen.out << "warning: " << warning << '\n';
    call.screen.out << fmt::format("{} in {}: good, {}\n",
                                   counted(checked.flows.size(), "flow"),
                                   counted(checked.files, "file"),
                                   counted(checked.warnings.size(), "warning"));
}

data::Value show_json(const Checked& checked)
{
    data::VectorBuilder flows;
    for (const auto& [flow, file] : checked.flows)
        flows.push_back(engine::make_detail({{"name", engine::text(flow->name)},
                                             {"file", engine::text(file)},
                                             {"event", engine::text(flow->event)},
                                             {"version", engine::text(flow->version)},
                                             {"stages", engine::text(stages_of(*flow))}}));
    return engine::make_detail({{"ok", data::Value::boolean(true)},
                                {"flows", flows.finish()},
                                {"warnings", engine::texts(checked.warnings)}});
}

int run_check(const Call& call)
{
    const auto config = load_config(call.global.config, call.surroundings);
    if (!config.ok())
        return tell_failure(call, config.failure());
    std::string place = call.get("DIR");
    std::error_code ignored;
    if (place.empty())
        place = std::filesystem::is_directory("flows", ignored) ? "flows" : ".";
    io::SystemRandom random;
    FlowLoader loader{place, *config, call.surroundings, call.clock, random, nullptr};
    const auto checked = check(*config, loader);
    if (!checked.ok())
        return tell_failure(call, checked.failure());
    if (call.global.json)
        call.screen.out << data::write_json(show_json(*checked)) << '\n';
    else
        show(call, *checked);
    return exit_status::done;
}

constexpr std::array<Argument, 1> arguments = {{
    {"DIR", "folder of flow files (*.clj), or one file; else ./flows", false},
}};

constexpr std::array<Command, 1> table = {{
    {.name = "check",
     .purpose = Purpose::see,
     .summary = "look whether flow files are good, without arming anything",
     .example = "reops check flows",
     .arguments = arguments,
     .run = run_check},
}};

}  // namespace

std::span<const Command> check_commands()
{
    return table;
}

}  // namespace reops::app
