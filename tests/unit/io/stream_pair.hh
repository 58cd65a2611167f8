// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Both ends of a connection on one loop, for tests.

#include "io/stream.hh"
#include "tests/support/temp_dir.hh"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace reops::io {

/// One end: what it has received, and why it ended.
struct End {
    std::unique_ptr<Stream> stream;
    std::string received;
    std::optional<Failure> closed;

    void start()
    {
        stream->start([this](std::string_view bytes) { received += bytes; },
                      [this](const Failure& why) { closed = why; });
    }
};

/// A listener and a client that is connected to it, over TCP or a unix socket. Not started.
class StreamPair {
public:
    static constexpr Duration patience = seconds(10);

    explicit StreamPair(bool over_unix)
    {
        if (over_unix)
            endpoint.unix_path = (folder / "socket").string();
        else
            endpoint.host = "127.0.0.1";
        auto listening = listen(loop, endpoint, [this](std::unique_ptr<Stream> stream) {
            server.stream = std::move(stream);
        });
        EXPECT_TRUE(listening.ok());
        listener = std::move(listening).value();
        endpoint.port = listener->port();
        attempt = connect(loop, endpoint, {}, [this](Result<std::unique_ptr<Stream>> result) {
            EXPECT_TRUE(result.ok());
            client.stream = std::move(result).value();
        });
        EXPECT_TRUE(run_until([this] { return client.stream && server.stream; }));
    }

    bool run_until(const std::function<bool()>& done) { return loop.run_until(done, patience); }

    test::TempDir folder;
    EventLoop loop;
    Endpoint endpoint;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<ConnectAttempt> attempt;
    End client;
    End server;
};

}  // namespace reops::io
