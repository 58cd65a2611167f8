// SPDX-License-Identifier: Apache-2.0
#include "providers/helper_provider.hh"

#include <algorithm>
#include <list>
#include <utility>

#include <fmt/format.h>

namespace reops::providers {

namespace {

constexpr std::uint32_t most_silent_deadlines = 3;
constexpr Duration sync_deadline = seconds(30);

}  // namespace

struct HelperProvider::Pending {
    explicit Pending(io::EventLoop& loop) : timer(loop) {}

    HelperRequest request;
    Reply<data::Value> reply;
    io::Timer timer;
    bool sent = false;
};

struct HelperProvider::Watchers {
    struct Watcher {
        std::string system;
        std::function<void(PowerState)> changed;  ///< empty: its pass is gone
    };
    std::list<Watcher> list;
    bool walking = false;

    void sweep()
    {
        if (!walking)
            list.remove_if([](const Watcher& watcher) { return !watcher.changed; });
    }
    void tell(const StateEvent& event)
    {
        walking = true;
        for (const Watcher& watcher : list)
            if (watcher.changed && watcher.system == event.system)
                std::function<void(PowerState)>{watcher.changed}(event.state);
        walking = false;
        sweep();
    }
};

class HelperProvider::WatchPass final : public Watch {
public:
    WatchPass(std::shared_ptr<Watchers> watchers, std::list<Watchers::Watcher>::iterator place)
        : watchers_(std::move(watchers)), place_(place)
    {
    }
    ~WatchPass() override
    {
        place_->changed = nullptr;
        watchers_->sweep();
    }
    WatchPass(const WatchPass&) = delete;
    WatchPass& operator=(const WatchPass&) = delete;

private:
    std::shared_ptr<Watchers> watchers_;
    std::list<Watchers::Watcher>::iterator place_;
};

HelperProvider::HelperProvider(io::EventLoop& loop,
                               const Clock& clock,
                               Log& log,
                               HelperOptions options)
    : loop_(loop),
      clock_(clock),
      log_(log),
      options_(std::move(options)),
      back_off_(options_.restart_first),
      restart_timer_(loop),
      watchers_(std::make_shared<Watchers>()),
      alive_(std::make_shared<int>(0))
{
}

HelperProvider::~HelperProvider() = default;

void HelperProvider::status(const SystemRef& system, Duration deadline, Reply<SystemStatus> reply)
{
    request({0, "status", system, {}, {}, {}},
            deadline,
            [reply = std::move(reply)](Result<data::Value> ok) {
                reply(ok ? read_status(*ok) : Result<SystemStatus>{ok.failure()});
            });
}

void HelperProvider::change(Change what,
                            const SystemRef& system,
                            Duration deadline,
                            Reply<void> reply)
{
    request({0, std::string{to_string(what)}, system, {}, {}, {}},
            deadline,
            [reply = std::move(reply)](const Result<data::Value>& ok) {
                reply(ok ? Result<void>{} : Result<void>{ok.failure()});
            });
}

void HelperProvider::addresses(const SystemRef& system,
                               Duration deadline,
                               Reply<std::vector<std::string>> reply)
{
    request({0, "addresses", system, {}, {}, {}},
            deadline,
            [reply = std::move(reply)](Result<data::Value> ok) {
                reply(ok ? read_addresses(*ok) : Result<std::vector<std::string>>{ok.failure()});
            });
}

void HelperProvider::list(const data::Value& options,
                          Duration deadline,
                          Reply<std::vector<ListedSystem>> reply)
{
    request({0, "list", {"", "", options}, {}, {}, {}},
            deadline,
            [reply = std::move(reply)](Result<data::Value> ok) {
                reply(ok ? read_listed(*ok) : Result<std::vector<ListedSystem>>{ok.failure()});
            });
}

void HelperProvider::sync(std::vector<SystemRef> systems)
{
    systems_ = std::move(systems);
    synced_ = true;
    if (helper_ && greeted_)
        send_sync();
    else if (!helper_ && !restart_timer_.is_pending())
        restart_timer_.after(Duration::zero(), [this] { start_helper(); });
}

std::unique_ptr<Watch> HelperProvider::watch(std::string system,
                                             std::function<void(PowerState)> changed)
{
    auto& list = watchers_->list;
    return std::make_unique<WatchPass>(
        watchers_, list.insert(list.end(), {std::move(system), std::move(changed)}));
}

void HelperProvider::request(HelperRequest request, Duration deadline, Reply<data::Value> reply)
{
    if (pending_.size() >= options_.most_pending) {
        loop_.post([reply = std::move(reply),
                    why = Failure{Code::unreachable,
                                  fmt::format("{} requests wait for the helper of `{}` already",
                                              pending_.size(),
                                              options_.name)}] { reply(why); });
        return;
    }
    const std::uint64_t id = ++last_id_;
    auto pending = std::make_unique<Pending>(loop_);
    request.id = id;
    request.within = deadline;
    pending->request = std::move(request);
    pending->reply = std::move(reply);
    pending->timer.after(deadline, [this, id] { on_deadline(id); });
    Pending& held = *pending_.emplace(id, std::move(pending)).first->second;
    if (helper_ && greeted_)
        send(held);
    else if (!helper_ && !restart_timer_.is_pending())
        restart_timer_.after(Duration::zero(), [this] { start_helper(); });
}

void HelperProvider::start_helper()
{
    ++starts_;
    started_at_ = clock_.since_boot();
    greeted_ = false;
    silent_deadlines_ = 0;
    auto helper =
        HelperProcess::start(loop_,
                             log_,
                             options_.name,
                             options_.argv,
                             {[this](const Hello& hello) { on_hello(hello); },
                              [this](HelperMessage message) { on_message(std::move(message)); },
                              [this](const Failure& why) { on_end(why); }});
    if (!helper) {
        // without a program no retry helps; the next request tries anew
        last_end_ = helper.failure().message;
        fail_all(
            helper.failure().while_(fmt::format("starting the helper of `{}`", options_.name)));
        return;
    }
    helper_ = std::move(helper).value();
}

void HelperProvider::on_hello(const Hello& hello)
{
    greeted_ = true;
    capabilities_ = hello.capabilities;
    if (synced_)
        send_sync();
    // send() may end this life; look at the map anew each time
    std::vector<std::uint64_t> waiting;
    for (const auto& [id, pending] : pending_)
        if (!pending->sent)
            waiting.push_back(id);
    for (const std::uint64_t id : waiting)
        if (const auto place = pending_.find(id); place != pending_.end() && helper_)
            send(*place->second);
}

/// A sync is for the helper's own use: one that does without says so.
bool HelperProvider::is_able(std::string_view op) const
{
    return capabilities_.empty() || op == "sync" ||
           std::find(capabilities_.begin(), capabilities_.end(), op) != capabilities_.end();
}

void HelperProvider::answer_later(std::uint64_t id, Failure why)
{
    loop_.post([this, id, why = std::move(why), alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired())
            answer(HelperAnswer{id, why});
    });
}

