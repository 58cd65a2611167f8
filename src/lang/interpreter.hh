// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The language as a whole: namespaces, sources, builtins. Several live in one process and
/// share nothing but interned names.

#include "data/native.hh"
#include "data/reader.hh"
#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/cycles.hh"
#include "lang/limits.hh"
#include "lang/outside.hh"
#include "lang/report.hh"
#include "lang/sources.hh"
#include "lang/transaction.hh"
#include "lang/workers.hh"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

using data::Value;

class Namespace;
class Task;
class Var;
struct EmbeddedSource;

struct InterpreterOptions {
    /// Where `println` goes; null: nowhere. Must outlive the interpreter.
    Output* output = nullptr;
    Output* error_output = nullptr;
    /// Null: nothing outside can be reached.
    Outside* outside = nullptr;
    /// Called after each `def` of a program: a loader sees what a file declares.
    std::function<void(Var&)> on_define = nullptr;
    /// Load the embedded library (clojure.core and what is required of it). Off only in tests.
    bool with_library = true;
};

/// Any thread may call, with a Task of its own. Destroy it after all its tasks and values.
class Interpreter {
public:
    explicit Interpreter(InterpreterOptions options = {});
    Interpreter(const Interpreter&) = delete;
    Interpreter& operator=(const Interpreter&) = delete;
    ~Interpreter();

    /// Reads and evaluates form by form in the task's *ns*; the last value. A new task begins in
    /// `user`. Throws LangError and Interrupted.
    Value eval(Task& task, std::string_view text, std::string_view file);
    /// The same; `each` gets the value of every form as soon as it is there: for a prompt.
    Value eval_each(Task& task,
                    std::string_view text,
                    std::string_view file,
                    const std::function<void(const Value&)>& each);
    /// One form that is already a value (macros' results, `eval`).
    Value eval_form(Task& task, const Value& form);
    /// On a task of its own, without limits.
    Value eval(std::string_view text, std::string_view file = "NO_SOURCE_PATH");
    /// As a file: *ns* and *file* are bound for the time. What `load-string` and `require` do.
    Value load(Task& task, std::string_view text, std::string_view file);
    /// What a caught error says, ready for people.
    Report report(const LangError& error) const;
    Report report(const Interrupted& interrupted) const;

    /// Defines each as a var of the namespace, made at need. The table must live for ever.
    void register_builtins(std::string_view name_space, std::span<const Builtin> table);

    Namespace& name_space(std::string_view name);  ///< made at need
    Namespace* find_namespace(std::string_view name) const;
    std::vector<Namespace*> namespaces() const;
    void remove_namespace(std::string_view name);
    /// A new namespace refers to clojure.core; others may add reops.core here.
    void add_default_refer(Namespace& base);
    /// Makes sure that the namespace is loaded: embedded, or through Outside. False: nobody has it.
    bool require(Task& task, std::string_view name, bool again = false);
    bool is_loaded(std::string_view name) const;
    void set_loaded(std::string_view name);

    /// The task's *ns*.
    Namespace& current_namespace(Task& task) const;
    void set_current_namespace(Task& task, Namespace& target);

    /// Names for completion at the prompt: vars, aliases and namespaces that begin so.
    std::vector<std::string> complete(Task& task, std::string_view prefix) const;

    Sources& sources() { return sources_; }
    const Sources& sources() const { return sources_; }
    const InterpreterOptions& options() const { return options_; }
    Outside& outside() const { return *outside_; }
    /// Where this task prints: the binding of *out*.
    void print(Task& task, std::string_view text);

    Var& core_var(std::string_view name);
    Var& ns_var() const { return *ns_var_; }
    Var& out_var() const { return *out_var_; }
    Var& file_var() const { return *file_var_; }

    /// A number that no other call gave: gensym.
    std::uint64_t next_id() { return ids_.fetch_add(1, std::memory_order_relaxed); }

    /// Frees the circles of values that nothing else holds; what is done in small steps whenever no
    /// task runs. Does nothing while one runs.
    void collect_cycles();
    Cycles& cycles() { return cycles_; }
    Workers& workers() { return workers_; }
    Transactions& transactions() { return transactions_; }

    // For tasks and vars.
    void task_begins();
    void task_ends();
    void retire(const Value* root);
    const Value* realise(Task& task, Var& var);

private:
    enum class Reach { step, all };
    void drop_root(const Value* root);
    void tidy(Reach reach);
    void make_core();
    bool load_embedded(Task& task, std::string_view name);
    void scan_embedded(Task& task, Namespace& target, const EmbeddedSource& source);
    Value eval_all(Task& task,
                   std::uint32_t begin,
                   std::string_view text,
                   const std::function<void(const Value&)>& each = nullptr);
    Value eval_top(Task& task, const data::Form* form, std::uint32_t begin, const Value& value);

    InterpreterOptions options_;
    Outside nothing_outside_;
    Outside* outside_;
    Sources sources_;
    Cycles cycles_;
    Workers workers_{*this};
    Transactions transactions_;
    mutable std::recursive_mutex mutex_;
    std::map<std::string, Value, std::less<>> namespaces_;  // guarded by mutex_
    std::set<std::string, std::less<>> loaded_;             // guarded by mutex_
    std::vector<Value> removed_;                            // guarded by mutex_
    std::vector<const Namespace*> default_refers_;          // guarded by mutex_
    std::recursive_mutex load_mutex_;                       ///< one realises or requires at a time
    std::vector<SourcePtr> embedded_;                       ///< guarded by load_mutex_
    std::mutex retired_mutex_;
    std::vector<const Value*> retired_;  // guarded by retired_mutex_
    std::atomic<std::size_t> tasks_{0};
    std::atomic<bool> is_tidying_{false};
    std::mutex tidy_mutex_;  ///< held while no task may begin
    std::atomic<std::uint64_t> ids_{1};
    Namespace* core_ = nullptr;
    Var* ns_var_ = nullptr;
    Var* out_var_ = nullptr;
    Var* file_var_ = nullptr;
    bool is_made_ = false;

    friend class Var;
};

}  // namespace reops::lang
