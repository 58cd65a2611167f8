// SPDX-License-Identifier: Apache-2.0
#include "lang/interpreter.hh"

#include "base/check.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/arithmetic.hh"
#include "lang/core/registry.hh"
#include "lang/embedded.hh"
#include "lang/error.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"
#include "lang/writer.hh"

#include <algorithm>

namespace reops::lang {

Interpreter::Interpreter(InterpreterOptions options)
    : options_(std::move(options)),
      outside_(options_.outside != nullptr ? options_.outside : &nothing_outside_)
{
    make_core();
    register_core(*this);
    if (options_.with_library) {
        Task task{*this};
        for (const char* name : {"clojure.core",
                                 "java.member",
                                 "Boolean",
                                 "Character",
                                 "Double",
                                 "Integer",
                                 "Long",
                                 "String",
                                 "clojure.lang.PersistentQueue"})
            load_embedded(task, name);
    }
    set_loaded("clojure.core");
    set_loaded("user");
    is_made_ = true;
}

Interpreter::~Interpreter()
{
    workers_.close();
    REOPS_CHECK(tasks_ == 0, "an interpreter outlives its tasks");
    // Roots first: code refers to vars.
    for (const auto& [name, space] : namespaces_)
        for (Var* var : find<Namespace>(space)->own_vars()) {
            var->unbind_root();
            var->set_metadata({});
        }
    collect_cycles();
}

void Interpreter::make_core()
{
    core_ = &name_space("clojure.core");
    default_refers_.push_back(core_);
    const auto dynamic = [&](std::string_view name, Value value) {
        Var& var = core_->intern(name);
        var.set_root(std::move(value));
        var.set_dynamic(true);
        return &var;
    };
    ns_var_ = dynamic("*ns*", value_of(name_space("user")));
    out_var_ = dynamic("*out*", data::make_native<OutputWriter>(options_.output));
    dynamic("*err*", data::make_native<OutputWriter>(options_.error_output));
    file_var_ = dynamic("*file*", Value::string("NO_SOURCE_PATH"));
    dynamic("*assert*", Value::boolean(true));
    dynamic("*print-length*", {});
    dynamic("*print-level*", {});
    dynamic("*print-readably*", Value::boolean(true));
    dynamic("*print-meta*", Value::boolean(false));
    dynamic("*print-namespace-maps*", Value::boolean(false));
    dynamic("*warn-on-reflection*", Value::boolean(false));
    dynamic("*in*", {});
    dynamic("*command-line-args*", {});
    dynamic("*1", {});
    dynamic("*2", {});
    dynamic("*3", {});
    dynamic("*e", {});
}

void Interpreter::register_builtins(std::string_view name, std::span<const Builtin> table)
{
    Namespace& target = name_space(name);
    for (const Builtin& record : table) {
        Var& var = target.intern(record.name);
        REOPS_CHECK(is_made_ || var.builtin_ == nullptr, "a builtin is registered twice");
        var.set_root(data::make_native<BuiltinFunction>(name, record));
        var.builtin_ = &record;
        var.set_macro(record.macro);
    }
}

Namespace& Interpreter::name_space(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    if (Namespace* known = find_namespace(name))
        return *known;
    auto* made = new Namespace{*this, std::string{name}};
    made->bases_ = default_refers_;
    namespaces_.emplace(std::string{name}, Value::native(made));
    return *made;
}

Namespace* Interpreter::find_namespace(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    const auto found = namespaces_.find(name);
    return found == namespaces_.end() ? nullptr
                                      : const_cast<Namespace*>(find<Namespace>(found->second));
}

std::vector<Namespace*> Interpreter::namespaces() const
{
    const std::lock_guard lock{mutex_};
    std::vector<Namespace*> all;
    for (const auto& [name, space] : namespaces_)
        all.push_back(const_cast<Namespace*>(find<Namespace>(space)));
    return all;
}

void Interpreter::remove_namespace(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    Namespace* space = find_namespace(name);
    if (space == nullptr)
        return;
    // Code may still point to its vars, so they stay, without values.
    for (Var* var : space->own_vars())
        var->unbind_root();
    removed_.push_back(value_of(*space));
    namespaces_.erase(namespaces_.find(name));
    if (const auto loaded = loaded_.find(name); loaded != loaded_.end())
        loaded_.erase(loaded);
}

void Interpreter::add_default_refer(Namespace& base)
{
    const std::lock_guard lock{mutex_};
    default_refers_.insert(default_refers_.begin(), &base);
    for (Namespace* each : namespaces())
        if (each != core_ && each != &base && each->name() == "user")
            each->bases_ = default_refers_;
}

bool Interpreter::is_loaded(std::string_view name) const
{
    const std::lock_guard lock{mutex_};
    return loaded_.contains(name);
}

void Interpreter::set_loaded(std::string_view name)
{
    const std::lock_guard lock{mutex_};
    loaded_.emplace(name);
}

Namespace& Interpreter::current_namespace(Task& task) const
{
    return const_cast<Namespace&>(*find<Namespace>(ns_var_->get(task)));
}

void Interpreter::set_current_namespace(Task& task, Namespace& target)
{
    task.set_bindings(task.bindings().assoc(value_of(*ns_var_), value_of(target)));
}

Var& Interpreter::core_var(std::string_view name)
{
    return core_->intern(name);
}

void Interpreter::print(Task& task, std::string_view text)
{
    const Value target = out_var_->get(task);
    const auto* writer = find<Writer>(target);
    if (writer == nullptr)
        fail_type("a writer", target, "*out*");
    writer->write(text);
}

std::vector<std::string> Interpreter::complete(Task& task, std::string_view prefix) const
{
    const Namespace& here = current_namespace(task);
    std::vector<std::string> all;
    const std::size_t slash = prefix.find('/');
    if (slash != std::string_view::npos) {
        const std::string_view alias = prefix.substr(0, slash);
        const Namespace* target = here.find_alias(alias);
        if (target == nullptr)
            target = find_namespace(alias);
        if (target != nullptr)
            for (const Var* var : target->own_vars())
                if (!var->is_private())
                    all.push_back(std::string{alias} + "/" + std::string{var->name().name()});
    } else {
        all = here.names();
        for (const auto& [alias, target] : here.aliases())
            all.push_back(alias + "/");
        for (const Namespace* each : namespaces())
            all.push_back(each->name());
    }
    std::erase_if(all, [&](const std::string& name) { return !name.starts_with(prefix); });
    std::sort(all.begin(), all.end());
    return all;
}

Report Interpreter::report(const LangError& error) const
{
    return make_report(error.exception(), sources_);
}

Report Interpreter::report(const Interrupted& interrupted) const
{
    return make_report(interrupted, sources_);
}

void Interpreter::task_begins()
{
    tasks_.fetch_add(1);
    // Either tidy() sees this task, or the task sees that it must wait.
    if (is_tidying_) {
        const std::lock_guard wait{tidy_mutex_};
    }
}

void Interpreter::task_ends()
{
    if (tasks_.fetch_sub(1) == 1)
        tidy(Reach::step);
}

void Interpreter::collect_cycles()
{
    tidy(Reach::all);
}

/// What waits until no task runs. A task that begins meanwhile is let in as soon as the search is
/// over; what was found is freed beside it.
void Interpreter::tidy(Reach reach)
{
    Cycles::Garbage garbage;
    {
        std::unique_lock lock{tidy_mutex_, std::try_to_lock};
        if (!lock.owns_lock())
            return;
        is_tidying_ = true;
        if (tasks_ == 0) {
            std::vector<const Value*> dead;
            {
                const std::lock_guard guard{retired_mutex_};
                dead.swap(retired_);
            }
            for (const Value* root : dead)
                drop_root(root);
            if (reach == Reach::all)
                garbage = cycles_.step_without_limit();
            else if (cycles_.is_wanted())
                garbage = cycles_.step();
        }
        is_tidying_ = false;
    }
    garbage.free();
}

void Interpreter::drop_root(const Value* root)
{
    cycles_.suspect(*root);
    delete root;
}

/// A root that nobody can find any more may still be in use by running tasks: functions are called
/// without a reference of their own, and other tasks may be about to copy any value.
void Interpreter::retire(const Value* root)
{
    const std::size_t tasks = tasks_;
    if (tasks == 0 ||
        (tasks == 1 && !is_callable_object(*root) && Task::find_current() != nullptr)) {
        drop_root(root);
        return;
    }
    const std::lock_guard lock{retired_mutex_};
    retired_.push_back(root);
}

}  // namespace reops::lang
