// SPDX-License-Identifier: Apache-2.0
// Thirty ways to write ~/.ssh/config, judged by `ssh -G` itself: where it leads, and who goes
// there.
#include "remote/host_classes.hh"
#include "remote/routes.hh"
#include "tests/support/ssh_host.hh"

#include <optional>
#include <set>

#include <gtest/gtest.h>

namespace reops::test {

namespace {

struct ConfigCase {
    const char* name;
    const char* text;
    const char* host_name = "box";
    int port = 22;
    const char* user = "";    ///< empty: our own name
    const char* beyond = "";  ///< the key that our client does not do; empty: it goes itself
};

const ConfigCase config_cases[] = {
    {"empty", ""},
    {"hostName", "Host box\n HostName 10.0.0.9\n", "10.0.0.9"},
    {"port", "Host box\n Port 2222\n", "box", 2222},
    {"user", "Host box\n User ops\n", "box", 22, "ops"},
    {"otherHost", "Host other\n HostName 10.0.0.9\n ProxyJump x\n"},
    {"wildcard", "Host b*\n HostName %h.home\n", "box.home"},
    {"negated", "Host * !box\n ProxyJump x\n"},
    {"firstWins", "Host box\n Port 1\nHost *\n Port 2\n", "box", 1},
    {"identityFile", "Host box\n IdentityFile ~/.ssh/special\n"},
    {"identitiesOnly", "Host box\n IdentityFile ~/k\n IdentitiesOnly yes\n"},
    {"strict", "Host box\n StrictHostKeyChecking no\n"},
    {"knownHosts", "Host box\n UserKnownHostsFile /dev/null\n"},
    {"hostKeyAlias", "Host box\n HostKeyAlias alias\n"},
    {"compression", "Host box\n Compression yes\n"},
    {"aliveInterval", "Host box\n ServerAliveInterval 30\n"},
    {"sendEnv", "Host *\n SendEnv LANG LC_*\n HashKnownHosts yes\n GSSAPIAuthentication yes\n"},
    {"control", "Host box\n ControlMaster auto\n ControlPath /tmp/%C\n ControlPersist 10\n"},
    {"connectTimeout", "Host box\n ConnectTimeout 5\n ConnectionAttempts 3\n"},
    {"matchHost", "Match host box\n User matched\n", "box", 22, "matched"},
    {"matchExec", "Match exec \"test %h = box\"\n Port 77\n", "box", 77},
    {"proxyJump", "Host box\n ProxyJump bastion\n", "box", 22, "", "proxyjump"},
    {"proxyCommand", "Host box\n ProxyCommand nc %h %p\n", "box", 22, "", "proxycommand"},
    {"forwardAgent", "Host box\n ForwardAgent yes\n", "box", 22, "", "forwardagent"},
    {"certificate", "Host box\n CertificateFile ~/c.pub\n", "box", 22, "", "certificatefile"},
    {"kex", "Host box\n KexAlgorithms curve25519-sha256\n", "box", 22, "", "kexalgorithms"},
    {"bindAddress", "Host box\n BindAddress 127.0.0.1\n", "box", 22, "", "bindaddress"},
    {"onlyInet6", "Host box\n AddressFamily inet6\n", "box", 22, "", "addressfamily"},
    {"setEnv", "Host box\n SetEnv A=b\n", "box", 22, "", "setenv"},
    {"noKeys", "Host box\n PubkeyAuthentication no\n", "box", 22, "", "pubkeyauthentication"},
    {"revokedKeys",
     "Host box\n RevokedHostKeys /etc/ssh/revoked\n",
     "box",
     22,
     "",
     "revokedhostkeys"},
    {"agentSocket", "Host box\n IdentityAgent /run/agent\n", "box", 22, "", "identityagent"},
    {"tokenInKey", "Host box\n IdentityFile ~/.ssh/%h\n", "box", 22, "", "identityfile"},
    {"canonical",
     "Host box\n CanonicalizeHostname always\n CanonicalDomains invalid\n",
     "box",
     22,
     "",
     "canonicalizehostname"},
    {"remoteCommand", "Host box\n RemoteCommand id\n", "box", 22, "", "remotecommand"},
};

class SshConfig : public testing::TestWithParam<ConfigCase> {
protected:
    void SetUp() override
    {
        if (!SshHost::is_possible())
            GTEST_SKIP() << "needs openssh-client";
        settings.config_file = (dir / "config").string();
    }
    Result<remote::RoutePtr> find(remote::Routes& routes, const remote::Target& target)
    {
        std::optional<Result<remote::RoutePtr>> got;
        routes.find(target, [&](auto route) { got = std::move(route); });
        EXPECT_FALSE(got.has_value());
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(20)));
        return got.value_or(Result<remote::RoutePtr>{Failure{Code::internal, "no answer"}});
    }

