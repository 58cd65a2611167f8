// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/view.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

std::string holds_of(const View& host, const Times& times)
{
    std::string out;
    for (const View& hold : host.list("holds")) {
        if (!out.empty())
            out += "; ";
        out +=
            fmt::format("held by {} since {}", hold.word("flow"), times.moment(hold.time("since")));
    }
    return out;
}

std::string state_of(const View& host)
{
    if (host.has("in_flight"))
        return host.at("in_flight").word("action") + " in flight";
    return host.word("state");
}

std::string seen_of(const View& host, const Times& times)
{
    if (host.has("trouble"))
        return host.word("trouble");
    return times.moment(host.time("seen"));
}

int show_hosts(const Call& call, const data::Value& answer)
{
    const View view{answer};
    const Times times{call, view};
    Table table{{"HOST", "STATE", "SEEN", "PROVIDER", "TYPE", "RUNS ON", "LAST STOP", "HOLDS"}};
    for (const View& host : view.list("hosts")) {
        const std::string state = state_of(host);
        table.add({{host.word("name"), Tone::strong},
                   {state, tone_of(state)},
                   {seen_of(host, times)},
                   {host.has("provider") ? host.word("provider") : "none"},
                   {host.word("type")},
                   {host.word("runs_on")},
                   {show_span(host.word("last_stop"))},
                   {holds_of(host, times), Tone::doubtful}});
    }
    if (table.empty())
        call.screen.out << "the inventory is empty: write :systems into the configuration\n";
    else
        table.print(call.screen);
    return exit_status::done;
}

int run_hosts(const Call& call)
{
    Question question{.path = "/v1/hosts"};
    if (call.has("--look"))
        question.query.emplace_back("look", "true");
    return ask_and_show(call, question, show_hosts);
}

int run_release(const Call& call)
{
    data::Value body = engine::make_detail({{"host", engine::text(call.get("HOST"))}});
    return ask_and_show(
        call, {.method = "POST", .path = "/v1/release", .body = std::move(body)}, show_text);
}

constexpr std::array<Option, 1> hosts_options = {{
    {"--look", "", "ask the providers now, for at most 5 s"},
}};

constexpr std::array<Argument, 1> release_arguments = {{
    {"HOST", "a held host, as `reops hosts` shows it"},
}};

constexpr std::array<Command, 2> table = {{
    {.name = "hosts",
     .purpose = Purpose::see,
     .summary = "list the hosts: state, provider, what each runs on, who holds it",
     .example = "reops hosts --look",
     .options = hosts_options,
     .run = run_hosts},
    {.name = "release",
     .purpose = Purpose::act,
     .summary = "end the holds on a host, so that others may start it",
     .example = "reops release foo",
     .arguments = release_arguments,
     .run = run_release},
}};

}  // namespace

std::span<const Command> host_commands()
{
    return table;
}

}  // namespace reops::app
