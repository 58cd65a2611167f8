// SPDX-License-Identifier: Apache-2.0
#include "repl/session.hh"

#include "lang/error.hh"
#include "lang/name_space.hh"
#include "lang/printer.hh"
#include "lang/var.hh"
#include "lang/writer.hh"

#include <utility>

namespace reops::repl {

namespace {

using data::Value;

constexpr std::size_t most_waiting = 100;
constexpr std::size_t most_output = 64UL * 1024;  // of one message

}  // namespace

/// Hands printed text to the client.
class Session::ClientWriter final : public lang::Writer {
public:
    ClientWriter(Session& session, std::function<void(std::string)> to)
        : session_(session), to_(std::move(to))
    {
    }
    void write(std::string_view text) const override
    {
        for (std::size_t at = 0; at < text.size(); at += most_output)
            session_.tell([to = to_, part = std::string{text.substr(at, most_output)}] {
                if (to)
                    to(part);
            });
    }

private:
    Session& session_;
    std::function<void(std::string)> to_;
};

Session::Session(io::EventLoop& loop, lang::Interpreter& interpreter, AfterForm after_form)
    : loop_(loop),
      interpreter_(interpreter),
      after_form_(std::move(after_form)),
      thread_([this](const std::stop_token& stopping) { work(stopping); })
{
}

Session::~Session()
{
    *alive_ = false;
    thread_.request_stop();
    {
        const std::lock_guard lock{mutex_};
        queue_.clear();
        if (task_ != nullptr)
            task_->interrupt();
    }
    thread_.join();
}

bool Session::eval(std::string id, EvalJob job, EvalEvents events)
{
    {
        const std::lock_guard lock{mutex_};
        if (queue_.size() >= most_waiting)
            return false;
        queue_.push_back({std::move(id), std::move(job), std::move(events)});
    }
    wake_.notify_one();
    return true;
}

Session::Interrupting Session::interrupt(const std::string& id)
{
    const std::lock_guard lock{mutex_};
    if (task_ == nullptr)
        return Interrupting::idle;
    if (!id.empty() && id != running_)
        return Interrupting::mismatch;
    task_->interrupt();
    return Interrupting::asked;
}

std::string Session::name_space() const
{
    const std::lock_guard lock{mutex_};
    return name_space_;
}

lang::Namespace* Session::namespace_or_own(const std::string& name) const
{
    return interpreter_.find_namespace(name.empty() ? name_space() : name);
}

std::vector<std::string> Session::complete(const std::string& prefix, const std::string& name_space)
{
    lang::Namespace* where = namespace_or_own(name_space);
    if (where == nullptr)
        return {};
    lang::Task task{interpreter_};
    interpreter_.set_current_namespace(task, *where);
    return interpreter_.complete(task, prefix);
}

lang::Var* Session::find_var(const std::string& symbol, const std::string& name_space)
{
    lang::Namespace* where = namespace_or_own(name_space);
    if (where == nullptr || symbol.empty())
        return nullptr;
    const std::size_t slash = symbol.find('/', 1);
    if (slash == std::string::npos)
        return where->find(symbol);
    const std::string qualifier = symbol.substr(0, slash);
    lang::Namespace* other = where->find_alias(qualifier);
    if (other == nullptr)
        other = interpreter_.find_namespace(qualifier);
    return other == nullptr ? nullptr : other->find_own(symbol.substr(slash + 1));
}

void Session::tell(std::function<void()> what)
{
    loop_.post([alive = alive_, what = std::move(what)] {
        if (*alive)
            what();
    });
}

void Session::work(const std::stop_token& stopping)
{
    while (true) {
        Queued next;
        {
            std::unique_lock lock{mutex_};
            if (!wake_.wait(lock, stopping, [this] { return !queue_.empty(); }))
                break;
            next = std::move(queue_.front());
            queue_.pop_front();
            running_ = next.id;
        }
        run(next);
    }
    bindings_ = {};
}

void Session::run(const Queued& queued)
{
    lang::Task task{interpreter_};
    {
        const std::lock_guard lock{mutex_};
        task_ = &task;
    }
    auto end = EvalEvents::End::done;
    try {
        eval_forms(task, queued);
    } catch (const lang::Interrupted&) {
        end = EvalEvents::End::interrupted;
    } catch (const std::out_of_range&) {
        end = EvalEvents::End::unknown_namespace;
    }
    const std::string now = interpreter_.current_namespace(task).name();
    bindings_ = task.bindings();
    {
        const std::lock_guard lock{mutex_};
        task_ = nullptr;
        running_.clear();
        if (end != EvalEvents::End::unknown_namespace && queued.job.name_space.empty())
            name_space_ = now;
    }
    tell([done = queued.events.on_end, end] {
        if (done)
            done(end);
    });
}

void Session::eval_forms(lang::Task& task, const Queued& queued)
{
    const EvalEvents& events = queued.events;
    lang::Namespace* where = namespace_or_own(queued.job.name_space);
    if (where == nullptr)
        throw std::out_of_range("namespace");
    const auto bind = [&](lang::Var& var, Value value) {
        task.set_bindings(task.bindings().assoc(lang::value_of(var), std::move(value)));
    };
    task.set_bindings(bindings_);
    interpreter_.set_current_namespace(task, *where);
    bind(interpreter_.out_var(), data::make_native<ClientWriter>(*this, events.on_output));
    bind(interpreter_.core_var("*err*"),
         data::make_native<ClientWriter>(*this, events.on_error_output));
    for (const char* name : {"*1", "*2", "*3", "*e", "*print-length*", "*print-level*"}) {
        lang::Var& var = interpreter_.core_var(name);
        if (!task.bindings().contains(lang::value_of(var)))
            bind(var, var.get(task));
    }
    lang::Task::Mark mark{task};
    try {
        interpreter_.eval_each(task,
                               queued.job.code,
                               queued.job.file.empty() ? "REPL" : queued.job.file,
                               [&](const Value& value) {
                                   if (after_form_)
                                       after_form_(task);
                                   remember(task, value);
                                   tell([told = events.on_value,
                                         space = interpreter_.current_namespace(task).name(),
                                         printed = lang::print_value(task, value, true)] {
                                       if (told)
                                           told(space, printed);
                                   });
                               });
    } catch (const lang::LangError& error) {
        mark.restore();
        bind(interpreter_.core_var("*e"), error.value());
        const lang::Report report = interpreter_.report(error);
        tell([told = events.on_failure, name = report.class_name, text = report.to_text()] {
            if (told)
                told(name, text);
        });
    }
}

/// *1 is the newest value.
void Session::remember(lang::Task& task, const Value& value)
{
    lang::Var& first = interpreter_.core_var("*1");
    lang::Var& second = interpreter_.core_var("*2");
    lang::Var& third = interpreter_.core_var("*3");
    data::Map bindings = task.bindings();
    bindings = bindings.assoc(lang::value_of(third), second.get(task));
    bindings = bindings.assoc(lang::value_of(second), first.get(task));
    task.set_bindings(bindings.assoc(lang::value_of(first), value));
}

}  // namespace reops::repl
