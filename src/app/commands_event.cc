// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

int show_emitted(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const View event = view.at("event");
    call.screen.out << fmt::format("{}  {}/{} {}\n",
                                   event.word("id"),
                                   event.word("name"),
                                   event.word("key"),
                                   event.word("value"));
    for (const View& flow : view.list("flows")) {
        const std::string reason = flow.word("reason");
        call.screen.out << "  " << call.screen.paint(flow.word("text"), tone_of(reason));
        if (flow.has("run"))
            call.screen.out << fmt::format("  ({0}; reops why {0})", flow.word("run"));
        call.screen.out << "\n";
    }
    if (view.list("flows").empty())
        call.screen.out << fmt::format("  no armed flow listens to it: {}\n", view.word("hint"));
    return exit_status::done;
}

int run_emit(const Call& call)
{
    data::Value body = engine::make_detail({{"name", engine::text(call.get("NAME"))},
                                            {"value", data::Value::string(call.get("VALUE"))},
                                            {"key", engine::text(call.get("--key"))}});
    return ask_and_show(
        call, {.method = "POST", .path = "/v1/emit", .body = std::move(body)}, show_emitted);
}

constexpr std::array<Argument, 2> emit_arguments = {{
    {"NAME", "of the event: temperature"},
    {"VALUE", "a number, JSON, on, off, or a word"},
}};

constexpr std::array<Option, 1> emit_options = {{
    {"--key", "KEY", "which stream of that name; without it: emit"},
}};

constexpr std::array<Command, 1> table = {{
    {.name = "emit",
     .purpose = Purpose::act,
     .summary = "put in an event, as if a sensor had sent it",
     .example = "reops emit temperature 71.4 --key closet",
     .arguments = emit_arguments,
     .options = emit_options,
     .run = run_emit},
}};

}  // namespace

std::span<const Command> event_commands()
{
    return table;
}

}  // namespace reops::app
