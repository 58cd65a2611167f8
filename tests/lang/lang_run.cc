// SPDX-License-Identifier: Apache-2.0
// lang-run FILE: evaluates a file as clojure.main would; lang-run -e FORMS prints the last value;
// lang-run --lines FILE: each line is a form; shows what it printed, its value or its error.
// For tests of the language alone: without flows, hosts and engine.
#include "data/map.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/printer.hh"
#include "lang/task.hh"
#include "lang/thread_set.hh"
#include "lang/var.hh"
#include "lang/writer.hh"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <utility>

namespace {

namespace lang = reops::lang;
using reops::Code;
using reops::Duration;
using reops::Failure;
using reops::Result;

class Stream final : public lang::Output {
public:
    explicit Stream(std::FILE* file) : file_(file) {}
    void write(std::string_view text) override { std::fwrite(text.data(), 1, text.size(), file_); }
    void flush() override { std::fflush(file_); }

private:
    std::FILE* file_;
};

/// Files, clocks and threads of the machine that the tests run on.
class Machine final : public lang::Outside {
public:
    explicit Machine(std::filesystem::path root) : root_(std::move(root)) {}

    Result<std::optional<lang::SourceFile>> find_namespace(std::string_view name) override
    {
        std::string path;
        for (const char c : name)
            path += c == '.' ? '/' : c == '-' ? '_' : c;
        const std::filesystem::path file = root_ / (path + ".clj");
        if (!std::filesystem::exists(file))
            return std::optional<lang::SourceFile>{};
        auto text = read_file(file.string());
        if (!text.ok())
            return text.failure();
        return std::optional<lang::SourceFile>{{file.filename().string(), *text}};
    }
    Result<std::string> read_file(const std::string& path) override
    {
        std::ifstream in{path, std::ios::binary};
        if (!in)
            return Failure{Code::not_found, path + " (No such file or directory)"};
        std::ostringstream text;
        text << in.rdbuf();
        return text.str();
    }
    Result<void> write_file(const std::string& path, std::string_view text, bool append) override
    {
        std::ofstream out{path, append ? std::ios::binary | std::ios::app : std::ios::binary};
        if (!out.write(text.data(), static_cast<std::streamsize>(text.size())))
            return Failure{Code::internal, "writing " + path};
        return {};
    }
    Result<bool> delete_file(const std::string& path) override
    {
        return std::filesystem::remove(path);
    }
    bool file_exists(const std::string& path) override { return std::filesystem::exists(path); }
    Result<std::string> read_line() override
    {
        std::string line;
        if (!std::getline(std::cin, line))
            return Failure{Code::not_found, "the input has ended"};
        return line;
    }
    Result<reops::Time> wall_time() override
    {
        return reops::Time{std::chrono::duration_cast<Duration>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count()};
    }
    Result<Duration> steady_time() override
    {
        return std::chrono::duration_cast<Duration>(
            std::chrono::steady_clock::now().time_since_epoch());
    }
    std::optional<std::string> variable(const std::string& name) override
    {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>{value};
    }
    Result<Duration> pause(Duration wanted) override
    {
        std::unique_lock lock{mutex_};
        never_.wait_for(lock, wanted);
        return wanted;
    }
    Result<void> start_thread(std::function<void()> work) override
    {
        threads_.start(std::move(work));
        return {};
    }
    Result<std::uint64_t> random() override
    {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return state_ ^ (state_ >> 29);
    }

private:
    std::filesystem::path root_;
    std::mutex mutex_;
    std::condition_variable never_;
    lang::ThreadSet threads_;
    std::uint64_t state_ = 88172645463325252ULL;
};

int run(lang::Interpreter& interpreter, const std::string& text, const std::string& file, bool show)
{
    lang::Task task{interpreter};
    try {
        const lang::Value value = interpreter.eval(task, text, file);
        if (show && !value.is_nil())
            std::printf("%s\n", lang::print_value(task, value, true).c_str());
        return 0;
    } catch (const lang::LangError& error) {
        std::fflush(stdout);
        const lang::Report report = interpreter.report(error);
        std::fputs(std::getenv("LANG_RUN_HOUSE") != nullptr ? report.to_text().c_str()
                                                            : report.to_clojure().c_str(),
                   stderr);
    } catch (const lang::Interrupted& stopped) {
        std::fflush(stdout);
        std::fputs(interpreter.report(stopped).to_text().c_str(), stderr);
    }
    return 1;
}

/// As tools/lang-expect.py has real Clojure do it.
void answer_line(lang::Interpreter& interpreter, const std::string& line)
{
    std::printf(";; %s\n", line.c_str());
    lang::TaskLimits limits;
    limits.time_source = [] {
        return std::chrono::duration_cast<Duration>(
            std::chrono::steady_clock::now().time_since_epoch());
    };
    limits.time = std::chrono::seconds{10};
    lang::Task task{interpreter, limits};
    lang::TextOutput said;
    task.set_bindings(task.bindings().assoc(lang::value_of(interpreter.out_var()),
                                            reops::data::make_native<lang::OutputWriter>(&said)));
    std::string shown;
    try {
        const lang::Value value = interpreter.eval(task, line, "NO_SOURCE_PATH");
        shown = "=> " + lang::print_value(task, value, true);
    } catch (const lang::LangError& error) {
        // Of the compiler's exception the cause is shown, as the harness does.
        const lang::Value& cause = error.exception().cause();
        const bool is_syntax =
            error.exception().kind().name == "Compiler$CompilerException" && !cause.is_nil();
        const lang::Report report = interpreter.report(is_syntax ? lang::LangError{cause} : error);
        shown = "!! " + report.class_name + ": " + report.message;
    } catch (const lang::Interrupted& stopped) {
        shown = "!! stopped: " + stopped.message();
    }
    const std::string printed = said.text();
    std::fputs(printed.c_str(), stdout);
    if (!printed.empty() && printed.back() != '\n')
        std::fputs("\\\n", stdout);
    std::printf("%s\n", shown.c_str());
    std::fflush(stdout);
}

int answer_lines(lang::Interpreter& interpreter, const std::string& text)
{
    for (const char* name : {"clojure.string",
                             "clojure.set",
                             "clojure.walk",
                             "clojure.edn",
                             "clojure.template",
                             "clojure.data",
                             "clojure.pprint",
                             "clojure.repl"}) {
        lang::Task task{interpreter};
        interpreter.require(task, name);
    }
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);)
        if (line.find_first_not_of(" \t") != std::string::npos && line.front() != ';')
            answer_line(interpreter, line);
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    const bool has_option = argc > 1 && argv[1][0] == '-';
    if (argc < 2 || (has_option && argc < 3)) {
        std::fputs("usage: lang-run FILE | lang-run -e FORMS | lang-run --lines FILE\n", stderr);
        return 2;
    }
    const bool is_form = std::strcmp(argv[1], "-e") == 0;
    const bool is_lines = std::strcmp(argv[1], "--lines") == 0;
    const std::filesystem::path path = is_form ? "." : is_lines ? argv[2] : argv[1];
    Stream out{stdout};
    Stream errors{stderr};
    Machine machine{is_form ? "." : path.parent_path()};
    lang::InterpreterOptions options;
    options.output = &out;
    options.error_output = &errors;
    options.outside = &machine;
    lang::Interpreter interpreter{std::move(options)};
    if (is_form)
        return run(interpreter, argv[2], "NO_SOURCE_PATH", true);
    const auto text = machine.read_file(path.string());
    if (!text.ok()) {
        std::fprintf(stderr, "%s\n", text.failure().message.c_str());
        return 2;
    }
    return is_lines ? answer_lines(interpreter, *text)
                    : run(interpreter, *text, path.filename().string(), false);
}
