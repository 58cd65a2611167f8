// SPDX-License-Identifier: Apache-2.0
#include "io/unique_fd.hh"

#include <cerrno>

#include <unistd.h>

namespace reops::io {

void UniqueFd::reset(int fd)
{
    const int saved = errno;
    if (fd_ >= 0)
        ::close(fd_);  // EINTR included, Linux has freed the number: never try again
    fd_ = fd;
    errno = saved;
}

}  // namespace reops::io
