// SPDX-License-Identifier: Apache-2.0
#include "engine/evaluate.hh"

#include "engine/call_limit.hh"
#include "engine/runs.hh"

#include <exception>
#include <utility>

namespace reops::engine {

Evaluated call_stage(const Run& run, const Stage& stage)
{
    Evaluated answer{.run = run.id, .stage = run.stage, .value = {}};
    HostResults success;
    HostResults failure;
    for (const HostResult& result : last_results(run))
        (is_success(result.outcome.status) ? success : failure).push_back(result);
    try {
        begin_limited_call();
        if (const auto* choose = dynamic_cast<const ChooseStage*>(&stage)) {
            answer.hosts = choose->choose(success, failure, run.hosts);
        } else if (const auto* signal = dynamic_cast<const SignalStage*>(&stage)) {
            auto value = signal->call(run.trigger, success, failure, run.hosts);
            answer.replaces_value = value.has_value();
            answer.value = std::move(value).value_or(data::Value{});
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

StageCall::StageCall(FlowPtr flow, Run run, bool again)
    : flow_(std::move(flow)), run_(std::move(run)), again_(again)
{
}

void StageCall::run()
{
    answer_ = call_stage(run_, *flow_->stages[run_.stage]);
    answer_.again = again_;
    Phase expected = Phase::running;
    phase_.compare_exchange_strong(expected, Phase::ended, std::memory_order_acq_rel);
}

bool StageCall::leave()
{
    Phase expected = Phase::running;
    return phase_.compare_exchange_strong(expected, Phase::left, std::memory_order_acq_rel);
}

Body StageCall::answer(Duration /*took*/)
{
    return std::move(answer_);
}

}  // namespace reops::engine
