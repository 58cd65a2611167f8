// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/demo.hh"
#include "app/serve.hh"

#include <array>

namespace reops::app {

namespace {

int run_serve(const Call& call)
{
    return serve(
        {.config = call.global.config, .state = call.global.state, .log = call.get("--log")}, {});
}

int run_demo(const Call& call)
{
    return demo({.program = call.get("--program"),
                 .keep = call.has("--keep"),
                 .quick = call.has("--quick"),
                 .colours = call.screen.colours});
}

constexpr std::array<Option, 1> serve_options = {{
    {"--log", "FORM", "of the log lines: terminal, text or json"},
}};

constexpr std::array<Option, 3> demo_options = {{
    {"--keep", "", "leave its folder, and say where it is"},
    {"--quick", "", "shorter pauses between readings"},
    {"--program", "FILE", "the server; else reops-closet beside this program"},
}};

constexpr std::array<Command, 2> table = {{
    {.name = "serve",
     .purpose = Purpose::care,
     .summary = "serve until told to stop",
     .example = "reops serve --config /etc/reops/reops.edn",
     .options = serve_options,
     .run = run_serve},
    {.name = "demo",
     .purpose = Purpose::care,
     .summary = "a closet gets hot: watch what reops does, on simulated machines",
     .example = "reops demo",
     .options = demo_options,
     .run = run_demo},
}};

}  // namespace

std::span<const Command> serve_commands()
{
    return table;
}

}  // namespace reops::app
