// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file HTTP/1.1 in both directions over Stream (RFC 9112), parsed by Boost.Beast inside the .cc.
/// The server knows no routes: it hands each request to a function.

#include "base/result.hh"
#include "base/time.hh"
#include "io/event_loop.hh"
#include "io/stream.hh"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reops::io {

struct HttpRequest {
    std::string method;  ///< "GET"
    std::string path;    ///< decoded, without the query: "/v1/runs"
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<Peer> peer;  ///< on unix sockets

    /// The first value of that name, or nothing.
    const std::string* find_query(std::string_view name) const;
    const std::string* find_header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    /// More headers. Length, type and connection are written by us; CR and LF become spaces.
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers one request, now or later, once, on the loop's thread. Dropping it without a call
/// answers 500; after the end of the connection or the server it does nothing.
using HttpReply = std::function<void(HttpResponse)>;
using HttpHandler = std::function<void(const HttpRequest&, HttpReply)>;

struct HttpLimits {
    std::size_t header_bytes = 16UL * 1024;
    std::size_t body_bytes = 1024UL * 1024;
    std::size_t connections = 64;
    Duration idle = seconds(60);  ///< also for a request to arrive whole
};

/// Serves until destroyed; answers that were given are still sent. Loop thread only.
class HttpServer {
public:
    virtual ~HttpServer() = default;
    virtual std::uint16_t port() const = 0;
};

/// Refuses by itself: 400 (not HTTP, not decodable), 408, 413, 431, 503 (too many connections),
/// with
/// `{"error": ".."}`. A connection has one request at a time with the handler. Failures: as
/// listen().
Result<std::unique_ptr<HttpServer>> serve_http(EventLoop& loop,
                                               const Endpoint& at,
                                               HttpHandler handler,
                                               const HttpLimits& limits = {});

/// One request on a connection of its own; runs the loop until the answer or the deadline.
/// For the command line, which has nothing else to do. Failures: as connect(), and corrupt when the
/// answer is not HTTP or has more than 64 MiB.
Result<HttpResponse> fetch_http(EventLoop& loop,
                                const Endpoint& from,
                                const HttpRequest& request,
                                Duration deadline);

}  // namespace reops::io
