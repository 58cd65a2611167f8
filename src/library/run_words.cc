// SPDX-License-Identifier: Apache-2.0
// `run`: splits its forms at the bars and joins source and stages to a flow. A macro, so that a
// stage's words are looked up among the stages first, and its form is kept as written.
#include "base/nearest.hh"
#include "data/list.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"
#include "library/direct_run.hh"
#include "library/flow_options.hh"
#include "library/function_stages.hh"
#include "library/program.hh"
#include "library/stage_value.hh"
#include "library/words.hh"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;

constexpr std::size_t most_stages = 100;

/// Source and stages as they were written, without the bars.
struct Parts {
    Value options;  ///< a map in front of the source, or nil
    std::vector<Value> forms;
};

bool is_bar(const Value& form)
{
    return form.is_symbol("|");
}

std::string joined(const Parts& parts)
{
    std::string out = "(run";
    if (!parts.options.is_nil())
        out += ' ' + data::print(parts.options);
    const char* between = " ";
    for (const Value& form : parts.forms) {
        out += between + data::print(form);
        between = " | ";
    }
    return out + ')';
}

/// What was meant, as far as one can tell: single bars, stages in parentheses.
Parts repaired(Arguments forms)
{
    Parts out;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        if (is_bar(forms[i]))
            continue;
        if (i == 0 && forms[i].is_map()) {
            out.options = forms[i];
            continue;
        }
        const bool is_stage = !out.forms.empty();
        out.forms.push_back(
            is_stage && forms[i].is_symbol() ? Value{data::List{}.push_front(forms[i])} : forms[i]);
    }
    return out;
}

[[noreturn]] void fail_form(const std::string& message, Arguments forms)
{
    lang::fail(
        lang::errors::illegal_argument, "`run`: " + message, "write " + joined(repaired(forms)));
}

Parts split(Arguments forms)
{
    Parts out;
    std::size_t i = 0;
    if (!forms.empty() && forms[0].is_map())
        out.options = forms[i++];
    if (i == forms.size())
        lang::fail(lang::errors::illegal_argument,
                   "`run` expected a source and stages",
                   "(run (sensor :event :temperature) | (pick (fn [t] (> t 70))) | (stop closet))");
    bool wants_form = true;
    for (; i < forms.size(); ++i) {
        if (is_bar(forms[i]) && wants_form)
            fail_form(out.forms.empty() ? "a `|` stands before the source"
                                        : "a `|` follows a `|`, with no stage between them",
                      forms);
        if (is_bar(forms[i])) {
            wants_form = true;
            continue;
        }
        if (!wants_form)
            fail_form(fmt::format("expected a `|` before {}", data::print(forms[i])), forms);
        if (!out.forms.empty() && (!forms[i].is_list() || forms[i].as_list().empty()))
            fail_form(
                fmt::format("expected a stage in parentheses but got {}", data::print(forms[i])),
                forms);
        out.forms.push_back(forms[i]);
        wants_form = false;
    }
    if (wants_form)
        fail_form("a `|` stands at the end, with no stage behind it", forms);
    if (out.forms.size() > most_stages)
        lang::fail(lang::errors::illegal_argument,
                   fmt::format("`run`: a flow has at most {} stages", most_stages));
    return out;
}

Value list_of(std::vector<Value> items)
{
    data::List out;
    for (auto item = items.rbegin(); item != items.rend(); ++item)
        out = out.push_front(std::move(*item));
    return out;
}

Value core_symbol(const char* name)
{
    return Value::symbol(std::string{words_namespace} + '/' + name);
}

Value quoted(Value form)
{
    return list_of({Value::symbol("quote"), std::move(form)});
}

/// A verb on hosts as the first form: it acts, and what it gives goes on.
bool is_action(Task& task, const Value& form)
{
    if (!form.is_list() || form.as_list().empty() || !form.as_list().front().is_symbol())
        return false;
    const std::string_view word = form.as_list().front().name();
    const lang::Namespace* stages = task.interpreter().find_namespace(stages_namespace);
    if (stages == nullptr || stages->find_own(word) == nullptr)
        return false;
    for (const auto& words : {action_words(), operation_words()})
        for (const lang::Builtin& each : words)
            if (each.name == word)
                return true;
    return false;
}

/// `(stop closet)` as `(reops.core/stage* '(stop closet) (reops.stages/stop closet))`; a function
/// of the user's, `(f a)`, as `(reops.core/user-stage* '(f a) f a)`.
Value stage_form(Task& task, const Value& form)
{
    const data::List& call = form.as_list();
    const Value& head = call.front();
    const lang::Namespace* stages = task.interpreter().find_namespace(stages_namespace);
    const bool is_word = head.is_symbol() && head.name_space().empty() && stages != nullptr &&
                         stages->find_own(head.name()) != nullptr;
    if (is_word) {
        const Value name =
            Value::symbol(std::string{stages_namespace} + '/' + std::string{head.name()});
        const Value made =
            Value{call.rest().push_front(name.with_meta(head.meta()))}.with_meta(form.meta());
        return list_of({core_symbol("stage*"), quoted(form), made}).with_meta(form.meta());
    }
    return Value{call.push_front(quoted(form)).push_front(core_symbol("user-stage*"))}.with_meta(
        form.meta());
}

