// SPDX-License-Identifier: Apache-2.0
#include "io/log_output.hh"

#include <array>
#include <cerrno>
#include <ctime>

#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reops::io {

namespace {

constexpr Duration tell_every = minutes(1);
constexpr int stuck_reader_milliseconds = 100;

struct LevelLook {
    std::string_view name;
    std::string_view colour;  ///< of the level's name
    int priority;             ///< syslog's, as journald reads it
};

const LevelLook& look_of(Level level)
{
    static constexpr std::array<LevelLook, 4> looks = {{
        {"debug", "\x1b[2m", 7},
        {"info", "\x1b[32m", 6},
        {"warning", "\x1b[33m", 4},
        {"error", "\x1b[1;31m", 3},
    }};
    return looks.at(static_cast<std::size_t>(level));
}

/// Length of the UTF-8 sequence that begins here, 0 when it is none (RFC 3629).
std::size_t sequence_length(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first < 0xE0)
        return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first < 0xF0) {
        const bool overlong = first == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = first == 0xED && byte(1) >= 0xA0;
        return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first < 0xF5) {
        const bool overlong = first == 0xF0 && byte(1) < 0x90;
        const bool too_big = first == 0xF4 && byte(1) >= 0x90;
        return follows(1) && follows(2) && follows(3) && !overlong && !too_big ? 4 : 0;
    }
    return 0;
}

/// ESC and its like, the eight-bit ones too (U+0080 to U+009F).
bool is_control(std::string_view sequence)
{
    const auto first = static_cast<unsigned char>(sequence[0]);
    if (sequence.size() == 1)
        return first < 0x20 || first == 0x7F;
    return sequence.size() == 2 && first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

/// Calls `plain` for each harmless sequence and `strange` for each byte of what is not.
template <class Plain, class Strange>
void scan(std::string_view text, Plain plain, Strange strange)
{
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        const std::string_view piece = text.substr(0, length == 0 ? 1 : length);
        text.remove_prefix(piece.size());
        if (length > 0 && !is_control(piece))
            plain(piece);
        else
            strange(piece, length > 0);
    }
}

void append_shown(std::string& out, std::string_view text)
{
    scan(
        text,
        [&](std::string_view piece) { out += piece; },
        [&](std::string_view piece, bool) {
            for (const char c : piece)
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        });
}

void append_json(std::string& out, std::string_view text)
{
    out += '"';
    scan(
        text,
        [&](std::string_view piece) {
            if (piece == "\"" || piece == "\\")
                out += '\\';
            out += piece;
        },
        [&](std::string_view piece, bool is_utf8) {
            const auto last = static_cast<unsigned char>(piece.back());
            out += is_utf8 ? fmt::format("\\u{:04x}", last) : "\\ufffd";
        });
    out += '"';
}

std::string local_time(Time at)
{
    const std::time_t whole = at.us / 1'000'000;
    std::tm parts{};
    ::localtime_r(&whole, &parts);
    return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

LogFormat choose_log_format(int fd, std::string_view journal_stream, bool no_colour)
{
    struct stat found {};
    if (!journal_stream.empty() && ::fstat(fd, &found) == 0 &&
        journal_stream == fmt::format("{}:{}", found.st_dev, found.st_ino))
        return LogFormat::journal;
    return ::isatty(fd) != 0 && !no_colour ? LogFormat::terminal : LogFormat::text;
}

std::string format_log_line(
    LogFormat format, Time at, Level level, std::string_view where, std::string_view line)
{
    const LevelLook& look = look_of(level);
    std::string out;
    switch (format) {
        case LogFormat::terminal:
            out = fmt::format("{} {}{:<7}\x1b[0m ", local_time(at), look.colour, look.name);
            break;
        case LogFormat::text:
            out = fmt::format("{} {} ", to_iso(at, true), look.name);
            break;
        case LogFormat::journal:
            out = fmt::format("<{}>", look.priority);
            break;
        case LogFormat::json:
            out = fmt::format(
                "{{\"time\": \"{}\", \"level\": \"{}\", \"where\": ", to_iso(at, true), look.name);
            append_json(out, where);
            out += ", \"line\": ";
            append_json(out, line);
            return out + "}\n";
    }
    append_shown(out, where);
    out += ": ";
    append_shown(out, line);
    return out + "\n";
}

LogOutput::LogOutput(const Clock& clock, LogFormat format, Level least, int fd)
    : clock_(clock), format_(format), least_(least), fd_(fd)
{
}

LogOutput::~LogOutput()
{
    tell_repeats();
}

void LogOutput::write(Level level, std::string_view where, std::string_view line)
{
    if (level < least_)
        return;
    const Duration now = clock_.since_boot();
    const std::lock_guard lock{mutex_};
    if (level == last_.level && where == last_.where && line == last_.line) {
        ++last_.repeated;
        if (now - last_.written >= tell_every) {
            tell_repeats();
            last_.written = now;
        }
        return;
    }
    tell_repeats();
    put(level, where, line);
    last_ = {level, std::string{where}, std::string{line}, 0, now};
}

void LogOutput::tell_repeats()
{
    if (last_.repeated == 0)
        return;
    put(last_.level,
        last_.where,
        fmt::format(
            "{} (repeated {} time{})", last_.line, last_.repeated, last_.repeated == 1 ? "" : "s"));
    last_.repeated = 0;
}

void LogOutput::put(Level level, std::string_view where, std::string_view line) const
{
    const std::string text = format_log_line(format_, clock_.wall(), level, where, line);
    std::string_view left = text;
    while (!left.empty()) {
        const ssize_t count = ::write(fd_, left.data(), left.size());
        if (count > 0) {
            left.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            // Somebody made it non-blocking and nobody reads: the line is worth a moment, not more.
            pollfd waiting{fd_, POLLOUT, 0};
            if (::poll(&waiting, 1, stuck_reader_milliseconds) <= 0)
                return;
        } else if (errno != EINTR) {
            return;
        }
    }
}

}  // namespace reops::io