    io::EventLoop loop;
    const TempDir dir;
    remote::SshSettings settings;
};

TEST_P(SshConfig, IsUnderstoodAsOpensshDoes)
{
    const ConfigCase& expected = GetParam();
    std::ofstream{settings.config_file} << expected.text;
    remote::Routes routes{loop, settings, "/home/x"};
    remote::Target target;
    target.host = "box";
    const auto route = find(routes, target);
    ASSERT_TRUE(route.ok()) << route.failure().message;
    EXPECT_EQ((*route)->host_name, expected.host_name);
    EXPECT_EQ((*route)->port, expected.port);
    if (const std::string user = expected.user; !user.empty()) {
        EXPECT_EQ((*route)->user, user);
    }
    const std::string beyond = (*route)->beyond_us.empty() ? "" : (*route)->beyond_us.front();
    EXPECT_EQ(beyond.substr(0, beyond.find(' ')), expected.beyond) << beyond;
}

/// All that a route says, as text.
std::string text_of(const Result<remote::RoutePtr>& found)
{
    if (!found.ok())
        return found.failure().message;
    const remote::Route& route = **found;
    std::string out = route.host_name + " " + std::to_string(route.port) + " " + route.user + " " +
                      route.known_as + (route.use_agent ? " agent" : "");
    for (const auto* list : {&route.identities, &route.known_hosts, &route.beyond_us})
        for (const std::string& each : *list)
            out += "\n" + each;
    return out;
}

