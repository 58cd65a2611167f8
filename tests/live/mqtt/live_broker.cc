// SPDX-License-Identifier: Apache-2.0
#include "tests/live/mqtt/live_broker.hh"

#include "io/stream.hh"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace reops::mqtt::test {

namespace {

constexpr const char* program = "/usr/sbin/mosquitto";

}  // namespace

std::string own_address()
{
    const int pid = ::getpid();
    return "127." + std::to_string(1 + pid / 65'536 % 254) + '.' + std::to_string(pid / 256 % 256) +
           '.' + std::to_string(1 + pid % 254);
}

std::uint16_t free_port(io::EventLoop& loop, const std::string& address)
{
    io::Endpoint at;
    at.host = address;
    auto listener = io::listen(loop, at, [](std::unique_ptr<io::Stream>) {});
    EXPECT_TRUE(listener.ok());
    return (*listener)->port();
}

bool is_mosquitto_installed()
{
    return ::access(program, X_OK) == 0;
}

std::string run(io::EventLoop& loop, std::vector<std::string> argv)
{
    const std::string name = argv[0];
    io::SpawnOptions options;
    options.argv = std::move(argv);
    auto child = io::spawn(loop, options);
    EXPECT_TRUE(child.ok());
    std::string printed;
    std::optional<io::ExitStatus> status;
    const auto keep = [&](std::string_view bytes) { printed += bytes; };
    (*child)->start(keep, keep, [&](io::ExitStatus ended) { status = ended; });
    EXPECT_TRUE(loop.run_until([&] { return status.has_value(); }, seconds(20))) << name;
    EXPECT_EQ(status ? status->code : -1, 0) << name << ": " << printed;
    return printed;
}

LiveBroker::LiveBroker(io::EventLoop& loop) : loop_(loop), port_(free_port(loop, host_)) {}

LiveBroker::~LiveBroker() = default;

void LiveBroker::start()
{
    std::ofstream conf{folder() + "/conf"};
    conf << "listener " << port_ << ' ' << host_ << "\nallow_anonymous "
         << (allow_anonymous ? "true" : "false") << "\npersistence true\npersistence_location "
         << folder() << "/\nlog_dest stderr\nlog_type all\nmax_inflight_messages 20\n"
         << (::geteuid() == 0 ? "user root\n" : "") << extra;
    conf.close();
    io::SpawnOptions options;
    options.argv = {program, "-c", folder() + "/conf"};
    auto child = io::spawn(loop_, options);
    ASSERT_TRUE(child.ok()) << child.failure().message;
    child_ = std::move(*child);
    has_ended_ = false;
    log_.clear();
    child_->start(
        {},
        [this](std::string_view bytes) { log_ += bytes; },
        [this](io::ExitStatus) { has_ended_ = true; });
    const auto runs = [this] { return log_.find(" running\n") != std::string::npos || has_ended_; };
    ASSERT_TRUE(loop_.run_until(runs, seconds(10)));
    ASSERT_FALSE(has_ended_) << log_;
}

void LiveBroker::end(int signal)
{
    child_->kill(signal);
    ASSERT_TRUE(loop_.run_until([this] { return has_ended_; }, seconds(10)));
    child_.reset();
}

void LiveBroker::add_user(const std::string& name, const std::string& secret)
{
    const std::string file = folder() + "/users";
    run(loop_, {"mosquitto_passwd", "-b", "-c", file, name, secret});
    allow_anonymous = false;
    extra += "password_file " + file + "\n";
    user = name;
    password = secret;
}

BrokerAddress LiveBroker::address() const
{
    BrokerAddress out;
    out.endpoint.host = host_;
    out.endpoint.port = port_;
    out.user = user;
    out.password = password;
    return out;
}

std::vector<std::string> LiveBroker::command(std::string name,
                                             const std::vector<std::string>& arguments) const
{
    std::vector<std::string> out{std::move(name), "-h", host_, "-p", std::to_string(port_)};
    if (!user.empty())
        out.insert(out.end(), {"-u", user, "-P", password});
    out.insert(out.end(), arguments.begin(), arguments.end());
    return out;
}

}  // namespace reops::mqtt::test
