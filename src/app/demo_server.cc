// SPDX-License-Identifier: Apache-2.0
#include "app/demo_server.hh"

#include "app/zone.hh"
#include "data/json.hh"
#include "data/map.hh"
#include "io/files.hh"
#include "io/http.hh"
#include "io/process.hh"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

namespace reops::app {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept_log = 64UL * 1024;

constexpr std::string_view configuration = R"({:state "state"
 :sim "machines"
 :broker :managed
 :sensors {:temperature {:topic "sensors/+/temperature" :unit :celsius :range [-20 90]}}
 :systems {"big-iron" {:type :hypervisor :provider :sim :sim {:stop "900ms"}}
           "foo" {:type :plex :provider :sim :runs-on "big-iron" :sim {:stop "800ms"}}
           "bar" {:type :build :provider :sim :runs-on "big-iron" :sim {:stop "1300ms"}}}
 :email {:from "reops@home" :to ["me@home"]}}
)";

/// The post's line, without a guard against single spikes: the demo is over in seconds.
constexpr std::string_view closet_flow =
    R"((def closet (Hosts. {} ["foo" "bar" "big-iron"]))

(def closet-heat
  (run (sensor :event :temperature) | (pick (fn [t] (> t 70))) | (stop closet)
       | (email to-from "stopped all closet instances, room too hot")))
)";

data::Value at(const data::Value& map, std::string_view key)
{
    return map.is_map() ? map.as_map().get(key) : data::Value{};
}

}  // namespace

DemoServer::DemoServer(io::EventLoop& loop, const Clock& clock, std::string program, bool keep)
    : loop_(loop), clock_(clock), program_(std::move(program)), keep_(keep)
{
}

DemoServer::~DemoServer()
{
    child_ = nullptr;
    std::error_code ignored;
    if (!folder_.empty() && !keep_)
        fs::remove_all(folder_, ignored);
    else if (keep_)
        fmt::print("\nkept: {}\n", folder_);
}

std::string_view DemoServer::flow_text()
{
    return closet_flow;
}

std::string DemoServer::find_program(const std::string& name) const
{
    const auto own = io::executable_path();
    if (!own.ok())
        return name;
    const fs::path folder = fs::path{*own}.parent_path();
    for (const fs::path& place : {folder, folder.parent_path() / "libexec" / "reops"})
        if (::access((place / name).c_str(), X_OK) == 0)
            return (place / name).string();
    return (folder / name).string();
}

