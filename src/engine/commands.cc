// SPDX-License-Identifier: Apache-2.0
// What people order: one function per verb. The answer is a note, so that it is in the history too.
#include "data/map.hh"
#include "data/print.hh"
#include "engine/alerts.hh"
#include "engine/arming.hh"
#include "engine/decide_other.hh"
#include "engine/detail.hh"
#include "engine/direct.hh"
#include "engine/freeze.hh"
#include "engine/incidents.hh"
#include "engine/runs.hh"

#include <array>

namespace reops::engine {

namespace {

data::Value arg(const Command& command, std::string_view key)
{
    return command.args.is_map() ? command.args.as_map().get(key) : data::Value{};
}

std::string text_arg(const Command& command, std::string_view key)
{
    const data::Value value = arg(command, key);
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

/// `{:run 12}` and `{:run "r-12"}`.
RunId run_arg(const Command& command)
{
    const data::Value value = arg(command, "run");
    if (value.is_integer() && value.as_integer() > 0)
        return RunId{static_cast<std::uint64_t>(value.as_integer())};
    return RunId{parse_id('r', text_arg(command, "run")).value_or(0)};
}

/// A command's answer goes into its note: {:ok true :text ".."}.
void answer(Context& c, const Command& command, bool ok, std::string_view message)
{
    c.note({.kind = "command",
            .detail = make_detail({{"verb", text(command.verb)},
                                   {"actor", text(command.actor)},
                                   {"ok", data::Value::boolean(ok)},
                                   {"text", text(message)}})});
}

void do_cancel(Context& c, const Command& command)
{
    const RunId run = run_arg(command);
    const bool ok = run.number != 0 && cancel_run(c, run);
    answer(c,
           command,
           ok,
           ok ? to_string(run) + " ends after the actions in flight"
              : "no open run " + data::print(arg(command, "run")));
}

void do_release(Context& c, const Command& command)
{
    const std::string host = text_arg(command, "host");
    const std::size_t count = release_holds(c, host);
    answer(c,
           command,
           count > 0,
           count > 0 ? host + " is released from " + std::to_string(count) + " hold(s)"
                     : "nothing holds `" + host + "`");
}

void do_disarm(Context& c, const Command& command)
{
    const std::string name = text_arg(command, "flow");
    const ArmedFlow* armed = c.state.flows.find(name);
    const bool ok = armed != nullptr && armed->active;
    if (ok)
        disarm(c, name, "command");
    answer(c, command, ok, ok ? name + " is disarmed" : "no armed flow `" + name + "`");
}

void do_resume(Context& c, const Command& command)
{
    const std::string name = text_arg(command, "flow");
    ArmedFlow* armed = c.state.flows.edit(name);
    const bool ok = armed != nullptr && armed->paused;
    if (ok) {
        armed->paused = false;
        c.note({.kind = "resumed", .flow = name});
        clear_alert(c, "flow-paused:" + name);
    }
    answer(c, command, ok, ok ? name + " takes events again" : "no paused flow `" + name + "`");
}

void do_freeze(Context& c, const Command& command)
{
    const bool ok = freeze(c, command.actor);
    answer(c,
           command,
           ok,
           ok ? "frozen: events decide, what they decide waits; what is under way goes on"
              : "frozen already");
}

void do_thaw(Context& c, const Command& command)
{
    if (!is_frozen(c.state))
        return answer(c, command, false, "nothing is frozen");
    const Thawed thawed = thaw(c);
    answer(c,
           command,
           true,
           "thawed: " + std::to_string(thawed.offered) + " begin now, " +
               std::to_string(thawed.expired) + " had expired");
}

void do_step(Context& c, const Command& command)
{
    const Answer given = take_step(c, command);
    answer(c, command, given.ok, given.text);
}

void do_end(Context& c, const Command& command)
{
    const Answer given = end_direct(c, command);
    answer(c, command, given.ok, given.text);
}

/// Not a server but somebody who only acts: what a server left in the state waits for the next one.
void do_visit(Context& c, const Command& command)
{
    c.state.is_visit = true;
    c.state.first_new_run = c.state.counter().next_run;
    answer(c, command, true, "what is left over waits for a server");
}

struct CommandRow {
    std::string_view verb;
    void (*act)(Context& c, const Command& command);
};

constexpr std::array<CommandRow, 9> command_rows = {{
    {"cancel", do_cancel},
    {"release", do_release},
    {"disarm", do_disarm},
    {"resume", do_resume},
    {"freeze", do_freeze},
    {"thaw", do_thaw},
    {"step", do_step},
    {"end", do_end},
    {"visit", do_visit},
}};

}  // namespace

void decide(Context& c, const Command& command)
{
    for (const CommandRow& row : command_rows)
        if (row.verb == command.verb) {
            row.act(c, command);
            return;
        }
    answer(c, command, false, "no command `" + command.verb + "`");
}

}  // namespace reops::engine
