// SPDX-License-Identifier: Apache-2.0
// The language at hand: a form, a file, a prompt.
#include "app/acting.hh"
#include "app/commands.hh"
#include "app/flow_loader.hh"
#include "app/version.hh"
#include "data/json.hh"
#include "engine/detail.hh"
#include "io/log_output.hh"
#include "io/process.hh"
#include "io/system_random.hh"
#include "lang/error.hh"
#include "lang/printer.hh"
#include "lang/task.hh"
#include "repl/client.hh"
#include "repl/nrepl_server.hh"

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace reops::app {

namespace {

/// Where programs print: the screen.
class ScreenOutput final : public lang::Output {
public:
    explicit ScreenOutput(std::ostream& out) : out_(out) {}
    void write(std::string_view text) override { out_ << text; }
    void flush() override { out_.flush(); }

private:
    std::ostream& out_;
};

Result<Config> read_config(const Call& call)
{
    auto config = load_config(call.global.config, call.surroundings);
    if (config.ok() && !call.global.state.empty())
        config->state = std::filesystem::absolute(call.global.state).string();
    return config;
}

/// Where a running server listens; empty without one, or when it is not wanted.
std::string server_socket(const Call& call, const Config& config)
{
    std::string socket = config.state + "/nrepl.sock";
    return !call.has("--alone") && std::filesystem::exists(socket) ? socket : std::string{};
}

/// On standard error, so that a pipe gets values only.
Progress make_progress(const Call& call)
{
    const bool is_terminal = ::isatty(STDERR_FILENO) != 0;
    const ProgressForm form = call.global.json ? ProgressForm::json
                              : is_terminal    ? ProgressForm::live
                                               : ProgressForm::lines;
    return {form, [&call](std::string_view text) { call.screen.err << text << std::flush; }};
}

/// A language of this process alone, which acts on the state folder when it is asked to.
struct Alone {
    Alone(const Call& call, const Config& config, const std::string& place)
        : output(call.screen.out),
          loader(place, config, call.surroundings, call.clock, random, &output),
          acting([&call] { return read_config(call); }, call.clock, random),
          steps([this] { return acting.place(); },
                fmt::format("uid {}", io::own_uid()),
                [&call](lang::Task&) { return make_progress(call); }),
          program(library::Program::make(facts()))
    {
    }
    library::ProgramFacts facts()
    {
        library::ProgramFacts out = loader.facts();
        out.direct = &steps;
        return out;
    }

    io::SystemRandom random;
    ScreenOutput output;
    FlowLoader loader;
    Acting acting;
    PostedSteps steps;
    std::shared_ptr<library::Program> program;
};

std::atomic<lang::Task*> running_task = nullptr;

/// The first one interrupts the evaluation, which cancels what has not begun; a second one ends
/// all.
extern "C" void on_interrupt(int)
{
    lang::Task* task = running_task.exchange(nullptr);
    if (task == nullptr)
        std::_Exit(128 + SIGINT);
    task->interrupt();
}

/// While it lives, Ctrl-C interrupts the task.
class Interruptible {
public:
    explicit Interruptible(lang::Task& task)
    {
        running_task = &task;
        std::signal(SIGINT, on_interrupt);
    }
    Interruptible(const Interruptible&) = delete;
    Interruptible& operator=(const Interruptible&) = delete;
    ~Interruptible() { running_task = nullptr; }
};

int tell_report(const Call& call, const lang::Report& report)
{
    return tell_failure(call, Failure{Code::invalid_argument, report.to_text()});
}

void show_value(const Call& call, const data::Value& printed)
{
    if (call.global.json)
        call.screen.out << data::write_json(engine::make_detail({{"value", printed}})) << '\n';
    else
        call.screen.out << printed.as_string() << '\n';
}

/// Evaluates a text; `print` shows its last value.
int eval_text(
    const Call& call, Alone& alone, const std::string& text, const std::string& file, bool print)
{
    lang::Interpreter& interpreter = alone.program->interpreter();
    lang::Task task{interpreter};
    const Interruptible interruptible{task};
    try {
        const data::Value value = interpreter.eval(task, text, file);
        if (print)
            show_value(call, data::Value::string(lang::print_value(task, value, true)));
    } catch (const lang::LangError& error) {
        return tell_report(call, interpreter.report(error));
    } catch (const lang::Interrupted& ended) {
        return tell_report(call, interpreter.report(ended));
    }
    if (!alone.program->take_declared().empty())
        call.screen.err << "note: flows are declared here but run only in `reops serve DIR`\n";
    return alone.steps.failed() ? exit_status::failed : exit_status::done;
}

/// In the running server, which has the state folder. Nothing: none answers there.
std::optional<int> eval_in_server(const Call& call,
                                  const std::string& socket,
                                  const std::string& text,
                                  bool print)
{
    if (socket.empty())
        return std::nullopt;
    io::EventLoop loop;
    std::ostringstream kept;  // the value is its last line
    const bool as_json = print && call.global.json;
    std::ostream* out = as_json ? static_cast<std::ostream*>(&kept) : &call.screen.out;
    repl::Client client{loop,
                        {.unix_path = socket, .history = {}, .out = out, .err = &call.screen.err}};
    if (const auto connected = client.connect(); !connected.ok())
        return std::nullopt;  // it was killed, and left its socket
    loop.on_signal([&](int signal) {
        if (signal == SIGINT)
            client.interrupt();
        else
            std::_Exit(128 + signal);
    });
    const bool good = client.eval(text, print);
    if (as_json && good) {
        const std::string said = kept.str().substr(0, kept.str().find_last_not_of('\n') + 1);
        const std::size_t last = said.rfind('\n') + 1;  // 0 without one
        call.screen.err << said.substr(0, last);
        show_value(call, data::Value::string(said.substr(last)));
    }
    return good ? exit_status::done : exit_status::failed;
}

int run_eval(const Call& call)
{
    if (const auto config = read_config(call); config.ok())
        if (const auto status =
                eval_in_server(call, server_socket(call, *config), call.get("FORM"), true))
            return *status;
    Alone alone{call, Config{}, "."};
    return eval_text(call, alone, call.get("FORM"), "-e", true);
}

int run_file(const Call& call)
{
    const auto config = read_config(call);
    if (!config.ok())
        return tell_failure(call, config.failure());
    const std::string path = call.get("FILE");
    std::ostringstream text;
    text << std::ifstream{path}.rdbuf();
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        return tell_failure(call, Failure{Code::not_found, "no file " + path});
    if (const auto status = eval_in_server(call, server_socket(call, *config), text.str(), false))
        return *status;
    Alone alone{call, *config, path};
    return eval_text(call, alone, text.str(), path, false);
}

std::string history_file(const Call& call)
{
    const auto& variables = call.surroundings.environment;
    const auto state = variables.find("XDG_STATE_HOME");
    const auto home = variables.find("HOME");
    std::string folder;
    if (state != variables.end() && !state->second.empty())
        folder = state->second + "/reops";
    else if (home != variables.end() && !home->second.empty())
        folder = home->second + "/.local/state/reops";
    else
        return {};
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    return error ? std::string{} : folder + "/history";
}

/// A folder for the socket of a prompt that is alone; gone with it.
class PrivateFolder {
public:
    PrivateFolder()
    {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "reops-repl-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr)
            path_ = pattern;
    }
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    ~PrivateFolder()
    {
        std::error_code ignored;
        if (!path_.empty())
            std::filesystem::remove_all(path_, ignored);
    }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

int prompt(const Call& call, io::EventLoop& loop, const std::string& socket, const char* greeting)
{
    const bool is_terminal = ::isatty(STDIN_FILENO) != 0;
    repl::Client client{loop,
                        {.unix_path = socket,
                         .history = is_terminal ? history_file(call) : std::string{},
                         .is_terminal = is_terminal,
                         .colours = call.screen.colours,
                         .out = &call.screen.out,
                         .err = &call.screen.err}};
    if (const auto connected = client.connect(); !connected.ok())
        return tell_failure(call, connected.failure());
    loop.on_signal([&](int signal) {
        if (signal == SIGINT)
            client.interrupt();
        else
            std::_Exit(128 + signal);
    });
    if (is_terminal)
        call.screen.out << greeting << '\n';
    return client.run();
}

int run_repl(const Call& call)
{
    io::EventLoop loop;
    const auto config = read_config(call);
    if (!config.ok())
        return tell_failure(call, config.failure());
    const std::string attached = server_socket(call, *config);
    if (!attached.empty())
        return prompt(call, loop, attached, "reops, attached to the running server; Ctrl-D leaves");
    const PrivateFolder folder;
    if (folder.path().empty())
        return tell_failure(call, Failure{Code::denied, "no folder for temporary files"});
    Alone alone{call, *config, "."};
    io::LogOutput log{call.clock, io::LogFormat::text};
    auto server = repl::NreplServer::start(loop,
                                           alone.random,
                                           log,
                                           alone.program->interpreter(),
                                           {.unix_path = folder.path() + "/nrepl.sock",
                                            .host = "",
                                            .version = std::string{program_version}});
    if (!server.ok())
        return tell_failure(call, server.failure());
    return prompt(call,
                  loop,
                  folder.path() + "/nrepl.sock",
                  "reops, alone: no server runs here; Ctrl-D leaves");
}

constexpr std::array<Argument, 1> form_argument = {{{"FORM", "of the flow language: '(+ 1 2)'"}}};
constexpr std::array<Argument, 1> file_argument = {{{"FILE", "a program in the flow language"}}};
constexpr std::array<Option, 1> alone_option = {{
    {"--alone", "", "in a process of its own, although a server runs"},
}};

constexpr std::array<Command, 3> table = {{
    {.name = "eval",
     .purpose = Purpose::act,
     .summary = "evaluate a form and print its value; short: reops -e FORM",
     .example = "reops -e '(reduce + (range 10))'",
     .arguments = form_argument,
     .options = alone_option,
     .run = run_eval},
    {.name = "run",
     .purpose = Purpose::act,
     .summary = "run a program of the flow language",
     .example = "reops run report.clj",
     .arguments = file_argument,
     .options = alone_option,
     .run = run_file},
    {.name = "repl",
     .purpose = Purpose::act,
     .summary = "a prompt, attached to the running server or alone",
     .example = "reops repl",
     .options = alone_option,
     .run = run_repl},
}};

}  // namespace

std::span<const Command> lang_commands()
{
    return table;
}

}  // namespace reops::app
