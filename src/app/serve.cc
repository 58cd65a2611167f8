// SPDX-License-Identifier: Apache-2.0
#include "app/serve.hh"

#include "app/build_id.hh"
#include "app/command.hh"
#include "app/flow_loader.hh"
#include "app/reloader.hh"
#include "app/repl_host.hh"
#include "app/server.hh"
#include "app/surroundings.hh"
#include "io/crash_plan.hh"
#include "io/log_output.hh"
#include "io/notify.hh"
#include "io/process.hh"
#include "io/system_clock.hh"
#include "io/system_random.hh"
#include "store/journal/power_cut.hh"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

namespace reops::app {

namespace {

constexpr Duration patience = seconds(20);  // for actions in flight

/// The exit status when the program has to end now.
std::optional<int> parse(int argc, char** argv, ServeOptions& options)
{
    CLI::App app{"Serves the flows of this program until it is told to stop.", "serve"};
    app.add_option("--config", options.config, "configuration (default: ./reops.edn, ~/.config)")
        ->type_name("FILE");
    app.add_option("--state", options.state, "state folder, instead of the configuration's")
        ->type_name("DIR");
    app.add_option("--log", options.log, "form of the log lines on standard error")
        ->check(CLI::IsMember({"terminal", "text", "json"}))
        ->type_name("FORM");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    return std::nullopt;
}

void complain(const Failure& why)
{
    fmt::print(stderr, "{}{}\n", is_report(why.message) ? "" : "error: ", why.message);
    if (!why.details.empty())
        fmt::print(stderr, "  hint: {}\n", why.details);
}

std::string variable(const Surroundings& surroundings, const std::string& name)
{
    const auto found = surroundings.environment.find(name);
    return found == surroundings.environment.end() ? "" : found->second;
}

io::LogFormat log_format(const std::string& wanted, const Surroundings& surroundings)
{
    if (wanted == "json")
        return io::LogFormat::json;
    if (wanted == "text")
        return io::LogFormat::text;
    if (wanted == "terminal")
        return io::LogFormat::terminal;
    return io::choose_log_format(STDERR_FILENO,
                                 variable(surroundings, "JOURNAL_STREAM"),
                                 !variable(surroundings, "NO_COLOR").empty());
}

/// What tests ask of a checked build: to die at a point, and to lose what was not synced.
struct Trials {
    std::unique_ptr<store::FileLayer> files;
};

Result<Trials> read_trials(const Surroundings& surroundings)
{
    const auto planned = io::install_crash_plan(
        {variable(surroundings, "REOPS_CRASH"), variable(surroundings, "REOPS_CRASH_LIST")});
    if (!planned.ok())
        return planned.failure();
    Trials trials;
    const std::string folder = variable(surroundings, "REOPS_POWER_CUT");
    if (folder.empty())
        return trials;
    auto files = store::make_power_cut_files(folder);
    if (!files.ok())
        return files.failure();
    trials.files = std::move(*files);
    return trials;
}

/// What lies in the state folder by default moves with it.
void use_state(Config& config, const std::string& folder)
{
    const std::string before = std::exchange(config.state, folder);
    if (config.socket == before + "/control.sock")
        config.socket = folder + "/control.sock";
    if (config.sim_folder == before + "-sim")
        config.sim_folder = folder + "-sim";
}

Result<Config> configure(const ServeOptions& options, const Surroundings& surroundings)
{
    auto config = load_config(options.config, surroundings);
    if (config.ok() && !options.state.empty())
        use_state(*config, std::filesystem::absolute(options.state).string());
    return config;
}

/// What a person should know at the start, one line each.
void greet(Log& log, const Config& config, std::size_t flows)
{
    log.info("serve",
             fmt::format("{} flow{}, state in {}, configuration {}",
                         flows,
                         flows == 1 ? "" : "s",
                         config.state,
                         config.path.empty() ? "absent: defaults" : config.path));
    if (flows == 0)
        log.warning("serve", "no flows: put flow files (*.clj) into a folder, `reops serve DIR`");
    if (io::own_uid() == 0)
        log.warning("serve",
                    "running as root; a user of its own is enough (reops.service has one)");
}

/// Ends the loop in order, whoever asks; a second time at once.
class Ending {
public:
    Ending(io::EventLoop& loop, Log& log, Server& server, const io::SystemdNotifier& systemd)
        : loop_(loop), log_(log), server_(server), systemd_(systemd)
    {
    }
    void ask(std::string_view by)
    {
        if (asked_) {
            log_.warning("serve", "asked again: ending at once");
            loop_.stop();
            return;
        }
        asked_ = true;
        log_.info("serve", fmt::format("stopping ({}): actions in flight have 20 s", by));
        report(systemd_.stopping());
        server_.stop(patience, [this] {
            log_.info("serve", "stopped");
            loop_.stop();
        });
    }
    void report(const Result<void>& told)
    {
        if (!told.ok())
            log_.warning("systemd", told.failure().message);
    }

private:
    io::EventLoop& loop_;
    Log& log_;
    Server& server_;
    const io::SystemdNotifier& systemd_;
    bool asked_ = false;
};

std::string_view signal_name(int signal)
{
    return signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : "SIGHUP";
}

/// What a process has one of, made before the server and gone after it.
struct Process {
    const Clock& clock;
    Log& log;
    Random& random;
    store::FileLayer* files;
};

/// Where `println` of flow files goes: a line of the log each.
class LogLines final : public lang::Output {
public:
    explicit LogLines(Log& log) : log_(log) {}

