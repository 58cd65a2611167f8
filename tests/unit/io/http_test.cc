// SPDX-License-Identifier: Apache-2.0
#include "io/http.hh"

#include "tests/support/temp_dir.hh"
#include "tests/unit/io/stream_pair.hh"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

namespace reops::io {
namespace {

constexpr Duration patience = seconds(10);

/// A server on a port of its own and a plain connection to it.
class Http : public testing::Test {
protected:
    void serve(HttpHandler handler, const HttpLimits& limits = {})
    {
        auto served = serve_http(loop, {"127.0.0.1", 0, ""}, std::move(handler), limits);
        ASSERT_TRUE(served.ok());
        server = std::move(served).value();
        at = {"127.0.0.1", server->port(), ""};
    }
    void dial(End& end)
    {
        const auto attempt = connect(loop, at, {}, [&](Result<std::unique_ptr<Stream>> result) {
            end.stream = std::move(result).value();
            end.start();
        });
        ASSERT_TRUE(loop.run_until([&] { return end.stream != nullptr; }, patience));
    }
    bool receives(End& end, std::string_view last)
    {
        return loop.run_until([&] { return end.received.ends_with(last); }, patience);
    }
    bool ends(End& end)
    {
        return loop.run_until([&] { return end.closed.has_value(); }, patience);
    }
    Result<HttpResponse> get(const std::string& path)
    {
        HttpRequest request;
        request.method = "GET";
        request.path = path;
        return fetch_http(loop, at, request, patience);
    }

