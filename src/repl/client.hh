// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A prompt that talks to an nREPL server: reads forms of any number of lines, has them
/// evaluated, prints what comes.

#include "base/result.hh"
#include "data/map.hh"
#include "io/event_loop.hh"
#include "io/stream.hh"
#include "repl/line/line_editor.hh"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace reops::repl {

struct ClientOptions {
    std::string unix_path;     ///< where the server listens
    std::string history;       ///< file; empty: none
    bool is_terminal = false;  ///< of standard input
    bool colours = false;
    std::ostream* out = nullptr;  ///< values and what is printed
    std::ostream* err = nullptr;  ///< errors
};

/// Loop thread only; it runs the loop itself while it waits for answers. SIGINT interrupts the
/// evaluation, not the program.
class Client {
public:
    Client(io::EventLoop& loop, ClientOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// Connects and begins a session.
    Result<void> connect();
    /// Until the end of the input. Returns the exit status: 1 when the server went away, or when a
    /// form failed and nobody sits at the terminal.
    int run();
    /// Evaluates one text and prints what comes; false: an error came, or the server went away.
    bool eval(const std::string& code, bool print_values);
    /// Interrupts what is being evaluated.
    void interrupt();
    bool is_busy() const { return is_busy_; }

private:
    void send(data::Map message);
    void read(std::string_view bytes);
    void take(const data::Map& message);
    bool wait_done();
    std::vector<std::string> complete(const std::string& prefix);

    io::EventLoop& loop_;
    ClientOptions options_;
    std::unique_ptr<io::ConnectAttempt> attempt_;
    std::unique_ptr<io::Stream> stream_;
    std::string buffer_;
    std::string session_;
    std::string name_space_ = "user";
    std::vector<std::string> completions_;
    std::int64_t last_id_ = 0;
    bool is_busy_ = false;
    bool prints_values_ = true;
    bool failed_ = false;
    std::string lost_;  ///< why the connection ended
};

/// Is the text a whole number of forms? False: more lines are to come.
bool is_whole(const std::string& text);

}  // namespace reops::repl
