// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A connected TCP socket as a descriptor, for protocols whose library wants to do the
/// reading and writing itself. Everybody else takes a Stream.

#include "io/stream.hh"
#include "io/unique_fd.hh"

#include <functional>
#include <memory>

namespace reops::io {

/// Resolves in the pool, tries each address in turn, one deadline for all. The socket is
/// non-blocking, with TCP_NODELAY. `done` is called once on the loop's thread, never inside this
/// call. Failures: unreachable, timeout, not_found (name). A host that refuses the connection is
/// `unreachable` with "connection refused" in the message.
[[nodiscard]] std::unique_ptr<ConnectAttempt> connect_socket(
    EventLoop& loop,
    const Endpoint& to,
    Duration deadline,
    std::function<void(Result<UniqueFd>)> done);

}  // namespace reops::io
