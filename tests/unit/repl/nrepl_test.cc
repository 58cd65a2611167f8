// SPDX-License-Identifier: Apache-2.0
// The nREPL server as clients see it: messages over a unix socket, and what comes back.
#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "io/system_random.hh"
#include "repl/client.hh"
#include "repl/nrepl_server.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/temp_dir.hh"
#include "wire/bencode/bencode.hh"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

namespace reops::repl {
namespace {

using data::Value;

class NreplTest : public testing::Test {
protected:
    void SetUp() override
    {
        auto started = NreplServer::start(
            loop, random, log, interpreter, {.unix_path = path, .host = "", .version = "0.1.0"});
        ASSERT_TRUE(started.ok()) << started.failure().message;
        server = std::move(*started);
        attempt =
            io::connect(loop, {.host = "", .port = 0, .unix_path = path}, {}, [this](auto made) {
                stream = std::move(*made);
            });
        ASSERT_TRUE(until([this] { return stream != nullptr; }));
        stream->start([this](std::string_view bytes) { take(bytes); },
                      [this](const Failure&) { closed = true; });
    }
    bool until(const std::function<bool()>& done) { return loop.run_until(done, seconds(10)); }
    void take(std::string_view bytes)
    {
        buffer += bytes;
        while (true) {
            const auto message = wire::read_bencode(buffer);
            ASSERT_TRUE(message.ok());
            if (!*message)
                return;
            answers.push_back((*message)->value.as_map());
            buffer.erase(0, (*message)->size);
        }
    }
    static std::string text(const data::Map& map, std::string_view name)
    {
        const Value value = map.get(Value::string(name));
        return value.is_string() ? std::string{value.as_string()} : data::print(value);
    }
    static bool has_status(const data::Map& map, std::string_view word)
    {
        const Value status = map.get(Value::string("status"));
        return status.is_vector() &&
               std::any_of(status.as_vector().begin(),
                           status.as_vector().end(),
                           [&](const Value& each) { return each == Value::string(word); });
    }
    void send(std::initializer_list<std::pair<const char*, std::string>> fields)
    {
        data::Map map;
        for (const auto& [name, value] : fields)
            map = map.assoc(Value::string(name), Value::string(value));
        stream->write(wire::write_bencode(map));
    }
    /// Sends and waits for the last answer with that id; all that came since.
    std::vector<data::Map> ask(std::initializer_list<std::pair<const char*, std::string>> fields)
    {
        answers.clear();
        send(fields);
        EXPECT_TRUE(
            until([this] { return !answers.empty() && has_status(answers.back(), "done"); }));
        return answers;
    }
    std::string session()
    {
        return text(ask({{"op", "clone"}, {"id", "c"}}).back(), "new-session");
    }
    /// The values of an evaluation, joined.
    std::string values(const std::string& code, const std::string& in)
    {
        std::string out;
        for (const data::Map& answer :
             ask({{"op", "eval"}, {"code", code}, {"session", in}, {"id", "v"}}))
            if (answer.contains(Value::string("value")))
                out += text(answer, "value") + ' ';
        return out;
    }

