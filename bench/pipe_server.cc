// SPDX-License-Identifier: Apache-2.0
// pipe_server BROKER-URL QOS FOLDER: the smallest server with sensor -> pick -> publish, durable,
// with its journal and history in FOLDER. Prints `ready` when the broker has answered the
// subscription; SIGTERM stops it cleanly and prints one JSON object with what it counted.
#include "io/log_output.hh"
#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "pipeline/stages.hh"
#include "runtime/runtime.hh"
#include "sinks/publish/publish_performer.hh"
#include "sources/sensor/sensor_source.hh"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/core.h>
#include <sys/resource.h>

namespace reops::bench {
namespace {

/// The runtime is made after the client that it publishes with, and the source needs an intake.
class Server {
public:
    Server(const std::string& url, int qos, std::string folder);

    int run();

private:
    bool arm(int qos);
    void stop();
    void print_counts();

    io::EventLoop loop_;
    io::SystemClock clock_;
    io::SystemRandom random_;
    io::LogOutput log_{clock_, io::LogFormat::text, Level::warning};
    std::unique_ptr<runtime::Runtime> runtime_;
    std::unique_ptr<sources::SensorSource> source_;
    std::unique_ptr<sinks::PublishPerformer> publish_;
    bool is_right_ = true;
};

template <class T>
bool is_fine(const Result<T>& result)
{
    if (!result)
        fmt::print(stderr, "pipe_server: {}\n", result.failure().message);
    return result.ok();
}

Server::Server(const std::string& url, int qos, std::string folder)
{
    runtime::RuntimeOptions options;
    options.state = std::move(folder);
    auto runtime = runtime::Runtime::open(loop_, clock_, log_, options);
    const auto broker = mqtt::parse_broker_url(url);
    is_right_ = is_fine(runtime) && is_fine(broker);
    if (!is_right_)
        return;
    runtime_ = std::move(*runtime);
    sources::SensorOptions sensor;
    sensor.broker = *broker;
    sensor.client_id = "reops-bench";
    sensor.mappings = {sources::default_mapping("temperature")};
    sensor.mappings[0].qos = qos;
    source_ = std::make_unique<sources::SensorSource>(
        loop_, clock_, random_, log_, *runtime_, std::move(sensor));
    publish_ = std::make_unique<sinks::PublishPerformer>(clock_, source_->client());
    runtime_->add_performer(*publish_);
    is_right_ = arm(qos);
}

bool Server::arm(int qos)
{
    using namespace pipeline;
    const auto flow =
        pipeline::run(sensor("temperature") | pick([](double t) { return t > 70; }, "t > 70") |
                      publish("alarms", {.qos = qos}))
            .finish({}, "bench");
    if (!is_fine(flow))
        return false;
    runtime_->declare(*flow, "bench");
    if (!is_fine(runtime_->start(std::make_shared<hosts::Inventory>())))
        return false;
    source_->on_armed([] {
        fmt::print("ready\n");
        std::fflush(stdout);
    });
    return is_fine(source_->start());
}

int Server::run()
{
    if (!is_right_)
        return 1;
    loop_.on_signal([this](int) { stop(); });
    loop_.run();
    print_counts();
    return 0;
}

void Server::stop()
{
    runtime_->stop(seconds(5), [this] { source_->stop([this] { loop_.stop(); }); });
}

void Server::print_counts()
{
    const sources::SensorCounts seen = source_->counts();
    const runtime::RuntimeCounts done = runtime_->counts();
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    fmt::print(
        "{{\"received\":{},\"events\":{},\"shed\":{},\"commits\":{},\"syncs\":{},\"stalls\":{},"
        "\"max_rss_kib\":{},\"cpu_us\":{}}}\n",
        seen.received,
        done.events,
        seen.shed,
        done.commits,
        done.syncs,
        done.stalls,
        usage.ru_maxrss,
        (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000L + usage.ru_utime.tv_usec +
            usage.ru_stime.tv_usec);
}

}  // namespace
}  // namespace reops::bench

int main(int count, char** words)
{
    if (count != 4) {
        fmt::print(stderr, "usage: pipe_server BROKER-URL QOS FOLDER\n");
        return 2;
    }
    return reops::bench::Server{words[1], std::atoi(words[2]), words[3]}.run();
}
