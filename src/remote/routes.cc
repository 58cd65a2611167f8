// SPDX-License-Identifier: Apache-2.0
#include "remote/routes.hh"

#include "operations/command_line.hh"
#include "operations/printable.hh"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace reops::remote {

namespace {

constexpr std::size_t most_at_once = 8;
constexpr std::size_t most_known = 20'000;
constexpr std::size_t longest_answer = 256UL * 1024;
constexpr Duration answer_within = seconds(10);
constexpr Duration config_for = seconds(2);

/// Where OpenSSH looks for the user's files, whatever HOME says.
std::string home_of_user()
{
    const passwd* entry = ::getpwuid(::geteuid());
    return entry == nullptr || entry->pw_dir == nullptr ? std::string{} : entry->pw_dir;
}

/// The name of the target's place, which an answer contains.
const std::string& place_of(const Target& target)
{
    return target.address.empty() ? target.host : target.address;
}

std::string last_line(std::string text)
{
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.pop_back();
    const std::size_t begin = text.rfind('\n');
    return operations::printable(begin == std::string::npos ? text : text.substr(begin + 1));
}

Result<void> check(const Target& target)
{
    if (auto name = operations::check_host_name(target.host); !name.ok())
        return name;
    if (!target.address.empty())
        if (auto address = operations::check_host_name(target.address); !address.ok())
            return address;
    if (!target.user.empty())
        return operations::check_user_name(target.user);
    return {};
}

}  // namespace

std::vector<std::string> ssh_words(const SshSettings& settings, const Target& target)
{
    std::vector<std::string> words;
    if (!settings.config_file.empty())
        words.insert(words.end(), {"-F", settings.config_file});
    if (!target.address.empty() && target.address != target.host)
        words.insert(words.end(), {"-o", "HostName=" + target.address});
    const std::string& user = target.user.empty() ? settings.user : target.user;
    if (!user.empty())
        words.insert(words.end(), {"-l", user});
    const std::uint16_t port = target.port == 0 ? settings.port : target.port;
    if (port != 0)
        words.insert(words.end(), {"-p", std::to_string(port)});
    const std::string& key = target.key.empty() ? settings.key : target.key;
    if (!key.empty())
        words.insert(words.end(), {"-i", key});
    words.insert(words.end(), {"--", target.host});
    return words;
}

/// One question: for a target, or for the defaults that every answer is compared with.
struct Routes::Asking {
    explicit Asking(io::EventLoop& loop) : deadline(loop) {}

    Target target = {};
    bool for_defaults = false;
    std::string class_name = {};  ///< answers for these too
    std::vector<std::function<void(Result<RoutePtr>)>> found = {};
    std::unique_ptr<io::Subprocess> child = {};
    io::Timer deadline;
    std::string out = {};
    std::string err = {};
};

Routes::Routes(io::EventLoop& loop, const SshSettings& settings, std::string home)
    : loop_(loop), settings_(settings), home_(std::move(home))
{
}

Routes::~Routes() = default;

void Routes::later(std::function<void()> work)
{
    loop_.post([alive = std::weak_ptr{alive_}, work = std::move(work)] {
        if (!alive.expired())
            work();
    });
}

void Routes::find(const Target& target, std::function<void(Result<RoutePtr>)> found)
{
    if (const auto sound = check(target); !sound.ok())
        return later([found, why = sound.failure()] { found(why); });
    if (const auto known = known_.find(target);
        known != known_.end() && known->second.until > loop_.now())
        return later([found, route = known->second.route] { found(route); });
    look_at_config();
    const auto name = class_of(target);
    if (!name)
        return find_alone(target, std::move(found));
    if (!find_in_class(*name, target, found))
        find_alone(target, std::move(found));
}

/// The files are small, and a burst of orders looks at them once.
void Routes::look_at_config()
{
    const Duration now = loop_.now();
    if (config_read_ != Duration{} && now - config_read_ < config_for)
        return;
    config_read_ = now;
    HostClasses config = read_host_classes(settings_.config_file, home_of_user());
    if (config.text() != config_.text())
        std::erase_if(classes_, [](const auto& entry) { return entry.second.waiting.empty(); });
    config_ = std::move(config);
}

std::optional<std::string> Routes::class_of(const Target& target) const
{
    const auto matched = config_.class_of(target.host);
    if (!matched || !config_.class_of(target.address))
        return std::nullopt;
    return fmt::format("{} {} {} {} {}",
                       *matched,
                       target.port,
                       target.address.empty() ? "" : "at",
                       target.user,
                       target.key);
}

/// False: it has to be asked for by itself.
bool Routes::find_in_class(const std::string& name, const Target& target, const Found& found)
{
    const auto [at, is_new] = classes_.try_emplace(name);
    Class& one = at->second;
    if (!is_new && one.answer.route == nullptr && one.is_open) {
        one.waiting.emplace_back(target, found);
        return true;
    }
    if (is_new || one.answer.until <= loop_.now()) {
        one.answer = {};
        one.asked = target;
        one.is_open = true;
        find_alone(target, found, name);
        return true;
    }
    const auto alike =
        one.is_open ? route_of_alike(*one.answer.route, place_of(one.asked), place_of(target))
                    : std::nullopt;
    if (!alike)
        return false;
    later([found, route = std::make_shared<const Route>(*alike)] { found(RoutePtr{route}); });
    return true;
}