    reops::test::TempDir folder;
    std::string path = (folder / "nrepl.sock").string();
    io::EventLoop loop;
    io::SystemRandom random;
    reops::test::RecordedLog log;
    lang::Interpreter interpreter;
    std::unique_ptr<NreplServer> server;
    std::unique_ptr<io::ConnectAttempt> attempt;
    std::unique_ptr<io::Stream> stream;
    std::string buffer;
    std::vector<data::Map> answers;
    bool closed = false;
};

TEST_F(NreplTest, EveryFormHasAValueAndTheEvaluationOneEnd)
{
    const std::string in = session();
    EXPECT_EQ(in.size(), 36U);
    EXPECT_EQ(values("1 (+ 1 1) \"x\"", in), "1 2 \"x\" ");
    EXPECT_EQ(values("(list *1 *2 *3)", in), "(\"x\" 2 1) ");
}

TEST_F(NreplTest, PrintedTextComesBeforeTheValue)
{
    const auto all =
        ask({{"op", "eval"}, {"code", "(do (println \"hi\") 7)"}, {"session", session()}});
    ASSERT_GE(all.size(), 3U);
    EXPECT_EQ(text(all[0], "out"), "hi\n");
    EXPECT_EQ(text(all[1], "value"), "7");
    EXPECT_EQ(text(all[1], "ns"), "user");
}

TEST_F(NreplTest, AnErrorIsToldAndKept)
{
    const std::string in = session();
    const auto all = ask({{"op", "eval"}, {"code", "(/ 1 0)"}, {"session", in}, {"id", "e"}});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_NE(text(all[0], "err").find("ivide by zero"), std::string::npos) << text(all[0], "err");
    EXPECT_TRUE(has_status(all[1], "eval-error"));
    EXPECT_EQ(text(all[1], "ex"), "class ArithmeticException");
    EXPECT_EQ(values("(nil? *e)", in), "false ");
}

TEST_F(NreplTest, ANamespaceStaysWithItsSession)
{
    const std::string first = session();
    const std::string second = session();
    values("(ns my.place) (def here 5)", first);
    EXPECT_EQ(values("here", first), "5 ");
    EXPECT_EQ(values("(ns-name *ns*)", second), "user ");
    EXPECT_EQ(values("my.place/here", second), "5 ");
    const auto all = ask({{"op", "eval"}, {"code", "1"}, {"session", first}, {"ns", "nope.ns"}});
    EXPECT_TRUE(has_status(all.back(), "namespace-not-found"));
}

TEST_F(NreplTest, AnEndlessLoopIsInterrupted)
{
    const std::string in = session();
    EXPECT_TRUE(has_status(ask({{"op", "interrupt"}, {"session", in}}).back(), "session-idle"));
    answers.clear();
    send({{"op", "eval"},
          {"code", "(do (println 1) (loop [] (recur)))"},
          {"session", in},
          {"id", "endless"}});
    ASSERT_TRUE(until([this] { return !answers.empty(); }));
    send({{"op", "interrupt"}, {"session", in}, {"interrupt-id", "other"}, {"id", "i1"}});
    ASSERT_TRUE(until([this] { return has_status(answers.back(), "interrupt-id-mismatch"); }));
    send({{"op", "interrupt"}, {"session", in}, {"interrupt-id", "endless"}, {"id", "i2"}});
    ASSERT_TRUE(until([this] {
        return std::any_of(answers.begin(), answers.end(), [](const data::Map& each) {
            return text(each, "id") == "endless" && has_status(each, "interrupted");
        });
    }));
    EXPECT_EQ(values("(+ 1 1)", in), "2 ") << "the session goes on";
}

TEST_F(NreplTest, ClosingASessionThatRunsEndsIt)
{
    const std::string in = session();
    send({{"op", "eval"}, {"code", "(loop [] (recur))"}, {"session", in}, {"id", "endless"}});
    EXPECT_TRUE(has_status(ask({{"op", "close"}, {"session", in}}).back(), "session-closed"));
    EXPECT_TRUE(has_status(ask({{"op", "eval"}, {"code", "1"}, {"session", in}}).back(),
                           "unknown-session"));
}

TEST_F(NreplTest, AFileIsLoaded)
{
    const std::string in = session();
    const auto all = ask({{"op", "load-file"},
                          {"file", "(ns a.b)\n(def c 3)\n(defn f [x] (* c x))"},
                          {"file-path", "a/b.clj"},
                          {"session", in}});
    EXPECT_TRUE(has_status(all.back(), "done"));
    EXPECT_EQ(values("(a.b/f 4)", in), "12 ");
}

TEST_F(NreplTest, NamesAreCompletedAndLookedUp)
{
    const std::string in = session();
    values("(defn triple \"Three times.\" [x] (* 3 x))", in);
    const auto found = ask({{"op", "completions"}, {"prefix", "trip"}, {"session", in}}).back();
    const std::string candidates = data::print(found.get(Value::string("completions")));
    EXPECT_NE(candidates.find("triple"), std::string::npos) << candidates;
    const auto told = ask({{"op", "lookup"}, {"sym", "triple"}, {"session", in}}).back();
    const Value info = told.get(Value::string("info"));
    ASSERT_TRUE(info.is_map());
    EXPECT_EQ(text(info.as_map(), "doc"), "Three times.");
    EXPECT_EQ(text(info.as_map(), "arglists-str"), "([x])");
    EXPECT_EQ(text(info.as_map(), "line"), "1");
    EXPECT_TRUE(
        has_status(ask({{"op", "lookup"}, {"sym", "no"}, {"session", in}}).back(), "no-info"));
}

TEST_F(NreplTest, SaysWhatItCanDo)
{
    const auto told = ask({{"op", "describe"}}).back();
    const std::string ops = data::print(told.get(Value::string("ops")));
    for (const char* op : {"clone",
                           "describe",
                           "eval",
                           "load-file",
                           "interrupt",
                           "completions",
                           "lookup",
                           "close",
                           "ls-sessions",
                           "stdin"})
        EXPECT_NE(ops.find('"' + std::string{op} + '"'), std::string::npos) << op;
    EXPECT_TRUE(has_status(ask({{"op", "nope"}}).back(), "unknown-op"));
}

TEST_F(NreplTest, SessionsAreFewAndEndWithTheirConnection)
{
    std::string last;
    for (int i = 0; i < 20; ++i)
        last = session();
    EXPECT_EQ(last, "nil") << "there is no seventeenth";
    stream.reset();
    ASSERT_TRUE(until([this] { return server->session_ids().empty(); }));
}

TEST_F(NreplTest, WhatIsNoBencodeIsClosedWithoutAnAnswer)
{
    stream->write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ASSERT_TRUE(until([this] { return closed; }));
    EXPECT_TRUE(answers.empty());
}

TEST(WholeForms, AreToldFromBeginnings)
{
    for (const char* whole : {"", "1", "(+ 1\n 2)", "; a comment", "\"a\" :b", ")"})
        EXPECT_TRUE(is_whole(whole)) << whole;
    for (const char* part : {"(", "[1 2", "\"a", "(str \"(\"", "{:a", "'", "#("})
        EXPECT_FALSE(is_whole(part)) << part;
}

class PromptTest : public NreplTest {
protected:
    std::string shown(const std::string& code)
    {
        std::ostringstream out;
        std::ostringstream err;
        Client client{loop, {.unix_path = path, .history = "", .out = &out, .err = &err}};
        EXPECT_TRUE(client.connect().ok());
        client.eval(code, true);
        return out.str() + err.str();
    }
};

TEST_F(PromptTest, ShowsWhatIsPrintedAndValues)
{
    EXPECT_EQ(shown("(println \"a\") [1 \"b\"]"), "a\nnil\n[1 \"b\"]\n");
}

TEST_F(PromptTest, SaysWhereNoServerIs)
{
    Client client{loop, {.unix_path = path + "x", .history = ""}};
    EXPECT_FALSE(client.connect().ok());
}

}  // namespace
}  // namespace reops::repl
