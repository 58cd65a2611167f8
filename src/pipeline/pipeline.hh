// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Flows in C++, as they read: `run(sensor("temperature") | pick(..) | stop(closet))`.
/// A Pipeline is a value that describes a flow; nothing happens until a server declares it. What
/// the configuration has to say (the addresses of `email("text")`) is filled in by finish().

#include "engine/flow.hh"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::pipeline {

/// `:email` of the configuration: Re-ops' `to-from`.
struct ToFrom {
    std::string from;
    std::vector<std::string> to;
};

/// What a flow takes from the configuration.
struct Defaults {
    ToFrom to_from;
};

/// One stage on its way into a flow.
struct StagePart {
    std::function<engine::StagePtr(const Defaults&)> make;
};

/// A source and the stages so far.
class Pipeline {
public:
    explicit Pipeline(std::string event, std::optional<std::string> key = std::nullopt);

    /// The flow's name; without it "flows.main/EVENT".
    Pipeline& named(std::string name) &;
    Pipeline&& named(std::string name) &&;
    /// How passing events become runs, calm, quiet ... (engine/flow.hh).
    Pipeline& with(engine::FlowOptions options) &;
    Pipeline&& with(engine::FlowOptions options) &&;

    void add(StagePart part) { parts_.push_back(std::move(part)); }
    const std::string& event() const { return event_; }
    const std::string& name() const { return name_; }

    /// The flow as a value. `build_id` stands for the C++ functions in it, whose text is not known.
    /// Failures: those of engine::make_flow, and invalid_argument for a mail without addresses.
    Result<engine::FlowPtr> finish(const Defaults& defaults, std::string_view build_id) const;

private:
    std::string name_;
    std::string event_;
    std::optional<std::string> key_;
    engine::FlowOptions options_;
    std::vector<StagePart> parts_;
};

Pipeline operator|(Pipeline left, StagePart right);

/// A sensor's readings by event name; `key` narrows to one sensor.
Pipeline sensor(std::string_view event, std::optional<std::string> key = std::nullopt);

/// Marks a pipeline as complete; reads like the flow language.
inline Pipeline run(Pipeline pipeline)
{
    return pipeline;
}

}  // namespace reops::pipeline
