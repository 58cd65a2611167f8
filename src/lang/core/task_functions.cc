// SPDX-License-Identifier: Apache-2.0
// Promises, futures, agents and refs.
#include "lang/agent.hh"
#include "lang/arguments.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/outcome.hh"
#include "lang/task.hh"
#include "lang/transaction.hh"
#include "lang/workers.hh"

#include <iterator>
#include <utility>
#include <vector>

namespace reops::lang {

namespace {

std::vector<Value> taken_from(Arguments arguments, std::size_t first)
{
    return {std::make_move_iterator(arguments.begin() + static_cast<std::ptrdiff_t>(first)),
            std::make_move_iterator(arguments.end())};
}

Value make_promise(Task&, Arguments)
{
    return data::make_native<Promise>();
}

Value deliver(Task&, Arguments arguments)
{
    const auto& promise = need<Promise>(arguments[0], "a promise", "`deliver`");
    return promise.outcome().set(std::move(arguments[1])) ? std::move(arguments[0]) : Value{};
}

Value call_later(Task& task, Arguments arguments)
{
    Value made = data::make_native<Future>();
    task.interpreter().workers().start(task, [made, function = std::move(arguments[0])](Task& own) {
        find<Future>(made)->run(own, function);
    });
    return made;
}

const Future& need_future(const Value& value, std::string_view role)
{
    return need<Future>(value, "a future", role);
}

Value cancel_future(Task&, Arguments arguments)
{
    return Value::boolean(need_future(arguments[0], "`future-cancel`").cancel());
}

Value is_cancelled(Task&, Arguments arguments)
{
    return Value::boolean(need_future(arguments[0], "`future-cancelled?`").is_cancelled());
}

Value is_done(Task&, Arguments arguments)
{
    return Value::boolean(need_future(arguments[0], "`future-done?`").is_realized());
}

template <class T>
Value is_a(Task&, Arguments arguments)
{
    return Value::boolean(find<T>(arguments[0]) != nullptr);
}

Value make_agent(Task&, Arguments arguments)
{
    return data::make_native<Agent>(std::move(arguments[0]));
}

const Agent& need_agent(const Value& value, std::string_view role)
{
    return need<Agent>(value, "an agent", role);
}

Value send(Task& task, Arguments arguments)
{
    need_agent(arguments[0], "`send`")
        .send(task, std::move(arguments[1]), taken_from(arguments, 2));
    return std::move(arguments[0]);
}

Value await(Task& task, Arguments arguments)
{
    for (const Value& each : arguments)
        need_agent(each, "`await`").wait(task, INT64_MAX);
    return {};
}

Value await_for(Task& task, Arguments arguments)
{
    for (const Value& each : arguments.subspan(1))
        if (!need_agent(each, "`await-for`").wait(task, need_integer(arguments[0], "`await-for`")))
            return Value::boolean(false);
    return Value::boolean(true);
}

Value agent_error(Task&, Arguments arguments)
{
    return need_agent(arguments[0], "`agent-error`").error();
}

Value restart_agent(Task&, Arguments arguments)
{
    const Agent& agent = need_agent(arguments[0], "`restart-agent`");
    if (agent.error().is_nil())
        fail(errors::runtime, "Agent does not need a restart");
    agent.restart(arguments[1]);
    return std::move(arguments[1]);
}

Value shutdown_agents(Task&, Arguments)
{
    return {};
}

Value make_ref(Task&, Arguments arguments)
{
    return data::make_native<Ref>(std::move(arguments[0]));
}

Value run_transaction(Task& task, Arguments arguments)
{
    return task.interpreter().transactions().run(task, arguments[0]);
}

const Ref& need_ref(const Value& value, std::string_view role)
{
    return need<Ref>(value, "a ref", role);
}

Value set_ref(Task&, Arguments arguments)
{
    set_in_transaction(need_ref(arguments[0], "`ref-set`"), arguments[1]);
    return std::move(arguments[1]);
}

Value alter(Task& task, Arguments arguments)
{
    const Ref& ref = need_ref(arguments[0], "`alter`");
    std::vector<Value> values{get_in_transaction(ref)};
    for (Value& more : taken_from(arguments, 2))
        values.push_back(std::move(more));
    Value next = task.call(arguments[1], Arguments{values});
    set_in_transaction(ref, next);
    return next;
}

Value ensure(Task&, Arguments arguments)
{
    return get_in_transaction(need_ref(arguments[0], "`ensure`"));
}

constexpr Builtin table[] = {
    pure("promise",
         "[]",
         "A value that `deliver` gives later; @p waits for it.\n(deref (promise) 1 :late) ; => "
         ":late",
         make_promise),
    pure("deliver",
         "[promise val]",
         "Gives a promise its value, once.\n@(deliver (promise) 1) ; => 1",
         deliver),
    acting("future-call",
           "[f]",
           "Calls f on another thread; @ waits for what it gives.\n@(future-call (fn [] 1)) ; => 1",
           call_later),
    pure("future-cancel",
         "[f]",
         "Ends a future; false when it was done.\n(future-cancel (future-call (fn [] 1)))",
         cancel_future),
    pure("future-cancelled?",
         "[f]",
         "Was the future cancelled?\n(future-cancelled? (future-call (fn [] 1))) ; => false",
         is_cancelled),
    pure("future-done?",
         "[f]",
         "Has the future ended?\n(future-done? (future-call (fn [] 1)))",
         is_done),
    pure("future?", "[x]", "Is it a future?\n(future? 1) ; => false", is_a<Future>),
    pure("delay?", "[x]", "Is it a delay?\n(delay? (delay 1)) ; => true", is_a<Delay>),
    pure("volatile?", "[x]", "Is it a volatile?\n(volatile? 1) ; => false", is_a<Volatile>),
    pure("agent",
         "[state & options]",
         "A value that functions are sent to.\n@(agent 1) ; => 1",
         make_agent),
    acting("send",
           "[a f & args]",
           "Changes an agent on another thread: (f value args...).\n(send (agent 1) inc)",
           send),
    acting("send-off", "[a f & args]", "The same as send.\n(send-off (agent 1) inc)", send),
    pure("await", "[& agents]", "Waits until all that was sent is done.\n(await (agent 1))", await),
    pure("await-for",
         "[ms & agents]",
         "await with a limit; false when it is over.\n(await-for 10 (agent 1)) ; => true",
         await_for),
    pure("agent-error",
         "[a]",
         "The error that stopped an agent, or nil.\n(agent-error (agent 1)) ; => nil",
         agent_error),
    pure("restart-agent",
         "[a state & options]",
         "Sets an agent going again after an error.\n(restart-agent a 0)",
         restart_agent),
    pure("shutdown-agents",
         "[]",
         "Nothing: agents end with the program.\n(shutdown-agents) ; => nil",
         shutdown_agents),
    pure("ref",
         "[x & options]",
         "A value that is changed in (dosync ...).\n@(ref 1) ; => 1",
         make_ref),
    pure("dosync*", "[f]", "What dosync calls.\n(dosync* (fn [] 1)) ; => 1", run_transaction),
    pure("ref-set", "[ref val]", "Sets a ref.\n(dosync (ref-set (ref 1) 2)) ; => 2", set_ref),
    pure("alter",
         "[ref f & args]",
         "Changes a ref by a function.\n(dosync (alter (ref 1) inc)) ; => 2",
         alter),
    pure("commute",
         "[ref f & args]",
         "The same as alter.\n(dosync (commute (ref 1) inc)) ; => 2",
         alter),
    pure("ensure",
         "[ref]",
         "The value of a ref, which stays until the transaction ends.\n(dosync (ensure (ref 1))) ; "
         "=> 1",
         ensure),
};

}  // namespace

std::span<const Builtin> task_builtins()
{
    return table;
}

}  // namespace reops::lang
