// SPDX-License-Identifier: Apache-2.0
#include "app/commands.hh"
#include "app/demo.hh"
#include "app/serve.hh"

#include <array>
#include <charconv>
#include <filesystem>

namespace reops::app {

namespace {

int run_serve(const Call& call)
{
    std::error_code ignored;
    std::string flows = call.get("DIR");
    if (flows.empty() && std::filesystem::is_directory("flows", ignored))
        flows = "flows";
    std::optional<std::uint16_t> port;
    if (const std::string given = call.get("--nrepl"); !given.empty()) {
        std::uint16_t number = 0;
        const auto [end, error] =
            std::from_chars(given.data(), given.data() + given.size(), number);
        if (error != std::errc{} || end != given.data() + given.size()) {
            call.screen.err << "error: --nrepl expected a port, 0 to 65535, but got " << given
                            << "\n";
            return exit_status::wrong_use;
        }
        if (call.surroundings.is_root) {
            call.screen.err << "error: --nrepl is refused for root: who reaches the port runs "
                               "everything with the rights of this process\n"
                               "  hint: serve as a user of its own, or use `reops repl`\n";
            return exit_status::failed;
        }
        port = number;
    }
    return serve({.config = call.global.config,
                  .state = call.global.state,
                  .flows = flows,
                  .nrepl = port,
                  .log = call.get("--log")},
                 {});
}

int run_demo(const Call& call)
{
    return demo({.program = call.get("--program"),
                 .keep = call.has("--keep"),
                 .quick = call.has("--quick"),
                 .colours = call.screen.colours});
}

constexpr std::array<Argument, 1> serve_arguments = {{
    {"DIR", "folder of flow files (*.clj), or one file; else ./flows", false},
}};

constexpr std::array<Option, 2> serve_options = {{
    {"--nrepl", "PORT", "let editors in on a port of the loopback address; 0: any"},
    {"--log", "FORM", "of the log lines: terminal, text or json"},
}};

constexpr std::array<Option, 3> demo_options = {{
    {"--keep", "", "leave its folder, and say where it is"},
    {"--quick", "", "shorter pauses between readings"},
    {"--program", "FILE", "another server, with flows of its own built in (examples/closet.cc)"},
}};

constexpr std::array<Command, 2> table = {{
    {.name = "serve",
     .purpose = Purpose::care,
     .summary = "serve the flows of a folder until told to stop",
     .example = "reops serve flows --config /etc/reops/reops.edn",
     .arguments = serve_arguments,
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