/// The macro. Its first two arguments are the form and the environment, as in Clojure.
Value run_macro(Task& task, Arguments arguments)
{
    const Parts parts = split(arguments.subspan(2));
    const Value& first = parts.forms.front();
    std::vector<Value> out{core_symbol("run*"),
                           parts.options,
                           is_action(task, first) ? stage_form(task, first) : first};
    for (std::size_t i = 1; i < parts.forms.size(); ++i)
        out.push_back(stage_form(task, parts.forms[i]));
    return list_of(std::move(out)).with_meta(arguments[0].meta());
}

Value stage_of_form(Task&, Arguments arguments)
{
    return data::make_native<PlacedStage>(arguments[1], data::print(arguments[0]));
}

Value user_stage(Task&, Arguments arguments)
{
    const Value form = arguments[0];
    const Value function = arguments[1];
    const std::string word = data::print(form.as_list().front());
    if (!lang::is_callable_object(function))
        lang::fail_type("a function or the name of a stage", function, fmt::format("`{}`", word));
    std::vector<Value> more(arguments.begin() + 2, arguments.end());
    const lang::Arity arity = static_cast<const lang::Callable&>(function.as_native()).arity();
    if (!arity.takes(more.size() + 1))
        lang::fail(
            lang::errors::arity,
            fmt::format("`{}` as a stage is called with the signal and {} more, {} in all, which "
                        "it does not take",
                        word,
                        more.size(),
                        more.size() + 1),
            fmt::format("(defn {} [signal{}] ...)", word, more.empty() ? "" : " & more"));
    Value stage = data::make_native<StageValue>(
        word, function, more, [function, more, word](const StagePlace& place) {
            const StageFunction call{place.program, function, word};
            auto made = place.is_after_action ? make_user_signal_stage(call, more, word, place.form)
                                              : make_user_stage(call, more, word, place.form);
            return pipeline::StagePart{
                [made = std::move(made)](const pipeline::Defaults&) { return made; }};
        });
    return data::make_native<PlacedStage>(std::move(stage), data::print(form));
}

Value run(Task& task, Arguments arguments)
{
    Program& program = Program::of(task.interpreter());
    if (data::find_native<PlacedStage>(arguments[1]) != nullptr) {
        if (!arguments[0].is_nil())
            lang::fail(lang::errors::illegal_argument,
                       "`run`: options are for flows of events; what is typed runs once");
        return act(task, program, {arguments.begin() + 1, arguments.end()});
    }
    const auto* source = data::find_native<SourceValue>(arguments[1]);
    if (source == nullptr)
        lang::fail_type(
            "a source, such as (sensor :event :temperature), or a verb on hosts, such as "
            "(exec closet \"uptime\")",
            arguments[1],
            "`run`");
    if (arguments.size() < 3)
        lang::fail(lang::errors::illegal_argument,
                   "`run`: the source has no stage behind it",
                   "(run (sensor :event :temperature) | (pick (fn [t] (> t 70))) | (stop closet))");
    pipeline::Pipeline made{source->event(), source->key()};
    made.with(read_flow_options(arguments[0]));
    bool is_after_action = false;
    for (const Value& each : arguments.subspan(2)) {
        const auto* placed = data::find_native<PlacedStage>(each);
        const StageValue& stage = placed->stage();
        made.add(stage.make({.program = program.shared_from_this(),
                             .form = placed->form(),
                             .is_after_action = is_after_action}));
        is_after_action = is_after_action || stage.acts_on_hosts();
    }
    return program.declare(std::move(made));
}

/// Re-ops' spelling of "give me the last result": `(run> (exec closet "uptime") | (pick good))` is
/// {:success .. :failure ..} of the last action.
Value run_result_macro(Task& task, Arguments arguments)
{
    return list_of({core_symbol("last-result*"), run_macro(task, arguments)})
        .with_meta(arguments[0].meta());
}

Value last_result(Task&, Arguments arguments)
{
    if (!arguments[0].is_map())
        return arguments[0];  // a flow's handle
    const data::Map& signal = arguments[0].as_map();
    return data::make_map({{Value::keyword("success"), signal.get("success")},
                           {Value::keyword("failure"), signal.get("failure")}});
}

constexpr std::array<lang::Builtin, 6> table = {{
    {.name = "run",
     .args = "[& source-and-stages]",
     .doc =
         "Joins a source and stages to a flow; a bar stands between them. With a verb on hosts as "
         "the first form it acts at once and gives {:hosts .. :success .. :failure ..}.\n(run "
         "(sensor :event "
         ":temperature) | (pick (fn [t] (> t 70))) | (email \"too hot\"))",
     .since = "0.1",
     .macro = true,
     .run = run_macro},
    {.name = "run>",
     .args = "[& verb-and-stages]",
     .doc = "Like `run` with a verb, and gives what its last action gave: {:success .. :failure "
            "..}.\n(run> (exec closet \"uptime\") | (pick successful))",
     .since = "0.1",
     .macro = true,
     .run = run_result_macro},
    {.name = "last-result*",
     .args = "[signal]",
     .doc = "Part of what `run>` becomes.",
     .since = "0.1",
     .run = last_result},
    {.name = "run*",
     .args = "[options source & stages]",
     .doc = "What `run` becomes.",
     .since = "0.1",
     .run = run},
    {.name = "stage*",
     .args = "[form stage]",
     .doc = "A stage and the form that it was written as; part of what `run` becomes.",
     .since = "0.1",
     .run = stage_of_form},
    {.name = "user-stage*",
     .args = "[form f & more]",
     .doc = "A function as a stage; part of what `run` becomes.",
     .since = "0.1",
     .run = user_stage},
}};

}  // namespace

std::span<const lang::Builtin> run_words()
{
    return table;
}

}  // namespace reops::library
