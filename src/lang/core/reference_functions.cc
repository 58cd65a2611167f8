// SPDX-License-Identifier: Apache-2.0
#include "data/print.hh"
#include "data/vector.hh"
#include "lang/arguments.hh"
#include "lang/core/registry.hh"
#include "lang/error.hh"
#include "lang/outcome.hh"
#include "lang/reduced.hh"
#include "lang/reference.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

namespace reops::lang {

namespace {

void validate(Task& task, const Value& validator, const Value& next)
{
    if (!validator.is_nil() && !task.call(validator, next).truthy())
        fail(errors::illegal_state, "Invalid reference state");
}

void notify(Task& task, const Value& atom, const Atom& target, const Value& old, const Value& next)
{
    for (const auto& [key, function] : target.watches())
        task.call(function, key, atom, old, next);
}

Value run_atom(Task& task, Arguments arguments)
{
    auto* atom = new Atom(arguments[0]);
    Value made = Value::native(atom);
    for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
        if (arguments[i].is_keyword("validator")) {
            validate(task, arguments[i + 1], arguments[0]);
            atom->set_validator(arguments[i + 1]);
        } else if (arguments[i].is_keyword("meta")) {
            made = std::move(made).with_meta(arguments[i + 1]);
        }
    }
    return made;
}

Value run_deref(Task& task, Arguments arguments)
{
    if (const Outcome* outcome = find_outcome(arguments[0])) {
        if (arguments.size() == 1)
            return outcome->wait(task);
        std::optional<Value> value = outcome->wait(task, need_integer(arguments[1], "`deref`"));
        return value ? *std::move(value) : std::move(arguments[2]);
    }
    if (const Reference* reference = find_reference(arguments[0]))
        return reference->deref(task);
    if (const auto* var = find<Var>(arguments[0]))
        return var->get(task);
    if (const auto* reduced = find<Reduced>(arguments[0]))
        return reduced->value();
    fail_type("an atom, delay, future, promise or var", arguments[0], "`deref`");
}

/// Both the old and the new value.
struct Swapped {
    Value old;
    Value next;
};

Swapped swap(Task& task, Arguments arguments)
{
    const Atom& atom = need<Atom>(arguments[0], "an atom", "`swap!`");
    for (;;) {
        task.poll();
        const Value old = atom.get();
        std::vector<Value> values{old};
        values.insert(values.end(), arguments.begin() + 2, arguments.end());
        Value next = task.call(arguments[1], Arguments{values});
        validate(task, atom.validator(), next);
        if (atom.compare_and_set(old, next)) {
            notify(task, arguments[0], atom, old, next);
            return {old, std::move(next)};
        }
    }
}

Value run_swap(Task& task, Arguments arguments)
{
    return swap(task, arguments).next;
}

Value run_swap_vals(Task& task, Arguments arguments)
{
    Swapped both = swap(task, arguments);
    return data::make_vector({both.old, both.next});
}

Swapped reset(Task& task, Arguments arguments)
{
    const Atom& atom = need<Atom>(arguments[0], "an atom", "`reset!`");
    validate(task, atom.validator(), arguments[1]);
    Value old = atom.exchange(arguments[1]);
    notify(task, arguments[0], atom, old, arguments[1]);
    return {std::move(old), arguments[1]};
}

Value run_reset(Task& task, Arguments arguments)
{
    return reset(task, arguments).next;
}

Value run_reset_vals(Task& task, Arguments arguments)
{
    Swapped both = reset(task, arguments);
    return data::make_vector({both.old, both.next});
}

Value run_compare_and_set(Task& task, Arguments arguments)
{
    const Atom& atom = need<Atom>(arguments[0], "an atom", "`compare-and-set!`");
    validate(task, atom.validator(), arguments[2]);
    if (!atom.compare_and_set(arguments[1], arguments[2]))
        return Value::boolean(false);
    notify(task, arguments[0], atom, arguments[1], arguments[2]);
    return Value::boolean(true);
}

Value run_add_watch(Task&, Arguments arguments)
{
    need<Atom>(arguments[0], "an atom", "`add-watch`").set_watch(arguments[1], arguments[2]);
    return std::move(arguments[0]);
}

Value run_remove_watch(Task&, Arguments arguments)
{
    need<Atom>(arguments[0], "an atom", "`remove-watch`").remove_watch(arguments[1]);
    return std::move(arguments[0]);
}

Value run_set_validator(Task& task, Arguments arguments)
{
    const Atom& atom = need<Atom>(arguments[0], "an atom", "`set-validator!`");
    validate(task, arguments[1], atom.get());
    atom.set_validator(arguments[1]);
    return {};
}

Value run_volatile(Task&, Arguments arguments)
{
    return data::make_native<Volatile>(std::move(arguments[0]));
}

Value run_vreset(Task&, Arguments arguments)
{
    need<Volatile>(arguments[0], "a volatile", "`vreset!`").set(arguments[1]);
    return std::move(arguments[1]);
}

Value run_vswap(Task& task, Arguments arguments)
{
    const Volatile& box = need<Volatile>(arguments[0], "a volatile", "`vswap!`");
    std::vector<Value> values{box.deref(task)};
    values.insert(values.end(), arguments.begin() + 2, arguments.end());
    Value next = task.call(arguments[1], Arguments{values});
    box.set(next);
    return next;
}

Value run_delay(Task&, Arguments arguments)
{
    return data::make_native<Delay>(std::move(arguments[0]));
}

Value run_force(Task& task, Arguments arguments)
{
    const auto* delay = find<Delay>(arguments[0]);
    return delay == nullptr ? std::move(arguments[0]) : delay->deref(task);
}

Value run_is_realized(Task&, Arguments arguments)
{
    if (const auto* lazy = find<LazySeq>(arguments[0]))
        return Value::boolean(lazy->is_realized());
    if (const Outcome* outcome = find_outcome(arguments[0]))
        return Value::boolean(outcome->is_set());
    const Reference* reference = find_reference(arguments[0]);
    if (reference == nullptr)
        fail_type("a delay, future, promise or lazy sequence", arguments[0], "`realized?`");
    return Value::boolean(reference->is_realized());
}

constexpr Builtin table[] = {
    {.name = "atom",
     .args = "[x] [x & options]",
     .doc = "A value that swap! and reset! change.\n(def n (atom 0))",
     .since = "0.1",
     .run = run_atom},
    {.name = "deref",
     .args = "[ref] [ref timeout-ms timeout-val]",
     .doc = "What an atom, delay, future, promise or var holds; also @ref.\n@(atom 1) ; => 1",
     .since = "0.1",
     .run = run_deref},
    {.name = "swap!",
     .args = "[atom f & args]",
     .doc = "Changes an atom by a function.\n(swap! (atom 1) + 2) ; => 3",
     .since = "0.1",
     .run = run_swap},
    {.name = "swap-vals!",
     .args = "[atom f & args]",
     .doc = "swap!, but gives the old and the new value.\n(swap-vals! (atom 1) inc) ; => [1 2]",
     .since = "0.1",
     .run = run_swap_vals},
    {.name = "reset!",
     .args = "[atom newval]",
     .doc = "Sets an atom.\n(reset! (atom 1) 2) ; => 2",
     .since = "0.1",
     .run = run_reset},
    {.name = "reset-vals!",
     .args = "[atom newval]",
     .doc = "reset!, but gives the old and the new value.\n(reset-vals! (atom 1) 2) ; => [1 2]",
     .since = "0.1",
     .run = run_reset_vals},
    {.name = "compare-and-set!",
     .args = "[atom oldval newval]",
     .doc = "Sets an atom if it holds oldval.\n(compare-and-set! (atom 1) 1 2) ; => true",
     .since = "0.1",
     .run = run_compare_and_set},
    {.name = "add-watch",
     .args = "[ref key f]",
     .doc = "Calls (f key ref old new) after each change.\n(add-watch a :log (fn [k r o n] n))",
     .since = "0.1",
     .run = run_add_watch},
    {.name = "remove-watch",
     .args = "[ref key]",
     .doc = "Ends a watch.\n(remove-watch a :log)",
     .since = "0.1",
     .run = run_remove_watch},
    {.name = "set-validator!",
     .args = "[ref f]",
     .doc = "What every new value must pass.\n(set-validator! a pos?)",
     .since = "0.1",
     .run = run_set_validator},
    {.name = "volatile!",
     .args = "[val]",
     .doc = "A value that one thread changes.\n(volatile! 0)",
     .since = "0.1",
     .run = run_volatile},
    {.name = "vreset!",
     .args = "[vol newval]",
     .doc = "Sets a volatile.\n(vreset! (volatile! 0) 1) ; => 1",
     .since = "0.1",
     .run = run_vreset},
    {.name = "vswap!",
     .args = "[vol f & args]",
     .doc = "Changes a volatile by a function.\n(vswap! (volatile! 0) inc) ; => 1",
     .since = "0.1",
     .run = run_vswap},
    {.name = "delay*",
     .args = "[f]",
     .doc = "What f gives, computed when it is first asked for; `delay` writes the function.\n"
            "@(delay* (fn [] 1)) ; => 1",
     .since = "0.1",
     .run = run_delay},
    {.name = "force",
     .args = "[x]",
     .doc = "The value of a delay.\n(force (delay 1)) ; => 1",
     .since = "0.1",
     .run = run_force},
    {.name = "realized?",
     .args = "[x]",
     .doc = "Is the value there?\n(realized? (delay 1)) ; => false",
     .since = "0.1",
     .run = run_is_realized},
};

}  // namespace

std::span<const Builtin> reference_builtins()
{
    return table;
}

}  // namespace reops::lang
