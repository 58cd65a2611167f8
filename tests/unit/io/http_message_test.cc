// SPDX-License-Identifier: Apache-2.0
#include "io/detail/http_message.hh"

#include "io/detail/http_target.hh"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace reops::io {
namespace {

using Step = HttpRequestReader::Step;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Step read_all(HttpRequestReader& reader, std::string_view bytes)
{
    reader.feed(bytes);
    return reader.next();
}

TEST(HttpRequestReader, ReadsARequestInOnePiece)
{
    HttpRequestReader reader{{}};
    ASSERT_EQ(read_all(reader,
                       "POST /v1/runs?flow=closet&n=2 HTTP/1.1\r\nHost: x\r\nX-Mark: yes\r\n"
                       "Content-Length: 4\r\n\r\nbody"),
              Step::done);
    EXPECT_TRUE(reader.keeps_alive());
    const HttpRequest request = reader.take();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/v1/runs");
    EXPECT_EQ(request.query, (Pairs{{"flow", "closet"}, {"n", "2"}}));
    EXPECT_EQ(request.body, "body");
    ASSERT_NE(request.find_header("x-mark"), nullptr);
    EXPECT_EQ(*request.find_header("x-mark"), "yes");
    EXPECT_EQ(*request.find_query("n"), "2");
    EXPECT_EQ(request.find_query("none"), nullptr);
    EXPECT_FALSE(reader.has_partial_request());
}

TEST(HttpRequestReader, ReadsByteByByteWhatItReadsAtOnce)
{
    const std::string text =
        "\r\nPUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n5;x=y\r\ndefgh\r\n0\r\n\r\n";
    HttpRequestReader reader{{}};
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        reader.feed(text.substr(i, 1));
        ASSERT_EQ(reader.next(), Step::wants_bytes) << "after byte " << i;
    }
    reader.feed(text.substr(text.size() - 1));
    ASSERT_EQ(reader.next(), Step::done);
    EXPECT_EQ(reader.take().body, "abcdefgh");
}

TEST(HttpRequestReader, ALastChunkMayComeInPieces)
{
    const std::string head = "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (const std::string body : {"0\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "0;x=y\r\nA: b\r\n\r\n"}) {
        HttpRequestReader reader{{}};
        ASSERT_EQ(read_all(reader, head + body.substr(0, 1)), Step::wants_bytes);
        for (std::size_t i = 1; i + 1 < body.size(); ++i)
            ASSERT_EQ(read_all(reader, body.substr(i, 1)), Step::wants_bytes) << body << " " << i;
        ASSERT_EQ(read_all(reader, "\n"), Step::done) << body;
        reader.take();
        EXPECT_FALSE(reader.has_partial_request());
    }
}