/// Hosts that the configuration does not tell apart share an answer: it must be the one that each
/// of them gets alone.
TEST_P(SshConfig, SaysTheSameOfManyHostsAsOfEachAlone)
{
    std::ofstream{settings.config_file} << GetParam().text;
    remote::Routes together{loop, settings, "/home/x"};
    for (const char* host : {"box", "box2", "bar", "other", "b", "far.home", "10.0.0.7", "Box"}) {
        remote::Routes alone{loop, settings, "/home/x"};
        for (const char* address : {"", "10.0.0.8"}) {
            const remote::Target target{host, address, "", "", 0};
            EXPECT_EQ(text_of(find(together, target)), text_of(find(alone, target)))
                << host << " at " << address;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Written, SshConfig, testing::ValuesIn(config_cases), [](const auto& one) {
    return std::string{one.param.name};
});

class Routes : public SshConfig {};

TEST_P(Routes, WhatIsSaidHereWinsAndAnswersAreKept)
{
    std::ofstream{settings.config_file}
        << "Host box\n User a\n Port 1\n HostName 10.0.0.1\n IdentityFile ~/a\n";
    remote::Routes routes{loop, settings, "/home/x"};
    remote::Target target{"box", "10.0.0.2", "b", "/k", 2};
    auto route = find(routes, target);
    ASSERT_TRUE(route.ok()) << route.failure().message;
    EXPECT_EQ((*route)->host_name, "10.0.0.2");
    EXPECT_EQ((*route)->user, "b");
    EXPECT_EQ((*route)->port, 2);
    EXPECT_EQ((*route)->identities, std::vector<std::string>{"/k"});
    EXPECT_EQ(routes.asked(), 2U);
    ASSERT_TRUE(find(routes, target).ok());
    EXPECT_EQ(routes.asked(), 2U) << "remembered";
    target = {"box", "", "", "", 0};
    route = find(routes, target);
    ASSERT_TRUE(route.ok());
    EXPECT_EQ((*route)->user, "a");
    EXPECT_EQ((*route)->identities, std::vector<std::string>{"/home/x/a"});
}

TEST_P(Routes, HostsThatNothingTellsApartAreAskedForOnce)
{
    std::ofstream{settings.config_file} << "Host db-*\n User db\nHost *\n User web\n";
    remote::Routes routes{loop, settings, "/home/x"};
    std::vector<Result<remote::RoutePtr>> found;
    for (int i = 0; i < 100; ++i)
        for (const char* kind : {"web-", "db-"})
            routes.find({kind + std::to_string(i), "", "", "", 0},
                        [&](auto route) { found.push_back(std::move(route)); });
    ASSERT_TRUE(loop.run_until([&] { return found.size() == 200; }, seconds(20)));
    EXPECT_EQ(routes.asked(), 3U) << "the defaults, one of each kind";
    std::set<std::string> names;
    for (const auto& route : found) {
        ASSERT_TRUE(route.ok()) << route.failure().message;
        EXPECT_EQ((*route)->user, (*route)->host_name.starts_with("db-") ? "db" : "web");
        names.insert((*route)->host_name);
    }
    EXPECT_EQ(names.size(), 200U);
}

TEST_P(Routes, AMistakeIsToldInTheWordsOfOpenssh)
{
    std::ofstream{settings.config_file} << "Host box\n Portt 1\n";
    remote::Routes routes{loop, settings, "/home/x"};
    remote::Target target;
    target.host = "box";
    const auto route = find(routes, target);
    ASSERT_FALSE(route.ok());
    EXPECT_EQ(route.failure().code, Code::invalid_argument);
    EXPECT_NE(route.failure().message.find("terminating, 1 bad configuration options"),
              std::string::npos)
        << route.failure().message;
}

TEST_P(Routes, WithoutTheProgramTheTargetItselfIsTheRoute)
{
    settings.program = "/nowhere/ssh";
    settings.user = "ops";
    remote::Routes routes{loop, settings, "/home/x"};
    remote::Target target;
    target.host = "box";
    target.address = "10.0.0.9";
    const auto route = find(routes, target);
    ASSERT_TRUE(route.ok()) << route.failure().message;
    EXPECT_EQ((*route)->host_name, "10.0.0.9");
    EXPECT_EQ((*route)->user, "ops");
    EXPECT_TRUE((*route)->beyond_us.empty());
}

std::vector<remote::Target> boxes(std::size_t count, const std::string& name = "box-")
{
    std::vector<remote::Target> out(count);
    for (std::size_t i = 0; i < count; ++i)
        out[i].host = name + std::to_string(i);
    return out;
}

/// The routes of all targets, asked for at once, in their order.
std::vector<Result<remote::RoutePtr>> find_all(io::EventLoop& loop,
                                               remote::Routes& routes,
                                               const std::vector<remote::Target>& targets)
{
    std::vector<std::optional<Result<remote::RoutePtr>>> found(targets.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < targets.size(); ++i)
        routes.find(targets[i], [&found, &count, i](Result<remote::RoutePtr> route) {
            found[i] = std::move(route);
            ++count;
        });
    EXPECT_TRUE(loop.run_until([&] { return count == targets.size(); }, seconds(40)));
    std::vector<Result<remote::RoutePtr>> out;
    out.reserve(found.size());
    for (auto& one : found)
        out.push_back(one ? std::move(*one) : Failure{Code::internal, "no reply"});
    return out;
}

TEST_P(Routes, TenThousandNamesAreAskedForTwice)
{
    std::ofstream{settings.config_file} << "Host box-7*\n Port 7\nHost *\n User ops\n";
    remote::Routes routes{loop, settings, "/home/x"};
    const auto targets = boxes(10'000);
    const auto found = find_all(loop, routes, targets);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_TRUE(found[i].ok()) << found[i].failure().message;
        const remote::Route& route = **found[i];
        ASSERT_EQ(route.host_name, targets[i].host);
        ASSERT_EQ(route.known_as, targets[i].host);
        ASSERT_EQ(route.user, "ops");
        ASSERT_EQ(route.port, targets[i].host[4] == '7' ? 7 : 22) << targets[i].host;
    }
    EXPECT_EQ(routes.asked(), 3U) << "the defaults and two classes";
}

TEST_P(Routes, TheAddressOfEachIsItsOwn)
{
    std::ofstream{settings.config_file} << "";
    remote::Routes routes{loop, settings, "/home/x"};
    auto targets = boxes(20);
    for (std::size_t i = 0; i < targets.size(); ++i)
        targets[i].address = "10.1.2." + std::to_string(i);
    const auto found = find_all(loop, routes, targets);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_TRUE(found[i].ok());
        EXPECT_EQ((*found[i])->host_name, targets[i].address);
    }
    EXPECT_EQ(routes.asked(), 2U);
}

/// What depends on a name in a way that we cannot follow.
TEST_P(Routes, HostsThatDifferInSomethingElseAreAskedForEach)
{
    const std::vector<std::string> texts = {
        "Host *\n HostName %h.example.org\n",
        "Match host box-1\n Port 1\n",
        "Host *\n HostKeyAlias same\n",
        "Host *\n CanonicalizeHostname yes\n",
        "Host *\n User box-0\n",
    };
    for (const std::string& text : texts) {
        std::ofstream{settings.config_file} << text;
        remote::Routes routes{loop, settings, "/home/x"};
        for (const auto& route : find_all(loop, routes, boxes(4)))
            EXPECT_TRUE(route.ok()) << route.failure().message;
        EXPECT_EQ(routes.asked(), 5U) << text;
    }
}

TEST_P(Routes, IncludedFilesTellHostsApart)
{
    std::ofstream{dir / "more.conf"} << "Host=box-2\n Port 2\n";
    std::ofstream{settings.config_file} << "Include " << dir.path().string() << "/*.conf\n";
    remote::Routes routes{loop, settings, "/home/x"};
    const auto found = find_all(loop, routes, boxes(4));
    for (std::size_t i = 0; i < found.size(); ++i)
        EXPECT_EQ((*found[i])->port, i == 2 ? 2 : 22);
    EXPECT_EQ(routes.asked(), 3U);
}

TEST_P(Routes, AMistakeIsToldToAllOfAClass)
{
    std::ofstream{settings.config_file} << "Portt 1\n";
    remote::Routes routes{loop, settings, "/home/x"};
    for (const auto& route : find_all(loop, routes, boxes(50)))
        EXPECT_EQ(route.ok() ? Code::internal : route.failure().code, Code::invalid_argument);
    EXPECT_EQ(routes.asked(), 2U);
}

TEST(HostClasses, PatternsAreReadAsOpensshDoes)
{
    remote::HostClasses classes;
    classes.add("HOST \"web 1\" web-? !web-3\nhost = db*\n# Host x\n  Match all\n");
    EXPECT_EQ(classes.class_of("web-1"), "+-");
    EXPECT_EQ(classes.class_of("web-3"), "--");
    EXPECT_EQ(classes.class_of("web-10"), "--");
    EXPECT_EQ(classes.class_of("db"), "-+");
    EXPECT_EQ(classes.class_of("x"), "--");
    EXPECT_EQ(classes.class_of("DB"), std::nullopt);
    classes.add("Match exec true\n");
    EXPECT_EQ(classes.class_of("db"), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(One, Routes, testing::Values(config_cases[0]), [](const auto&) {
    return std::string{"config"};
});

}  // namespace

}  // namespace reops::test
