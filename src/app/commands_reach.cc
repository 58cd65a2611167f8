// SPDX-License-Identifier: Apache-2.0
// How hosts are reached: `path` explains it, `trust` takes a host's key, `ready` asks the running
// reops whether its flows could act. The first two need no running reops.
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/ssh_settings.hh"
#include "app/view.hh"
#include "control/check.hh"
#include "data/json.hh"
#include "engine/detail.hh"
#include "io/files.hh"
#include "operations/command_line.hh"
#include "providers/physical/physical_provider.hh"
#include "providers/registry.hh"
#include "remote/remote.hh"
#include "remote/ssh/known_hosts.hh"

#include <array>
#include <optional>

#include <fmt/format.h>

namespace reops::app {

namespace {

using engine::make_detail;
using engine::text;
using engine::texts;

constexpr Duration look_within = seconds(40);

class NoLog final : public Log {
public:
    void write(Level, std::string_view, std::string_view) override {}
};

/// What was found out about the way to a host.
struct Way {
    std::string host;
    std::string provider;
    remote::SshSettings settings;
    remote::RoutePtr route;
    Result<remote::HostLook> look = Failure{Code::internal, "not looked at"};
};

Result<Config> read_config_of(const Call& call)
{
    auto config = load_config(call.global.config, call.surroundings);
    if (config.ok() && !call.global.state.empty())
        config->state = call.global.state;
    return config;
}

remote::Target target_in(const Config& config, const std::string& host, std::string& provider)
{
    remote::Target target;
    target.host = host;
    for (const hosts::System& system : config.systems) {
        if (system.name != host)
            continue;
        provider = system.provider;
        target = providers::target_of(providers::system_ref(system));
    }
    return target;
}

/// Finds the route and looks at the host's key; the failure is that of the route.
Result<Way> find_way(const Call& call)
{
    const auto config = read_config_of(call);
    if (!config.ok())
        return config.failure();
    Way way;
    way.host = call.get("HOST");
    const remote::Target target = target_in(*config, way.host, way.provider);
    way.settings = ssh_settings(*config);
    io::EventLoop loop;
    NoLog log;
    remote::Remote remote{loop, log, way.settings, config->home};
    std::optional<Result<remote::RoutePtr>> route;
    remote.find_route(target, [&](auto found) { route = std::move(found); });
    loop.run_until([&] { return route.has_value(); }, look_within);
    if (!route || !route->ok())
        return route ? route->failure() : Failure{Code::timeout, "`ssh -G` gave no answer"};
    way.route = **route;
    std::optional<Result<remote::HostLook>> look;
    remote.look(target, [&](auto seen) { look = std::move(seen); });
    if (loop.run_until([&] { return look.has_value(); }, look_within))
        way.look = std::move(*look);
    return way;
}

// --- path

data::Value describe(const Way& way)
{
    const bool seen = way.look.ok();
    return make_detail(
        {{"host", text(way.host)},
         {"provider", text(way.provider)},
         {"address", text(way.route->host_name)},
         {"port", engine::number(way.route->port)},
         {"user", text(way.route->user)},
         {"by", text(way.route->beyond_us.empty() ? "reops" : "ssh")},
         {"because", texts(way.route->beyond_us)},
         {"keys", texts(way.route->identities)},
         {"agent",
          data::Value::boolean(way.route->use_agent && !way.settings.agent_socket.empty())},
         {"known_as", text(remote::known_name(way.route->known_as, way.route->port))},
         {"key_type", text(seen ? way.look->key_type : "")},
         {"fingerprint", text(seen ? way.look->fingerprint : "")},
         {"verdict", text(seen ? way.look->verdict : "")},
         {"trouble", text(seen ? way.look->message : way.look.failure().message)},
         {"type", text(seen ? way.look->type : way.look.failure().details)}});
}

int show_path(const Call& call, const Way& way)
{
    const View view{describe(way)};
    const auto line = [&](std::string_view name, const std::string& what) {
        if (!what.empty())
            call.screen.out << fmt::format("{:<10}{}\n", name, what);
    };
    line("host", view.word("host"));
    line("provider", view.word("provider"));
    line("goes to",
         fmt::format("{}:{} as {}", view.word("address"), view.word("port"), view.word("user")));
    line("by",
         way.route->beyond_us.empty()
             ? "our own SSH client"
             : "the user's own ssh, which alone does: " + view.joined("because"));
    line("keys", view.joined("keys") + (view.flag("agent") ? ", then the SSH agent" : ""));
    line("known as", view.word("known_as"));
    if (way.look.ok())
        line("host key",
             fmt::format("{} {}: {}",
                         view.word("key_type"),
                         view.word("fingerprint"),
                         call.screen.paint(view.word("verdict"), tone_of(view.word("verdict")))));
    line("trouble", view.word("trouble"));
    line("type", view.word("type"));
    return way.look.ok() && way.look->verdict == "trusted" ? exit_status::done
                                                           : exit_status::failed;
}

int run_path(const Call& call)
{
    const auto way = find_way(call);
    if (!way.ok())
        return tell_failure(call, way.failure());
    const bool through_ssh = !way->route->beyond_us.empty();
    if (!call.global.json) {
        const int status = show_path(call, *way);
        return through_ssh ? exit_status::done : status;
    }
    call.screen.out << data::write_json(describe(*way)) << "\n";
    return through_ssh || (way->look.ok() && way->look->verdict == "trusted") ? exit_status::done
                                                                              : exit_status::failed;
}

// --- trust

int tell_trust(const Call& call, const Way& way, bool is_new)
{
    if (call.global.json)
        call.screen.out << data::write_json(
                               make_detail({{"host", text(way.host)},
                                            {"key_type", text(way.look->key_type)},
                                            {"fingerprint", text(way.look->fingerprint)},
                                            {"added", data::Value::boolean(is_new)}}))
                        << "\n";
    else if (is_new)
        call.screen.out << fmt::format("added to {}\n", way.settings.known_hosts);
    else
        call.screen.out << fmt::format("{} is trusted already\n", plain(way.host));
    return exit_status::done;
}

int add_key(const Call& call, const Way& way)
{
    const std::string folder =
        way.settings.known_hosts.substr(0, way.settings.known_hosts.rfind('/'));
    if (auto made = io::make_private_directory(folder); !made.ok())
        return tell_failure(call, made.failure());
    remote::KnownHostsFiles files;
    if (auto added = files.append(way.settings.known_hosts, way.look->known_line); !added.ok())
        return tell_failure(call, added.failure());
    return tell_trust(call, way, true);
}

int run_trust(const Call& call)
{
    const auto way = find_way(call);
    if (!way.ok())
        return tell_failure(call, way.failure());
    if (!way->look.ok())
        return tell_failure(call, way->look.failure());
    const remote::HostLook& look = *way->look;
    if (look.verdict == "changed" || look.verdict == "revoked")
        return tell_failure(call, Failure{Code::conflict, look.message, look.type});
    if (!call.global.json)
        call.screen.out << fmt::format("{} ({}:{}) shows {} {}\n",
                                       plain(way->host),
                                       plain(way->route->host_name),
                                       way->route->port,
                                       plain(look.key_type),
                                       look.fingerprint);
    if (look.verdict == "trusted")
        return tell_trust(call, *way, false);
    if (!agrees(call, "Is that the host's own key? Write yes to trust it: "))
        return tell_failure(
            call,
            Failure{
                Code::denied,
                "nothing was added: nobody said that this key is the host's own",
                fmt::format("compare it with `ssh-keygen -l -f "
                            "/etc/ssh/ssh_host_ed25519_key.pub` there, then: reops trust {} --yes",
                            operations::quote_word(way->host))});
    return add_key(call, *way);
}

// --- ready

void show_check(const Call& call, const View& check)
{
    const std::string health = check.word("health");
    call.screen.out << fmt::format("  {}  {:<22}  {}\n",
                                   call.screen.paint(fmt::format("{:<4}", health), tone_of(health)),
                                   check.word("name"),
                                   check.word("text"));
    if (check.has("type"))
        call.screen.out << fmt::format("  {:30}type: {}\n", "", check.word("type"));
}

int show_ready(const Call& call, const data::Value& answer)
{
    const View view{answer};
    bool all = true;
    bool any = false;
    for (const View& flow : view.list("flows")) {
        const bool ready = flow.flag("ready");
        any = true;
        all = all && ready;
        call.screen.out << fmt::format(
            "{}  {}\n",
            call.screen.paint(flow.word("flow"), Tone::strong),
            call.screen.paint(ready ? "ready" : "not ready", ready ? Tone::good : Tone::bad));
        for (const View& host : flow.list("hosts"))
            for (const View& check : host.list("checks"))
                show_check(call, check);
        for (const View& check : flow.list("checks"))
            show_check(call, check);
    }
    if (!any)
        call.screen.out << "no armed flow acts on hosts\n";
    return all ? exit_status::done : exit_status::failed;
}

int run_ready(const Call& call)
{
    Question question{.path = "/v1/ready"};
    if (call.has("FLOW"))
        question.query.emplace_back("flow", call.get("FLOW"));
    if (!call.global.json)
        return ask_and_show(call, question, show_ready);
    const auto answer = ask_server(call, question);
    if (!answer.ok())
        return tell_failure(call, answer.failure());
    call.screen.out << answer->text;
    for (const View& flow : View{answer->value}.list("flows"))
        if (!flow.flag("ready"))
            return exit_status::failed;
    return exit_status::done;
}

constexpr std::array<Argument, 1> host_argument = {{
    {"HOST", "a name of the inventory, or any name that ssh knows"},
}};

constexpr std::array<Argument, 1> flow_argument = {{
    {"FLOW", "only this one", false},
}};

constexpr std::array<Option, 1> trust_options = {{
    {"--yes", "", "add the key without asking: you have compared it"},
}};

constexpr std::array<Command, 3> table = {{
    {.name = "path",
     .purpose = Purpose::see,
     .summary = "explain how a host is reached, and whether its key is known",
     .example = "reops path big-iron",
     .arguments = host_argument,
     .run = run_path},
    {.name = "ready",
     .purpose = Purpose::see,
     .summary = "look whether the flows could act now, without acting",
     .example = "reops ready closet-heat",
     .arguments = flow_argument,
     .run = run_ready},
    {.name = "trust",
     .purpose = Purpose::care,
     .summary = "show the fingerprint of a host's key, and take it when you agree",
     .example = "reops trust big-iron",
     .arguments = host_argument,
     .options = trust_options,
     .run = run_trust},
}};

}  // namespace

std::span<const Command> reach_commands()
{
    return table;
}

}  // namespace reops::app
