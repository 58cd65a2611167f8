// SPDX-License-Identifier: Apache-2.0
// Stages that look at values and hosts: pick, map, and those that keep state.
#include "data/print.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/task.hh"
#include "library/duration_value.hh"
#include "library/function_stages.hh"
#include "library/program.hh"
#include "library/stage_value.hh"
#include "library/words.hh"
#include "pipeline/stages.hh"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

Value stage(std::string word, StageValue::Make make)
{
    return data::make_native<StageValue>(std::move(word), false, std::move(make));
}

pipeline::StagePart ready(engine::StagePtr stage)
{
    return {[stage = std::move(stage)](const pipeline::Defaults&) { return stage; }};
}

bool is_lookup(const Value& function)
{
    return function.is_keyword() || function.is_map() || function.is_set() || function.is_vector();
}

/// Sets, maps, keywords count as functions of one argument.
lang::Arity arity_of(const Value& function, std::string_view word)
{
    if (is_lookup(function))
        return {.least = 1, .most = 1};
    if (!lang::is_callable_object(function))
        lang::fail_type("a function", function, fmt::format("`{}`", word));
    return static_cast<const lang::Callable&>(function.as_native()).arity();
}

std::string show_arity(const lang::Arity& arity)
{
    if (arity.is_variadic)
        return fmt::format("{} or more", arity.least);
    return arity.least == arity.most ? fmt::format("{}", arity.least)
                                     : fmt::format("{} to {}", arity.least, arity.most);
}

pipeline::StagePart make_pick(const Value& function, const StagePlace& place)
{
    const lang::Arity arity = arity_of(function, "pick");
    StageFunction call{place.program, function, "pick"};
    const bool may_give_number = is_lookup(function);
    if (arity.takes(1) && place.is_after_action)
        return ready(make_result_pick(std::move(call), place.form, may_give_number));
    if (arity.takes(1))
        return ready(make_value_pick(std::move(call), place.form, may_give_number));
    if (!arity.takes(3))
        lang::fail(
            lang::errors::arity,
            fmt::format("`pick` expected a function of 1 argument (a value) or of 3 (success, "
                        "failure, hosts) but this one takes {}",
                        show_arity(arity)),
            "(pick (fn [t] (> t 70))) or (pick (fn [success failure hosts] ...))");
    if (!place.is_after_action)
        lang::fail(lang::errors::illegal_argument,
                   "`pick` with three arguments needs host results, and no stage before it acts on "
                   "hosts",
                   "put it behind a stage such as (stop closet)");
    return ready(make_host_pick(std::move(call), place.form));
}

Value pick(Task&, Arguments arguments)
{
    return stage("pick", [function = std::move(arguments[0])](const StagePlace& place) {
        return make_pick(function, place);
    });
}

Value map(Task&, Arguments arguments)
{
    return stage("map", [function = std::move(arguments[0])](const StagePlace& place) {
        if (!arity_of(function, "map").takes(1))
            lang::fail(lang::errors::arity,
                       fmt::format("`map` expected a function of 1 argument but this one takes {}",
                                   show_arity(arity_of(function, "map"))));
        return ready(make_function_map({place.program, function, "map"}, place.form));
    });
}

Value re_ops(Task&, Arguments arguments)
{
    std::vector<Value> more(arguments.begin() + 1, arguments.end());
    return stage("re-ops", [function = arguments[0], more](const StagePlace& place) {
        if (!arity_of(function, "re-ops").takes(more.size() + 2))
            lang::fail(
                lang::errors::arity,
                fmt::format("`re-ops` calls its function with hosts, result and {} more, but "
                            "it takes {}",
                            more.size(),
                            show_arity(arity_of(function, "re-ops"))));
        if (!place.is_after_action)
            lang::fail(lang::errors::illegal_argument,
                       "`re-ops` needs host results, and no stage before it acts on hosts");
        return ready(make_reops_stage({place.program, function, "re-ops"}, more, place.form));
    });
}

Value pretty(Task&, Arguments)
{
    return stage("pretty", [](const StagePlace& place) {
        if (!place.is_after_action)
            lang::fail(lang::errors::illegal_argument,
                       "`pretty` shows what came of hosts, and no stage before it acts on hosts",
                       "put it behind a stage such as (exec closet \"uptime\")");
        const auto print = [output = place.program->facts().output](std::string_view text) {
            if (output != nullptr)
                output->write(text);
        };
        return ready(std::make_shared<PrettyStage>(print, place.form));
    });
}

Value rising(Task&, Arguments arguments)
{
    const auto level = arguments[0].number();
    if (!level)
        lang::fail_type("a number", arguments[0], "`rising`");
    return stage("rising", [level = *level](const StagePlace&) { return pipeline::rising(level); });
}

Duration need_span(const Value& value, std::string_view word)
{
    const auto span = find_duration(value);
    if (!span)
        lang::fail_type("a span of time, such as (seconds 30)", value, fmt::format("`{}`", word));
    return *span;
}

Value hold_for(Task&, Arguments arguments)
{
    const Duration span = need_span(arguments[0], "hold-for");
    return stage("hold-for", [span](const StagePlace&) { return pipeline::hold_for(span); });
}

Value once_within(Task&, Arguments arguments)
{
    const Duration span = need_span(arguments[0], "once-within");
    return stage("once-within", [span](const StagePlace&) { return pipeline::once_within(span); });
}

constexpr std::array<lang::Builtin, 7> table = {{
    {.name = "pick",
     .args = "[f]",
     .doc = "Goes on with events whose value f holds of; behind an action, with the hosts whose "
            "result f holds of.\n(pick (fn [t] (> t 70)))",
     .since = "0.1",
     .run = pick},
    {.name = "map",
     .args = "[f]",
     .doc = "Replaces the value by what f gives.\n(map (fn [t] (- t 32)))",
     .since = "0.1",
     .run = map},
    {.name = "pretty",
     .args = "[& name]",
     .doc = "Behind an action: shows what came of the hosts as a table.\n(exec closet \"uptime\") "
            "| (pretty)",
     .since = "0.1",
     .run = pretty},
    {.name = "re-ops",
     .args = "[f & more]",
     .doc = "Behind an action: a stage as Re-ops writes it, (f hosts result & more) gives [hosts "
            "result].\n(stop closet) | (re-ops (fn [hosts result] [hosts result]))",
     .since = "0.1",
     .run = re_ops},
    {.name = "rising",
     .args = "[level]",
     .doc = "Lets a reading above level pass when the one before it was not.\n(rising 70)",
     .since = "0.1",
     .run = rising},
    {.name = "hold-for",
     .args = "[span]",
     .doc = "Waits until the condition before it has held for the span.\n(hold-for (seconds 30))",
     .since = "0.1",
     .run = hold_for},
    {.name = "once-within",
     .args = "[span]",
     .doc = "Lets one event pass, then none for the span.\n(once-within (hours 1))",
     .since = "0.1",
     .run = once_within},
}};

}  // namespace

std::span<const lang::Builtin> filter_words()
{
    return table;
}

}  // namespace reops::library