    EventLoop loop;
    std::unique_ptr<HttpServer> server;
    Endpoint at;
};

HttpResponse answer_text(const std::string& body)
{
    HttpResponse response;
    response.content_type = "text/plain";
    response.body = body;
    return response;
}

void echo(const HttpRequest& request, const HttpReply& reply)
{
    reply(answer_text(request.method + " " + request.path + " " + request.body));
}

TEST_F(Http, AnswersOverTcpAndUnixSockets)
{
    const test::TempDir folder;
    HttpRequest seen;
    const HttpHandler handler = [&](const HttpRequest& request, const HttpReply& reply) {
        seen = request;
        reply(answer_text("hi"));
    };
    HttpRequest request;
    request.method = "POST";
    request.path = "/v1/a b";
    request.query = {{"q", "x&y"}};
    request.headers = {{"X-Token", "t"}};
    request.body = std::string(100'000, 'b');

    serve(handler);
    auto result = fetch_http(loop, at, request, patience);
    ASSERT_TRUE(result.ok()) << result.failure().message;
    EXPECT_EQ(result->status, 200);
    EXPECT_EQ(result->content_type, "text/plain");
    EXPECT_EQ(result->body, "hi");
    EXPECT_EQ(seen.path, "/v1/a b");
    EXPECT_EQ(*seen.find_query("q"), "x&y");
    EXPECT_EQ(*seen.find_header("x-token"), "t");
    EXPECT_EQ(*seen.find_header("host"), "127.0.0.1:" + std::to_string(at.port));
    EXPECT_EQ(seen.body, request.body);
    EXPECT_FALSE(seen.peer.has_value());

    Endpoint local;
    local.unix_path = (folder / "control").string();
    auto on_socket = serve_http(loop, local, handler);
    ASSERT_TRUE(on_socket.ok());
    result = fetch_http(loop, local, request, patience);
    ASSERT_TRUE(result.ok()) << result.failure().message;
    ASSERT_TRUE(seen.peer.has_value());
    EXPECT_EQ(seen.peer->uid, ::geteuid());
}

TEST_F(Http, KeepsConnectionsAndAnswersInOrder)
{
    serve(echo);
    End end;
    dial(end);
    std::string requests;
    for (int i = 0; i < 1000; ++i)
        requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\n\r\n";
    end.stream->write(requests);
    ASSERT_TRUE(receives(end, "GET /999 "));
    std::size_t at_answer = 0;
    for (int i = 0; i < 1000; ++i) {
        at_answer = end.received.find("GET /" + std::to_string(i) + " ", at_answer);
        ASSERT_NE(at_answer, std::string::npos);
    }
    end.stream->write("GET /last HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(ends(end));
    EXPECT_TRUE(end.received.ends_with("Connection: close\r\n\r\nGET /last "));
}

TEST_F(Http, LaterAnswersHoldBackTheNextRequest)
{
    std::vector<std::pair<std::string, HttpReply>> waiting;
    serve([&](const HttpRequest& request, HttpReply reply) {
        waiting.emplace_back(request.path, std::move(reply));
    });
    End end;
    dial(end);
    end.stream->write("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(loop.run_until([&] { return !waiting.empty(); }, patience));
    EXPECT_EQ(waiting.size(), 1U);
    waiting[0].second(answer_text("first"));
    waiting[0].second(answer_text("ignored"));
    ASSERT_TRUE(loop.run_until([&] { return waiting.size() == 2; }, patience));
    waiting[1].second(answer_text("second"));
    EXPECT_TRUE(receives(end, "second"));
    EXPECT_EQ(end.received.find("ignored"), std::string::npos);
}

TEST_F(Http, ADroppedReplyIsAnInternalError)
{
    serve([](const HttpRequest&, const HttpReply&) {});
    const auto result = get("/");
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->status, 500);
}

TEST_F(Http, AReplyAfterTheClientHasGoneDoesNothing)
{
    HttpReply late;
    serve([&](const HttpRequest&, HttpReply reply) { late = std::move(reply); });
    End end;
    dial(end);
    end.stream->write("GET / HTTP/1.1\r\n\r\n");
    ASSERT_TRUE(loop.run_until([&] { return late != nullptr; }, patience));
    end.stream.reset();
    const auto result = [&] {
        End other;
        dial(other);  // a turn or two
        return true;
    }();
    EXPECT_TRUE(result);
    late(answer_text("nobody"));
    late = nullptr;
}

TEST_F(Http, TheServerMayEndInsideItsHandler)
{
    serve([&](const HttpRequest&, const HttpReply& reply) {
        reply(answer_text("good night"));
        server.reset();
        reply(answer_text("again"));
    });
    const auto result = get("/shutdown");
    ASSERT_TRUE(result.ok()) << result.failure().message;
    EXPECT_EQ(result->body, "good night");
    EXPECT_EQ(get("/").failure().code, Code::unreachable);
}

TEST_F(Http, HeadHasLengthButNoBody)
{
    serve(echo);
    End end;
    dial(end);
    end.stream->write("HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n");
    ASSERT_TRUE(ends(end));
    EXPECT_NE(end.received.find("Content-Length: 8\r\n"), std::string::npos);
    EXPECT_TRUE(end.received.ends_with("\r\n\r\n"));
}

TEST_F(Http, AsksTheWaitingClientToGoOn)
{
    serve(echo);
    End end;
    dial(end);
    end.stream->write("POST /p HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    ASSERT_TRUE(receives(end, "HTTP/1.1 100 Continue\r\n\r\n"));
    end.stream->write("data");
    EXPECT_TRUE(receives(end, "POST /p data"));
}

TEST_F(Http, RefusalsReachAClientThatIsStillSending)
{
    serve(echo);
    End end;
    dial(end);
    end.stream->write("POST / HTTP/1.1\r\nContent-Length: 3000000\r\n\r\n");
    end.stream->write(std::string(3'000'000, 'x'));
    ASSERT_TRUE(ends(end));
    EXPECT_TRUE(end.received.starts_with("HTTP/1.1 413 "));
    EXPECT_TRUE(end.received.ends_with("{\"error\": \"the body is larger than 1048576 bytes\"}\n"));
}

TEST_F(Http, SlowAndIdleClientsAreEnded)
{
    HttpLimits limits;
    limits.idle = milliseconds(10);
    serve(echo, limits);
    End slow;
    End idle;
    dial(slow);
    dial(idle);
    slow.stream->write("GET / HT");
    ASSERT_TRUE(ends(slow));
    ASSERT_TRUE(ends(idle));
    EXPECT_TRUE(slow.received.starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(idle.received, "");
}

TEST_F(Http, ConnectionsAreCountedAndTheNextOneIsRefused)
{
    HttpLimits limits;
    limits.connections = 2;
    serve(echo, limits);
    End first;
    End second;
    End third;
    dial(first);
    dial(second);
    dial(third);
    ASSERT_TRUE(ends(third));
    EXPECT_TRUE(third.received.starts_with("HTTP/1.1 503 "));
    first.stream.reset();
    EXPECT_TRUE(loop.run_until(
        [&, asked = false]() mutable {
            if (!std::exchange(asked, true))
                second.stream->write("GET /still HTTP/1.1\r\n\r\n");
            return second.received.ends_with("GET /still ");
        },
        patience));
    EXPECT_EQ(get("/room-again")->status, 200);
}

TEST_F(Http, AClientThatTakesNothingIsNotServedForEver)
{
    const std::string big(100'000, 'b');
    int served = 0;
    serve([&](const HttpRequest&, const HttpReply& reply) {
        ++served;
        reply(answer_text(big));
    });
    End end;
    dial(end);
    end.stream->pause_reading(true);
    for (int i = 0; i < 200; ++i)
        end.stream->write("GET / HTTP/1.1\r\n\r\n");
    Timer later{loop};
    bool over = false;
    later.after(milliseconds(50), [&] { over = true; });
    EXPECT_TRUE(loop.run_until([&] { return over; }, patience));
    EXPECT_LT(served, 200);
    end.stream->pause_reading(false);
    EXPECT_TRUE(loop.run_until([&] { return served == 200; }, patience));
}

TEST_F(Http, FetchTellsWhyThereIsNoAnswer)
{
    HttpReply never;
    serve([&](const HttpRequest&, HttpReply reply) { never = std::move(reply); });
    HttpRequest request;
    request.method = "GET";
    const auto late = fetch_http(loop, at, request, milliseconds(10));
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.failure().code, Code::timeout);

    std::unique_ptr<Stream> caller;
    auto rude = listen(loop, {"127.0.0.1", 0, ""}, [&](std::unique_ptr<Stream> stream) {
        caller = std::move(stream);
        caller->write("SSH-2.0-OpenSSH\r\n");
        caller->close();
    });
    const auto garbage = fetch_http(loop, {"127.0.0.1", (*rude)->port(), ""}, request, patience);
    ASSERT_FALSE(garbage.ok());
    EXPECT_EQ(garbage.failure().code, Code::corrupt);
}

}  // namespace
}  // namespace reops::io
