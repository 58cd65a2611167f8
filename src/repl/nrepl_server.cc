// SPDX-License-Identifier: Apache-2.0
#include "repl/nrepl_server.hh"

#include "data/vector.hh"
#include "repl/nrepl_ops.hh"
#include "wire/bencode/bencode.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace reops::repl {

using data::Value;

/// A client. Shared by what may still answer it.
class NreplServer::Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(NreplServer& server, std::unique_ptr<io::Stream> stream)
        : server_(server), stream_(std::move(stream))
    {
    }

    const std::vector<std::string>& own_sessions() const { return own_; }

    void begin()
    {
        stream_->start([this](std::string_view bytes) { read(bytes); },
                       [this](const Failure&) {
                           stream_.reset();
                           server_.forget(*this);
                       });
    }

private:
    void read(std::string_view bytes)
    {
        const auto self = shared_from_this();  // an answer may end us
        buffer_ += bytes;
        std::size_t used = 0;
        while (stream_) {
            const auto message = wire::read_bencode(std::string_view{buffer_}.substr(used));
            if (!message.ok())
                return refuse(message.failure());
            if (!*message)
                break;
            used += (*message)->size;
            handle((*message)->value);
        }
        buffer_.erase(0, used);
    }

    /// Not our protocol (a browser that was lured here, say): nothing is answered.
    void refuse(const Failure& why)
    {
        server_.log_.warning("nrepl", fmt::format("a connection is closed: {}", why.message));
        stream_.reset();
        server_.forget(*this);
    }

    void handle(const Value& message)
    {
        if (!message.is_map())
            return refuse({Code::corrupt, "expected a dictionary"});
        const data::Map& map = message.as_map();
        const Value id = map.get(Value::string("id"));
        const Value session = map.get(Value::string("session"));
        const std::string session_id{session.is_string() ? session.as_string()
                                                         : std::string_view{}};
        const auto answer = [weak = weak_from_this(), id, session](data::Map reply) {
            const auto self = weak.lock();
            if (!self || !self->stream_)
                return;
            if (!id.is_nil())
                reply = reply.assoc(Value::keyword("id"), id);
            if (!session.is_nil())
                reply = reply.assoc(Value::keyword("session"), session);
            self->send(wire::write_bencode(reply));
        };
        Session* found = server_.find_session(session_id);
        const bool names_unknown = !session_id.empty() && found == nullptr;
        if (names_unknown && map.get(Value::string("op")) != Value::string("close"))
            return answer(
                data::make_map({{Value::keyword("status"),
                                 data::make_vector({Value::string("done"),
                                                    Value::string("error"),
                                                    Value::string("unknown-session")})}}));
        const auto make_session = [this] {
            std::string made = server_.make_session();
            own_.push_back(made);
            return made;
        };
        handle_nrepl({server_, found, map, make_session, answer});
    }

    /// A client that does not read its answers is let go.
    void send(const std::string& bytes)
    {
        if (stream_->write(bytes))
            return;
        stream_.reset();
        server_.loop_.post([&server = server_, alive = server_.alive_, self = shared_from_this()] {
            if (*alive)
                server.forget(*self);
        });
    }

    NreplServer& server_;
    std::unique_ptr<io::Stream> stream_;
    std::string buffer_;
    std::vector<std::string> own_;  ///< sessions that it made
};

NreplServer::NreplServer(io::EventLoop& loop,
                         Random& random,
                         Log& log,
                         lang::Interpreter& interpreter,
                         NreplOptions options)
    : loop_(loop),
      random_(random),
      log_(log),
      interpreter_(interpreter),
      options_(std::move(options))
{
}

NreplServer::~NreplServer()
{
    *alive_ = false;
    listeners_.clear();
    connections_.clear();
    sessions_.clear();
}

Result<std::unique_ptr<NreplServer>> NreplServer::start(io::EventLoop& loop,
                                                        Random& random,
                                                        Log& log,
                                                        lang::Interpreter& interpreter,
                                                        NreplOptions options)
{
    std::unique_ptr<NreplServer> server{
        new NreplServer(loop, random, log, interpreter, std::move(options))};
    const auto open = [&](const io::Endpoint& at) -> Result<void> {
        auto listener = io::listen(
            loop, at, [raw = server.get()](auto stream) { raw->welcome(std::move(stream)); });
        if (!listener.ok())
            return listener.failure();
        server->listeners_.push_back(std::move(*listener));
        return {};
    };
    const NreplOptions& wanted = server->options_;
    if (!wanted.unix_path.empty())
        if (auto opened = open({.host = "", .port = 0, .unix_path = wanted.unix_path});
            !opened.ok())
            return opened.failure();
    if (!wanted.host.empty())
        if (auto opened = open({.host = wanted.host, .port = wanted.port, .unix_path = ""});
            !opened.ok())
            return opened.failure();
    return server;
}

std::uint16_t NreplServer::port() const
{
    return options_.host.empty() || listeners_.empty() ? std::uint16_t{0}
                                                       : listeners_.back()->port();
}

void NreplServer::welcome(std::unique_ptr<io::Stream> stream)
{
    if (connections_.size() >= options_.most_connections) {
        log_.warning("nrepl", "a connection is refused: there are too many");
        return;
    }
    auto connection = std::make_shared<Connection>(*this, std::move(stream));
    connections_.push_back(connection);
    connection->begin();
}

void NreplServer::forget(const Connection& connection)
{
    for (const std::string& id : connection.own_sessions())
        close_session(id);
    std::erase_if(connections_, [&](const auto& each) { return each.get() == &connection; });
}

Session* NreplServer::find_session(const std::string& id)
{
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : found->second.get();
}

std::string NreplServer::make_session()
{
    if (sessions_.size() >= options_.most_sessions)
        return {};
    const std::uint64_t high = random_.next();
    const std::uint64_t low = random_.next();
    std::string id = fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
                                 high >> 32U,
                                 (high >> 16U) & 0xffffU,
                                 high & 0xfffU,
                                 0x8000U | ((low >> 48U) & 0x3fffU),
                                 low & 0xffffffffffffU);
    sessions_.emplace(id, std::make_unique<Session>(loop_, interpreter_, options_.after_form));
    return id;
}

bool NreplServer::close_session(const std::string& id)
{
    const auto found = sessions_.find(id);
    if (found == sessions_.end())
        return false;
    // Its thread may be at work: not waited for inside a handler.
    std::shared_ptr<Session> last{std::move(found->second)};
    sessions_.erase(found);
    loop_.post([last] {});
    return true;
}

std::vector<std::string> NreplServer::session_ids() const
{
    std::vector<std::string> out;
    for (const auto& [id, session] : sessions_)
        out.push_back(id);
    return out;
}

}  // namespace reops::repl
