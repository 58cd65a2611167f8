// SPDX-License-Identifier: Apache-2.0
// Getting in: phases that hang, host keys, logins by key and by agent.
#include "remote/ssh/known_hosts.hh"
#include "tests/unit/remote/remote_fixture.hh"

namespace reops::test {

namespace {

using remote::HostKeyPolicy;

/// Accepts and says `words`, then nothing.
class MuteListener {
public:
    MuteListener(io::EventLoop& loop, std::string words)
        : listener_(io::listen(loop, {"127.0.0.1", 0, ""}, [this, words](auto stream) {
              stream->start([](std::string_view) {}, [](const Failure&) {});
              stream->write(words);
              streams_.push_back(std::move(stream));
          }))
    {
    }
    std::uint16_t port() const { return (*listener_)->port(); }

private:
    std::vector<std::unique_ptr<io::Stream>> streams_;
    Result<std::unique_ptr<io::Listener>> listener_;
};

remote::Target at(std::uint16_t port)
{
    remote::Target target;
    target.host = "127.0.0.1";
    target.port = port;
    return target;
}

TEST_F(RemoteTest, AClosedPortIsUnreachable)
{
    settings.config_file = "none";
    const auto ran = run(at(free_port(loop)), order({"true"}));
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::unreachable);
    EXPECT_NE(ran.failure().message.find("connection refused"), std::string::npos);
    EXPECT_EQ(remote::code_of(ran), -1);
}

TEST_F(RemoteTest, WhoAcceptsAndSaysNothingIsGivenUp)
{
    settings.config_file = "none";
    settings.phases.banner = milliseconds(150);
    MuteListener mute{loop, ""};
    const auto ran = run(at(mute.port()), order({"true"}));
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::unreachable);
    EXPECT_NE(ran.failure().message.find("no SSH banner within 150ms"), std::string::npos)
        << ran.failure().message;
}

TEST_F(RemoteTest, WhoFallsSilentAfterTheBannerIsGivenUp)
{
    settings.config_file = "none";
    settings.phases.key_exchange = milliseconds(150);
    MuteListener mute{loop, "SSH-2.0-mute\r\n"};
    const auto ran = run(at(mute.port()), order({"true"}));
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::unreachable);
    EXPECT_NE(ran.failure().message.find("no key exchange within 150ms"), std::string::npos)
        << ran.failure().message;
}

TEST_F(RemoteTest, NamesThatAreNoNamesAreRefused)
{
    settings.config_file = "none";
    for (const char* name : {"-oProxyCommand=x", "a b", "$(id)", "", "a;b", "a\nb"}) {
        remote::Target target;
        target.host = name;
        const auto ran = run(target, order({"true"}));
        ASSERT_FALSE(ran.ok()) << name;
        EXPECT_EQ(ran.failure().code, Code::invalid_argument) << name;
    }
}

TEST_F(RemoteTest, AnUnknownHostIsRefusedWithItsFingerprint)
{
    serve();
    write("known", "");
    const auto ran = run({"true"});
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::conflict);
    EXPECT_EQ(remote::code_of(ran), -2);
    EXPECT_NE(ran.failure().message.find("is not known"), std::string::npos);
    EXPECT_NE(ran.failure().message.find("SHA256:"), std::string::npos);
    EXPECT_EQ(ran.failure().details, "reops trust 127.0.0.1");
    EXPECT_EQ(host->log.find("Accepted publickey"), std::string::npos);
}

TEST_F(RemoteTest, AChangedKeyIsRefusedBeforeAnyLogin)
{
    serve();
    host->make_key("other");
    const std::string other = host->public_key("other");
    write("known", "[127.0.0.1]:" + std::to_string(host->port) + " " + other + "\n");
    for (const HostKeyPolicy policy : {HostKeyPolicy::strict, HostKeyPolicy::accept_new}) {
        settings.host_keys = policy;
        remote.reset();
        const auto ran = run({"true"});
        ASSERT_FALSE(ran.ok());
        EXPECT_EQ(ran.failure().code, Code::conflict);
        const std::string was =
            remote::fingerprint_of(std::string_view{other}.substr(other.find(' ') + 1));
        const std::string is = remote::fingerprint_of(
            std::string_view{host->host_key()}.substr(host->host_key().find(' ') + 1));
        EXPECT_NE(ran.failure().message.find(was), std::string::npos) << ran.failure().message;
        EXPECT_NE(ran.failure().message.find(is), std::string::npos);
        EXPECT_NE(ran.failure().message.find(settings.known_hosts + " line 1"), std::string::npos);
        EXPECT_NE(ran.failure().details.find("ssh-keygen -f"), std::string::npos);
        EXPECT_NE(ran.failure().details.find("reops trust 127.0.0.1"), std::string::npos);
    }
    EXPECT_EQ(host->log.find("publickey"), std::string::npos);
}

