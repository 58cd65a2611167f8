// SPDX-License-Identifier: Apache-2.0
#include "control/server.hh"

#include "base/nearest.hh"
#include "control/routes.hh"
#include "data/json.hh"

#include <algorithm>
#include <array>
#include <utility>

#include <pwd.h>

namespace reops::control {

namespace {

constexpr std::size_t body_most = 64UL * 1024;
constexpr Duration answer_within = seconds(15);  ///< longest wait of any route

int status_of(Code code)
{
    switch (code) {
        case Code::invalid_argument:
            return 400;
        case Code::denied:
            return 403;
        case Code::not_found:
            return 404;
        case Code::conflict:
        case Code::cancelled:
            return 409;
        case Code::unreachable:
            return 502;
        case Code::timeout:
            return 504;
        case Code::unsupported:
            return 501;
        case Code::corrupt:
        case Code::internal:
            break;
    }
    return 500;
}

/// {"error": "..", "code": "not_found", "hint": ".."} or the value itself.
io::HttpResponse to_response(const Answer& answer)
{
    io::HttpResponse response;
    if (answer.ok()) {
        response.body = data::write_json(*answer) + "\n";
        return response;
    }
    const Failure& why = answer.failure();
    response.status = status_of(why.code);
    response.body = data::write_json(make_detail({{"error", text(why.message)},
                                                  {"code", text(to_string(why.code))},
                                                  {"hint", text(why.details)}})) +
                    "\n";
    return response;
}

/// "uid 1000 (name)".
std::string actor_of(const std::optional<io::Peer>& peer)
{
    if (!peer)
        return "unknown";
    std::string actor = "uid " + std::to_string(peer->uid);
    std::array<char, 4096> room = {};
    struct passwd entry = {};
    struct passwd* found = nullptr;
    if (::getpwuid_r(peer->uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr)
        actor += " (" + std::string{found->pw_name} + ")";
    return actor;
}

bool matches(const Route& route, const std::string& path)
{
    if (!route.path.ends_with('/'))
        return route.path == path;
    return path.starts_with(route.path) && path.size() > route.path.size() &&
           path.find('/', route.path.size()) == std::string::npos;
}

Failure no_route(const io::HttpRequest& http)
{
    std::vector<std::string> known;
    for (const Route& route : routes()) {
        if (matches(route, http.path))
            return Failure{
                Code::invalid_argument,
                http.path + " expected " + std::string{route.method} + " but got " + http.method};
        known.emplace_back(route.path);
    }
    return no_such("route", http.path, known, "the routes are in docs/manual/commands.md");
}

/// A word that the route does not know is a mistake of the caller's, not something to pass over.
Result<void> check_query(const Route& route, const io::HttpRequest& http)
{
    for (const auto& [word, value] : http.query) {
        if (std::find(route.query.begin(), route.query.end(), word) != route.query.end())
            continue;
        std::vector<std::string> known;
        for (const std::string_view each : route.query)
            if (!each.empty())
                known.emplace_back(each);
        Failure failure = no_such("filter", word, known, "");
        failure.code = Code::invalid_argument;
        return failure;
    }
    return {};
}

Result<data::Value> read_body(const Route& route, const io::HttpRequest& http)
{
    if (route.method != "POST" || http.body.empty())
        return data::Value{};
    auto body = data::read_json(http.body);
    if (!body.ok())
        return body.failure().while_("reading the request");
    if (!body->is_map())
        return Failure{Code::invalid_argument, "expected a JSON object as the request's body"};
    return body;
}

void dispatch(const ControlParts& parts, const io::HttpRequest& http, const Reply& reply)
{
    const auto all = routes();
    const auto route = std::find_if(all.begin(), all.end(), [&](const Route& each) {
        return each.method == http.method && matches(each, http.path);
    });
    if (route == all.end())
        return reply(no_route(http));
    if (const auto known = check_query(*route, http); !known.ok())
        return reply(known.failure());
    auto body = read_body(*route, http);
    if (!body.ok())
        return reply(body.failure());
    Ask ask{.http = http, .actor = actor_of(http.peer), .body = std::move(*body)};
    if (route->path.ends_with('/'))
        ask.name = http.path.substr(route->path.size());
    // Clients tell times relative to this.
    const Reply dated = [&parts, reply](Answer answer) {
        if (answer.ok() && answer->is_map())
            answer = data::Value{answer->as_map().assoc(data::Value::keyword("now"),
                                                        show_time(parts.runtime.now()))};
        reply(std::move(answer));
    };
    route->handle(parts, ask, with_deadline(parts.loop, answer_within, http.path, dated));
}

}  // namespace

Server::Server(ControlParts parts) : parts_(std::move(parts)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ControlParts parts, const std::string& socket_path)
{
    std::unique_ptr<Server> server{new Server(std::move(parts))};
    auto handler = [self = server.get()](const io::HttpRequest& http, io::HttpReply reply) {
        dispatch(self->parts_, http, [reply = std::move(reply)](const Answer& answer) {
            reply(to_response(answer));
        });
    };
    auto served = io::serve_http(server->parts_.loop,
                                 io::Endpoint{.host = {}, .port = 0, .unix_path = socket_path},
                                 std::move(handler),
                                 io::HttpLimits{.body_bytes = body_most, .connections = 32});
    if (!served.ok())
        return served.failure().while_("opening the control socket");
    server->http_ = std::move(*served);
    return server;
}

}  // namespace reops::control
