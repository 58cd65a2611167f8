// SPDX-License-Identifier: Apache-2.0
// Between fork and exec only async-signal-safe calls are made: other threads of ours may have held
// any lock. Everything that allocates is done before.
#include "io/detail/launch.hh"

#include "io/system_failure.hh"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reops::io {

namespace {

constexpr const char* default_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::array<const char*, 5> inherited_variables = {"PATH", "HOME", "LANG", "TZ", "USER"};

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

/// Ends above 2, so that dup2 onto 0, 1, 2 never meets one of them, even when we were started with
/// closed standard streams.
Result<Pipe> make_pipe()
{
    std::array<int, 2> raw{};
    if (::pipe2(raw.data(), O_CLOEXEC) != 0)
        return system_failure(errno, "making a pipe");
    Pipe pipe{UniqueFd{raw[0]}, UniqueFd{raw[1]}};
    for (UniqueFd* end : {&pipe.read, &pipe.write}) {
        if (end->get() > STDERR_FILENO)
            continue;
        end->reset(::fcntl(end->get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
        if (!*end)
            return system_failure(errno, "making a pipe");
    }
    return pipe;
}

/// What the child tells when it cannot become the program.
struct Trouble {
    enum Step { streams, directory, program } step = program;
    int error = 0;
};

/// Everything the child needs, made before the fork.
struct Plan {
    std::string program;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;
    const SpawnOptions* options = nullptr;
    Pipe in;
    Pipe out;
    Pipe err;
    Pipe trouble;
    pid_t parent = 0;
};

std::string assignment(std::string_view name, std::string_view value)
{
    std::string text{name};
    text += '=';
    text += value;
    return text;
}

std::vector<std::string> scrubbed_environment(const SpawnOptions& options)
{
    std::vector<std::string> environment;
    for (const char* name : inherited_variables)
        if (const char* value = std::getenv(name); value != nullptr)
            environment.push_back(assignment(name, value));
        else if (std::string_view{name} == "PATH")
            environment.push_back(assignment(name, default_path));
    for (const auto& entry : options.environment) {
        std::erase_if(environment, [begin = assignment(entry.first, "")](const std::string& other) {
            return other.starts_with(begin);
        });
        environment.push_back(assignment(entry.first, entry.second));
    }
    return environment;
}

std::vector<char*> pointers(const std::vector<std::string>& texts)
{
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (const std::string& text : texts)
        result.push_back(const_cast<char*>(text.c_str()));  // execve takes them so and keeps them
    result.push_back(nullptr);
    return result;
}

[[noreturn]] void give_up(const Plan& plan, Trouble::Step step)
{
    const Trouble trouble{step, errno};
    [[maybe_unused]] const ssize_t told =
        ::write(plan.trouble.write.get(), &trouble, sizeof trouble);
    ::_exit(127);
}

void restore_signals()
{
    // The library's sigaction() leaves its own two signals (32 and 33) alone, and posix_spawn()
    // leaves them ignored: who was started by make or by Python would pass that on. To the kernel
    // a structure of zeros is SIG_DFL without flags or mask, whatever the order of its members.
    constexpr std::size_t kernel_set_bytes = 8;
    const std::array<unsigned long, 16> plain{};
    for (int signal = 1; signal < NSIG; ++signal)
        ::syscall(SYS_rt_sigaction, signal, plain.data(), nullptr, kernel_set_bytes);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Runs in the child.
[[noreturn]] void become(const Plan& plan)
{
    if (plan.options->own_group)
        ::setpgid(0, 0);
    if (plan.options->die_with_parent) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != plan.parent)
            ::_exit(127);  // the parent died before the request
    }
    restore_signals();
    if (::dup2(plan.in.read.get(), STDIN_FILENO) < 0 ||
        ::dup2(plan.out.write.get(), STDOUT_FILENO) < 0 ||
        ::dup2(plan.err.write.get(), STDERR_FILENO) < 0)
        give_up(plan, Trouble::streams);
    // Ours are close-on-exec already; those of libraries may not be.
    ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    if (!plan.options->directory.empty() && ::chdir(plan.options->directory.c_str()) != 0)
        give_up(plan, Trouble::directory);
    ::execve(plan.program.c_str(), plan.argv.data(), plan.envp.data());
    give_up(plan, Trouble::program);
}

/// Signals wait while the child still has our handlers.
pid_t fork_with_signals_blocked(const Plan& plan)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0)
        become(plan);
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return pid;
}

