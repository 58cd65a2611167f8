// SPDX-License-Identifier: Apache-2.0
// Stages that carry the verbs of the operations table out on hosts: a word for each verb, made from
// its record.
#include "lang/collections.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"
#include "library/direct_run.hh"
#include "library/host_results.hh"
#include "library/plain_value.hh"
#include "library/stage_value.hh"
#include "library/word_options.hh"
#include "library/words.hh"
#include "operations/verb.hh"
#include "pipeline/stages.hh"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::library {

namespace {

using data::Value;
using lang::Arguments;
using lang::Task;
using operations::Verb;

constexpr std::size_t most_verbs = 128;
constexpr std::int64_t most_hosts_at_once = 10'000;
constexpr std::uint32_t usual_batch = 10;  // of verbs that act in batches
constexpr std::array<std::string_view, 3> option_names = {"timeout", "batch", "repeatable"};

bool is_option(const Value& value)
{
    return value.is_keyword() &&
           std::find(option_names.begin(), option_names.end(), value.name()) != option_names.end();
}

/// A Hosts, or a map or set that can be nothing else here.
bool is_hosts(Task& task, const Value& value)
{
    const lang::Collection* record = lang::find_collection(value);
    if (value.is_set())
        return true;
    return (value.is_map() || (record != nullptr && record->is_map())) &&
           !lang::get(task, value, Value::keyword("hosts")).is_nil();
}

[[noreturn]] void fail(const Failure& why)
{
    lang::fail(lang::errors::illegal_argument, why.message, why.details);
}

std::vector<Value> plain_values(Task& task, Arguments arguments, const Verb& verb)
{
    std::vector<Value> out;
    for (const Value& each : arguments)
        out.push_back(plain_value(task, each, fmt::format("an argument of `{}`", verb.name)));
    return out;
}

/// What stands in front of the options: hosts, or those of the signal, and the verb's arguments.
/// Names in a text or vector are hosts when they cannot be an argument.
void read_arguments(Task& task,
                    Arguments arguments,
                    const Verb& verb,
                    engine::OperationOptions& options)
{
    options.hosts_from_signal = arguments.empty() || !is_hosts(task, arguments[0]);
    auto all = Result<Value>{Failure{}};
    if (options.hosts_from_signal) {
        all = operations::read_arguments(verb, plain_values(task, arguments, verb));
        if (all.ok()) {
            options.args = std::move(*all);
            return;
        }
        if (arguments.empty() || !(arguments[0].is_string() || arguments[0].is_vector()))
            fail(all.failure());
    }
    auto behind = operations::read_arguments(verb, plain_values(task, arguments.subspan(1), verb));
    if (!behind.ok())
        fail(options.hosts_from_signal && arguments.size() == 1 ? all.failure() : behind.failure());
    options.hosts_from_signal = false;
    options.hosts = read_hosts(task, arguments[0], verb.name);
    options.args = std::move(*behind);
}

void read_options(Arguments rest, const Verb& verb, engine::OperationOptions& options)
{
    const WordOptions given{verb.name, rest, {option_names.begin(), option_names.end()}};
    options.limit = given.span("timeout").value_or(verb.limit);
    options.may_repeat = given.flag("repeatable", false) || !verb.changes;
    const std::int64_t batch = given.integer("batch").value_or(verb.in_batches ? usual_batch : 0);
    if (batch < 0 || batch > most_hosts_at_once)
        lang::fail(lang::errors::illegal_argument,
                   fmt::format("`{}` :batch expected 1 to {} hosts but got {}",
                               verb.name,
                               most_hosts_at_once,
                               batch));
    options.batch = static_cast<std::uint32_t>(batch);
}

/// Wrong arguments are told where they are written, not by the first host. What comes from a
/// host's entry is not known yet.
void check_command(const Verb& verb, const Value& args)
{
    for (const operations::Parameter& parameter : verb.parameters)
        if (parameter.kind == operations::ParameterKind::setting)
            return;
    if (const auto words = verb.command(args); !words.ok())
        fail(words.failure());
}

Value operate(Task& task, Arguments arguments, const Verb& verb)
{
    std::size_t end = 0;
    while (end < arguments.size() && !is_option(arguments[end]))
        ++end;
    engine::OperationOptions options;
    options.verb = verb.name;
    read_arguments(task, arguments.first(end), verb, options);
    read_options(arguments.subspan(end), verb, options);
    check_command(verb, options.args);
    return data::make_native<StageValue>(
        std::string{verb.name}, true, [options = std::move(options)](const StagePlace&) {
            return pipeline::operate(options);
        });
}

template <std::size_t Place>
Value run_verb(Task& task, Arguments arguments)
{
    return operate(task, arguments, *operations::verbs()[Place]);
}

/// `(update {:a 1} :a inc)` is the language's: only Hosts make the word ours.
bool is_of_the_language(Task& task, Arguments arguments, std::string_view word)
{
    const lang::Namespace* language = task.interpreter().find_namespace("clojure.core");
    return !arguments.empty() && !is_hosts(task, arguments[0]) &&
           language->find_own(word) != nullptr;
}

template <std::size_t Place>
Value act_at_once(Task& task, Arguments arguments)
{
    const Verb& verb = *operations::verbs()[Place];
    if (is_of_the_language(task, arguments, verb.name)) {
        const lang::Namespace* language = task.interpreter().find_namespace("clojure.core");
        return task.call(language->find_own(verb.name)->get(task), arguments);
    }
    return act_alone(task, operate(task, arguments, verb));
}

template <std::size_t... Places>
constexpr auto make_bodies(std::index_sequence<Places...>)
{
    return std::array<lang::BuiltinBody, sizeof...(Places)>{run_verb<Places>...};
}

template <std::size_t... Places>
constexpr auto make_bodies_at_once(std::index_sequence<Places...>)
{
    return std::array<lang::BuiltinBody, sizeof...(Places)>{act_at_once<Places>...};
}

/// The words, and the texts that their records point into.
struct Words {
    std::vector<std::string> texts;
    std::vector<lang::Builtin> table;
};

Words make_words(const std::array<lang::BuiltinBody, most_verbs>& bodies)
{
    const auto verbs = operations::verbs();
    Words out;
    out.texts.reserve(verbs.size());
    for (std::size_t i = 0; i < verbs.size() && i < most_verbs; ++i) {
        const Verb& verb = *verbs[i];
        if (verb.is_internal)
            continue;
        out.texts.push_back(fmt::format("On each host: {}.\n{}", verb.about, verb.example));
        out.table.push_back({.name = verb.name,
                             .args = "[& hosts-arguments-and-options]",
                             .doc = out.texts.back(),
                             .since = "0.1",
                             .effects = true,
                             .run = bodies.at(i)});
    }
    return out;
}

}  // namespace

std::span<const lang::Builtin> operation_words()
{
    static const Words words = make_words(make_bodies(std::make_index_sequence<most_verbs>{}));
    return words.table;
}

std::span<const lang::Builtin> operations_at_once()
{
    static const Words words =
        make_words(make_bodies_at_once(std::make_index_sequence<most_verbs>{}));
    return words.table;
}

}  // namespace reops::library
