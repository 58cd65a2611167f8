// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The parts of a flow as values of the language, between the call that makes them and the
/// `run` that joins them: a source, a stage, and the flow itself.

#include "data/native.hh"
#include "engine/flow.hh"
#include "pipeline/pipeline.hh"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::library {

class Program;

/// What a stage has to know of where it stands.
struct StagePlace {
    std::shared_ptr<const Program> program;
    std::string form;              ///< as written: "(pick (fn [t] (> t 70)))"
    bool is_after_action = false;  ///< host results come in
};

/// `(sensor :event :temperature)`.
class SourceValue final : public data::Native {
public:
    SourceValue(std::string event, std::optional<std::string> key)
        : event_(std::move(event)), key_(std::move(key))
    {
    }
    const std::string& event() const { return event_; }
    const std::optional<std::string>& key() const { return key_; }

    std::string_view type_name() const override { return "source"; }
    std::string print() const override { return "#source[" + event_ + "]"; }

private:
    std::string event_;
    std::optional<std::string> key_;
};

/// `(stop closet)` between bars.
class StageValue final : public data::Native {
public:
    /// Throws LangError when the stage cannot stand there.
    using Make = std::function<pipeline::StagePart(const StagePlace& place)>;

    StageValue(std::string word, bool acts_on_hosts, Make make)
        : word_(std::move(word)), acts_on_hosts_(acts_on_hosts), make_(std::move(make))
    {
    }
    /// A function of the user's, `(f a b)`.
    StageValue(std::string word,
               data::Value function,
               std::vector<data::Value> arguments,
               Make make)
        : word_(std::move(word)),
          acts_on_hosts_(false),
          make_(std::move(make)),
          function_(std::move(function)),
          arguments_(std::move(arguments))
    {
    }
    const std::string& word() const { return word_; }
    bool acts_on_hosts() const { return acts_on_hosts_; }
    const data::Value& function() const { return function_; }  ///< nil: one of our words
    const std::vector<data::Value>& arguments() const { return arguments_; }
    pipeline::StagePart make(const StagePlace& place) const { return make_(place); }

    std::string_view type_name() const override { return "stage"; }
    std::string print() const override { return "#stage[" + word_ + "]"; }

private:
    std::string word_;
    bool acts_on_hosts_;
    Make make_;
    data::Value function_;
    std::vector<data::Value> arguments_;
};

/// A stage with the form that it was written as.
class PlacedStage final : public data::Native {
public:
    PlacedStage(data::Value stage, std::string form)
        : stage_(std::move(stage)), form_(std::move(form))
    {
    }
    const StageValue& stage() const { return *data::find_native<StageValue>(stage_); }
    const std::string& form() const { return form_; }
    std::string_view type_name() const override { return "placed stage"; }
    std::string print() const override { return "#stage" + form_; }

private:
    data::Value stage_;
    std::string form_;
};

/// What `run` gives: a handle of a flow that the program declares.
class FlowValue final : public data::Native {
public:
    explicit FlowValue(std::size_t index) : index_(index) {}
    /// Its place among the program's declared flows.
    std::size_t index() const { return index_; }

    std::string_view type_name() const override { return "flow"; }
    std::string print() const override { return "#flow[" + std::to_string(index_) + "]"; }

private:
    std::size_t index_;
};

}  // namespace reops::library
