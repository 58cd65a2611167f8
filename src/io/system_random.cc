// SPDX-License-Identifier: Apache-2.0
#include "io/system_random.hh"

#include "base/check.hh"

#include <cerrno>

#include <sys/random.h>

namespace reops::io {

std::uint64_t SystemRandom::next()
{
    std::uint64_t number = 0;
    ssize_t got = 0;
    do
        got = ::getrandom(&number, sizeof number, 0);
    while (got < 0 && errno == EINTR);
    REOPS_CHECK(got == sizeof number, "the kernel gives no random numbers");
    return number;
}

}  // namespace reops::io
