// SPDX-License-Identifier: Apache-2.0
#include "io/stream.hh"

#include "tests/unit/io/files_of_test.hh"
#include "tests/unit/io/stream_pair.hh"

#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace reops::io {
namespace {

/// More than the buffers of two sockets hold.
std::string ten_megabytes()
{
    std::string bytes;
    bytes.resize(10'000'000, 'x');
    return bytes;
}

/// Every case holds for both kinds of socket.
class StreamCase : public testing::TestWithParam<bool> {
protected:
    StreamPair pair{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Over, StreamCase, testing::Bool(), [](const auto& kind) {
    return kind.param ? "Unix" : "Tcp";
});

TEST_P(StreamCase, CarriesBytesBothWays)
{
    pair.client.start();
    pair.server.start();
    EXPECT_TRUE(pair.client.stream->write("hello"));
    EXPECT_TRUE(pair.client.stream->write(" there"));
    EXPECT_TRUE(pair.server.stream->write("welcome"));
    EXPECT_TRUE(pair.run_until([&] {
        return pair.server.received == "hello there" && pair.client.received == "welcome";
    }));
}

TEST_P(StreamCase, WritesOfOneTurnLeaveTogether)
{
    std::vector<std::string> pieces;
    pair.server.stream->start([&](std::string_view bytes) { pieces.emplace_back(bytes); },
                              [](const Failure&) {});
    pair.loop.post([&] {
        for (int i = 0; i < 100; ++i)
            pair.client.stream->write("x");
        EXPECT_EQ(pair.client.stream->unsent(), 100U);
    });
    EXPECT_TRUE(pair.run_until([&] { return !pieces.empty(); }));
    EXPECT_EQ(pieces.front().size(), 100U);
}

TEST_P(StreamCase, FlushSendsAtOnce)
{
    EXPECT_TRUE(pair.client.stream->write("now"));
    pair.client.stream->flush();
    EXPECT_EQ(pair.client.stream->unsent(), 0U);
}

TEST_P(StreamCase, BigTransfersArriveWholeAndInOrder)
{
    std::string big;
    for (int i = 0; big.size() < 5'000'000; ++i)
        big += std::to_string(i) + ",";
    int drained = 0;
    pair.server.start();
    pair.client.stream->on_drained([&] { ++drained; });
    EXPECT_TRUE(pair.client.stream->write(big));
    EXPECT_TRUE(pair.run_until([&] { return pair.server.received.size() == big.size(); }));
    EXPECT_TRUE(pair.run_until([&] { return drained > 0; }));
    EXPECT_EQ(pair.server.received, big);
    EXPECT_EQ(drained, 1);
    EXPECT_EQ(pair.client.stream->unsent(), 0U);
}

TEST_P(StreamCase, RefusesWhatWouldWaitTooLong)
{
    const std::string half(default_max_unsent / 2, 'x');
    EXPECT_TRUE(pair.client.stream->write(half));
    EXPECT_TRUE(pair.client.stream->write(half));
    EXPECT_FALSE(pair.client.stream->write("x"));
    EXPECT_EQ(pair.client.stream->unsent(), default_max_unsent);
}

TEST_P(StreamCase, PausedNothingIsReadAndNothingIsLost)
{
    pair.server.start();
    pair.server.stream->pause_reading(true);
    const std::string big = ten_megabytes();
    pair.client.stream->write(big);
    // The socket's buffers fill up and then the client waits.
    bool turned = false;
    Timer later{pair.loop};
    later.after(milliseconds(5), [&] { turned = true; });
    EXPECT_TRUE(pair.run_until([&] { return turned; }));
    EXPECT_EQ(pair.server.received.size(), 0U);
    EXPECT_GT(pair.client.stream->unsent(), 0U);
    pair.server.stream->pause_reading(false);
    EXPECT_TRUE(pair.run_until([&] { return pair.server.received.size() == big.size(); }));
}

TEST_P(StreamCase, PauseInsideACallbackHoldsTheNextPieceBack)
{
    int calls = 0;
    pair.server.stream->start(
        [&](std::string_view) {
            ++calls;
            pair.server.stream->pause_reading(true);
        },
        [](const Failure&) {});
    pair.client.stream->write(std::string(1'000'000, 'x'));
    bool turned = false;
    Timer later{pair.loop};
    later.after(milliseconds(5), [&] { turned = true; });
    EXPECT_TRUE(pair.run_until([&] { return turned; }));
    EXPECT_EQ(calls, 1);
}

TEST_P(StreamCase, CloseSendsWhatIsQueuedAndThePeerIsTold)
{
    pair.server.start();
    pair.client.start();
    const std::string big(3'000'000, 'y');
    pair.client.stream->write(big);
    pair.client.stream->close();
    pair.client.stream.reset();
    EXPECT_TRUE(pair.run_until([&] { return pair.server.closed.has_value(); }));
    EXPECT_EQ(pair.server.received.size(), big.size());
    EXPECT_EQ(pair.server.closed->code, Code::cancelled);
    EXPECT_EQ(pair.server.closed->message, "closed by the peer");
    EXPECT_FALSE(pair.client.closed.has_value());
    EXPECT_FALSE(pair.server.stream->write("too late"));
}

TEST_P(StreamCase, LastBytesSurviveUnreadInput)
{
    // The peer sends more than is read: closing at once would reset the connection and take the
    // answer with it.
    pair.client.start();
    pair.client.stream->write(std::string(500'000, 'q'));
    pair.server.stream->start(
        [&](std::string_view) {
            pair.server.stream->write("too big");
            pair.server.stream->close();
            pair.server.stream.reset();
        },
        [](const Failure&) {});
    EXPECT_TRUE(pair.run_until([&] { return pair.client.closed.has_value(); }));
    EXPECT_EQ(pair.client.received, "too big");
    EXPECT_EQ(pair.client.closed->code, Code::cancelled);
}

TEST_P(StreamCase, DestroyedWithoutCloseNothingIsCalled)
{
    pair.client.start();
    pair.server.start();
    pair.client.stream->write("never sent");
    pair.client.stream.reset();
    EXPECT_TRUE(pair.run_until([&] { return pair.server.closed.has_value(); }));
    EXPECT_EQ(pair.server.received, "");
    EXPECT_FALSE(pair.client.closed.has_value());
}

TEST_P(StreamCase, CallbacksMayDestroyTheStream)
{
    pair.server.stream->start([&](std::string_view) { pair.server.stream.reset(); },
                              [](const Failure&) { ADD_FAILURE(); });
    pair.client.stream->start([](std::string_view) {},
                              [&](const Failure&) { pair.client.stream.reset(); });
    pair.client.stream->write(std::string(300'000, 'x'));
    EXPECT_TRUE(pair.run_until([&] { return !pair.client.stream; }));
    EXPECT_FALSE(pair.server.stream);
}

TEST_P(StreamCase, DrainedMayDestroyTheStream)
{
    pair.server.start();
    pair.client.stream->on_drained([&] { pair.client.stream.reset(); });
    pair.client.stream->write("bye");
    EXPECT_TRUE(pair.run_until([&] { return pair.server.closed.has_value(); }));
    EXPECT_EQ(pair.server.received, "bye");
}

TEST_P(StreamCase, WhatThePeerSaidBeforeItWentIsDelivered)
{
    pair.client.stream->write("goodbye");
    pair.client.stream->close();
    pair.server.stream->write("are you there");
    bool turned = false;
    Timer later{pair.loop};
    later.after(milliseconds(2), [&] { turned = true; });
    EXPECT_TRUE(pair.run_until([&] { return turned; }));
    pair.server.start();
    EXPECT_TRUE(pair.run_until([&] { return pair.server.closed.has_value(); }));
    EXPECT_EQ(pair.server.received, "goodbye");
}

TEST_P(StreamCase, AWriterLearnsThatThePeerHasGoneEvenWhenPaused)
{
    pair.server.start();
    pair.server.stream->pause_reading(true);
    pair.client.stream.reset();
    Timer again{pair.loop};
    std::function<void()> push = [&] {
        pair.server.stream->write(std::string(100'000, 'x'));
        again.after(milliseconds(1), push);
    };
    push();
    EXPECT_TRUE(pair.run_until([&] { return pair.server.closed.has_value(); }));
    EXPECT_EQ(pair.server.closed->code, Code::unreachable);
}

TEST_P(StreamCase, LoopMayEndWhileLastBytesAreOnTheirWay)
{
    pair.client.stream->write(ten_megabytes());
    pair.client.stream->close();  // nobody reads; the sanitizers watch
}

TEST(Adopt, PipesAreStreamsToo)
{
    int to_us[2];
    int from_us[2];
    ASSERT_EQ(::pipe(to_us), 0);
    ASSERT_EQ(::pipe(from_us), 0);
    EventLoop loop;
    End ours{adopt(loop, to_us[0], from_us[1], "standard streams"), {}, {}};
    End theirs{adopt(loop, from_us[0], to_us[1], "the other side"), {}, {}};
    ours.start();
    theirs.start();
    const std::string big(1'000'000, 'z');
    ours.stream->write(big);
    theirs.stream->write("line\n");
    EXPECT_TRUE(loop.run_until(
        [&] { return theirs.received.size() == big.size() && ours.received == "line\n"; },
        seconds(10)));
    theirs.stream->close();
    EXPECT_TRUE(loop.run_until([&] { return ours.closed.has_value(); }, seconds(10)));
    EXPECT_EQ(ours.closed->code, Code::cancelled);
    EXPECT_EQ(ours.stream->peer_name(), "standard streams");
}

TEST(Adopt, ARegularFileCanBeRead)
{
    const test::TempDir folder;
    const std::string path = put(folder / "lines", "one\ntwo\n");
    EventLoop loop;
    int out[2];
    ASSERT_EQ(::pipe(out), 0);
    const int in = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(in, 0);
    End end{adopt(loop, in, out[1], "file"), {}, {}};
    end.start();
    EXPECT_TRUE(loop.run_until([&] { return end.closed.has_value(); }, seconds(10)));
    EXPECT_EQ(end.received, "one\ntwo\n");
    ::close(out[0]);
}

}  // namespace
}  // namespace reops::io
