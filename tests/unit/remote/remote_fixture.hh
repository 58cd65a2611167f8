// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A Remote and an sshd that it may go to.

#include "operations/command_line.hh"
#include "remote/remote.hh"
#include "tests/support/recorded_log.hh"
#include "tests/support/ssh_host.hh"

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace reops::test {

class RemoteTest : public testing::Test {
protected:
    void SetUp() override
    {
        if (!SshHost::is_possible())
            GTEST_SKIP() << "needs openssh-server";
    }
    /// An sshd, and settings that let us in.
    void serve(const std::string& more = "")
    {
        host = std::make_unique<SshHost>(loop, more);
        if (HasFatalFailure())
            return;
        write("config", "");
        write("known", host->known_line());
        settings.config_file = host->path("config");
        settings.known_hosts = host->path("known");
        settings.key = host->path("id");
        settings.control_folder = host->dir.path().string();
        settings.user = SshHost::user();
    }
    remote::Remote& way()
    {
        if (!remote)
            remote = std::make_unique<remote::Remote>(
                loop, log, settings, host ? host->dir.path().string() : "/nowhere");
        return *remote;
    }
    remote::Target there() const
    {
        remote::Target target;
        target.host = "127.0.0.1";
        target.port = host->port;
        return target;
    }
    static remote::Order order(const std::vector<std::string>& words, Duration limit = seconds(20))
    {
        auto line = operations::quote_command(words);
        EXPECT_TRUE(line.ok());
        remote::Order out;
        out.line = line.ok() ? *line : "false";
        out.limit = limit;
        return out;
    }
    /// The sshd listens at several addresses of 127/8: each is a host with connections of its own.
    void spread(std::size_t hosts)
    {
        ASSERT_LE(hosts, 12U) << "sshd listens at sixteen addresses at most";
        host->stop();
        std::ofstream config{host->path("sshd_config"), std::ios::app};
        for (std::size_t i = 0; i < hosts; ++i)
            config << "ListenAddress " << at_address(i).host << ":" << host->port << "\n";
        config.close();
        host->start();
        write("known", "[127.77.*]:" + std::to_string(host->port) + " " + host->host_key() + "\n");
    }
    remote::Target at_address(std::size_t i) const
    {
        remote::Target target = there();
        target.host = "127.77.0." + std::to_string(i + 2);
        return target;
    }
    /// A line for the user's own shell.
    static remote::Order line(const std::string& text, Duration limit = seconds(20))
    {
        remote::Order out;
        out.line = text;
        out.limit = limit;
        return out;
    }
    Result<remote::Ran> run(const remote::Target& target, const remote::Order& what)
    {
        std::optional<Result<remote::Ran>> got;
        way().run(target, what, [&](Result<remote::Ran> result) { got = std::move(result); });
        EXPECT_FALSE(got.has_value()) << "a reply never comes inside the call";
        EXPECT_TRUE(loop.run_until([&] { return got.has_value(); }, seconds(30)));
        return got.value_or(Result<remote::Ran>{Failure{Code::internal, "no reply"}});
    }
    Result<remote::Ran> run(const std::vector<std::string>& words)
    {
        return run(there(), order(words));
    }
    void write(const std::string& name, const std::string& text) const
    {
        std::ofstream{host->dir / name} << text;
    }

    io::EventLoop loop;
    RecordedLog log;
    remote::SshSettings settings;
    std::unique_ptr<SshHost> host;
    std::unique_ptr<remote::Remote> remote;
};

}  // namespace reops::test
