// SPDX-License-Identifier: Apache-2.0
#include "io/detail/http_message.hh"

#include "io/detail/http_target.hh"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace reops::io {

namespace {

constexpr std::size_t largest_answer = 64UL * 1024 * 1024;
constexpr std::size_t largest_answer_header = 64UL * 1024;

const std::string* find(const std::vector<std::pair<std::string, std::string>>& in,
                        std::string_view name)
{
    const auto found = std::find_if(
        in.begin(), in.end(), [&](const auto& entry) { return beast::iequals(entry.first, name); });
    return found == in.end() ? nullptr : &found->second;
}

/// Feeds the parser from the buffer and drops what it took.
template <class Parser>
beast::error_code read_some(Parser& parser, std::string& buffer)
{
    beast::error_code error;
    const std::size_t used = parser.put(boost::asio::buffer(buffer), error);
    buffer.erase(0, used);
    return error;
}

/// Beast asserts that a last chunk ("0", CRLF, CRLF) which it saw begin is looked at again with at
/// least its five bytes; whatever else stands in a chunked body has as many behind it.
template <class Parser>
bool has_too_little(const Parser& parser, const std::string& buffer)
{
    constexpr std::size_t last_chunk = 5;
    return parser.is_header_done() && parser.chunked() && buffer.size() < last_chunk;
}

template <class Message>
std::vector<std::pair<std::string, std::string>> headers_of(const Message& message)
{
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& field : message)
        headers.emplace_back(std::string{field.name_string()}, std::string{field.value()});
    return headers;
}

void append_header(std::string& wire, std::string_view name, std::string_view value)
{
    for (const std::string_view part :
         {name, std::string_view{": "}, value, std::string_view{"\r"}})
        wire += part;
    // Data never becomes a header of its own.
    std::replace_if(
        wire.end() - static_cast<std::ptrdiff_t>(name.size() + value.size() + 3),
        wire.end() - 1,
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; },
        ' ');
    wire += '\n';
}

void append_headers(std::string& wire,
                    const std::vector<std::pair<std::string, std::string>>& headers)
{
    for (const auto& [name, value] : headers)
        append_header(wire, name, value);
}

}  // namespace

const std::string* HttpRequest::find_query(std::string_view name) const
{
    const auto found = std::find_if(
        query.begin(), query.end(), [&](const auto& entry) { return entry.first == name; });
    return found == query.end() ? nullptr : &found->second;
}

const std::string* HttpRequest::find_header(std::string_view name) const
{
    return find(headers, name);
}

// Requests.

struct HttpRequestReader::Parser {
    std::optional<http::request_parser<http::string_body>> parser;
    bool asked_to_continue = false;

    void begin(const HttpLimits& limits)
    {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        parser->body_limit(limits.body_bytes);
        asked_to_continue = false;
    }
};

HttpRequestReader::HttpRequestReader(const HttpLimits& limits)
    : limits_(limits), parser_(std::make_unique<Parser>())
{
    parser_->begin(limits_);
}

HttpRequestReader::~HttpRequestReader() = default;

void HttpRequestReader::feed(std::string_view bytes)
{
    buffer_.append(bytes);
}

bool HttpRequestReader::has_partial_request() const
{
    return !buffer_.empty() || parser_->parser->got_some();
}

HttpRequestReader::Step HttpRequestReader::fail(int status, std::string reason)
{
    status_ = status;
    reason_ = std::move(reason);
    return Step::failed;
}

HttpRequestReader::Step HttpRequestReader::next()
{
    if (status_ != 0)
        return Step::failed;
    auto& parser = *parser_->parser;
    // Empty lines between requests are allowed (RFC 9112, 2.2) and are none of the parser's.
    if (!parser.got_some())
        buffer_.erase(0, std::min(buffer_.find_first_not_of("\r\n"), buffer_.size()));
    if (buffer_.empty() || has_too_little(parser, buffer_))
        return Step::wants_bytes;
    const beast::error_code error = read_some(parser, buffer_);
    if (error == http::error::body_limit)
        return fail(413,
                    "the body is larger than " + std::to_string(limits_.body_bytes) + " bytes");
    if (error == http::error::header_limit ||
        (error == http::error::need_more && buffer_.size() > limits_.header_bytes))
        return fail(431,
                    "the header is larger than " + std::to_string(limits_.header_bytes) + " bytes");
    if (error && error != http::error::need_more)
        return fail(400, "not an HTTP request: " + error.message());
    if (parser.is_done())
        return finish();
    if (parser.is_header_done() && !std::exchange(parser_->asked_to_continue, true) &&
        beast::iequals(parser.get()[http::field::expect], "100-continue"))
        return Step::wants_continue;
    return Step::wants_bytes;
}