void HelperProvider::send(Pending& pending)
{
    pending.sent = true;
    const std::string line = print_line(pending.request);
    if (!is_able(pending.request.op))
        return answer_later(pending.request.id,
                            unsupported_op(options_.name, pending.request.op, capabilities_));
    if (line.size() > max_helper_line)
        return answer_later(pending.request.id,
                            {Code::invalid_argument, "the system's options are over 1 MiB"});
    if (!helper_->send(line)) {
        loop_.post([this, alive = std::weak_ptr<int>(alive_)] {
            if (!alive.expired() && helper_)
                on_end({Code::unreachable, "does not read what it is sent"});
        });
    }
}

void HelperProvider::send_sync()
{
    HelperRequest sync;
    sync.id = ++last_id_;
    sync.op = "sync";
    sync.systems = systems_;
    sync.within = sync_deadline;
    auto pending = std::make_unique<Pending>(loop_);
    const std::uint64_t id = sync.id;
    pending->request = std::move(sync);
    pending->reply = [this](const Result<data::Value>& ok) {
        if (!ok && ok.failure().code != Code::unsupported)
            log_.warning(options_.name, fmt::format("sync: {}", ok.failure().message));
    };
    pending->timer.after(sync_deadline, [this, id] { on_deadline(id); });
    send(*pending_.emplace(id, std::move(pending)).first->second);
}

void HelperProvider::on_message(HelperMessage message)
{
    silent_deadlines_ = 0;
    if (const auto* event = std::get_if<StateEvent>(&message)) {
        watchers_->tell(*event);
        return;
    }
    if (auto* reply = std::get_if<HelperAnswer>(&message))
        answer(std::move(*reply));
}

void HelperProvider::answer(HelperAnswer answer)
{
    const auto place = pending_.find(answer.id);
    if (place == pending_.end())
        return;  // its deadline was over
    const std::unique_ptr<Pending> pending = std::move(place->second);
    pending_.erase(place);
    pending->timer.cancel();
    pending->reply(std::move(answer.result));
}

void HelperProvider::on_deadline(std::uint64_t id)
{
    const auto place = pending_.find(id);
    if (place == pending_.end())
        return;
    const std::unique_ptr<Pending> pending = std::move(place->second);
    pending_.erase(place);
    const std::string waited = reops::to_string(pending->request.within);
    if (!pending->sent) {
        pending->reply(Failure{Code::unreachable,
                               fmt::format("the helper of `{}` is not there: it {}",
                                           options_.name,
                                           last_end_.empty() ? "is starting" : last_end_)});
        return;
    }
    if (++silent_deadlines_ >= most_silent_deadlines && helper_)
        on_end({Code::unreachable,
                fmt::format("wrote nothing while {} deadlines passed", most_silent_deadlines)});
    pending->reply(Failure{Code::timeout,
                           fmt::format("the helper of `{}` gave no answer to `{}` within {}",
                                       options_.name,
                                       pending->request.op,
                                       waited)});
}

void HelperProvider::on_end(const Failure& why)
{
    helper_->kill();
    // we may be inside one of its callbacks
    loop_.post([doomed = std::shared_ptr<HelperProcess>(std::move(helper_))] {});
    last_end_ = why.message;
    log_.warning(options_.name, fmt::format("the helper {}", why.message));
    if (clock_.since_boot() - started_at_ >= options_.good_life)
        back_off_ = options_.restart_first;
    restart_later();
    fail_all({why.code, fmt::format("the helper of `{}` {}", options_.name, why.message)});
}

void HelperProvider::restart_later()
{
    restart_timer_.after(back_off_, [this] {
        // nobody waits and nothing is watched: the next request starts it
        if (synced_ || !pending_.empty() || !watchers_->list.empty())
            start_helper();
    });
    back_off_ = std::min(back_off_ * 2, options_.restart_longest);
}

void HelperProvider::fail_all(const Failure& why)
{
    auto failed = std::exchange(pending_, {});
    for (auto& [id, pending] : failed) {
        pending->timer.cancel();
        pending->reply(why);
    }
}

}  // namespace reops::providers