    /// Any thread: functions of stages print too.
    void write(std::string_view text) override
    {
        const std::lock_guard lock{mutex_};
        line_ += text;
        for (std::size_t end = 0; (end = line_.find('\n')) != std::string::npos;) {
            log_.info("flows", line_.substr(0, end));
            line_.erase(0, end + 1);
        }
        if (line_.size() > most_bytes)
            log_.info("flows", std::exchange(line_, {}));
    }

private:
    static constexpr std::size_t most_bytes = 4096;

    Log& log_;
    std::mutex mutex_;
    std::string line_;  // guarded by mutex_
};

LoadFlows load_with(FlowLoader& loader, Log& log)
{
    return [&loader, &log]() -> Result<std::vector<ServedFlow>> {
        auto loaded = loader.load();
        if (!loaded.ok())
            return loaded.failure();
        for (const std::string& warning : loaded->warnings)
            log.warning("flows", warning);
        return std::move(loaded->flows);
    };
}

/// Editors and `reops repl`. Without it the flows are served all the same.
std::unique_ptr<ReplHost> start_repl(io::EventLoop& loop,
                                     const Process& process,
                                     Server& server,
                                     FlowLoader& loader,
                                     std::optional<std::uint16_t> port)
{
    ReplPlaces places{.socket = server.config().state + "/nrepl.sock"};
    if (port) {
        places.host = "127.0.0.1";
        places.port = *port;
    }
    auto host = ReplHost::start(loop, process.random, process.log, server, loader, places);
    if (!host.ok()) {
        process.log.warning("nrepl", host.failure().message);
        return nullptr;
    }
    if (port)  // the line that editors look for
        process.log.info("nrepl",
                         fmt::format("nREPL server started on port {0} on host 127.0.0.1 - "
                                     "nrepl://127.0.0.1:{0}",
                                     (*host)->port()));
    return std::move(*host);
}

/// Serves until it is told to stop; the exit status.
int run_server(const Process& process,
               Config config,
               const std::vector<ServedFlow>& flows,
               FlowLoader* loader,
               std::optional<std::uint16_t> nrepl_port)
{
    io::EventLoop loop;
    const auto systemd = io::SystemdNotifier::from_environment();
    const bool reloads_by_itself = config.reload_by_itself;
    auto server = Server::open({loop, process.clock, process.random, process.log, process.files},
                               std::move(config),
                               flows);
    if (!server.ok()) {
        complain(server.failure());
        return 1;
    }
    Ending ending{loop, process.log, **server, systemd};
    loop.on_signal([&](int signal) {
        if (signal != SIGHUP)
            ending.ask(signal_name(signal));
    });
    (*server)->on_shutdown([&] { ending.ask("reops shutdown"); });
    std::optional<Reloader> reloader;
    if (loader != nullptr) {
        reloader.emplace(loop, process.log, **server, load_with(*loader, process.log));
        (*server)->on_reload(
            [&](const std::string& actor, auto done) { reloader->reload(actor, std::move(done)); });
    }
    int status = 0;
    (*server)->runtime().on_broken([&](const Failure& why) {
        complain(why);  // only another start can tell what is on the disk
        status = 1;
        loop.stop();
    });
    const auto started = (*server)->start([&] {
        process.log.info("serve", "armed: every topic is subscribed");
        ending.report(systemd.ready());
    });
    if (!started.ok()) {
        complain(started.failure());
        return 1;
    }
    std::unique_ptr<ReplHost> repl;
    if (loader != nullptr)
        repl = start_repl(loop, process, **server, *loader, nrepl_port);
    if (repl)
        reloader->on_reloaded([&] { repl->learn(); });
    if (reloader && reloads_by_itself)
        if (const auto watched = reloader->watch(loader->place()); !watched.ok())
            process.log.warning("flows", watched.failure().message + "; use `reops reload`");
    loop.run();
    return status;
}

}  // namespace

int serve(int argc, char** argv, const std::vector<pipeline::Pipeline>& flows)
{
    ServeOptions options;
    if (const auto status = parse(argc, argv, options))
        return *status;
    return serve(options, flows);
}

int serve(const ServeOptions& options, const std::vector<pipeline::Pipeline>& flows)
{
    const Surroundings surroundings = read_surroundings();
    auto config = configure(options, surroundings);
    if (!config.ok()) {
        complain(config.failure());
        return 1;
    }
    auto trials = read_trials(surroundings);
    if (!trials.ok()) {
        complain(trials.failure());
        return 2;
    }
    const io::SystemClock clock;
    io::LogOutput log{clock, log_format(options.log, surroundings)};
    if (const auto off = io::turn_off_core_dumps(); !off.ok())
        log.warning("serve", off.failure().message);
    io::raise_open_file_limit();
    io::SystemRandom random;
    const Process process{clock, log, random, trials->files.get()};
    std::vector<ServedFlow> served;
    for (const pipeline::Pipeline& flow : flows)
        served.push_back({.pipeline = flow, .source_id = build_id()});
    LogLines lines{log};
    std::optional<FlowLoader> loader;
    if (!options.flows.empty()) {
        loader.emplace(options.flows, *config, surroundings, clock, random, &lines);
        auto loaded = load_with(*loader, log)();
        if (!loaded.ok()) {
            complain(loaded.failure());
            return 1;
        }
        served.insert(served.end(), loaded->begin(), loaded->end());
    }
    greet(log, *config, served.size());
    return run_server(
        process, std::move(*config), served, loader ? &*loader : nullptr, options.nrepl);
}

}  // namespace reops::app
