// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/control.hh"

#include "data/print.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/task.hh"

#include <optional>

namespace reops::lang {

RawValue DefNode::eval(Frame& frame) const
{
    if (meta != nullptr)
        var.set_metadata(meta->value(frame));
    if (init != nullptr)
        var.set_root(init->value(frame));
    var.set_definition(definition);
    const auto& on_define = frame.task.interpreter().options().on_define;
    if (on_define && frame.task.realising == 0)
        on_define(var);
    return value_of(var).detach();
}

RawValue SetVarNode::eval(Frame& frame) const
{
    Value value = value_node->value(frame);
    const Value key = value_of(var);
    if (!frame.task.bindings().contains(key)) {
        frame.task.enter(this);
        fail(errors::illegal_state,
             "Can't change/establish root binding of: " + std::string{var.name().name()} +
                 " with set",
             "`binding` around it makes a binding of this thread; alter-var-root changes the root");
    }
    frame.task.set_bindings(frame.task.bindings().assoc(key, value));
    return value.detach();
}

RawValue ThrowNode::eval(Frame& frame) const
{
    Value value = exception->value(frame);
    frame.task.enter(this);
    if (find<Exception>(value) == nullptr)
        fail_type("an exception", value, "`throw`");
    throw LangError{std::move(value)};
}

void TryNode::eval_finally(Frame& frame) const
{
    if (finally != nullptr)
        release(finally->eval(frame));
}

RawValue TryNode::eval_caught(Frame& frame) const
{
    Task::Mark mark{frame.task};
    const data::Map bindings = frame.task.bindings();
    std::optional<LangError> thrown;
    try {
        return body->eval(frame);
    } catch (const LangError& error) {
        thrown = error;
    }
    mark.restore();
    frame.task.set_bindings(bindings);
    for (const Clause& clause : clauses) {
        if (!thrown->exception().kind().is_a(*clause.kind))
            continue;
        frame.slots[clause.slot] = thrown->value();
        thrown.reset();
        return clause.body->eval(frame);
    }
    throw LangError{*thrown};
}

RawValue TryNode::eval(Frame& frame) const
{
    if (finally == nullptr)
        return eval_caught(frame);
    Task::Mark mark{frame.task};
    const data::Map bindings = frame.task.bindings();
    RawValue result;
    try {
        result = eval_caught(frame);
    } catch (const Interrupted&) {
        mark.restore();
        frame.task.set_bindings(bindings);
        const Task::Grace grace{frame.task};
        eval_finally(frame);
        throw;
    } catch (const LangError&) {
        mark.restore();
        frame.task.set_bindings(bindings);
        eval_finally(frame);
        throw;
    }
    const Value held = Value::adopt(result);
    eval_finally(frame);
    return Value{held}.detach();
}

RawValue CaseNode::eval(Frame& frame) const
{
    const Value value = subject->value(frame);
    if (const Value* index = branches.find(value))
        return bodies[static_cast<std::size_t>(index->as_integer())]->eval(frame);
    if (otherwise != nullptr)
        return otherwise->eval(frame);
    frame.task.enter(this);
    fail(errors::illegal_argument, "No matching clause: " + data::display(value));
}

}  // namespace reops::lang
