// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Where log lines go: a terminal, a file, journald, or a program that reads lines of JSON.

#include "base/clock.hh"
#include "base/log.hh"
#include "base/time.hh"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace reops::io {

enum class LogFormat {
    terminal,  ///< local time, colours: "14:02:07 warning  mqtt: the broker has gone"
    text,      ///< "2026-11-23T14:02:07.123Z warning mqtt: the broker has gone"
    journal,   ///< "<4>mqtt: the broker has gone": journald has time and program itself
    json       ///< {"time": "..", "level": "warning", "where": "mqtt", "line": ".."}
};

/// What suits a descriptor. `journal_stream` is the value of JOURNAL_STREAM (systemd.exec(5)),
/// which names the descriptor it speaks of; a terminal gets no colours with `no_colour`.
LogFormat choose_log_format(int fd, std::string_view journal_stream, bool no_colour);

/// Writes each line with one write(2). A line that comes again and again is written once and then
/// counted: "(repeated 12 times)" follows before the next other line, and every minute. What hosts
/// sent cannot steer a terminal: control characters are shown as \x1b. Any thread.
class LogOutput final : public Log {
public:
    /// The clock must outlive it; the descriptor is not closed. Lines below `least` are dropped.
    LogOutput(const Clock& clock, LogFormat format, Level least = Level::info, int fd = 2);
    ~LogOutput() override;
    LogOutput(const LogOutput&) = delete;
    LogOutput& operator=(const LogOutput&) = delete;

    void write(Level level, std::string_view where, std::string_view line) override;

private:
    struct Last {
        Level level = Level::debug;
        std::string where;
        std::string line;
        std::uint64_t repeated = 0;
        Duration written{0};
    };

    void tell_repeats();
    void put(Level level, std::string_view where, std::string_view line) const;

    const Clock& clock_;
    LogFormat format_;
    Level least_;
    int fd_;
    std::mutex mutex_;
    Last last_;  ///< guarded by mutex_
};

/// One line in a format, with its end. For tests and for whoever writes lines elsewhere.
std::string format_log_line(
    LogFormat format, Time at, Level level, std::string_view where, std::string_view line);

}  // namespace reops::io
