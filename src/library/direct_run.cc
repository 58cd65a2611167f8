// SPDX-License-Identifier: Apache-2.0
#include "library/direct_run.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "engine/stages.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/var.hh"
#include "library/function_stages.hh"
#include "library/host_results.hh"
#include "library/program.hh"
#include "library/stage_function.hh"
#include "library/words.hh"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;
using engine::HostResult;
using engine::HostResults;
using engine::StageRole;
using lang::Arguments;
using lang::Task;

Value key(std::string_view name)
{
    return Value::keyword(name);
}

/// The steps of one pipeline, and what flows between them.
class DirectRun {
public:
    DirectRun(Task& task, Program& program, std::string form)
        : task_(task), program_(program), form_(std::move(form))
    {
    }

    /// False: the run ends here, nothing is left.
    bool take(const PlacedStage& placed)
    {
        const StageValue& stage = placed.stage();
        if (!stage.function().is_nil())
            return call(stage);
        const pipeline::StagePart part = stage.make({.program = program_.shared_from_this(),
                                                     .form = placed.form(),
                                                     .is_after_action = true});
        const engine::StagePtr made = part.make({program_.facts().to_from});
        switch (made->role()) {
            case StageRole::choose:
                return choose(static_cast<const engine::ChooseStage&>(*made));
            case StageRole::filter:
                return transform(*made);
            default:
                return step(with_hosts(made));
        }
    }

    Value signal() const
    {
        HostResults good;
        HostResults bad;
        for (const HostResult& result : results_)
            (is_success(result.outcome.status) ? good : bad).push_back(result);
        return data::make_map({{key("hosts"), hosts_value()},
                               {key("success"), show_success(good)},
                               {key("failure"), show_failure(bad)},
                               {key("value"), value_},
                               {key("run"), run_.empty() ? Value{} : Value::string(run_)}});
    }

    void end(const std::string& error)
    {
        if (!run_.empty())
            program_.facts().direct->end(std::exchange(run_, {}), error);
    }
    const std::string& run() const { return run_; }

private:
    Value hosts_value() const
    {
        const lang::Namespace* core = task_.interpreter().find_namespace(words_namespace);
        const lang::Var* make = core != nullptr ? core->find_own("->Hosts") : nullptr;
        if (make == nullptr)
            return show_hosts(hosts_);
        data::VectorBuilder names;
        for (const std::string& host : hosts_)
            names.push_back(Value::string(host));
        std::vector<Value> arguments{auth_.is_nil() ? Value{data::Map{}} : auth_, names.finish()};
        return task_.call(make->get(task_), Arguments{arguments});
    }

    /// A function of the user's: called with the signal, gives a signal, a map with :value, or nil.
    bool call(const StageValue& stage)
    {
        std::vector<Value> arguments{signal()};
        arguments.insert(arguments.end(), stage.arguments().begin(), stage.arguments().end());
        const Value answer = task_.call(stage.function(), Arguments{arguments});
        if (answer.is_nil())
            return false;
        if (!answer.is_map() || answer.as_map().find(key("value")) == nullptr)
            lang::fail(lang::errors::illegal_argument,
                       fmt::format("`{}` expected to give a signal, a map with :value, or nil, but "
                                   "gave {}",
                                   stage.word(),
                                   data::print(answer)));
        value_ = answer.as_map().get("value");
        return true;
    }

    bool choose(const engine::ChooseStage& stage)
    {
        if (const auto* pretty = dynamic_cast<const PrettyStage*>(&stage)) {
            task_.interpreter().print(task_, pretty->table(results_));
            return true;
        }
        HostResults good;
        HostResults bad;
        for (const HostResult& result : results_)
            (is_success(result.outcome.status) ? good : bad).push_back(result);
        try {
            hosts_ = stage.choose(good, bad, hosts_);
        } catch (const std::runtime_error& error) {
            lang::fail(lang::errors::illegal_argument, error.what());
        }
        return !hosts_.empty();
    }

    bool transform(const engine::Stage& stage)
    {
        const auto* transformer = dynamic_cast<const engine::Transformer*>(&stage);
        if (transformer == nullptr)
            lang::fail(lang::errors::illegal_argument,
                       fmt::format("`{}` looks at events, and what is typed comes from none",
                                   stage.name()),
                       "`pick` and `map` look at what hosts gave");
        try {
            value_ = transformer->transform(value_);
        } catch (const std::runtime_error& error) {
            lang::fail(lang::errors::illegal_argument, error.what());
        }
        return true;
    }