/// The server shows ed25519 first; the hashed line of this host has its ecdsa key. Most lines are
/// of the other type, so that the first guess is wrong.
TEST_F(RemoteTest, AHashedLineWithAnotherTypeOfKeyIsFound)
{
    TempDir keys;
    const std::string second = (keys / "ecdsa").string();
    ASSERT_TRUE(run_program(loop, {"ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", second}));
    serve("HostKey " + second);
    const auto text = io::read_file(second + ".pub", 10'000);
    ASSERT_TRUE(text.ok());
    host->make_key("other");
    write("known",
          "[127.0.0.1]:" + std::to_string(host->port) + " " + *text + "foo " +
              host->public_key("other") + "\nbar " + host->public_key("other") + "\n");
    ASSERT_TRUE(run_program(loop, {"ssh-keygen", "-H", "-f", settings.known_hosts}));
    const auto ran = run({"true"});
    EXPECT_EQ(remote::describe(ran), "");
    EXPECT_EQ(remote::code_of(ran), 0);
    // and a key of that type that is not the known one is a change all the same
    ASSERT_TRUE(run_program(
        loop, {"ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", host->path("fourth")}));
    write("known",
          "[127.0.0.1]:" + std::to_string(host->port) + " " + host->public_key("fourth") +
              "\nfoo " + host->public_key("other") + "\nbar " + host->public_key("other") + "\n");
    ASSERT_TRUE(run_program(loop, {"ssh-keygen", "-H", "-f", settings.known_hosts}));
    remote.reset();
    const auto refused = run({"true"});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, Code::conflict);
    EXPECT_NE(refused.failure().message.find("ecdsa"), std::string::npos)
        << refused.failure().message;
}

TEST_F(RemoteTest, TheFingerprintIsTheOneThatOpensshShows)
{
    serve();
    const auto shown = run_program(loop, {"ssh-keygen", "-l", "-f", host->path("host.pub")});
    ASSERT_TRUE(shown);
    const std::string key = host->host_key();
    EXPECT_NE(
        shown->find(remote::fingerprint_of(std::string_view{key}.substr(key.find(' ') + 1)) + " "),
        std::string::npos);
}

TEST_F(RemoteTest, ARevokedKeyIsRefused)
{
    serve();
    write("known", host->known_line() + "@revoked * " + host->host_key() + "\n");
    const auto ran = run({"true"});
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::conflict);
    EXPECT_NE(ran.failure().message.find("revoked"), std::string::npos);
}

TEST_F(RemoteTest, AcceptNewRemembers)
{
    serve();
    write("known", "");
    settings.host_keys = HostKeyPolicy::accept_new;
    ASSERT_TRUE(run({"true"}).ok());
    EXPECT_TRUE(loop.run_until(
        [&] {
            const auto text = io::read_file(settings.known_hosts, 10'000);
            return text.ok() && *text == host->known_line();
        },
        seconds(5)));
    EXPECT_TRUE(log.contains("is new"));
    settings.host_keys = HostKeyPolicy::strict;
    remote.reset();
    EXPECT_TRUE(run({"true"}).ok());
}

TEST_F(RemoteTest, WhoIsNotLetInHearsWhatWasTried)
{
    serve();
    host->make_key("stranger");
    settings.key = host->path("stranger");
    const auto ran = run({"true"});
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::denied);
    EXPECT_NE(ran.failure().message.find("it takes publickey"), std::string::npos)
        << ran.failure().message;
    EXPECT_NE(ran.failure().message.find(settings.key), std::string::npos);
    EXPECT_NE(ran.failure().details.find("ssh-copy-id"), std::string::npos);
}

