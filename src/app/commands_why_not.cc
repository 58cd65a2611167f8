// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

std::string heading_of(const View& entry, const Times& times)
{
    if (entry.has("late"))
        return fmt::format(
            "{} was decided at {}", entry.word("late"), times.moment(entry.time("timer")));
    if (!entry.has("event"))
        return fmt::format("a timer was due at {}", times.moment(entry.time("timer")));
    const View event = entry.at("event");
    std::string out = fmt::format("{}  {}/{} {} at {}",
                                  event.word("id"),
                                  event.word("name"),
                                  event.word("key"),
                                  event.word("value"),
                                  times.moment(event.time("at")));
    if (event.has("arrival"))
        out += ", " + event.word("arrival");
    return out;
}

void show_flow(const Call& call, const View& flow)
{
    call.screen.out << "  " << call.screen.paint(flow.word("text"), tone_of(flow.word("reason")));
    if (flow.has("values"))
        call.screen.out << "; values on the way: " << flow.joined("values");
    if (flow.has("run"))
        call.screen.out << fmt::format("  (reops why {})", flow.word("run"));
    call.screen.out << "\n";
}

int show_why_not(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const Times times{call, view};
    const std::string state = view.word("state");
    if (!state.empty() && state != "armed")
        call.screen.out << fmt::format(
            "`{}` is {}\n", view.word("flow"), call.screen.paint(state, tone_of(state)));
    for (const View& entry : view.list("entries")) {
        call.screen.out << heading_of(entry, times) << "\n";
        for (const View& flow : entry.list("flows"))
            show_flow(call, flow);
        if (entry.list("flows").empty())
            call.screen.out << "  no flow was listening\n";
    }
    for (const View& other : view.list("others"))
        call.screen.out << "  " << call.screen.paint(other.word("text"), Tone::faint) << "\n";
    return exit_status::done;
}

int run_why_not(const Call& call)
{
    Question question{.path = "/v1/why-not"};
    question.query.emplace_back("of", call.get("WHAT"));
    if (call.has("--limit"))
        question.query.emplace_back("limit", call.get("--limit"));
    return ask_and_show(call, question, show_why_not);
}

constexpr std::array<Argument, 1> arguments = {{
    {"WHAT", "a flow, an event (e-17), or an event's NAME or NAME/KEY"},
}};

constexpr std::array<Option, 1> options = {{
    {"--limit", "N", "how many of the newest events; 5"},
}};

constexpr std::array<Command, 1> table = {{
    {.name = "why-not",
     .purpose = Purpose::see,
     .summary = "show the newest events and the stage that ended each",
     .example = "reops why-not closet-heat",
     .arguments = arguments,
     .options = options,
     .run = run_why_not},
}};

}  // namespace

std::span<const Command> why_not_commands()
{
    return table;
}

}  // namespace reops::app
