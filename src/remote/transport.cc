// SPDX-License-Identifier: Apache-2.0
#include "remote/transport.hh"

#include "operations/printable.hh"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace reops::remote {

namespace {

constexpr std::array<std::pair<std::string_view, int>, 13> signal_numbers = {{
    {"HUP", 1},
    {"INT", 2},
    {"QUIT", 3},
    {"ILL", 4},
    {"ABRT", 6},
    {"FPE", 8},
    {"KILL", 9},
    {"USR1", 10},
    {"SEGV", 11},
    {"USR2", 12},
    {"PIPE", 13},
    {"ALRM", 14},
    {"TERM", 15},
}};

int code_of(const Ran& ran)
{
    switch (ran.end) {
        case End::exited:
            return ran.exit_code;
        case End::signalled:
            for (const auto& [name, number] : signal_numbers)
                if (name == ran.signal)
                    return 128 + number;
            return 128;
        case End::lost:
            return -4;
        case End::overdue:
            return -3;
        case End::cancelled:
            return -4;
    }
    return -4;
}

std::string first_line(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \r\n");
    if (begin == std::string_view::npos)
        return {};
    const std::size_t end = text.find_first_of("\r\n", begin);
    return operations::printable(
        text.substr(begin, end == std::string_view::npos ? end : end - begin));
}

}  // namespace

int code_of(const Result<Ran>& result)
{
    if (result.ok())
        return code_of(*result);
    switch (result.failure().code) {
        case Code::conflict:
            return -2;
        case Code::timeout:
        case Code::unreachable:
        case Code::denied:
        case Code::not_found:
            return -1;
        case Code::cancelled:
            return -4;
        default:
            return 256;
    }
}

std::string describe(const Result<Ran>& result)
{
    if (!result.ok())
        return operations::printable(result.failure().message);
    const Ran& ran = *result;
    const std::string said = first_line(ran.err);
    const std::string behind = said.empty() ? "" : ": " + said;
    switch (ran.end) {
        case End::exited:
            return ran.exit_code == 0 ? "" : fmt::format("exit status {}{}", ran.exit_code, behind);
        case End::signalled:
            return fmt::format("killed by signal {}{}", operations::printable(ran.signal), behind);
        case End::lost:
            return "the connection ended in the middle: " + operations::printable(ran.trouble);
        case End::overdue:
            return fmt::format("did not end within {}", to_string(ran.took));
        case End::cancelled:
            return fmt::format("cancelled after {}, and asked to end", to_string(ran.took));
    }
    return {};
}

}  // namespace reops::remote