TEST_F(RemoteTest, AKeyWithAPassphraseIsNamed)
{
    serve();
    ASSERT_TRUE(run_program(
        loop,
        {"ssh-keygen", "-q", "-t", "ed25519", "-N", "secret-word", "-f", host->path("locked")}));
    settings.key = host->path("locked");
    const auto ran = run({"true"});
    ASSERT_FALSE(ran.ok());
    EXPECT_NE(ran.failure().message.find("cannot be read without a passphrase"), std::string::npos);
}

TEST_F(RemoteTest, TheTargetOverridesTheSettings)
{
    serve();
    const std::string good = settings.key;
    settings.key = "/nowhere/key";
    settings.user = "nobody-here";
    settings.port = 1;
    remote::Target target = there();
    target.key = good;
    target.user = SshHost::user();
    EXPECT_TRUE(run(target, order({"true"})).ok());
}

TEST_F(RemoteTest, TheAgentLetsUsIn)
{
    serve();
    settings.agent_socket = host->path("agent");
    auto agent = io::spawn(loop, to_spawn({"ssh-agent", "-D", "-a", settings.agent_socket}));
    ASSERT_TRUE(agent.ok());
    (*agent)->start([](auto) {}, [](auto) {}, [](auto) {});
    ASSERT_TRUE(
        loop.run_until([&] { return std::filesystem::exists(settings.agent_socket); }, seconds(5)));
    auto added = io::spawn(
        loop,
        to_spawn({"ssh-add", "-q", host->path("id")}, {{"SSH_AUTH_SOCK", settings.agent_socket}}));
    ASSERT_TRUE(added.ok());
    std::optional<int> code;
    (*added)->start([](auto) {}, [](auto) {}, [&](io::ExitStatus s) { code = s.code; });
    ASSERT_TRUE(loop.run_until([&] { return code.has_value(); }, seconds(5)));
    ASSERT_EQ(code, 0);
    settings.key.clear();
    const auto ran = run({"echo", "in"});
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->out, "in\n");
}

TEST_F(RemoteTest, AnAgentThatHangsHoldsNobodyUp)
{
    serve();
    settings.agent_socket = host->path("hung-agent");
    settings.phases.login = milliseconds(400);
    std::vector<std::unique_ptr<io::Stream>> held;
    auto mute = io::listen(loop, {"", 0, settings.agent_socket}, [&](auto stream) {
        stream->start([](std::string_view) {}, [](const Failure&) {});
        held.push_back(std::move(stream));
    });
    ASSERT_TRUE(mute.ok());
    settings.key.clear();
    int ticks = 0;
    io::Timer tick{loop};
    std::function<void()> again = [&] {
        ++ticks;
        tick.after(milliseconds(10), again);
    };
    again();
    const auto ran = run({"true"});
    ASSERT_FALSE(ran.ok());
    EXPECT_EQ(ran.failure().code, Code::unreachable);
    EXPECT_GT(ticks, 10) << "the loop went on meanwhile";
}

TEST_F(RemoteTest, TheUsersOwnSshGoesThroughAJump)
{
    serve();
    write("known-of-jump", host->known_line());
    write("config",
          "Host jump\n HostName 127.0.0.1\n Port " + std::to_string(host->port) + "\n User " +
              SshHost::user() + "\n IdentityFile " + host->path("id") + "\n UserKnownHostsFile " +
              host->path("known-of-jump") + "\n" + "Host behind\n HostName 127.0.0.1\n Port " +
              std::to_string(host->port) + "\n ProxyJump jump\n");
    remote::Target target;
    target.host = "behind";
    const auto ran = run(target, order({"sh", "-c", "echo through; echo two >&2; exit 7"}));
    ASSERT_TRUE(ran.ok()) << ran.failure().message;
    EXPECT_EQ(ran->out, "through\n");
    EXPECT_EQ(ran->exit_code, 7);
    EXPECT_EQ(way().own().logins(), 0U);
    ASSERT_TRUE(run_program(loop,
                            {"ssh",
                             "-F",
                             host->path("config"),
                             "-o",
                             "ControlPath=" + host->path("%C"),
                             "-l",
                             settings.user,
                             "-O",
                             "exit",
                             "behind"}))
        << "a control master of ours was left";
    write("known", "");
    remote.reset();
    const auto refused = run(target, order({"true"}));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.failure().code, Code::conflict) << refused.failure().message;
}

}  // namespace

}  // namespace reops::test
