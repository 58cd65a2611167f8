// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scenario/scenario.hh"

#include "tests/support/scenario/flow_builders.hh"
#include "tests/support/scenario/player.hh"
#include "tests/support/scenario/text_diff.hh"

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace reops::scenario {

namespace {

std::optional<std::string> read_file(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return std::nullopt;
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

/// How much of a text is comment lines at its top.
std::size_t comment_size(std::string_view text)
{
    std::size_t size = 0;
    while (size < text.size() && text[size] == ';')
        size = std::min(text.find('\n', size), text.size() - 1) + 1;
    return size;
}

/// The flow files of a folder.
std::vector<library::ProgramFile> read_flow_files(const std::filesystem::path& folder)
{
    std::vector<library::ProgramFile> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        if (entry.path().extension() == ".clj")
            files.push_back(
                {entry.path().filename().string(), read_file(entry.path()).value_or("")});
    std::sort(
        files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return files;
}

/// The report of the first mistake, or nothing.
std::string load_flows(const Scenario& scenario, Parts& parts)
{
    const pipeline::ToFrom to_from{"reops@home", {"me@home"}};
    library::ProgramFacts facts;
    facts.to_from = to_from;
    auto loaded = library::Program::load(scenario.files, std::move(facts));
    if (!loaded.ok())
        return loaded.failure().message;
    for (const library::DeclaredFlow& flow : loaded->flows) {
        auto finished = flow.pipeline.finish({to_from}, flow.source_id);
        if (!finished.ok())
            return finished.failure().message;
        parts.flows.push_back(std::move(*finished));
    }
    return "";
}

/// The report of the first mistake, or nothing.
std::string read_parts(const Scenario& scenario, Parts& parts)
{
    if (!scenario.files.empty())
        if (std::string report = load_flows(scenario, parts); !report.empty())
            return report;
    Source flow{"flow.edn", scenario.flow};
    Source hosts{"hosts.edn", scenario.hosts};
    Source events{"events.edn", scenario.events};
    if (scenario.files.empty())
        parts.flows = read_flows(flow);
    parts.world = read_world(hosts);
    parts.script = read_script(events);
    for (const Source* source : {&flow, &hosts, &events})
        if (!source->good() && (source != &flow || scenario.files.empty()))
            return source->report();
    return "";
}

struct Variant {
    std::string_view name;
    std::size_t lanes;
    Recovery recovery;
};

constexpr std::array<Variant, 3> variants = {{
    {"2 lanes", 2, Recovery::at_restarts},
    {"8 lanes", 8, Recovery::at_restarts},
    {"the state read back after each step", 1, Recovery::at_each_step},
}};

/// Why a variant's play is another than the first one's, or nothing.
std::string differs(const Variant& variant, const Played& first, const Played& other)
{
    if (!other.error.empty())
        return fmt::format("with {}: {}\n", variant.name, other.error);
    if (first.report != other.report)
        return fmt::format("with {} other things happen (- with 1 lane):\n{}",
                           variant.name,
                           text_diff(first.report, other.report));
    if (first.journal != other.journal)
        return fmt::format("with {} the entries, traces or deltas are other bytes\n", variant.name);
    if (first.state != other.state)
        return fmt::format("with {} the state at the end is other bytes\n", variant.name);
    return "";
}

Verdict compare(const Scenario& scenario, std::string got, bool is_error)
{
    const std::string& text = is_error ? scenario.error : scenario.expected;
    const std::string_view expected = std::string_view{text}.substr(comment_size(text));
    Verdict verdict;
    verdict.passed = expected == got;
    verdict.complaint = text_diff(expected, got);
    verdict.is_error = is_error;
    verdict.acceptable = true;
    verdict.got = std::move(got);
    if (!verdict.passed)
        verdict.complaint = fmt::format("{}/{} (- expected, + got):\n{}",
                                        scenario.name,
                                        is_error ? "error" : "expected.edn",
                                        verdict.complaint);
    return verdict;
}

}  // namespace

Result<Scenario> read_scenario(const std::filesystem::path& folder)
{
    Scenario scenario;
    scenario.name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    const std::array<std::pair<const char*, std::string*>, 3> needed = {
        {{"flow.edn", &scenario.flow},
         {"events.edn", &scenario.events},
         {"hosts.edn", &scenario.hosts}}};
    scenario.files = read_flow_files(folder);
    for (const auto& [name, text] : needed) {
        if (text == &scenario.flow && !scenario.files.empty())
            continue;
        auto found = read_file(folder / name);
        if (!found)
            return Failure{Code::not_found,
                           fmt::format("no file {} in the scenario {}", name, folder.string()),
                           "a scenario has flow.edn or flow files, events.edn and hosts.edn"};
        *text = std::move(*found);
    }
    scenario.expected = read_file(folder / "expected.edn").value_or("");
    scenario.error = read_file(folder / "error").value_or("");
    return scenario;
}

Verdict judge(const Scenario& scenario, const MakeParallel& make_parallel)
{
    Parts parts;
    if (std::string report = read_parts(scenario, parts); !report.empty())
        return compare(scenario, std::move(report), true);
    const Played first = play(parts, *make_parallel(1), Recovery::at_restarts);
    if (!first.error.empty())
        return compare(scenario, first.error + "\n", true);
    for (const Variant& variant : variants) {
        const Played other = play(parts, *make_parallel(variant.lanes), variant.recovery);
        if (std::string why = differs(variant, first, other); !why.empty())
            return Verdict{.passed = false, .complaint = scenario.name + ": " + why, .got = {}};
    }
    if (!scenario.error.empty())
        return compare(scenario, "", true);
    return compare(scenario, first.report, false);
}

Result<void> accept(const std::filesystem::path& folder,
                    const Scenario& scenario,
                    const Verdict& verdict)
{
    const std::filesystem::path path = folder / (verdict.is_error ? "error" : "expected.edn");
    const std::string& before = verdict.is_error ? scenario.error : scenario.expected;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << before.substr(0, comment_size(before)) << verdict.got;
    if (!file.flush())
        return Failure{Code::denied, "cannot write " + path.string(), ""};
    return {};
}

}  // namespace reops::scenario
