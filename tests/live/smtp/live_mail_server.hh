// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A real mail server of a test's own (tests/support/smtp_server.py): its folder, its port,
/// its maildir, and words that change how it behaves while it runs.

#include "io/event_loop.hh"
#include "io/subprocess.hh"
#include "tests/support/temp_dir.hh"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace reops::sinks::test {

class LiveMailServer {
public:
    explicit LiveMailServer(io::EventLoop& loop) : loop_(loop) {}

    /// Waits until it listens. False: aiosmtpd is not installed. `options` as the script has them;
    /// the second start listens on the same port.
    bool start(const std::vector<std::string>& options = {});
    /// Kills it and waits until it is gone.
    void end();
    /// The words of `FOLDER/mode`.
    void behave(const std::string& words);

    std::string url(const std::string& scheme = "smtp") const
    {
        return scheme + "://127.0.0.1:" + std::to_string(port_);
    }
    std::string certificate() const { return (folder_ / "cert.pem").string(); }
    /// Everything that happened, a line each.
    std::string log() const;
    std::size_t count(std::string_view line) const;
    /// Waits for a line of the log.
    testing::AssertionResult logs(std::string_view line);
    /// The accepted mails as a mail reader shows them, in the order of their files.
    std::vector<std::string> mails();

private:
    io::EventLoop& loop_;
    reops::test::TempDir folder_;
    std::unique_ptr<io::Subprocess> child_;
    std::string printed_;
    bool has_ended_ = true;
    int exit_code_ = 0;
    std::uint16_t port_ = 0;
};

}  // namespace reops::sinks::test