Result<void> DemoServer::write_files()
{
    std::string pattern = (fs::temp_directory_path() / "reops-demo-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        return Failure{Code::denied, "no folder can be made as " + pattern};
    folder_ = pattern;
    socket_ = folder_ + "/state/control.sock";
    std::error_code failed;
    if (!fs::create_directory(folder_ + "/flows", failed))
        return Failure{Code::denied, "no folder can be made in " + folder_};
    if (auto written = io::write_file_atomically(folder_ + "/flows/closet.clj", closet_flow);
        !written.ok())
        return written;
    return io::write_file_atomically(folder_ + "/reops.edn", configuration);
}

Result<void> DemoServer::launch()
{
    io::SpawnOptions options;
    options.argv = {program_};
    if (program_.empty())
        options.argv = {find_program("reops"), "serve", folder_ + "/flows"};
    for (const std::string& word : {std::string{"--config"},
                                    folder_ + "/reops.edn",
                                    std::string{"--log"},
                                    std::string{"text"}})
        options.argv.push_back(word);
    auto child = io::spawn(loop_, options);
    if (!child.ok())
        return child.failure().while_("starting the closet's server");
    child_ = std::move(*child);
    const auto keep_end = [this](std::string_view text) {
        log_.append(text);
        if (log_.size() > kept_log)
            log_.erase(0, log_.size() - kept_log);
    };
    child_->start(keep_end, keep_end, [this](io::ExitStatus) { ended_ = true; });
    return {};
}

Result<void> DemoServer::start()
{
    if (auto written = write_files(); !written.ok())
        return written;
    if (auto launched = launch(); !launched.ok())
        return launched;
    return wait("the server to be armed", seconds(20), [this] {
        const auto status = ask("/v1/status");
        if (!status.ok())
            return false;
        const data::Value broker = at(*status, "broker");
        const data::Value state = at(broker, "state");
        const data::Value armed = at(*status, "armed");
        if (!armed.truthy() || !state.is_string())
            return false;
        broker_ = at(broker, "address").as_string();
        return true;
    });
}

Result<void> DemoServer::stop()
{
    if (!child_ || ended_)
        return {};
    child_->kill(SIGTERM);
    return wait("the server to end", seconds(30), [this] { return ended_; });
}

Result<data::Value> DemoServer::ask(const std::string& path)
{
    io::HttpRequest request;
    request.method = "GET";
    request.path = path;
    auto answer =
        io::fetch_http(loop_, {.host = {}, .port = 0, .unix_path = socket_}, request, seconds(5));
    if (!answer.ok())
        return answer.failure();
    if (answer->status != 200)
        return Failure{Code::internal, answer->body};
    return data::read_json(answer->body);
}

Result<void> DemoServer::wait(std::string_view what,
                              Duration longest,
                              const std::function<bool()>& look)
{
    const Duration end = loop_.now() + longest;
    while (!look()) {
        if (ended_)
            return Failure{Code::internal, "the server ended"};
        if (loop_.now() > end)
            return Failure{Code::timeout,
                           fmt::format("waited {} for {}", reops::to_string(longest), what)};
        loop_.run_until([this] { return ended_; }, milliseconds(50));
    }
    return {};
}

void DemoServer::let_pass(Duration span, const std::function<void()>& look)
{
    const Duration end = loop_.now() + span;
    while (loop_.now() < end && !ended_) {
        loop_.run_until([this] { return ended_; },
                        std::min(Duration{milliseconds(50)}, end - loop_.now()));
        look();
    }
}

Result<void> DemoServer::run_child(const std::vector<std::string>& argv, bool show_output)
{
    io::SpawnOptions options;
    options.argv = argv;
    auto child = io::spawn(loop_, options);
    if (!child.ok())
        return child.failure();
    std::optional<io::ExitStatus> status;
    std::string errors;
    (*child)->start(
        [show_output](std::string_view text) {
            if (show_output)
                std::fwrite(text.data(), 1, text.size(), stdout);
        },
        [&errors](std::string_view text) { errors.append(text); },
        [&status](io::ExitStatus ended) { status = ended; });
    (*child)->close_stdin();
    loop_.run_until([&status] { return status.has_value(); }, seconds(20));
    std::fflush(stdout);
    if (status && status->code == 0)
        return {};
    return Failure{Code::internal, fmt::format("`{}` failed: {}", argv.front(), errors)};
}

Result<void> DemoServer::publish(std::string_view topic, std::string_view payload)
{
    const std::size_t colon = broker_.rfind(':');
    return run_child({"mosquitto_pub",
                      "-h",
                      "127.0.0.1",
                      "-p",
                      broker_.substr(colon + 1),
                      "-q",
                      "1",
                      "-t",
                      std::string{topic},
                      "-m",
                      std::string{payload}},
                     false);
}

Result<void> DemoServer::show(const std::vector<std::string>& words)
{
    std::vector<std::string> argv{find_program("reops"), "--config", folder_ + "/reops.edn"};
    argv.insert(argv.end(), words.begin(), words.end());
    return run_child(argv, true);
}

std::string DemoServer::clock_text() const
{
    const Time now = clock_.wall();
    const auto offset = utc_offset({}, now);
    return to_iso(offset.ok() ? now + *offset : now).substr(11, 8);
}

std::string DemoServer::mail_path() const
{
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_ + "/state/mail", error))
        if (entry.path().extension() == ".eml")
            return entry.path().string();
    return {};
}

std::string DemoServer::mail_name() const
{
    const std::string path = mail_path();
    return path.empty() ? "state/mail/" : path.substr(folder_.size() + 1);
}

std::string DemoServer::mail_text() const
{
    auto text = io::read_file(mail_path(), 1024UL * 1024);
    return text.ok() ? std::move(*text) : std::string{};
}

std::string DemoServer::log_tail() const
{
    constexpr std::size_t shown = 2000;
    return log_.substr(log_.size() - std::min(log_.size(), shown));
}

}  // namespace reops::app
