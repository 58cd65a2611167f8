// SPDX-License-Identifier: Apache-2.0
#include "io/system_failure.hh"

#include <cctype>
#include <cerrno>
#include <cstring>

namespace reops::io {

namespace {

Code code_of(int error)
{
    switch (error) {
        case ENOENT:
        case ENOTDIR:
        case ESRCH:
            return Code::not_found;
        case EACCES:
        case EPERM:
        case EROFS:
            return Code::denied;
        case EADDRINUSE:
        case EEXIST:
        case EBUSY:
        case EWOULDBLOCK:
            return Code::conflict;
        case ECONNREFUSED:
        case ECONNRESET:
        case ECONNABORTED:
        case EHOSTUNREACH:
        case EHOSTDOWN:
        case ENETUNREACH:
        case ENETDOWN:
        case EPIPE:
            return Code::unreachable;
        case ETIMEDOUT:
            return Code::timeout;
        case EINVAL:
        case ENAMETOOLONG:
        case EADDRNOTAVAIL:
            return Code::invalid_argument;
        default:
            return Code::internal;
    }
}

}  // namespace

std::string system_text(int error)
{
    const char* known = ::strerrordesc_np(error);
    std::string text = known != nullptr ? known : "system error " + std::to_string(error);
    // "No such file" reads as a part of a sentence; "RPC struct is bad" keeps its capitals.
    if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

Failure system_failure(int error, std::string_view doing)
{
    return Failure{code_of(error), std::string{doing} + ": " + system_text(error)};
}

}  // namespace reops::io
