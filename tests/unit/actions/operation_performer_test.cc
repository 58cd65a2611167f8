// SPDX-License-Identifier: Apache-2.0
// Verbs carried to a real sshd: what each end becomes as an outcome.
#include "actions/operation_performer.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/vector.hh"
#include "tests/unit/remote/remote_fixture.hh"

#include <fmt/format.h>

namespace reops::actions {
namespace {

using data::Value;
using engine::Outcome;

Value key(std::string_view name)
{
    return Value::keyword(name);
}

class OperationPerformerTest : public test::RemoteTest {
protected:
    void SetUp() override
    {
        RemoteTest::SetUp();
        if (!IsSkipped())
            serve();
    }
    /// A verb's effect on the sshd; `command` is a line for its shell.
    engine::Effect effect(std::string_view verb, const std::string& command)
    {
        engine::Effect out;
        out.id = engine::EffectId{1};
        out.kind = "exec";
        out.host = "box";
        out.limit = seconds(40);
        out.args = data::make_map(
            {{key("verb"), Value::string(verb)},
             {key("args"), data::make_map({{key("command"), Value::string(command)}})},
             {key("address"), Value::string("127.0.0.1")},
             {key("options"), data::make_map({{key("ssh-port"), Value::integer(1)}})},
             {key("auth"), data::make_map({{key("ssh-port"), Value::integer(host->port)}})},
             {key("within"), Value::string("20s")}});
        return out;
    }
    static void set(engine::Effect& effect, std::string_view name, Value value)
    {
        effect.args = Value{effect.args.as_map().assoc(key(name), std::move(value))};
    }
    Outcome perform(const engine::Effect& effect)
    {
        OperationPerformer performer{way()};
        std::optional<Outcome> got;
        performer.perform(effect, [&](Outcome outcome) { got = std::move(outcome); });
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(40)));
        return got.value_or(Outcome{});
    }
    /// "done 0: MESSAGE EVIDENCE"
    std::string tell(const engine::Effect& effect)
    {
        const Outcome outcome = perform(effect);
        return fmt::format("{} {}: {} {}",
                           to_string(outcome.status),
                           outcome.code(),
                           outcome.message,
                           data::print(outcome.evidence));
    }
};

struct ExecCase {
    const char* name;
    const char* command;
    const char* told;
};

constexpr ExecCase cases[] = {
    {"itsOutputIsTheResult", "echo one; echo two", R"(done 0:  {:result "one\ntwo\n"})"},
    {"anExitStatusIsAFailure",
     "echo no room >&2; exit 3",
     R"(failed 3: no room {:err "no room\n"})"},
    {"nothingSaidIsToldByTheStatus", "exit 7", "failed 7: exit status 7 {}"},
    {"aSignal", "kill -9 $$", R"(failed 137: Killed {:err "Killed\n"})"},
    {"escapesOfTerminalsAreHarmless", "printf '\\033[2J'", R"(done 0:  {:result "\\x1b[2J"})"},
    {"quotesAreNoSyntax", "echo 'a  b' \"$(echo c)\"", R"(done 0:  {:result "a  b c\n"})"},
};

TEST_F(OperationPerformerTest, AnEndBecomesAnOutcome)
{
    for (const ExecCase& one : cases)
        EXPECT_EQ(tell(effect("exec", one.command)), one.told) << one.name;
}

TEST_F(OperationPerformerTest, MoreOutputThanTheJournalHoldsIsCutAndSaysSo)
{
    const Outcome outcome = perform(effect("exec", "head -c 1000000 /dev/zero | tr '\\0' x"));
    EXPECT_EQ(outcome.status, engine::Status::done);
    const data::Map& seen = outcome.evidence.as_map();
    EXPECT_EQ(seen.get("result").as_string().size(), most_result_bytes);
    EXPECT_TRUE(seen.get("cut").truthy());
}

TEST_F(OperationPerformerTest, ACommandThatDoesNotEndIsATimeout)
{
    engine::Effect endless = effect("exec", "sleep 60");
    set(endless, "within", Value::string("300ms"));
    EXPECT_EQ(perform(endless).code(), -3);
}

TEST_F(OperationPerformerTest, NobodyThereIsUnreachableAndNothingChanged)
{
    engine::Effect nowhere = effect("exec", "true");
    set(nowhere,
        "auth",
        data::make_map({{key("ssh-port"), Value::integer(test::free_port(loop))}}));
    const Outcome outcome = perform(nowhere);
    EXPECT_EQ(outcome.code(), -1);
    EXPECT_FALSE(outcome.changed);
}

TEST_F(OperationPerformerTest, AnotherKeyThanTheKnownOneIsRefused)
{
    host->make_key("other");
    write("known", fmt::format("[127.0.0.1]:{} {}\n", host->port, host->public_key("other")));
    EXPECT_EQ(perform(effect("exec", "touch " + host->path("touched"))).code(), -2);
    EXPECT_FALSE(std::filesystem::exists(host->path("touched")));
}

TEST_F(OperationPerformerTest, AVerbThatThisProgramDoesNotKnowIsRefused)
{
    EXPECT_EQ(tell(effect("dance", "x")), "refused -2: this reops knows no verb `dance` nil");
}

TEST_F(OperationPerformerTest, ArgumentsThatDoNotFitAreRefused)
{
    EXPECT_EQ(perform(effect("exec", "")).code(), -2);
}

TEST_F(OperationPerformerTest, AReplyAfterItsEndIsNobodys)
{
    bool told = false;
    {
        OperationPerformer performer{way()};
        performer.perform(effect("exec", "true"), [&](const Outcome&) { told = true; });
    }
    bool later = false;
    way().run(there(), order({"true"}), [&](const auto&) { later = true; });
    ASSERT_TRUE(loop.run_until([&] { return later; }, seconds(20)));
    EXPECT_FALSE(told);
}

}  // namespace
}  // namespace reops::actions
