// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file HTTP/1.1 messages as bytes, without connections: readers that take pieces as they come,
/// and the text of what we send.

#include "base/result.hh"
#include "io/http.hh"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace reops::io {

/// One connection's requests, one after the other.
class HttpRequestReader {
public:
    enum class Step {
        wants_bytes,
        wants_continue,  ///< said once: the client waits for "100 Continue" before the body
        done,
        failed  ///< for ever; status() and reason() say why
    };

    explicit HttpRequestReader(const HttpLimits& limits);
    ~HttpRequestReader();
    HttpRequestReader(const HttpRequestReader&) = delete;
    HttpRequestReader& operator=(const HttpRequestReader&) = delete;

    void feed(std::string_view bytes);
    /// Reads on in what has been fed. After `done`, take() first.
    Step next();
    /// The request; the next one may begin.
    HttpRequest take();

    /// Of the request that is done: may the connection live on?
    bool keeps_alive() const { return keeps_alive_; }
    bool has_partial_request() const;
    std::size_t buffered() const { return buffer_.size(); }
    int status() const { return status_; }
    const std::string& reason() const { return reason_; }

private:
    struct Parser;
    Step fail(int status, std::string reason);
    Step finish();

    HttpLimits limits_;
    std::unique_ptr<Parser> parser_;
    std::string buffer_;
    HttpRequest request_;
    bool keeps_alive_ = false;
    int status_ = 0;
    std::string reason_;
};

/// The answer to one request of ours.
class HttpResponseReader {
public:
    explicit HttpResponseReader(bool to_head_request);
    ~HttpResponseReader();
    HttpResponseReader(const HttpResponseReader&) = delete;
    HttpResponseReader& operator=(const HttpResponseReader&) = delete;

    /// Failures: corrupt.
    Result<void> feed(std::string_view bytes);
    /// The peer has closed: completes an answer that has no length.
    Result<void> end_of_file();
    bool is_done() const;
    HttpResponse take();

private:
    struct Parser;
    Result<void> read();

    std::unique_ptr<Parser> parser_;
    std::string buffer_;
};

/// What goes over the wire. `with_body` is false for an answer to HEAD.
std::string to_wire(const HttpResponse& response, bool keep_alive, bool with_body);
std::string to_wire(const HttpRequest& request, std::string_view host);

}  // namespace reops::io
