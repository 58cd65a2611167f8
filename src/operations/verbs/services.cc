// SPDX-License-Identifier: Apache-2.0
// Services under systemd and openrc.
#include "data/map.hh"
#include "operations/verbs/parts.hh"
#include "operations/verbs/reading.hh"
#include "operations/verbs/subjects.hh"

#include <array>
#include <map>

#include <fmt/format.h>

namespace reops::operations {

namespace {

using data::Value;

// $1 what to do, $2 the service. What is said to people goes to the standard error.
constexpr std::string_view service_script = R"sh(
    if [ -d /run/systemd/system ]; then
        if [ "$1" != status ]; then
            $as_root systemctl --no-ask-password "$1" "$2" >&2 || exit;
        fi;
        echo manager=systemd;
        systemctl show -p Id,LoadState,ActiveState,SubState,UnitFileState,MainPID "$2";
    elif command -v rc-service >/dev/null; then
        rc-service --exists "$2" || { echo "rc-service: no service $2" >&2; exit 4; };
        if [ "$1" != status ]; then $as_root rc-service "$2" "$1" >&2 || exit; fi;
        echo manager=openrc; echo "Id=$2";
        $as_root rc-service --nocolor "$2" status 2>&1 | sed -n 's/^.*status: /ActiveState=/p';
        rc-update show | sed -n "s/^ *\([^ |]*\) |.*/UnitFileState:\1/p"
            | grep -qxF "UnitFileState:$2" && echo UnitFileState=enabled || echo UnitFileState=;
    else
        echo "no systemd and no openrc runs here" >&2; exit 1;
    fi
)sh";

Result<Words> service_words(const Value& args, const std::string& action)
{
    return script_command(as_root(service_script), {action, text_argument(args, "service")});
}

Result<Words> service_command(const Value& args)
{
    const std::string action = text_argument(args, "action");
    return service_words(args, action.empty() ? "status" : action);
}

Result<Words> restart_command(const Value& args)
{
    return service_words(args, "restart");
}

Result<Words> status_command(const Value& args)
{
    return service_words(args, "status");
}

/// One word for the states of both.
std::string_view state_of(std::string_view active, std::string_view sub)
{
    if (active == "active")
        return sub == "running" ? "running" : "active";
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> states = {{
        {"started", "running"},
        {"reloading", "running"},
        {"inactive", "stopped"},
        {"stopped", "stopped"},
        {"failed", "failed"},
        {"crashed", "failed"},
        {"activating", "starting"},
        {"starting", "starting"},
        {"deactivating", "stopping"},
    }};
    for (const auto& [said, state] : states)
        if (active == said)
            return state;
    return active == "stopping" ? "stopping" : "unknown";
}

Result<Value> service_result(const CommandReply& reply)
{
    std::map<std::string_view, std::string_view> said;
    for (const std::string_view line : lines_of(reply.out))
        if (const std::size_t equal = line.find('='); equal != std::string_view::npos)
            said.emplace(line.substr(0, equal), trimmed(line.substr(equal + 1)));
    if (!said.contains("manager") || !said.contains("Id"))
        return not_understood("service", "the state of a service", reply.out);
    if (said["LoadState"] == "not-found")
        return Failure{
            Code::not_found,
            fmt::format("no service {} is known to systemd", text(said["Id"]).as_string())};
    data::MapBuilder service;
    const auto set = [&](std::string_view key, Value value) {
        service.set(Value::keyword(key), std::move(value));
    };
    set("service", text(said["Id"]));
    set("state", Value::keyword(state_of(said["ActiveState"], said["SubState"])));
    set("at-boot", Value::boolean(said["UnitFileState"].starts_with("enabled")));
    if (const auto pid = to_whole(said["MainPID"]); pid && *pid > 0)
        set("pid", Value::integer(*pid));
    set("manager", text(said["manager"]));
    return Value{service.finish()};
}

constexpr Parameter service_parameter = {
    .name = "service", .about = "its name, as the host has it", .kind = ParameterKind::service};

constexpr std::array<Parameter, 2> service_parameters = {
    service_parameter,
    {.name = "action",
     .about = "what to do with it; :status when it is not said",
     .kind = ParameterKind::choice,
     .presence = Presence::optional,
     .choices = "status start stop restart"}};

constexpr std::array<Parameter, 1> name_parameters = {service_parameter};

constexpr std::string_view result =
    "{:service \"nginx.service\", :state :running, :at-boot true, :pid 812, :manager \"systemd\"}; "
    ":state is :running :active :stopped :failed :starting :stopping or :unknown";
constexpr std::string_view programs = "systemctl or rc-service; sudo unless root asks";

constexpr std::array<Verb, 3> table = {{
    {.name = "service",
     .about = "start, stop or restart a service, and tell its state then",
     .parameters = service_parameters,
     .example = "(service web \"nginx\" :start)",
     .result = result,
     .needs = programs,
     .changes = true,
     .limit = minutes(5),
     .command = service_command,
     .parse = service_result,
     .explain = first_line_or_sudo},
    {.name = "restart",
     .about = "restart a service, and tell its state then",
     .parameters = name_parameters,
     .example = "(restart web \"nginx\")",
     .result = result,
     .needs = programs,
     .changes = true,
     .limit = minutes(5),
     .command = restart_command,
     .parse = service_result,
     .explain = first_line_or_sudo},
    {.name = "service-status",
     .about = "the state of a service; changes nothing",
     .parameters = name_parameters,
     .example = "(service-status web \"nginx\")",
     .result = result,
     .needs = "systemctl or rc-service",
     .command = status_command,
     .parse = service_result,
     .explain = first_line_or_sudo},
}};

}  // namespace

std::span<const Verb> service_verbs()
{
    return table;
}

}  // namespace reops::operations
