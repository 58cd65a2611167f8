// SPDX-License-Identifier: Apache-2.0
#include "app/control_client.hh"

#include "data/json.hh"
#include "data/map.hh"
#include "io/event_loop.hh"
#include "io/http.hh"
#include "io/stream.hh"

#include <array>
#include <memory>

namespace reops::app {

namespace {

constexpr Duration answer_within = seconds(20);  ///< longer than any wait of the server's

Failure nobody_there(const std::string& socket, const Failure& why)
{
    if (why.code == Code::denied)
        return Failure{Code::denied,
                       "the control socket " + socket + " belongs to somebody else",
                       "sudo -u USER reops ..., with the user that reops runs as"};
    if (why.code == Code::timeout)
        return Failure{Code::timeout, "reops at " + socket + " does not answer: " + why.message};
    return Failure{Code::unreachable,
                   "no reops answers at " + socket,
                   "start one with `reops serve`, or name its state folder with --state DIR"};
}

Code code_named(std::string_view name)
{
    static constexpr std::array<Code, 10> codes = {Code::invalid_argument,
                                                   Code::not_found,
                                                   Code::unreachable,
                                                   Code::denied,
                                                   Code::timeout,
                                                   Code::cancelled,
                                                   Code::conflict,
                                                   Code::corrupt,
                                                   Code::unsupported,
                                                   Code::internal};
    for (const Code code : codes)
        if (to_string(code) == name)
            return code;
    return Code::internal;
}

std::string text_of(const data::Value& map, std::string_view key)
{
    const data::Value value = map.is_map() ? map.as_map().get(key) : data::Value{};
    return value.is_string() ? std::string{value.as_string()} : std::string{};
}

Result<ServerAnswer> read_answer(const io::HttpResponse& response)
{
    auto answer = data::read_json(response.body, data::ReadLimits::for_code());
    if (!answer.ok())
        return Failure{Code::corrupt,
                       "the answer is not JSON: " + answer.failure().message,
                       "is it a reops that listens there?"};
    if (response.status < 400)
        return ServerAnswer{response.body, std::move(*answer)};
    return Failure{
        code_named(text_of(*answer, "code")), text_of(*answer, "error"), text_of(*answer, "hint")};
}

}  // namespace

Result<std::string> find_socket(const GlobalOptions& global, const Surroundings& surroundings)
{
    if (!global.socket.empty())
        return global.socket;
    if (!global.state.empty())
        return global.state + "/control.sock";
    auto config = load_config(global.config, surroundings);
    if (!config.ok())
        return config.failure();
    return config->socket;
}

Result<ServerAnswer> ask_server(const Call& call, const Question& question)
{
    const auto socket = find_socket(call.global, call.surroundings);
    if (!socket.ok())
        return socket.failure();
    io::HttpRequest request;
    request.method = question.method;
    request.path = question.path;
    request.query = question.query;
    if (!question.body.is_nil())
        request.body = data::write_json(question.body);
    io::EventLoop loop;
    const auto response = io::fetch_http(
        loop, io::Endpoint{.host = {}, .port = 0, .unix_path = *socket}, request, answer_within);
    if (!response.ok())
        return nobody_there(*socket, response.failure());
    return read_answer(*response);
}

int ask_and_show(const Call& call,
                 const Question& question,
                 int (*show)(const Call& call, const data::Value& answer))
{
    const auto answer = ask_server(call, question);
    if (!answer.ok())
        return tell_failure(call, answer.failure());
    if (!call.global.json)
        return show(call, answer->value);
    call.screen.out << answer->text;
    return exit_status::done;
}

bool wait_until_gone(const std::string& socket, Duration longest)
{
    io::EventLoop loop;
    io::Timer pause{loop};
    const io::Endpoint at{.host = {}, .port = 0, .unix_path = socket};
    bool gone = false;
    std::unique_ptr<io::ConnectAttempt> attempt;
    const std::function<void()> look = [&] {
        attempt = io::connect(loop, at, {}, [&](const Result<std::unique_ptr<io::Stream>>& there) {
            gone = !there.ok();
            if (!gone)
                pause.after(milliseconds(50), look);
        });
    };
    look();
    return loop.run_until([&] { return gone; }, longest);
}

}  // namespace reops::app
