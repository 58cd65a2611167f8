// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/control_client.hh"
#include "app/doctor.hh"
#include "app/version.hh"
#include "app/view.hh"
#include "data/json.hh"
#include "engine/detail.hh"

#include <array>

#include <fmt/format.h>

namespace reops::app {

namespace {

constexpr Duration stop_within = seconds(60);

int run_shutdown(const Call& call)
{
    const auto socket = find_socket(call.global, call.surroundings);
    const auto answer = ask_server(call, {.method = "POST", .path = "/v1/shutdown"});
    if (!answer.ok())
        return tell_failure(call, answer.failure());
    if (call.global.json)
        call.screen.out << answer->text;
    else
        show_text(call, answer->value);
    if (call.has("--no-wait") || !socket.ok())
        return exit_status::done;
    const Duration begun = call.clock.since_boot();
    if (!wait_until_gone(*socket, stop_within))
        return tell_failure(call,
                            Failure{Code::timeout,
                                    "reops still answers after " + show_span(stop_within),
                                    "reops runs"});
    if (!call.global.json)
        call.screen.out << "stopped after " << show_span(call.clock.since_boot() - begun) << "\n";
    return exit_status::done;
}

int run_version(const Call& call)
{
    if (call.global.json)
        call.screen.out << data::write_json(
                               engine::make_detail({{"version", engine::text(program_version)}}))
                        << "\n";
    else
        call.screen.out << "reops " << program_version << "\n";
    return exit_status::done;
}

constexpr std::array<Option, 1> shutdown_options = {{
    {"--no-wait", "", "do not wait until it has ended"},
}};

constexpr std::array<Option, 1> doctor_options = {{
    {"--rebuild", "", "build the history again from the journal; reops must be stopped"},
}};

constexpr std::array<Command, 3> table = {{
    {.name = "doctor",
     .purpose = Purpose::care,
     .summary = "look whether everything is as it should be, and say what to type",
     .example = "reops doctor",
     .options = doctor_options,
     .run = run_doctor},
    {.name = "shutdown",
     .purpose = Purpose::care,
     .summary = "stop the running reops in order",
     .example = "reops shutdown",
     .options = shutdown_options,
     .run = run_shutdown},
    {.name = "version",
     .purpose = Purpose::care,
     .summary = "print the version",
     .example = "reops version",
     .run = run_version},
}};

}  // namespace

std::span<const Command> care_commands()
{
    return table;
}

}  // namespace reops::app
