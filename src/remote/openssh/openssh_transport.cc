// SPDX-License-Identifier: Apache-2.0
#include "remote/openssh/openssh_transport.hh"

#include "operations/printable.hh"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace reops::remote {

namespace {

constexpr std::size_t most_at_once = 16;
constexpr std::size_t most_waiting = 10'000;
constexpr int own_trouble = 255;
constexpr std::size_t largest_piece = 32UL * 1024;

/// What OpenSSH says, and what it means.
struct Word {
    std::string_view part;
    Code code;
};
constexpr std::array<Word, 4> words = {{
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", Code::conflict},
    {"Host key verification failed", Code::conflict},
    {"Permission denied", Code::denied},
    {"Too many authentication failures", Code::denied},
}};

/// The last line that says something: what stands before may be a banner.
std::string last_words(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        if (end > 0)
            out = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return operations::printable(out);
}

Failure trouble_of(const Target& target, const std::string& said)
{
    Code code = Code::unreachable;
    for (const Word& word : words)
        if (said.find(word.part) != std::string::npos) {
            code = word.code;
            break;
        }
    const std::string last = last_words(said);
    return Failure{code,
                   fmt::format("{}: {}", target.host, last.empty() ? "ssh says nothing" : last),
                   "ssh -v " + target.host};
}

}  // namespace

std::vector<std::string> openssh_words(const SshSettings& settings,
                                       const Target& target,
                                       const Route& route,
                                       const std::string& line)
{
    const auto tcp = std::chrono::duration_cast<seconds>(settings.phases.tcp).count();
    std::vector<std::string> out = {
        settings.program,
        "-T",
        "-n",
        "-o",
        "BatchMode=yes",
        "-o",
        fmt::format("ConnectTimeout={}", std::max<std::int64_t>(1, tcp)),
        "-o",
        settings.host_keys == HostKeyPolicy::strict ? "StrictHostKeyChecking=yes"
                                                    : "StrictHostKeyChecking=accept-new",
        "-o",
        "UpdateHostKeys=no",
        "-o",
        "PermitLocalCommand=no",
        "-o",
        "ServerAliveInterval=15",
    };
    if (!settings.known_hosts.empty())
        out.insert(
            out.end(),
            {"-o",
             fmt::format("UserKnownHostsFile=\"{}\"", fmt::join(route.known_hosts, "\" \""))});
    if (!settings.control_folder.empty())
        out.insert(
            out.end(),
            {"-o",
             "ControlMaster=auto",
             "-o",
             "ControlPath=" + settings.control_folder + "/%C",
             "-o",
             fmt::format(
                 "ControlPersist={}",
                 std::max<std::int64_t>(
                     1, std::chrono::duration_cast<seconds>(settings.limits.idle).count()))});
    for (std::string& word : ssh_words(settings, target))
        out.push_back(std::move(word));
    out.push_back(line);
    return out;
}

struct OpensshTransport::Child {
    explicit Child(io::EventLoop& loop) : limit(loop) {}

    OrderId id{};
    Target target = {};
    std::vector<std::string> argv = {};
    Order order = {};
    RanReply done = {};
    std::unique_ptr<io::Subprocess> process = {};
    io::Timer limit;
    Duration began{};
    std::string out = {};
    std::string err = {};
    bool is_cut = false;
    bool is_cancelled = false;
};

OpensshTransport::OpensshTransport(io::EventLoop& loop, const SshSettings& settings)
    : loop_(loop), settings_(settings)
{
}

OpensshTransport::~OpensshTransport() = default;

void OpensshTransport::run(
    OrderId id, const Target& target, const Route& route, const Order& order, RanReply done)
{
    auto child = std::make_shared<Child>(loop_);
    child->id = id;
    child->target = target;
    child->order = order;
    child->argv = openssh_words(settings_, target, route, order.line);
    child->done = std::move(done);
    if (waiting_.size() >= most_waiting) {
        loop_.post([child] {
            child->done(Failure{Code::unreachable, "too many orders wait for `ssh` already"});
        });
        return;
    }
    waiting_.push_back(std::move(child));
    loop_.post([this, alive = std::weak_ptr{alive_}] {
        if (!alive.expired())
            begin_next();
    });
}

