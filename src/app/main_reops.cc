// SPDX-License-Identifier: Apache-2.0
// The program `reops`: one command, then the end.
#include "app/commands.hh"
#include "app/surroundings.hh"
#include "io/system_clock.hh"

#include <cstdlib>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace {

/// 0 when it is no terminal.
std::size_t terminal_width()
{
    struct winsize size = {};
    if (::isatty(STDOUT_FILENO) == 0)
        return 0;
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

int main(int argc, char** argv)
{
    const reops::app::Surroundings surroundings = reops::app::read_surroundings();
    const reops::io::SystemClock clock;
    const auto no_color = surroundings.environment.find("NO_COLOR");
    const bool plain = no_color != surroundings.environment.end() && !no_color->second.empty();
    reops::app::Screen screen{std::cout, std::cerr, false, terminal_width()};
    screen.colours = screen.width > 0 && !plain;
    const std::vector<reops::app::Command> commands = reops::app::all_commands();
    const std::vector<std::string> words(argv + 1, argv + argc);
    const int status = reops::app::run_command_line(words, commands, screen, surroundings, clock);
    std::cout.flush();
    return std::cout.good() ? status : reops::app::exit_status::failed;
}
