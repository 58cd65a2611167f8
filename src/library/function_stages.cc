// SPDX-License-Identifier: Apache-2.0
#include "library/function_stages.hh"

#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "data/utf8.hh"
#include "data/vector.hh"
#include "library/host_results.hh"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;

constexpr std::size_t most_shown = 100;

Value key(std::string_view name)
{
    return Value::keyword(name);
}

StageFacts facts_of(const engine::FilterInput& input)
{
    return {.at = input.at, .seed = input.position.number};
}

bool holds(const Value& answer, bool may_give_number)
{
    if (answer.is_number() && !may_give_number)
        throw std::runtime_error(
            fmt::format("`pick` expected true or false but its function gave the number {}; is a "
                        "comparison missing, as in (> t 70)?",
                        data::print(answer)));
    return answer.truthy();
}

class ValuePick final : public engine::FilterStage {
public:
    ValuePick(StageFunction function, std::string form, bool may_give_number)
        : function_(std::move(function)), form_(std::move(form)), may_give_number_(may_give_number)
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return form_; }
    engine::FilterStep on_event(const engine::FilterInput& input, Value&) const override
    {
        engine::FilterStep step;
        const bool passes = holds(function_.call({input.value}, facts_of(input)), may_give_number_);
        step.verdict = passes ? engine::Verdict::pass : engine::Verdict::clear;
        return step;
    }

private:
    StageFunction function_;
    std::string form_;
    bool may_give_number_;
};

/// What the verb gave; behind `stop` and `start`, which give nothing, {:host :code :outcome}.
Value result_for_pick(const engine::HostResult& result)
{
    const Value* given = given_result(result);
    return given != nullptr ? *given : show_result(result);
}

class ResultPick final : public engine::ChooseStage {
public:
    ResultPick(StageFunction function, std::string form, bool may_give_number)
        : function_(std::move(function)), form_(std::move(form)), may_give_number_(may_give_number)
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return form_; }
    std::vector<std::string> choose(const engine::HostResults& success,
                                    const engine::HostResults& /*failure*/,
                                    const std::vector<std::string>& /*hosts*/) const override
    {
        std::vector<std::string> out;
        for (const engine::HostResult& result : success)
            if (holds(function_.call({result_for_pick(result)}, {}), may_give_number_))
                out.push_back(result.host);
        return out;
    }

private:
    StageFunction function_;
    std::string form_;
    bool may_give_number_;
};

/// Names in what a function gave: a Hosts, or anything with names in it.
std::vector<std::string> names_in(const Value& answer)
{
    Value names = answer;
    if (answer.is_map())
        names = answer.as_map().get("hosts");
    std::vector<std::string> out;
    const auto add = [&](const Value& name) {
        if (!name.is_string())
            throw std::runtime_error("`pick` expected names of hosts but its function gave " +
                                     data::print(answer));
        out.emplace_back(name.as_string());
    };
    if (names.is_vector())
        for (const Value& name : names.as_vector())
            add(name);
    else if (names.is_list())
        for (const Value& name : names.as_list())
            add(name);
    else if (names.is_set())
        for (const Value& name : names.as_set())
            add(name);
    else if (!names.is_nil())
        add(names);
    return out;
}

class HostPick final : public engine::ChooseStage {
public:
    HostPick(StageFunction function, std::string form)
        : function_(std::move(function)), form_(std::move(form))
    {
    }
    std::string_view name() const override { return "pick"; }
    std::string printed() const override { return form_; }
    std::vector<std::string> choose(const engine::HostResults& success,
                                    const engine::HostResults& failure,
                                    const std::vector<std::string>& hosts) const override
    {
        return names_in(
            function_.call({show_success(success), show_failure(failure), show_hosts(hosts)}, {}));
    }

private:
    StageFunction function_;
    std::string form_;
};