void OpensshTransport::begin_next()
{
    while (!waiting_.empty() && running_.size() < most_at_once) {
        const auto child = std::move(waiting_.front());
        waiting_.pop_front();
        begin(child);
    }
}

void OpensshTransport::begin(const std::shared_ptr<Child>& child)
{
    io::SpawnOptions options;
    options.argv = child->argv;
    if (!settings_.agent_socket.empty())
        options.environment.emplace_back("SSH_AUTH_SOCK", settings_.agent_socket);
    auto process = io::spawn(loop_, options);
    running_.emplace(child.get(), child);
    if (!process.ok())
        return end(*child, process.failure());
    child->process = std::move(*process);
    child->began = loop_.now();
    Child& one = *child;
    const auto take = [&one](std::string& into, bool is_error) {
        return [&one, &into, is_error](std::string_view bytes) {
            const std::size_t room =
                one.order.most_output - std::min(one.order.most_output, into.size());
            const std::string_view taken = bytes.substr(0, room);
            into += taken;
            one.is_cut = one.is_cut || bytes.size() > room;
            for (std::size_t at = 0; one.order.live && at < taken.size(); at += largest_piece)
                one.order.live(taken.substr(at, largest_piece), is_error);
        };
    };
    one.process->close_stdin();
    one.process->start(take(one.out, false),
                       take(one.err, true),
                       [this, &one](io::ExitStatus status) { on_exit(one, status); });
    one.limit.after(one.order.limit, [this, &one] { on_limit(one); });
}

void OpensshTransport::on_limit(Child& child)
{
    child.process->kill(SIGKILL);
    Ran ran;
    ran.end = child.is_cancelled ? End::cancelled : End::overdue;
    ran.out = std::move(child.out);
    ran.err = std::move(child.err);
    ran.is_cut = child.is_cut;
    ran.took = loop_.now() - child.began;
    end(child, std::move(ran));
}

void OpensshTransport::ask_to_end(Child& child)
{
    if (!child.done || child.is_cancelled || !child.process)
        return;
    child.is_cancelled = true;
    child.process->kill(SIGTERM);
    child.limit.after(settings_.limits.cancel_grace, [this, &child] { on_limit(child); });
}

void OpensshTransport::cancel(OrderId id)
{
    const auto waits = std::find_if(
        waiting_.begin(), waiting_.end(), [&](const auto& child) { return child->id == id; });
    if (waits != waiting_.end()) {
        loop_.post([alive = std::weak_ptr{alive_}, child = *waits] {
            if (!alive.expired())
                child->done(Failure{Code::cancelled, "cancelled before it began"});
        });
        waiting_.erase(waits);
        return;
    }
    for (const auto& [raw, child] : running_)
        if (child->id == id)
            return ask_to_end(*child);
}

void OpensshTransport::cancel_all()
{
    std::vector<OrderId> all;
    for (const auto& child : waiting_)
        all.push_back(child->id);
    for (const auto& [raw, child] : running_)
        all.push_back(child->id);
    for (const OrderId id : all)
        cancel(id);
}

void OpensshTransport::on_exit(Child& child, io::ExitStatus status)
{
    if (child.is_cancelled)
        return on_limit(child);
    if (status.code == own_trouble)
        return end(child, trouble_of(child.target, child.err));
    Ran ran;
    ran.exit_code = status.code;
    ran.out = std::move(child.out);
    ran.err = std::move(child.err);
    ran.is_cut = child.is_cut;
    ran.took = loop_.now() - child.began;
    if (status.signal != 0) {
        ran.end = End::lost;
        ran.trouble = fmt::format("our `ssh` was killed by signal {}", status.signal);
    }
    end(child, std::move(ran));
}

/// Its process or its timer is on the stack below us.
void OpensshTransport::end(Child& child, Result<Ran> result)
{
    const RanReply told = std::exchange(child.done, nullptr);
    child.limit.cancel();
    loop_.post([this, alive = std::weak_ptr{alive_}, child = &child] {
        if (alive.expired())
            return;
        running_.erase(child);
        begin_next();
    });
    if (told)
        told(std::move(result));
}

}  // namespace reops::remote
