// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file One conversation with the language: what is typed is evaluated in order, on a thread of
/// the session's own, and keeps *ns*, *1, *2, *3, *e and what was bound. What comes of it is told
/// on the loop's thread.

#include "data/map.hh"
#include "io/event_loop.hh"
#include "lang/interpreter.hh"
#include "lang/limits.hh"
#include "lang/task.hh"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace reops::repl {

/// What a client wants evaluated.
struct EvalJob {
    std::string code;
    std::string name_space;  ///< empty: the session's
    std::string file;        ///< for messages; empty: "REPL"
};

/// What comes of a job, on the loop's thread, in order; on_end last, once.
struct EvalEvents {
    std::function<void(std::string text)> on_output;
    std::function<void(std::string text)> on_error_output;
    std::function<void(std::string name_space, std::string printed)> on_value;
    /// `class_name` such as "ArithmeticException"; `text` is for people.
    std::function<void(std::string class_name, std::string text)> on_failure;
    enum class End { done, interrupted, unknown_namespace };
    std::function<void(End end)> on_end;
};

/// Loop thread only. The destructor interrupts what runs and waits for it.
class Session {
public:
    /// Called on the session's thread after each form, before its value is shown. What it throws
    /// (LangError) is the form's error.
    using AfterForm = std::function<void(lang::Task& task)>;

    /// The interpreter outlives the session.
    Session(io::EventLoop& loop, lang::Interpreter& interpreter, AfterForm after_form = nullptr);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// False, and nothing happens, when 100 jobs wait. `id` is for interrupt().
    bool eval(std::string id, EvalJob job, EvalEvents events);
    enum class Interrupting { idle, mismatch, asked };
    /// Interrupts the running job; with an id only when it is that one.
    Interrupting interrupt(const std::string& id);

    /// The name of its present namespace.
    std::string name_space() const;
    /// Names that begin so, in a namespace (empty: the session's).
    std::vector<std::string> complete(const std::string& prefix, const std::string& name_space);
    /// The var that a symbol means there; null when it means none.
    lang::Var* find_var(const std::string& symbol, const std::string& name_space);

private:
    struct Queued {
        std::string id;
        EvalJob job;
        EvalEvents events;
    };
    class ClientWriter;

    void work(const std::stop_token& stopping);
    void run(const Queued& queued);
    void eval_forms(lang::Task& task, const Queued& queued);
    void tell(std::function<void()> what);
    void remember(lang::Task& task, const data::Value& value);
    lang::Namespace* namespace_or_own(const std::string& name) const;

    io::EventLoop& loop_;
    lang::Interpreter& interpreter_;
    AfterForm after_form_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::deque<Queued> queue_;         // guarded by mutex_
    std::string running_;              // guarded by mutex_; the id of the job
    lang::Task* task_ = nullptr;       // guarded by mutex_
    std::string name_space_ = "user";  // guarded by mutex_
    data::Map bindings_;               ///< the session thread's
    std::jthread thread_;              ///< last: it uses the others
};

}  // namespace reops::repl
