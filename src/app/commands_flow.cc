// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

std::string incidents_of(const View& flow, const Times& times)
{
    std::string out;
    for (const View& incident : flow.list("incidents")) {
        if (!out.empty())
            out += "; ";
        out +=
            fmt::format("{} since {}", incident.word("key"), times.moment(incident.time("since")));
        if (incident.has("open_run"))
            out += fmt::format(" ({} is open)", incident.word("open_run"));
    }
    return out;
}

int show_flows(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const Times times{call, view};
    Table table{{"FLOW", "STATE", "LISTENS TO", "INCIDENTS", "STAGES"}};
    for (const View& flow : view.list("flows")) {
        const std::string key = flow.word("key");
        const std::string state = flow.word("state");
        table.add({{flow.word("name"), Tone::strong},
                   {state, tone_of(state)},
                   {flow.word("event") + (key.empty() ? "" : "/" + key)},
                   {incidents_of(flow, times), Tone::doubtful},
                   {flow.joined("stages", " | ")}});
    }
    if (table.empty())
        call.screen.out << "no flow was ever armed\n";
    else
        table.print(call.screen);
    return exit_status::done;
}

int run_flows(const Call& call)
{
    return ask_and_show(call, {.path = "/v1/flows"}, show_flows);
}

int order_flow(const Call& call, const std::string& path)
{
    data::Value body = engine::make_detail({{"flow", engine::text(call.get("FLOW"))}});
    return ask_and_show(call, {.method = "POST", .path = path, .body = std::move(body)}, show_text);
}

int run_disarm(const Call& call)
{
    return order_flow(call, "/v1/disarm");
}

int run_resume(const Call& call)
{
    return order_flow(call, "/v1/resume");
}

int show_reload(const Call& call, const data::Value& answer)
{
    const View view{answer};
    Table table{{"FLOW", "NOW"}};
    for (const char* word : {"armed", "replaced", "disarmed", "unchanged"})
        for (const View& name : view.list(word))
            table.add({{name.word(), Tone::strong}, {word, tone_of(word)}});
    if (table.empty())
        call.screen.out << "no flows in the flow files\n";
    else
        table.print(call.screen);
    return exit_status::done;
}

int run_reload(const Call& call)
{
    return ask_and_show(call, {.method = "POST", .path = "/v1/reload"}, show_reload);
}

constexpr std::array<Argument, 1> flow_argument = {{
    {"FLOW", "its name, as `reops flows` shows it"},
}};

constexpr std::array<Command, 4> table = {{
    {.name = "flows",
     .purpose = Purpose::see,
     .summary = "list the flows, what they listen to, and their open incidents",
     .example = "reops flows",
     .run = run_flows},
    {.name = "disarm",
     .purpose = Purpose::act,
     .summary = "end a flow: it takes no more events, its incidents and holds close",
     .example = "reops disarm closet-heat",
     .arguments = flow_argument,
     .run = run_disarm},
    {.name = "resume",
     .purpose = Purpose::act,
     .summary = "let a paused flow take events again",
     .example = "reops resume closet-heat",
     .arguments = flow_argument,
     .run = run_resume},
    {.name = "reload",
     .purpose = Purpose::act,
     .summary = "read the flow files again: all of them are checked, then swapped in",
     .example = "reops reload",
     .run = run_reload},
}};

}  // namespace

std::span<const Command> flow_commands()
{
    return table;
}

}  // namespace reops::app
