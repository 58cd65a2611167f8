// SPDX-License-Identifier: Apache-2.0
// Freezing and thawing: everything decided waits, until a person has looked at it.
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

int run_freeze(const Call& call)
{
    return ask_and_show(
        call, {.method = "POST", .path = "/v1/freeze", .body = engine::make_detail({})}, show_text);
}

/// "stop foo", "mail \"too hot\"", "publish alarms".
std::string what_of(const View& item)
{
    const std::string kind = item.word("kind");
    if (kind == "email")
        return fmt::format("mail \"{}\"", item.word("subject"));
    return kind + " " + (item.has("host") ? item.word("host") : item.word("topic"));
}

void show_items(const Call& call, const View& frozen, std::string_view key, std::string_view title)
{
    const std::vector<View> items = frozen.list(key);
    if (items.empty())
        return;
    const Times times{call, frozen};
    call.screen.out << title << "\n";
    Table table{{"EFFECT", "WHAT", "FLOW", "RUN", "DECIDED", "EXPIRES"}};
    for (const View& item : items)
        table.add({{item.word("effect")},
                   {what_of(item), Tone::strong},
                   {item.word("flow")},
                   {item.word("run")},
                   {times.moment(item.time("opened"))},
                   {times.moment(item.time("expires"))}});
    table.print(call.screen);
}

int run_thaw(const Call& call)
{
    const Question thaw{
        .method = "POST", .path = "/v1/thaw", .query = {}, .body = engine::make_detail({})};
    if (call.global.json) {
        const int shown = call.has("--yes") ? exit_status::done : exit_status::failed;
        const int asked = ask_and_show(
            call, shown == exit_status::done ? thaw : Question{.path = "/v1/frozen"}, show_text);
        return asked != exit_status::done ? asked : shown;
    }
    const auto answer = ask_server(call, {.path = "/v1/frozen"});
    if (!answer.ok())
        return ask_and_show(call, thaw, show_text);  // says the same, in the usual way
    const View frozen{answer->value};
    show_items(call, frozen, "waiting", "These begin now:");
    show_items(call, frozen, "expired", "These are too old and are not done any more:");
    const std::size_t waiting = frozen.list("waiting").size();
    if (waiting > 0 && !agrees(call, fmt::format("Begin the {} that wait? Write yes: ", waiting))) {
        call.screen.out << "nothing was thawed; to do it: reops thaw --yes\n";
        return exit_status::failed;
    }
    return ask_and_show(call, thaw, show_text);
}

constexpr std::array<Option, 1> thaw_options = {{
    {"--yes", "", "do not ask"},
}};

constexpr std::array<Command, 2> table = {{
    {.name = "freeze",
     .purpose = Purpose::act,
     .summary = "do nothing outside until `reops thaw`; events go on deciding",
     .example = "reops freeze",
     .run = run_freeze},
    {.name = "thaw",
     .purpose = Purpose::act,
     .summary = "show what waits since `reops freeze`, and begin it",
     .example = "reops thaw",
     .options = thaw_options,
     .run = run_thaw},
}};

}  // namespace

std::span<const Command> freeze_commands()
{
    return table;
}

}  // namespace reops::app
