// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What the language asks of the world. It does no input or output itself: `library` (or a
/// test) implements these.

#include "base/result.hh"
#include "base/time.hh"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

class Task;

/// Where printed text goes. One writer at a time.
class Output {
public:
    virtual ~Output() = default;
    virtual void write(std::string_view text) = 0;
    virtual void flush() {}

protected:
    Output() = default;
    Output(const Output&) = default;
    Output& operator=(const Output&) = default;
};

/// Collects what is printed.
class TextOutput final : public Output {
public:
    void write(std::string_view text) override { text_ += text; }
    const std::string& text() const { return text_; }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

/// The text of a namespace and the name of its file, for messages.
struct SourceFile {
    std::string file;
    std::string text;
};

struct ProcessResult {
    int code = 0;
    std::string output;
    std::string errors;
};

/// Any thread may call. The defaults refuse: a pure evaluation has no outside.
class Outside {
public:
    virtual ~Outside() = default;

    /// The file of a namespace on the search path: "my.tools" is my/tools.clj. Nothing: there is
    /// none.
    virtual Result<std::optional<SourceFile>> find_namespace(std::string_view name);
    virtual Result<std::string> read_file(const std::string& path);
    virtual Result<void> write_file(const std::string& path, std::string_view text, bool append);
    virtual Result<bool> delete_file(const std::string& path);
    virtual bool file_exists(const std::string& path);
    virtual Result<std::string> read_line();
    /// A deadline in limits and the interrupt of the task end it early.
    virtual Result<ProcessResult> run_process(const std::vector<std::string>& command,
                                              std::string_view input);
    /// Returns early, in slices, so that the caller can poll its task: the time really slept.
    virtual Result<Duration> pause(Duration wanted);
    virtual Result<Time> wall_time();
    virtual Result<Duration> steady_time();
    virtual std::optional<std::string> variable(const std::string& name);
    /// Runs `work` on another thread.
    virtual Result<void> start_thread(std::function<void()> work);
    virtual Result<std::uint64_t> random();
};

}  // namespace reops::lang
