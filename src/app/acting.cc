// SPDX-License-Identifier: Apache-2.0
#include "app/acting.hh"

#include "app/server.hh"
#include "io/log_output.hh"
#include "io/process.hh"

#include <future>
#include <thread>
#include <utility>

#include <fmt/format.h>

namespace reops::app {

namespace {

constexpr Duration patience = seconds(20);  // for actions in flight

/// Who typed sees what came of it; only trouble is told besides.
class TroubleLog final : public Log {
public:
    explicit TroubleLog(const Clock& clock) : out_(clock, io::LogFormat::text) {}
    void write(Level level, std::string_view where, std::string_view line) override
    {
        if (level == Level::error)
            out_.write(level, where, line);
    }

private:
    io::LogOutput out_;
};

}  // namespace

/// Everything is made, used and destroyed on the thread.
class Acting::Thread {
public:
    Thread(Config config, const Clock& clock, Random& random)
        : config_(std::move(config)), clock_(clock), random_(random), log_(clock)
    {
    }
    ~Thread()
    {
        if (loop_ == nullptr)
            return;
        loop_->post([this] { server_->stop(patience, [this] { loop_->stop(); }); });
        thread_.join();
    }
    Thread(const Thread&) = delete;
    Thread& operator=(const Thread&) = delete;

    Result<PostedSteps::Place> begin()
    {
        std::promise<Result<void>> opened;
        auto answer = opened.get_future();
        thread_ = std::thread{[this, opened = std::move(opened)]() mutable { work(opened); }};
        if (const Result<void> ready = answer.get(); !ready.ok()) {
            thread_.join();
            return ready.failure();
        }
        return place();
    }
    PostedSteps::Place place() { return {*loop_, *runs_}; }

private:
    void work(std::promise<Result<void>>& opened)
    {
        io::EventLoop loop;
        auto server = Server::open({loop, clock_, random_, log_}, std::move(config_), {});
        if (!server.ok())
            return opened.set_value(server.failure());
        if (auto ready = (*server)->visit(fmt::format("uid {}", io::own_uid())); !ready.ok())
            return opened.set_value(ready);
        runtime::DirectRuns runs{(*server)->runtime()};
        server_ = server->get();
        runs_ = &runs;
        loop_ = &loop;
        opened.set_value({});
        loop.run();
    }

    Config config_;
    const Clock& clock_;
    Random& random_;
    TroubleLog log_;
    io::EventLoop* loop_ = nullptr;  ///< set before begin() returns
    Server* server_ = nullptr;
    runtime::DirectRuns* runs_ = nullptr;
    std::thread thread_;
};

Acting::Acting(ReadConfig read_config, const Clock& clock, Random& random)
    : read_config_(std::move(read_config)), clock_(clock), random_(random)
{
}

Acting::~Acting() = default;

Result<PostedSteps::Place> Acting::place()
{
    const std::lock_guard lock{mutex_};
    if (thread_)
        return thread_->place();
    auto config = read_config_();
    if (!config.ok())
        return config.failure();
    auto thread = std::make_unique<Thread>(std::move(*config), clock_, random_);
    auto begun = thread->begin();
    if (begun.ok())
        thread_ = std::move(thread);
    return begun;
}

}  // namespace reops::app