    /// The same action on the hosts that are left.
    template <class Stage, class Options>
    engine::StagePtr fill_in(Options options)
    {
        if (options.hosts_from_signal && run_.empty())
            lang::fail(lang::errors::illegal_argument,
                       "no hosts: nothing stands before it that brings some",
                       "name them, as in (exec closet \"uptime\")");
        if (options.hosts_from_signal) {
            options.hosts = hosts::Hosts{hosts_, auth_};
            options.hosts_from_signal = false;
        } else {
            auth_ = options.hosts.auth;
        }
        if (options.hosts.names.empty())
            lang::fail(lang::errors::illegal_argument,
                       "no hosts: the Hosts that was given is empty; empty never means all");
        named_ = options.hosts.names;
        return std::make_shared<Stage>(std::move(options));
    }

    engine::StagePtr with_hosts(const engine::StagePtr& stage)
    {
        named_.clear();
        if (stage->role() == StageRole::power)
            return fill_in<engine::PowerStage>(
                static_cast<const engine::PowerStage&>(*stage).options());
        if (stage->role() == StageRole::operate)
            return fill_in<engine::OperationStage>(
                static_cast<const engine::OperationStage&>(*stage).options());
        return stage;
    }

    bool step(const engine::StagePtr& stage)
    {
        auto ended = program_.facts().direct->step(
            task_, {.run = run_, .form = form_, .actor = {}, .stage = stage});
        if (!ended.ok())
            lang::fail(
                lang::errors::illegal_state, ended.failure().message, ended.failure().details);
        run_ = ended->is_closed ? std::string{} : ended->state.run;
        if (engine::acts_on_hosts(*stage))
            take_results(std::move(ended->state.ended));
        if (ended->is_closed)
            lang::fail(lang::errors::illegal_state,
                       fmt::format("{} was cancelled", ended->state.run),
                       fmt::format("reops why {}", ended->state.run));
        return true;
    }

    /// In the order in which the hosts were named; those that came along stand behind.
    void take_results(HostResults fresh)
    {
        const auto place = [&](const HostResult& result) {
            return std::find(named_.begin(), named_.end(), result.host);
        };
        std::stable_sort(fresh.begin(), fresh.end(), [&](const auto& a, const auto& b) {
            return place(a) < place(b);
        });
        hosts_.clear();
        for (HostResult& result : fresh) {
            if (is_success(result.outcome.status))
                hosts_.push_back(result.host);
            const auto before =
                std::find_if(results_.begin(), results_.end(), [&](const HostResult& one) {
                    return one.host == result.host;
                });
            if (before == results_.end())
                results_.push_back(std::move(result));
            else
                *before = std::move(result);
        }
    }

    Task& task_;
    Program& program_;
    std::string form_;
    std::string run_;
    std::vector<std::string> named_;  ///< by the step at hand
    std::vector<std::string> hosts_;
    Value auth_;
    HostResults results_;
    Value value_;
};

const PlacedStage& placed(const Value& value)
{
    return *data::find_native<PlacedStage>(value);
}

std::string form_of(const std::vector<Value>& stages)
{
    if (stages.size() == 1)
        return placed(stages.front()).form();
    std::string out = "(run";
    const char* between = " ";
    for (const Value& stage : stages) {
        out += between + placed(stage).form();
        between = " | ";
    }
    return out + ")";
}

}  // namespace

void check_may_act(Program& program, std::string_view word)
{
    if (const StageScope* scope = StageScope::current())
        lang::fail(
            lang::errors::illegal_state,
            fmt::format("`{}` acts on hosts and is refused in the function of `{}`, which only "
                        "looks",
                        word,
                        scope->word()),
            fmt::format("give it a place of its own between bars: ... | ({} ...) | ...", word));
    if (program.is_loading())
        lang::fail(
            lang::errors::illegal_state,
            fmt::format("`{}` acts at once and is refused while a file is loaded: loading only "
                        "declares",
                        word),
            "wrap it in defn, or use `reops run`");
    if (program.facts().direct == nullptr)
        lang::fail(lang::errors::illegal_state,
                   fmt::format("`{}`: nothing here can act on hosts", word),
                   "reops run FILE, reops -e FORM, or reops repl");
}

Value act(Task& task, Program& program, const std::vector<Value>& stages)
{
    check_may_act(program, placed(stages.front()).stage().word());
    DirectRun run{task, program, form_of(stages)};
    try {
        for (const Value& stage : stages)
            if (!run.take(placed(stage)))
                break;
    } catch (const lang::LangError& error) {
        run.end(task.interpreter().report(error).message);
        throw;
    } catch (const lang::Interrupted&) {
        run.end("interrupted");
        throw;
    }
    Value signal = run.signal();
    run.end("");
    return signal;
}

Value act_alone(Task& task, const Value& stage)
{
    Program& program = Program::of(task.interpreter());
    const StageValue& value = *data::find_native<StageValue>(stage);
    check_may_act(program, value.word());
    const engine::StagePtr made =
        value.make({.program = program.shared_from_this(), .form = "", .is_after_action = true})
            .make({program.facts().to_from});
    return act(task, program, {data::make_native<PlacedStage>(stage, made->printed())});
}

}  // namespace reops::library
