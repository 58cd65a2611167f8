// SPDX-License-Identifier: Apache-2.0
#include "control/show_trace.hh"

#include "control/names.hh"
#include "data/vector.hh"
#include "engine/state.hh"

#include <array>

namespace reops::control {

namespace {

using engine::Reason;

/// What a stage of that name means by `clear` and by `wait`.
struct StageWords {
    std::string_view name;
    std::string_view clear;
    std::string_view wait;
};

constexpr std::array<StageWords, 4> stage_words = {{
    {"pick", "the predicate was false", ""},
    {"rising",
     "the value is not above the level",
     "the value was above the level before, or no earlier reading is known"},
    {"hold-for", "", "the condition holds, but not yet long enough"},
    {"once-within", "", "one has passed within the span"},
}};

bool ended_in_stage(Reason reason)
{
    return reason == Reason::clear || reason == Reason::wait || reason == Reason::failed;
}

/// "(pick t > 70)" is a `pick`.
std::string_view head_of(std::string_view stage)
{
    if (stage.starts_with('('))
        stage.remove_prefix(1);
    return stage.substr(0, stage.find_first_of(" )"));
}

/// A stage's text within a sentence: "(pick t > 70)".
std::string in_brackets(std::string_view stage)
{
    return stage.starts_with('(') ? std::string{stage} : "(" + std::string{stage} + ")";
}

}  // namespace

std::string_view explain_stage(std::string_view stage, Reason reason)
{
    for (const StageWords& words : stage_words) {
        if (words.name != head_of(stage))
            continue;
        const std::string_view said = reason == Reason::clear ? words.clear : words.wait;
        if (!said.empty() && reason != Reason::failed)
            return said;
    }
    return engine::explain(reason);
}

std::string explain_trace(const engine::ArmedFlow& flow, const engine::TraceItem& item)
{
    std::string out = "`" + flow.name + "`";
    if (ended_in_stage(item.reason)) {
        const std::string stage = stage_text(flow, item.stage);
        out += " stage " + std::to_string(item.stage + 1);
        if (!stage.empty())
            out += " " + in_brackets(stage);
        out += ": ";
        out += explain_stage(stage, item.reason);
    } else {
        out += ": ";
        out += engine::explain(item.reason);
    }
    if (!item.error.empty())
        out += ": " + item.error;
    return out;
}

data::Value show_trace_item(const engine::State& state, const engine::TraceItem& item)
{
    const engine::ArmedFlow* flow = find_flow(state, item.flow);
    const bool ended = ended_in_stage(item.reason);
    data::Vector values;
    for (const data::Value& value : item.values)
        values = std::move(values).push_back(value);
    if (flow == nullptr)
        return make_detail({{"flow", text("?")},
                            {"reason", text(to_string(item.reason))},
                            {"text", text(engine::explain(item.reason))}});
    return make_detail(
        {{"flow", text(flow->name)},
         {"reason", text(to_string(item.reason))},
         {"stage", ended ? number(item.stage + 1U) : data::Value{}},
         {"stage_text", ended ? text(stage_text(*flow, item.stage)) : data::Value{}},
         {"values", values.empty() ? data::Value{} : data::Value{values}},
         {"run", item.run.number != 0 ? text(engine::to_string(item.run)) : data::Value{}},
         {"error", text(item.error)},
         {"text", text(explain_trace(*flow, item))}});
}

data::Value show_trace(const ControlParts& parts, const std::vector<engine::TraceItem>& trace)
{
    data::VectorBuilder out;
    for (const engine::TraceItem& item : trace)
        out.push_back(show_trace_item(parts.runtime.engine().state(), item));
    return out.finish();
}

}  // namespace reops::control
