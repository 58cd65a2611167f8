// SPDX-License-Identifier: Apache-2.0
/// @file reops-provider-libvirt: the only program that links libvirt.

#include "io/system_clock.hh"
#include "providers/libvirt/connection.hh"
#include "providers/libvirt/serve.hh"

#include <cstdio>

#include <unistd.h>

int main(int argc, char** argv)
{
    if (argc > 1) {
        std::fprintf(
            stderr,
            "%s takes no words: it is started by reops and reads requests, one JSON object "
            "a line, on its standard input\n",
            argv[0]);
        return 2;
    }
    if (auto started = reops::providers::libvirt::start_library(); !started) {
        std::fprintf(stderr, "error: %s\n", started.failure().message.c_str());
        return 1;
    }
    const reops::io::SystemClock clock;
    reops::providers::libvirt::serve(clock, STDIN_FILENO, STDOUT_FILENO);
}