HttpRequestReader::Step HttpRequestReader::finish()
{
    auto& message = parser_->parser->get();
    keeps_alive_ = message.keep_alive();
    request_ = {};
    request_.method = std::string{message.method_string()};
    request_.headers = headers_of(message);
    if (!decode_target(std::string_view{message.target().data(), message.target().size()},
                       request_))
        return fail(400, "the path cannot be decoded");
    request_.body = std::move(message.body());
    parser_->begin(limits_);
    return Step::done;
}

HttpRequest HttpRequestReader::take()
{
    return std::exchange(request_, {});
}

// Answers.

struct HttpResponseReader::Parser {
    http::response_parser<http::string_body> parser;
};

HttpResponseReader::HttpResponseReader(bool to_head_request) : parser_(std::make_unique<Parser>())
{
    parser_->parser.eager(true);
    parser_->parser.skip(to_head_request);
    parser_->parser.header_limit(largest_answer_header);
    parser_->parser.body_limit(largest_answer);
}

HttpResponseReader::~HttpResponseReader() = default;

Result<void> HttpResponseReader::feed(std::string_view bytes)
{
    buffer_.append(bytes);
    if (buffer_.empty() || is_done() || has_too_little(parser_->parser, buffer_))
        return {};
    const beast::error_code error = read_some(parser_->parser, buffer_);
    if (error && error != http::error::need_more)
        return Failure{Code::corrupt, "the answer is not HTTP: " + error.message()};
    return {};
}

Result<void> HttpResponseReader::end_of_file()
{
    beast::error_code error;
    if (parser_->parser.got_some())
        parser_->parser.put_eof(error);
    if (error || !is_done())
        return Failure{Code::corrupt, "the answer is cut short"};
    return {};
}

bool HttpResponseReader::is_done() const
{
    return parser_->parser.is_done();
}

HttpResponse HttpResponseReader::take()
{
    auto& message = parser_->parser.get();
    HttpResponse response;
    response.status = static_cast<int>(message.result_int());
    response.headers = headers_of(message);
    response.content_type = std::string{message[http::field::content_type]};
    response.body = std::move(message.body());
    return response;
}

// The other way.

std::string to_wire(const HttpResponse& response, bool keep_alive, bool with_body)
{
    const auto status = static_cast<unsigned>(response.status);
    const auto reason = http::obsolete_reason(http::int_to_status(status));
    std::string wire = "HTTP/1.1 " + std::to_string(status) + " ";
    wire.append(reason.data(), reason.size());
    wire += "\r\n";
    const bool may_have_body = status != 204 && status != 304;
    if (may_have_body) {
        append_header(wire, "Content-Type", response.content_type);
        append_header(wire, "Content-Length", std::to_string(response.body.size()));
    }
    append_headers(wire, response.headers);
    append_header(wire, "Connection", keep_alive ? "keep-alive" : "close");
    wire += "\r\n";
    if (with_body && may_have_body)
        wire += response.body;
    return wire;
}

std::string to_wire(const HttpRequest& request, std::string_view host)
{
    std::string wire = request.method + " " + encode_target(request) + " HTTP/1.1\r\n";
    if (request.find_header("Host") == nullptr)
        append_header(wire, "Host", host);
    append_headers(wire, request.headers);
    if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD"))
        append_header(wire, "Content-Length", std::to_string(request.body.size()));
    append_header(wire, "Connection", "close");
    wire += "\r\n";
    return wire + request.body;
}

}  // namespace reops::io
