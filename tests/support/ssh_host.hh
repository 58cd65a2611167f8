// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A real sshd on loopback with keys and a configuration of its own. As root it runs in
/// namespaces of its own, where a user `reops-test` exists; else as whoever runs the tests.

#include "io/event_loop.hh"
#include "io/files.hh"
#include "io/stream.hh"
#include "io/subprocess.hh"
#include "tests/support/temp_dir.hh"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

namespace reops::test {

inline io::SpawnOptions to_spawn(std::vector<std::string> argv,
                                 std::vector<std::pair<std::string, std::string>> environment = {})
{
    io::SpawnOptions options;
    options.argv = std::move(argv);
    options.environment = std::move(environment);
    return options;
}

/// Runs a program to its end; its output, or nothing when it failed.
inline std::optional<std::string> run_program(io::EventLoop& loop, std::vector<std::string> argv)
{
    auto child = io::spawn(loop, to_spawn(std::move(argv)));
    if (!child.ok())
        return std::nullopt;
    std::string out;
    std::optional<int> code;
    (*child)->close_stdin();
    (*child)->start([&](std::string_view bytes) { out += bytes; },
                    [](std::string_view) {},
                    [&](io::ExitStatus status) { code = status.code; });
    loop.run_until([&] { return code.has_value(); }, seconds(20));
    return code == 0 ? std::optional{out} : std::nullopt;
}

/// A port that nobody listens on now.
inline std::uint16_t free_port(io::EventLoop& loop)
{
    auto listener = io::listen(loop, {"127.0.0.1", 0, ""}, [](auto) {});
    return listener.ok() ? (*listener)->port() : 0;
}

class SshHost {
public:
    static constexpr const char* test_user = "reops-test";

    static bool is_possible()
    {
        return ::access("/usr/sbin/sshd", X_OK) == 0 && ::access("/usr/bin/ssh-keygen", X_OK) == 0;
    }

    /// `more`: lines of sshd_config.
    explicit SshHost(io::EventLoop& loop, const std::string& more = "") : loop_(loop)
    {
        make_key("host");
        make_key("id");
        std::filesystem::copy_file(dir / "id.pub", dir / "authorized");
        port = free_port(loop);
        std::ofstream{dir / "sshd_config"}
            << "ListenAddress 127.0.0.1:" << port << "\nHostKey " << path("host")
            << "\nAuthorizedKeysFile " << path("authorized")
            << "\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
               "KbdInteractiveAuthentication no\nPidFile none\nMaxStartups 100\nPrintMotd no\n"
               "UseDNS no\nLogLevel INFO\n"
            << more << "\n";
        start();
    }
    ~SshHost() { stop(); }
    SshHost(const SshHost&) = delete;
    SshHost& operator=(const SshHost&) = delete;

    void start()
    {
        std::vector<std::string> argv = {"/usr/sbin/sshd", "-D", "-e", "-f", path("sshd_config")};
        if (::geteuid() == 0) {
            write_passwd();
            argv = {"unshare",
                    "-m",
                    "-p",
                    "-f",
                    "--kill-child",
                    "--mount-proc",
                    "sh",
                    "-c",
                    "mount -t tmpfs t /run && mkdir /run/sshd && mount --bind " + path("passwd") +
                        " /etc/passwd && exec /usr/sbin/sshd -D -e -f " + path("sshd_config")};
        }
        auto child = io::spawn(loop_, to_spawn(argv));
        ASSERT_TRUE(child.ok()) << child.failure().message;
        sshd_ = std::move(*child);
        is_up_ = false;
        log.clear();
        sshd_->start([](std::string_view) {},
                     [this](std::string_view bytes) {
                         log += bytes;
                         is_up_ = is_up_ || log.find("Server listening") != std::string::npos;
                     },
                     [](io::ExitStatus) {});
        ASSERT_TRUE(loop_.run_until([this] { return is_up_; }, seconds(10))) << log;
    }
    void stop() { sshd_.reset(); }

    /// "ssh-ed25519 AAAA..." of its host key.
    std::string host_key() const { return public_key("host"); }
    std::string public_key(const std::string& name) const
    {
        const auto text = io::read_file((dir / (name + ".pub")).string(), 65536);
        return text.ok() ? text->substr(0, text->find(' ', text->find(' ') + 1)) : "";
    }
    std::string known_line() const
    {
        return "[127.0.0.1]:" + std::to_string(port) + " " + host_key() + "\n";
    }
    void make_key(const std::string& name)
    {
        ASSERT_TRUE(
            run_program(loop_, {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path(name)}));
    }
    std::string path(const std::string& name) const { return (dir / name).string(); }
    static std::string user()
    {
        if (::geteuid() == 0)
            return test_user;
        const passwd* entry = ::getpwuid(::geteuid());
        return entry == nullptr ? "nobody" : entry->pw_name;
    }

    TempDir dir;
    std::uint16_t port = 0;
    std::string log;  ///< what sshd said

private:
    void write_passwd()
    {
        const auto known = io::read_file("/etc/passwd", 1UL << 20);
        std::ofstream{dir / "passwd"} << (known.ok() ? *known : "") << test_user
                                      << ":x:65533:65533::" << dir.path().string() << ":/bin/sh\n";
        std::filesystem::permissions(dir.path(), std::filesystem::perms{0755});
    }

    io::EventLoop& loop_;
    std::unique_ptr<io::Subprocess> sshd_;
    bool is_up_ = false;
};

}  // namespace reops::test
