// SPDX-License-Identifier: Apache-2.0
#include "app/flow_loader.hh"

#include "app/build_id.hh"
#include "app/flow_files.hh"
#include "io/process.hh"

#include <filesystem>
#include <utility>

namespace reops::app {

namespace {

std::string folder_of(const std::string& place)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(place, ignored))
        return place;
    const std::string parent = std::filesystem::path{place}.parent_path().string();
    return parent.empty() ? "." : parent;
}

}  // namespace

FlowLoader::FlowLoader(std::string place,
                       const Config& config,
                       const Surroundings& surroundings,
                       const Clock& clock,
                       Random& random,
                       lang::Output* output)
    : place_(std::move(place)),
      to_from_{config.email.from, config.email.to},
      world_(clock, random, surroundings.environment, folder_of(place_)),
      output_(output)
{
    for (const auto& [event, mapping] : config.sensors)
        events_.push_back(event);
}

library::ProgramFacts FlowLoader::facts()
{
    return {.to_from = to_from_,
            .known_events = events_,
            .output = output_,
            .outside = &world_,
            .processor_time = io::thread_processor_time};
}

Result<FlowLoader::Loaded> FlowLoader::load()
{
    auto files = read_flow_files(place_);
    if (!files.ok())
        return files.failure();
    std::vector<library::ProgramFile> sources;
    for (FlowFile& file : *files)
        sources.push_back({std::move(file.name), std::move(file.text)});
    auto program = library::Program::load(sources, facts());
    if (!program.ok())
        return program.failure();
    Loaded out;
    out.files = sources.size();
    out.warnings = std::move(program->warnings);
    for (library::DeclaredFlow& flow : program->flows)
        out.flows.push_back({.pipeline = std::move(flow.pipeline),
                             .origin = std::move(flow.file),
                             // the words' meaning is in the program, so its build counts too
                             .source_id = flow.source_id + build_id()});
    const std::lock_guard lock{mutex_};
    good_ = std::move(sources);
    return out;
}

std::vector<library::ProgramFile> FlowLoader::good_files() const
{
    const std::lock_guard lock{mutex_};
    return good_;
}

}  // namespace reops::app