/// Waits until the child has become the program; nothing in `trouble` then.
Trouble read_trouble(int fd)
{
    Trouble trouble;
    ssize_t count = 0;
    do
        count = ::read(fd, &trouble, sizeof trouble);
    while (count < 0 && errno == EINTR);
    return count == sizeof trouble ? trouble : Trouble{};
}

Failure explain(const Trouble& trouble, const SpawnOptions& options)
{
    switch (trouble.step) {
        case Trouble::streams:
            return system_failure(trouble.error,
                                  "connecting the streams of `" + options.argv[0] + "`");
        case Trouble::directory:
            return system_failure(trouble.error, "entering `" + options.directory + "`");
        default:
            if (trouble.error == ENOEXEC)
                return {Code::invalid_argument, "`" + options.argv[0] + "` is not a program"};
            return system_failure(trouble.error, "starting `" + options.argv[0] + "`");
    }
}

Result<void> make_pipes(Plan& plan)
{
    for (Pipe* each : {&plan.in, &plan.out, &plan.err, &plan.trouble}) {
        Result<Pipe> pipe = make_pipe();
        if (!pipe)
            return pipe.failure();
        *each = std::move(pipe).value();
    }
    return {};
}

Result<void> check_texts(const SpawnOptions& options)
{
    if (options.argv.empty() || options.argv[0].empty())
        return Failure{Code::invalid_argument, "no program to start"};
    for (const std::string& argument : options.argv)
        if (argument.find('\0') != std::string::npos)
            return Failure{Code::invalid_argument,
                           "an argument for `" + options.argv[0] + "` contains a NUL"};
    return {};
}

bool is_program(const std::string& file)
{
    struct stat found {};
    return ::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

void make_non_blocking(const UniqueFd& fd)
{
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

}  // namespace

Result<std::string> find_program(const std::string& name, const std::string& path_variable)
{
    if (name.find('/') != std::string::npos)
        return name;
    std::string denied;
    for (std::size_t begin = 0; begin <= path_variable.size();) {
        const std::size_t end = std::min(path_variable.find(':', begin), path_variable.size());
        const std::string folder = path_variable.substr(begin, end - begin);
        begin = end + 1;
        std::string file = folder;
        file += '/';
        file += name;
        if (folder.empty() || !is_program(file))
            continue;  // an empty entry means the working directory: never searched
        if (::access(file.c_str(), X_OK) == 0)
            return file;
        denied = file;
    }
    if (!denied.empty())
        return Failure{Code::denied, "`" + denied + "` may not be run"};
    return Failure{Code::not_found, "no program `" + name + "` in " + path_variable};
}

Result<Launched> launch(const SpawnOptions& options)
{
    if (const Result<void> checked = check_texts(options); !checked)
        return checked.failure();
    const char* path = std::getenv("PATH");
    const Result<std::string> program =
        find_program(options.argv[0], path != nullptr ? path : default_path);
    if (!program)
        return program.failure();
    Plan plan;
    plan.program = *program;
    plan.environment = scrubbed_environment(options);
    plan.argv = pointers(options.argv);
    plan.envp = pointers(plan.environment);
    plan.options = &options;
    plan.parent = ::getpid();
    if (const Result<void> piped = make_pipes(plan); !piped)
        return piped.failure();

    const pid_t pid = fork_with_signals_blocked(plan);
    if (pid < 0)
        return system_failure(errno, "starting `" + options.argv[0] + "`");
    plan.trouble.write.reset();
    if (const Trouble trouble = read_trouble(plan.trouble.read.get()); trouble.error != 0) {
        ::waitpid(pid, nullptr, 0);
        return explain(trouble, options);
    }
    Launched launched{
        pid, std::move(plan.in.write), std::move(plan.out.read), std::move(plan.err.read)};
    for (const UniqueFd* fd : {&launched.in, &launched.out, &launched.err})
        make_non_blocking(*fd);
    return launched;
}

}  // namespace reops::io