TEST(HttpResponseReader, ALastChunkMayComeInPieces)
{
    HttpResponseReader reader{false};
    ASSERT_TRUE(reader.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n").ok());
    EXPECT_FALSE(reader.is_done());
    ASSERT_TRUE(reader.feed("\r").ok());
    ASSERT_TRUE(reader.feed("\n").ok());
    EXPECT_TRUE(reader.is_done());
}

TEST(HttpRequestReader, ReadsRequestsThatWereSentAhead)
{
    HttpRequestReader reader{{}};
    reader.feed("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3");
    ASSERT_EQ(reader.next(), Step::done);
    EXPECT_EQ(reader.take().path, "/1");
    ASSERT_EQ(reader.next(), Step::done);
    EXPECT_EQ(reader.take().path, "/2");
    EXPECT_FALSE(reader.keeps_alive());
    EXPECT_EQ(reader.next(), Step::wants_bytes);
    EXPECT_TRUE(reader.has_partial_request());
}

TEST(HttpRequestReader, SaysOnceThatTheClientWaits)
{
    HttpRequestReader reader{{}};
    const std::string header =
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    EXPECT_EQ(read_all(reader, header), Step::wants_continue);
    EXPECT_EQ(reader.next(), Step::wants_bytes);
    EXPECT_EQ(read_all(reader, "a"), Step::wants_bytes);
    EXPECT_EQ(read_all(reader, "b"), Step::done);
}

TEST(HttpRequestReader, RefusesWhatIsTooBigBeforeItHasArrived)
{
    HttpLimits limits;
    limits.header_bytes = 200;
    limits.body_bytes = 10;
    {
        HttpRequestReader reader{limits};
        EXPECT_EQ(read_all(reader, "POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n"), Step::failed);
        EXPECT_EQ(reader.status(), 413);
        EXPECT_EQ(reader.reason(), "the body is larger than 10 bytes");
        EXPECT_EQ(reader.next(), Step::failed);
    }
    {
        HttpRequestReader reader{limits};
        EXPECT_EQ(read_all(reader,
                           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                           "6\r\nabcdef\r\n6\r\nabcdef\r\n"),
                  Step::failed);
        EXPECT_EQ(reader.status(), 413);
    }
    {
        HttpRequestReader reader{limits};
        EXPECT_EQ(read_all(reader, "GET / HTTP/1.1\r\nX: " + std::string(300, 'x')), Step::failed);
        EXPECT_EQ(reader.status(), 431);
    }
}

TEST(HttpRequestReader, RefusesWhatIsNotHttpOrMeansTwoThings)
{
    const std::vector<std::string> bad = {
        "hello\r\n\r\n",
        "GET / HTTP/2.5\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET /\x01 HTTP/1.1\r\n\r\n",
        "GET relative HTTP/1.1\r\n\r\n",
        "GET /%zz HTTP/1.1\r\n\r\n",
        "GET /a%00b HTTP/1.1\r\n\r\n",
        "GET /?a=%0 HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "GET / HTTP/1.1\r\nbad header\r\n\r\n",
        std::string("GET / HTTP/1.1\r\nX: a\0b\r\n\r\n", 26),
    };
    for (const std::string& text : bad) {
        HttpRequestReader reader{{}};
        EXPECT_EQ(read_all(reader, text), Step::failed) << text;
        EXPECT_EQ(reader.status(), 400) << text;
    }
}

TEST(HttpTarget, DecodesAndEncodesTheSame)
{
    HttpRequest request;
    ASSERT_TRUE(decode_target("http://host:80/a%20b/%C3%A4?x=1+2&y=%26&flag&=z#part", request));
    EXPECT_EQ(request.path, "/a b/\xC3\xA4");
    EXPECT_EQ(request.query, (Pairs{{"x", "1 2"}, {"y", "&"}, {"flag", ""}, {"", "z"}}));
    HttpRequest again;
    ASSERT_TRUE(decode_target(encode_target(request), again));
    EXPECT_EQ(again.path, request.path);
    EXPECT_EQ(again.query, request.query);
    EXPECT_FALSE(decode_target("", again));
    EXPECT_FALSE(decode_target("/%", again));
    EXPECT_TRUE(decode_target("http://host", again));
    EXPECT_EQ(again.path, "/");
}

TEST(HttpResponseReader, ReadsLengthChunksAndUntilTheEnd)
{
    HttpResponseReader with_length{false};
    EXPECT_TRUE(with_length.feed("HTTP/1.1 201 Created\r\nContent-Type: a/b\r\nX-Y: z\r\n").ok());
    EXPECT_TRUE(with_length.feed("Content-Length: 2\r\n\r\nok").ok());
    ASSERT_TRUE(with_length.is_done());
    const HttpResponse response = with_length.take();
    EXPECT_EQ(response.status, 201);
    EXPECT_EQ(response.content_type, "a/b");
    EXPECT_EQ(response.body, "ok");
    EXPECT_EQ(response.headers.at(1), (std::pair<std::string, std::string>{"X-Y", "z"}));

    HttpResponseReader chunked{false};
    EXPECT_TRUE(
        chunked.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n").ok());
    EXPECT_FALSE(chunked.is_done());
    EXPECT_TRUE(chunked.feed("0\r\n\r\n").ok());
    ASSERT_TRUE(chunked.is_done());
    EXPECT_EQ(chunked.take().body, "ab");

    HttpResponseReader until_end{false};
    EXPECT_TRUE(until_end.feed("HTTP/1.1 200 OK\r\n\r\nall of it").ok());
    EXPECT_FALSE(until_end.is_done());
    EXPECT_TRUE(until_end.end_of_file().ok());
    EXPECT_EQ(until_end.take().body, "all of it");

    HttpResponseReader head{true};
    EXPECT_TRUE(head.feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n").ok());
    EXPECT_TRUE(head.is_done());
}

TEST(HttpResponseReader, RefusesGarbageAndCutAnswers)
{
    HttpResponseReader garbage{false};
    EXPECT_EQ(garbage.feed("SSH-2.0-OpenSSH_9.2\r\n\r\n").failure().code, Code::corrupt);
    HttpResponseReader cut{false};
    EXPECT_TRUE(cut.feed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").ok());
    EXPECT_EQ(cut.end_of_file().failure().code, Code::corrupt);
    HttpResponseReader nothing{false};
    EXPECT_EQ(nothing.end_of_file().failure().code, Code::corrupt);
}

TEST(HttpWire, WritesAnswers)
{
    HttpResponse response;
    response.status = 404;
    response.body = "{}";
    response.headers = {{"X-Text", "two\r\nlines"}};
    EXPECT_EQ(to_wire(response, true, true),
              "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
              "X-Text: two  lines\r\nConnection: keep-alive\r\n\r\n{}");
    EXPECT_TRUE(to_wire(response, false, false).ends_with("Connection: close\r\n\r\n"));
    response = {};
    response.status = 204;
    EXPECT_EQ(to_wire(response, true, true),
              "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace reops::io
