// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate.hh"

#include "engine/runs.hh"

#include <exception>

namespace reops::engine {

Evaluated call_stage(const Run& run, const Stage& stage)
{
    Evaluated answer{.run = run.id, .stage = run.stage, .value = {}};
    HostResults success;
    HostResults failure;
    for (const HostResult& result : last_results(run))
        (is_success(result.outcome.status) ? success : failure).push_back(result);
    try {
        if (const auto* choose = dynamic_cast<const ChooseStage*>(&stage)) {
            answer.hosts = choose->choose(success, failure, run.hosts);
        } else if (const auto* transformer = dynamic_cast<const Transformer*>(&stage)) {
            answer.value = transformer->transform(run.trigger.value);
            answer.replaces_value = true;
        } else {
            answer.error = "`" + std::string{stage.name()} + "` cannot stand after an action";
        }
    } catch (const std::exception& error) {
        answer.error = error.what();
    }
    return answer;
}

}  // namespace reops::engine
