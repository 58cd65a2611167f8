// SPDX-License-Identifier: Apache-2.0
#include "base/check.hh"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace reops {

void check_failed(const char* condition, const char* why, const char* file, int line)
{
    const std::string text = std::string{file} + ":" + std::to_string(line) + ": check `" +
                             condition + "` failed: " + why;
#ifdef REOPS_CHECKED
    // stderr through the C library: base does no I/O of its own, this is the last breath.
    std::fputs((text + "\n").c_str(), stderr);
    std::abort();
#else
    throw CheckFailed{text};
#endif
}

}  // namespace reops
