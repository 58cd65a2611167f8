// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/show_story.hh"
#include "app/view.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

/// "2 of 3".
std::string hosts_of(const View& run)
{
    const std::size_t good = run.list("good").size();
    const std::size_t all = good + run.list("bad").size();
    if (all == 0)
        return {};
    return good == all ? std::to_string(all) : fmt::format("{} of {}", good, all);
}

std::string trigger_of(const View& run)
{
    std::string out = run.word("event_name");
    if (run.has("key"))
        out += "/" + run.word("key");
    if (run.has("value"))
        out += " " + run.word("value");
    return out;
}

int show_runs(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const Times times{call, view};
    Table table{{"RUN", "OPENED", "FLOW", "BECAUSE OF", "STATUS", "TOOK", "HOSTS", "FAILED"}};
    for (const View& run : view.list("runs")) {
        const std::string status = run.word("status");
        table.add({{run.word("id"), Tone::strong},
                   {times.moment(run.time("opened"))},
                   {run.word("flow")},
                   {trigger_of(run)},
                   {status, tone_of(status)},
                   {show_span(run.word("took"))},
                   {hosts_of(run)},
                   {run.joined("bad"), Tone::bad}});
    }
    if (table.empty())
        call.screen.out << "no runs\n";
    else
        table.print(call.screen);
    if (view.flag("more"))
        call.screen.out << "older ones: reops runs --limit N\n";
    return exit_status::done;
}

int run_runs(const Call& call)
{
    Question question{.path = "/v1/runs"};
    for (const std::string_view name : {"flow", "host", "limit"})
        if (const std::string option = "--" + std::string{name}; call.has(option))
            question.query.emplace_back(name, call.get(option));
    if (call.has("--with-repeats"))
        question.query.emplace_back("with_repeats", "true");
    return ask_and_show(call, question, show_runs);
}

int run_why(const Call& call)
{
    return ask_and_show(call, {.path = "/v1/runs/" + call.get("RUN")}, show_story);
}

int run_cancel(const Call& call)
{
    data::Value body = engine::make_detail({{"run", engine::text(call.get("RUN"))}});
    return ask_and_show(
        call, {.method = "POST", .path = "/v1/cancel", .body = std::move(body)}, show_text);
}

constexpr std::array<Option, 4> runs_options = {{
    {"--flow", "FLOW", "only of this flow"},
    {"--host", "HOST", "only those that acted on this host"},
    {"--limit", "N", "how many, newest first; 20"},
    {"--with-repeats", "", "also repeat runs that found all as it was"},
}};

constexpr std::array<Argument, 1> run_argument = {{
    {"RUN", "such as r-12, as `reops runs` shows it"},
}};

constexpr std::array<Option, 1> why_options = {{
    {"--trace", "", "also every line of its history"},
}};

constexpr std::array<Command, 3> table = {{
    {.name = "runs",
     .purpose = Purpose::see,
     .summary = "list the newest runs and how they ended",
     .example = "reops runs --flow closet-heat --limit 5",
     .options = runs_options,
     .run = run_runs},
    {.name = "why",
     .purpose = Purpose::see,
     .summary = "tell the story of a run: the event, the stages, each host, the mails",
     .example = "reops why r-12",
     .arguments = run_argument,
     .options = why_options,
     .run = run_why},
    {.name = "cancel",
     .purpose = Purpose::act,
     .summary = "end a run after the actions in flight; nothing is rolled back",
     .example = "reops cancel r-12",
     .arguments = run_argument,
     .run = run_cancel},
}};

}  // namespace

std::span<const Command> run_commands()
{
    return table;
}

}  // namespace reops::app