/// What a host said, on one line.
std::string short_result(const engine::HostResult& result)
{
    const Value* given = given_result(result);
    std::string text = given == nullptr     ? result.outcome.message
                       : given->is_string() ? std::string{given->as_string()}
                                            : data::print(*given);
    while (!text.empty() && (text.back() == '\n' || text.back() == ' '))
        text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ' ');
    if (text.size() <= most_shown)
        return text;
    text.resize(most_shown);
    text.resize(std::min(text.size(), data::find_invalid_utf8(text)));
    return text + " ...";
}

class FunctionMap final : public engine::FilterStage, public engine::Transformer {
public:
    FunctionMap(StageFunction function, std::string form)
        : function_(std::move(function)), form_(std::move(form))
    {
    }
    std::string_view name() const override { return "map"; }
    std::string printed() const override { return form_; }
    engine::FilterStep on_event(const engine::FilterInput& input, Value&) const override
    {
        engine::FilterStep step;
        step.replaces_value = true;
        step.value = function_.call({input.value}, facts_of(input));
        return step;
    }
    Value transform(const Value& value) const override { return function_.call({value}, {}); }

private:
    StageFunction function_;
    std::string form_;
};

Value show_signal(const engine::FilterInput& input)
{
    const engine::Event& event = *input.event;
    return data::make_map({{key("event"),
                            data::make_map({{key("name"), Value::outside_keyword(event.name)},
                                            {key("key"), Value::string(event.key)},
                                            {key("value"), event.value},
                                            {key("payload"), event.payload}})},
                           {key("value"), input.value},
                           {key("hosts"), show_hosts({})},
                           {key("success"), data::Vector{}},
                           {key("failure"), data::Map{}}});
}

/// What a function of the user's gave: nothing ends the run, a map replaces the value by its own.
std::optional<Value> value_in(const std::string& word, const Value& answer)
{
    if (answer.is_nil())
        return std::nullopt;
    if (!answer.is_map() || answer.as_map().find(key("value")) == nullptr)
        throw std::runtime_error(
            fmt::format("`{}` expected to give a signal, a map with :value, or nil, but gave {}",
                        word,
                        data::print(answer)));
    return answer.as_map().get("value");
}

class UserStage final : public engine::FilterStage {
public:
    UserStage(StageFunction function,
              std::vector<Value> arguments,
              std::string word,
              std::string form)
        : function_(std::move(function)),
          arguments_(std::move(arguments)),
          word_(std::move(word)),
          form_(std::move(form))
    {
    }
    std::string_view name() const override { return word_; }
    std::string printed() const override { return form_; }
    engine::FilterStep on_event(const engine::FilterInput& input, Value&) const override
    {
        std::vector<Value> arguments{show_signal(input)};
        arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
        const Value answer = function_.call(std::move(arguments), facts_of(input));
        engine::FilterStep step;
        auto value = value_in(word_, answer);
        if (!value) {
            step.verdict = engine::Verdict::clear;
            return step;
        }
        step.value = std::move(*value);
        step.replaces_value = true;
        return step;
    }

private:
    StageFunction function_;
    std::vector<Value> arguments_;
    std::string word_;
    std::string form_;
};

Value show_trigger(const engine::Trigger& trigger,
                   const engine::HostResults& success,
                   const engine::HostResults& failure,
                   const std::vector<std::string>& hosts)
{
    return data::make_map({{key("event"),
                            data::make_map({{key("name"), Value::outside_keyword(trigger.name)},
                                            {key("key"), Value::string(trigger.key)},
                                            {key("value"), trigger.value},
                                            {key("payload"), trigger.payload}})},
                           {key("value"), trigger.value},
                           {key("hosts"), show_hosts(hosts)},
                           {key("success"), show_success(success)},
                           {key("failure"), show_failure(failure)}});
}

