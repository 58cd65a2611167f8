// SPDX-License-Identifier: Apache-2.0
#include "io/detail/http_message.hh"
#include "io/http.hh"

#include <set>
#include <utility>

namespace reops::io {

namespace {

/// A client that does not take its answers gets no further ones.
constexpr std::size_t unsent_most = 1024UL * 1024;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

HttpResponse error_response(int status, const std::string& reason)
{
    HttpResponse response;
    response.status = status;
    response.body = "{\"error\": \"" + reason + "\"}\n";
    return response;
}

class Connection;

/// What connections share; outlives the server while one of them is at work.
struct Shared {
    EventLoop& loop;
    HttpHandler handler;
    HttpLimits limits;
    std::set<std::shared_ptr<Connection>> connections;
};

class Connection final : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<Shared> shared, std::unique_ptr<Stream> stream)
        : shared_(std::move(shared)),
          stream_(std::move(stream)),
          reader_(shared_->limits),
          idle_(shared_->loop)
    {
    }

    void begin();
    void close();

private:
    class Slot;

    void process();
    void dispatch();
    void answer(std::uint64_t request, const HttpResponse& response);
    void refuse(int status, const std::string& reason);
    void rest();
    bool may_go_on() const;

    std::shared_ptr<Shared> shared_;
    std::unique_ptr<Stream> stream_;  ///< null after close()
    HttpRequestReader reader_;
    Timer idle_;
    std::uint64_t request_ = 0;  ///< counts; a late answer to an earlier one is dropped
    bool awaits_answer_ = false;
    bool processing_ = false;
    bool keep_alive_ = false;
    bool head_ = false;
};

/// Answers once; its end without an answer is an answer too.
class Connection::Slot {
public:
    Slot(std::weak_ptr<Connection> connection, std::uint64_t request)
        : connection_(std::move(connection)), request_(request)
    {
    }
    ~Slot() { answer(error_response(500, "the request was dropped")); }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

    void answer(const HttpResponse& response)
    {
        const auto connection = connection_.lock();
        connection_.reset();
        if (connection)
            connection->answer(request_, response);
    }

private:
    std::weak_ptr<Connection> connection_;
    std::uint64_t request_;
};

void Connection::begin()
{
    const auto weak = weak_from_this();
    stream_->on_drained([weak] {
        if (const auto self = weak.lock())
            self->process();
    });
    stream_->start(
        [weak](std::string_view bytes) {
            const auto self = weak.lock();
            if (!self || !self->stream_)
                return;
            self->reader_.feed(bytes);
            self->process();
        },
        [weak](const Failure&) {
            if (const auto self = weak.lock())
                self->close();
        });
    rest();
}

void Connection::close()
{
    const auto self = shared_from_this();
    idle_.cancel();
    if (const auto stream = std::exchange(stream_, nullptr))
        stream->close();
    shared_->connections.erase(self);
}

/// The client's turn, for so long.
void Connection::rest()
{
    idle_.after(shared_->limits.idle, [this] {
        if (reader_.has_partial_request())
            refuse(408, "the request did not arrive in time");
        else
            close();
    });
}

bool Connection::may_go_on() const
{
    return stream_ && !awaits_answer_ && stream_->unsent() < unsent_most;
}

void Connection::process()
{
    if (processing_)
        return;
    const auto self = shared_from_this();
    processing_ = true;
    while (may_go_on()) {
        const HttpRequestReader::Step step = reader_.next();
        if (step == HttpRequestReader::Step::wants_bytes)
            break;
        if (step == HttpRequestReader::Step::wants_continue)
            stream_->write(go_on);
        else if (step == HttpRequestReader::Step::done)
            dispatch();
        else
            refuse(reader_.status(), reader_.reason());
    }
    processing_ = false;
    // Requests that are sent ahead wait in the socket once ours is full.
    if (stream_)
        stream_->pause_reading(!may_go_on() && reader_.buffered() > shared_->limits.header_bytes);
}

void Connection::dispatch()
{
    HttpRequest request = reader_.take();
    request.peer = stream_->peer();
    keep_alive_ = reader_.keeps_alive();
    head_ = request.method == "HEAD";
    awaits_answer_ = true;
    idle_.cancel();
    const auto slot = std::make_shared<Slot>(weak_from_this(), ++request_);
    const auto shared = shared_;  // the handler may end the server
    shared->handler(request, [slot](const HttpResponse& response) { slot->answer(response); });
}

void Connection::answer(std::uint64_t request, const HttpResponse& response)
{
    if (!stream_ || !awaits_answer_ || request != request_)
        return;
    awaits_answer_ = false;
    if (!stream_->write(to_wire(response, keep_alive_, !head_)) || !keep_alive_) {
        close();
        return;
    }
    rest();
    process();
}

void Connection::refuse(int status, const std::string& reason)
{
    stream_->write(to_wire(error_response(status, reason), false, true));
    close();
}

class Server final : public HttpServer {
public:
    Server(EventLoop& loop, HttpHandler handler, const HttpLimits& limits)
        : shared_(std::make_shared<Shared>(Shared{loop, std::move(handler), limits, {}}))
    {
    }
    ~Server() override
    {
        listener_.reset();
        const auto connections = shared_->connections;
        for (const auto& connection : connections)
            connection->close();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    Result<void> begin(const Endpoint& at)
    {
        auto listening =
            listen(shared_->loop, at, [shared = shared_](std::unique_ptr<Stream> stream) {
                welcome(shared, std::move(stream));
            });
        if (!listening)
            return listening.failure();
        listener_ = std::move(listening).value();
        return {};
    }
    std::uint16_t port() const override { return listener_->port(); }

private:
    static void welcome(const std::shared_ptr<Shared>& shared, std::unique_ptr<Stream> stream)
    {
        if (shared->connections.size() >= shared->limits.connections) {
            stream->write(to_wire(error_response(503, "too many connections"), false, true));
            stream->close();
            return;
        }
        const auto connection = std::make_shared<Connection>(shared, std::move(stream));
        shared->connections.insert(connection);
        connection->begin();
    }

    std::shared_ptr<Shared> shared_;
    std::unique_ptr<Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> serve_http(EventLoop& loop,
                                               const Endpoint& at,
                                               HttpHandler handler,
                                               const HttpLimits& limits)
{
    auto server = std::make_unique<Server>(loop, std::move(handler), limits);
    if (const Result<void> begun = server->begin(at); !begun)
        return begun.failure();
    return std::unique_ptr<HttpServer>{std::move(server)};
}

}  // namespace reops::io
