// SPDX-License-Identifier: Apache-2.0
#include "actions/operation_performer.hh"

#include "base/crash_point.hh"
#include "data/map.hh"
#include "operations/command_line.hh"
#include "operations/printable.hh"
#include "operations/verb.hh"

#include <array>
#include <utility>

namespace reops::actions {

namespace {

using data::Value;
using engine::Outcome;
using engine::Status;
using operations::Verb;
using remote::End;
using remote::Ran;

constexpr int exit_code_of_ours = 256;

Value argument(const engine::Effect& effect, std::string_view name)
{
    return effect.args.is_map() ? effect.args.as_map().get(name) : Value{};
}

std::string text_of(const Value& value)
{
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

/// Of the Hosts, else of the system's own map.
Value way_in(const engine::Effect& effect, std::string_view key)
{
    for (const char* place : {"auth", "options"})
        if (const Value map = argument(effect, place); map.is_map())
            if (Value value = map.as_map().get(key); !value.is_nil())
                return value;
    return {};
}

remote::Target target_of(const engine::Effect& effect)
{
    remote::Target target;
    target.host = effect.host;
    target.address = text_of(argument(effect, "address"));
    if (target.address == target.host)
        target.address.clear();
    target.user = text_of(way_in(effect, "user"));
    target.key = text_of(way_in(effect, "ssh-key"));
    const Value port = way_in(effect, "ssh-port");
    if (port.is_integer() && port.as_integer() > 0 && port.as_integer() < 65536)
        target.port = static_cast<std::uint16_t>(port.as_integer());
    return target;
}

/// The arguments of the call, and what the host's entry says under the verb's other keys.
Value with_settings(const engine::Effect& effect, const Verb& verb)
{
    const Value given = argument(effect, "args");
    data::Map out = given.is_map() ? given.as_map() : data::Map{};
    for (const operations::Parameter& parameter : verb.parameters)
        if (parameter.kind == operations::ParameterKind::setting &&
            out.find(parameter.name) == nullptr)
            if (Value value = way_in(effect, parameter.name); !value.is_nil())
                out = std::move(out).assoc(Value::keyword(parameter.name), std::move(value));
    return Value{std::move(out)};
}

Result<remote::Order> order_of(const engine::Effect& effect, const Verb& verb)
{
    const auto words = verb.command(with_settings(effect, verb));
    if (!words.ok())
        return words.failure();
    auto line = operations::quote_command(*words);
    if (!line.ok())
        return line.failure();
    remote::Order order{.line = std::move(*line)};
    const auto within = parse_duration(text_of(argument(effect, "within")));
    order.limit = within.ok() ? *within : effect.limit;
    order.most_output = most_result_bytes;
    return order;
}

Outcome refused(std::string why)
{
    return {.status = Status::refused, .message = std::move(why), .changed = false};
}

/// The command has surely not begun.
Outcome not_begun(const Result<Ran>& result)
{
    Outcome outcome{.message = operations::printable(remote::describe(result)), .changed = false};
    outcome.status = remote::code_of(result) == -1 ? Status::unreachable : Status::refused;
    return outcome;
}

/// Why it failed, and its output for who looks closer.
void explain(Outcome& outcome, const Verb& verb, const operations::CommandReply& reply)
{
    outcome.status = Status::failed;
    outcome.message = operations::printable(verb.explain(reply));
    if (outcome.message.empty())
        outcome.message = "exit status " + std::to_string(reply.exit_code);
    data::Map seen;
    for (const auto& [name, text] : {std::pair{"out", &reply.out}, {"err", &reply.err}})
        if (!text->empty())
            seen = std::move(seen).assoc(Value::keyword(name),
                                         Value::string(operations::printable(*text)));
    outcome.evidence = Value{std::move(seen)};
}

/// It did what was asked, unless it said something that the verb does not understand.
void take_result(Outcome& outcome, const Verb& verb, const operations::CommandReply& reply)
{
    const auto result = operations::read_reply(verb, reply);
    if (!result.ok()) {
        explain(outcome, verb, reply);
        outcome.exit_code = exit_code_of_ours;
        outcome.message = result.failure().message;
        return;
    }
    outcome.status = Status::done;
    data::Map seen = data::make_map({{Value::keyword("result"), *result}});
    if (reply.is_cut)
        seen = std::move(seen).assoc(Value::keyword("cut"), Value::boolean(true));
    outcome.evidence = Value{std::move(seen)};
}

/// Of a command that did not end by itself.
Status status_of(End end)
{
    if (end == End::overdue)
        return Status::timeout;
    return end == End::lost ? Status::unknown : Status::cancelled;
}

Outcome begun(const Result<Ran>& result, const Verb& verb)
{
    const Ran& ran = *result;
    Outcome outcome{
        .exit_code = remote::code_of(result), .changed = verb.changes, .took = ran.took};
    const operations::CommandReply reply{ran.exit_code, ran.out, ran.err, ran.is_cut};
    switch (ran.end) {
        case End::lost:
        case End::overdue:
        case End::cancelled:
            outcome.status = status_of(ran.end);
            outcome.message = operations::printable(remote::describe(result));
            break;
        case End::signalled:
            explain(outcome, verb, reply);
            outcome.message = operations::printable(remote::describe(result));
            break;
        case End::exited:
            if (ran.exit_code == 0)
                take_result(outcome, verb, reply);
            else
                explain(outcome, verb, reply);
            break;
    }
    return outcome;
}

}  // namespace

std::span<const std::string_view> OperationPerformer::kinds() const
{
    static constexpr std::array<std::string_view, 2> mine{"exec", "ask"};
    return mine;
}

void OperationPerformer::perform(const engine::Effect& effect, runtime::Done done)
{
    const std::string name = text_of(argument(effect, "verb"));
    const Verb* verb = operations::find_verb(name);
    if (verb == nullptr)
        return done(refused("this reops knows no verb `" + name + "`"));
    const auto order = order_of(effect, *verb);
    if (!order.ok())
        return done(refused(order.failure().message));
    REOPS_BEFORE("effect-begin:exec");
    transport_.run(
        target_of(effect),
        *order,
        [alive = std::weak_ptr{alive_}, verb, done = std::move(done)](const Result<Ran>& result) {
            if (alive.expired())
                return;
            REOPS_BEFORE("effect-end:exec");
            done(result.ok() ? begun(result, *verb) : not_begun(result));
            REOPS_AFTER("effect-end:exec");
        });
    REOPS_AFTER("effect-begin:exec");
}

void OperationPerformer::cancel(engine::EffectId /*effect*/) {}

}  // namespace reops::actions