class UserSignalStage final : public engine::SignalStage {
public:
    UserSignalStage(StageFunction function,
                    std::vector<Value> arguments,
                    std::string word,
                    std::string form)
        : function_(std::move(function)),
          arguments_(std::move(arguments)),
          word_(std::move(word)),
          form_(std::move(form))
    {
    }
    std::string_view name() const override { return word_; }
    std::string printed() const override { return form_; }
    std::optional<Value> call(const engine::Trigger& trigger,
                              const engine::HostResults& success,
                              const engine::HostResults& failure,
                              const std::vector<std::string>& hosts) const override
    {
        std::vector<Value> arguments{show_trigger(trigger, success, failure, hosts)};
        arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
        return value_in(
            word_,
            function_.call(std::move(arguments), {.at = trigger.at, .seed = trigger.event.number}));
    }

private:
    StageFunction function_;
    std::vector<Value> arguments_;
    std::string word_;
    std::string form_;
};

/// Re-ops' form of a stage: (f hosts result & more) gives [hosts result].
class ReopsStage final : public engine::ChooseStage {
public:
    ReopsStage(StageFunction function, std::vector<Value> arguments, std::string form)
        : function_(std::move(function)), arguments_(std::move(arguments)), form_(std::move(form))
    {
    }
    std::string_view name() const override { return "re-ops"; }
    std::string printed() const override { return form_; }
    std::vector<std::string> choose(const engine::HostResults& success,
                                    const engine::HostResults& failure,
                                    const std::vector<std::string>& hosts) const override
    {
        std::vector<Value> arguments{show_hosts(hosts),
                                     data::make_map({{key("success"), show_success(success)},
                                                     {key("failure"), show_failure(failure)}})};
        arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
        const Value answer = function_.call(std::move(arguments), {});
        if (!answer.is_vector() || answer.as_vector().size() != 2)
            throw std::runtime_error("`re-ops` expected [hosts result] but its function gave " +
                                     data::print(answer));
        return names_in(answer.as_vector()[0]);
    }

private:
    StageFunction function_;
    std::vector<Value> arguments_;
    std::string form_;
};

}  // namespace

std::string PrettyStage::table(const engine::HostResults& results)
{
    std::size_t widest = 4;
    for (const engine::HostResult& result : results)
        widest = std::max(widest, result.host.size());
    std::string out;
    for (const engine::HostResult& result : results) {
        const std::string outcome =
            is_success(result.outcome.status)
                ? std::string{to_string(result.outcome.status)}
                : fmt::format("{} ({})", to_string(result.outcome.status), result.outcome.code());
        out +=
            fmt::format("{:<{}}  {:<14}  {}\n", result.host, widest, outcome, short_result(result));
    }
    return out;
}

std::vector<std::string> PrettyStage::choose(const engine::HostResults& success,
                                             const engine::HostResults& failure,
                                             const std::vector<std::string>& hosts) const
{
    print_(table(success) + table(failure));
    return hosts;
}

engine::StagePtr make_reops_stage(StageFunction function,
                                  std::vector<Value> arguments,
                                  std::string form)
{
    return std::make_shared<ReopsStage>(std::move(function), std::move(arguments), std::move(form));
}

engine::StagePtr make_user_signal_stage(StageFunction function,
                                        std::vector<Value> arguments,
                                        std::string word,
                                        std::string form)
{
    return std::make_shared<UserSignalStage>(
        std::move(function), std::move(arguments), std::move(word), std::move(form));
}

engine::StagePtr make_value_pick(StageFunction function, std::string form, bool may_give_number)
{
    return std::make_shared<ValuePick>(std::move(function), std::move(form), may_give_number);
}

engine::StagePtr make_result_pick(StageFunction function, std::string form, bool may_give_number)
{
    return std::make_shared<ResultPick>(std::move(function), std::move(form), may_give_number);
}

engine::StagePtr make_host_pick(StageFunction function, std::string form)
{
    return std::make_shared<HostPick>(std::move(function), std::move(form));
}

engine::StagePtr make_function_map(StageFunction function, std::string form)
{
    return std::make_shared<FunctionMap>(std::move(function), std::move(form));
}

engine::StagePtr make_user_stage(StageFunction function,
                                 std::vector<Value> arguments,
                                 std::string word,
                                 std::string form)
{
    return std::make_shared<UserStage>(
        std::move(function), std::move(arguments), std::move(word), std::move(form));
}

}  // namespace reops::library