void Routes::answer_class(const std::string& name, const Result<RoutePtr>& route)
{
    const auto at = classes_.find(name);
    if (at == classes_.end())
        return;
    Class& one = at->second;
    const auto waiting = std::exchange(one.waiting, {});
    if (!route.ok()) {  // in the words about another host: they say what is wrong with the files
        classes_.erase(at);
        for (const auto& [target, found] : waiting)
            later([found = found, why = route.failure()] { found(why); });
        return;
    }
    one.answer = {*route, loop_.now() + settings_.routes_for};
    const std::string& asked = place_of(one.asked);
    one.is_open = route_of_alike(**route, asked, asked).has_value();
    for (const auto& [target, found] : waiting)
        find(target, found);
}

void Routes::find_alone(const Target& target, Found found, const std::string& name)
{
    if (const auto asking = asking_.find(target); asking != asking_.end()) {
        asking->second->found.push_back(std::move(found));
        if (!name.empty())  // else whoever waits for the class would not be told
            asking->second->class_name = name;
        return;
    }
    if (!defaults_ && asking_.empty()) {
        auto first = std::make_shared<Asking>(loop_);
        first->for_defaults = true;
        first->target.host = "x";
        waiting_.push_back(std::move(first));
    }
    auto asking = std::make_shared<Asking>(loop_);
    asking->target = target;
    asking->class_name = name;
    asking->found.push_back(std::move(found));
    asking_.emplace(target, asking);
    waiting_.push_back(std::move(asking));
    later([this] { begin_next(); });
}

void Routes::begin_next()
{
    while (!waiting_.empty() && running_ < most_at_once) {
        if (!defaults_ && !waiting_.front()->for_defaults)
            return;  // their answer comes first
        const auto asking = std::move(waiting_.front());
        waiting_.pop_front();
        ask(asking);
        if (asking->for_defaults && !defaults_)
            return;
    }
}

void Routes::ask(const std::shared_ptr<Asking>& asking)
{
    io::SpawnOptions options;
    options.argv = {settings_.program, "-G"};
    const std::vector<std::string> words = asking->for_defaults
                                               ? std::vector<std::string>{"-F", "none", "--", "x"}
                                               : ssh_words(settings_, asking->target);
    options.argv.insert(options.argv.end(), words.begin(), words.end());
    auto child = io::spawn(loop_, options);
    if (!child.ok())
        return answer(*asking, without_program(asking->target));
    ++running_;
    ++asked_;
    open_.emplace(asking.get(), asking);
    Asking& one = *asking;
    one.child = std::move(*child);
    one.child->close_stdin();
    const auto take = [](std::string& into) {
        return [&into](std::string_view bytes) {
            into += bytes.substr(0, longest_answer - std::min(longest_answer, into.size()));
        };
    };
    one.deadline.after(answer_within, [this, &one] { overdue(one); });
    one.child->start(
        take(one.out), take(one.err), [this, &one](io::ExitStatus status) { ended(one, status); });
}

/// Its timer or its child is on the stack below us.
void Routes::forget_later(Asking& asking)
{
    --running_;
    asking.deadline.cancel();
    loop_.post([this, alive = std::weak_ptr{alive_}, asking = &asking] {
        if (!alive.expired())
            open_.erase(asking);
    });
}

void Routes::overdue(Asking& asking)
{
    forget_later(asking);
    answer(asking,
           Failure{Code::timeout,
                   fmt::format("`ssh -G {}` gave no answer within {}",
                               asking.target.host,
                               to_string(answer_within))});
}

void Routes::ended(Asking& asking, io::ExitStatus status)
{
    forget_later(asking);
    if (status.code != 0)
        return answer(
            asking,
            Failure{Code::invalid_argument,
                    fmt::format("`ssh -G {}`: {}", asking.target.host, last_line(asking.err)),
                    "ssh -G " + asking.target.host});
    if (asking.for_defaults) {
        defaults_ = read_ssh_options(asking.out);
        return begin_next();
    }
    answer(asking, make_route(asking.target, asking.out));
}

Result<RoutePtr> Routes::make_route(const Target& target, const std::string& output) const
{
    auto route = read_route(read_ssh_options(output), *defaults_, home_);
    if (!route.ok())
        return route.failure();
    if (!settings_.known_hosts.empty())
        route->known_hosts.push_back(settings_.known_hosts);
    const std::string& key = target.key.empty() ? settings_.key : target.key;
    if (!key.empty())  // the named one first; then those of the configuration are not wanted
        route->identities = {key};
    return std::make_shared<const Route>(std::move(*route));
}

void Routes::answer(Asking& asking, const Result<RoutePtr>& route)
{
    if (asking.for_defaults) {
        defaults_.emplace();
    } else {
        if (known_.size() >= most_known)
            known_.clear();
        if (route.ok())
            known_[asking.target] = {*route, loop_.now() + settings_.routes_for};
    }
    const auto held = asking_.extract(asking.target);
    const std::weak_ptr alive{alive_};
    if (!asking.class_name.empty())
        answer_class(asking.class_name, route);
    for (const auto& found : std::exchange(asking.found, {})) {
        found(route);
        if (alive.expired())
            return;
    }
    begin_next();
}

RoutePtr Routes::without_program(const Target& target) const
{
    Route route;
    route.host_name = target.address.empty() ? target.host : target.address;
    route.known_as = route.host_name;
    route.user = target.user.empty() ? settings_.user : target.user;
    route.port = target.port != 0 ? target.port : settings_.port != 0 ? settings_.port : 22;
    const std::string& key = target.key.empty() ? settings_.key : target.key;
    route.identities =
        key.empty() ? std::vector<std::string>{home_ + "/.ssh/id_ed25519", home_ + "/.ssh/id_rsa"}
                    : std::vector<std::string>{key};
    route.known_hosts = {home_ + "/.ssh/known_hosts", settings_.known_hosts};
    return std::make_shared<const Route>(std::move(route));
}

}  // namespace reops::remote
