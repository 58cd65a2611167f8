// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The log as an interface: one line per run and per change of state, none per reading.
/// Where lines go (terminal, journald, JSON) is io/log_output.hh.

#include <string_view>

namespace reops {

enum class Level { debug, info, warning, error };

/// Takes finished lines. Any thread may call; a line never contains a newline or a secret.
class Log {
public:
    virtual ~Log() = default;
    /// `where` is the part of the program that speaks: "mqtt", "journal".
    virtual void write(Level level, std::string_view where, std::string_view line) = 0;

    void debug(std::string_view where, std::string_view line) { write(Level::debug, where, line); }
    void info(std::string_view where, std::string_view line) { write(Level::info, where, line); }
    void warning(std::string_view where, std::string_view line)
    {
        write(Level::warning, where, line);
    }
    void error(std::string_view where, std::string_view line) { write(Level::error, where, line); }

protected:
    Log() = default;
    Log(const Log&) = default;
    Log& operator=(const Log&) = default;
};

}  // namespace reops
