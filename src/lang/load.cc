// SPDX-License-Identifier: Apache-2.0
#include "lang/load.hh"

#include "base/check.hh"
#include "data/map.hh"
#include "data/print.hh"
#include "data/reader.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/arithmetic.hh"
#include "lang/core/utf8_text.hh"
#include "lang/embedded.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <array>

namespace reops::lang {

namespace {

/// What the reader asks while it reads code.
class CodeHooks {
public:
    explicit CodeHooks(Task& task)
    {
        hooks_.number = [](std::string_view token) -> std::optional<Value> {
            if (large_numbers().parse == nullptr)
                return std::nullopt;
            Value number = large_numbers().parse(token);
            return number.is_nil() ? std::nullopt : std::optional{number};
        };
        hooks_.current_keyword = [&task](std::string_view name) -> std::optional<Value> {
            const Namespace& here = task.interpreter().current_namespace(task);
            const std::size_t slash = name.find('/');
            if (slash == std::string_view::npos)
                return Value::keyword(here.name() + "/" + std::string{name});
            const Namespace* target = here.find_alias(name.substr(0, slash));
            if (target == nullptr)
                return std::nullopt;
            return Value::keyword(target->name() + std::string{name.substr(slash)});
        };
        hooks_.features = {"clj", "default", "reops"};
    }

    const data::ReadHooks& hooks() const { return hooks_; }

private:
    data::ReadHooks hooks_;
};

[[noreturn]] void fail_reading(const data::ReadError& error, std::uint32_t begin, bool unfinished)
{
    auto* exception = new Exception(
        errors::compiler,
        Value::string(unfinished ? "EOF while reading: " + error.message : error.message));
    exception->set_hint(error.hint);
    exception->set_trace({{{begin + static_cast<std::uint32_t>(error.span.offset),
                            static_cast<std::uint32_t>(error.span.length)},
                           ""}});
    throw LangError{Value::native(exception)};
}

/// Puts the task's bindings back, whatever happens.
class KeepBindings {
public:
    explicit KeepBindings(Task& task) : task_(task), bindings_(task.bindings()) {}
    KeepBindings(const KeepBindings&) = delete;
    KeepBindings& operator=(const KeepBindings&) = delete;
    ~KeepBindings() { task_.set_bindings(bindings_); }

private:
    Task& task_;
    data::Map bindings_;
};

class Realising {
public:
    explicit Realising(Task& task) : task_(task) { ++task_.realising; }
    Realising(const Realising&) = delete;
    Realising& operator=(const Realising&) = delete;
    ~Realising() { --task_.realising; }

private:
    Task& task_;
};

Value run_top(Task& task, const TopLevel& code)
{
    Value* const base = task.top;
    if (base + code.slots > task.stack_limit - 64)
        task.overflow();
    task.top = base + code.slots;
    Frame frame{base, nullptr, task};
    Value result = code.node->value(frame);
    for (Value* slot = task.top; slot != base;)
        *--slot = Value{};
    task.top = base;
    return result;
}

}  // namespace

namespace {

/// In Clojure's words, which programs look for.
[[noreturn]] void fail_reading_data(const data::ReadError& error, bool unfinished)
{
    if (unfinished)
        fail(errors::runtime, "EOF while reading");
    const std::string& message = error.message;
    const std::size_t begin = message.find('`');
    const std::size_t end = message.rfind('`');
    const std::string quoted = begin < end && end != std::string::npos
                                   ? message.substr(begin + 1, end - begin - 1)
                                   : std::string{};
    if (message.ends_with(" twice"))
        fail(errors::illegal_argument, "Duplicate key: " + quoted);
    if (message.starts_with("expected pairs of key and value in a map"))
        fail(errors::runtime, "Map literal must contain an even number of forms");
    if (message.starts_with("expected a number but found"))
        fail(errors::number_format, "Invalid number: " + quoted);
    fail(errors::runtime, message, error.hint);
}

}  // namespace

std::optional<FirstForm> read_first_code(Task& task, std::string_view text)
{
    const CodeHooks hooks{task};
    data::FormReader reader{text, data::ReadLimits::for_code(), hooks.hooks()};
    auto form = reader.next();
    if (!form.ok())
        fail_reading_data(reader.error(), reader.is_unfinished());
    if (!form->has_value())
        return std::nullopt;
    return FirstForm{(*form)->value, count_characters(text.substr(0, reader.offset()))};
}

Value read_code(Task& task, std::string_view text)
{
    std::optional<FirstForm> first = read_first_code(task, text);
    if (!first)
        fail(errors::runtime, "EOF while reading");
    return std::move(first->value);
}

/// As at a prompt: the parts of a top-level `do` are evaluated one by one, so that the later ones
/// know what the earlier ones defined.
Value Interpreter::eval_top(Task& task,
                            const data::Form* form,
                            std::uint32_t begin,
                            const Value& value)
{
    Analyzer analyzer{task, form, begin};
    Value expanded = value;
    for (;;) {
        Value next = analyzer.macroexpand_1(expanded);
        if (next.kind() == expanded.kind() && next.raw().payload == expanded.raw().payload)
            break;
        expanded = std::move(next);
    }
    if (!expanded.is_list() || expanded.as_list().empty() ||
        !expanded.as_list().front().is_symbol("do"))
        return run_top(task, analyzer.analyze(expanded));
    Value result;
    for (const Value& part : expanded.as_list().rest())
        result = eval_top(task, form, begin, part);
    return result;
}

Value Interpreter::eval_all(Task& task,
                            std::uint32_t begin,
                            std::string_view text,
                            const std::function<void(const Value&)>& each)
{
    const CodeHooks hooks{task};
    data::FormReader reader{text, data::ReadLimits::for_code(), hooks.hooks()};
    Value result;
    for (;;) {
        auto form = reader.next();
        if (!form.ok())
            fail_reading(reader.error(), begin, reader.is_unfinished());
        if (!form->has_value())
            return result;
        result = eval_top(task, &**form, begin, (*form)->value);
        if (each)
            each(result);
    }
}

Value Interpreter::eval(Task& task, std::string_view text, std::string_view file)
{
    return eval_each(task, text, file, nullptr);
}

Value Interpreter::eval_each(Task& task,
                             std::string_view text,
                             std::string_view file,
                             const std::function<void(const Value&)>& each)
{
    const SourcePtr source = sources_.add(file, text);
    Task::Mark mark{task};
    const Value ns = value_of(*ns_var_);
    const Value warn = value_of(core_->intern("*warn-on-reflection*"));  // files set it
    if (!task.bindings().contains(ns))
        task.set_bindings(
            task.bindings().assoc(ns, ns_var_->get(task)).assoc(warn, Value::boolean(false)));
    try {
        return eval_all(task, source->begin, source->text, each);
    } catch (...) {  // thrown on: only the stacks are put back
        mark.restore();
        throw;
    }
}

Value Interpreter::eval_form(Task& task, const Value& form)
{
    return eval_top(task, nullptr, 0, form);
}

Value Interpreter::eval(std::string_view text, std::string_view file)
{
    Task task{*this};
    return eval(task, text, file);
}

Value Interpreter::load(Task& task, std::string_view text, std::string_view file)
{
    const KeepBindings keep{task};
    task.set_bindings(task.bindings()
                          .assoc(value_of(*ns_var_), ns_var_->get(task))
                          .assoc(value_of(*file_var_), Value::string(file)));
    return eval(task, text, file);
}

namespace {

/// One top-level form of an embedded file.
struct EmbeddedForm {
    std::size_t begin;
    std::size_t length;
    std::string_view name;  ///< empty: to be evaluated at once
    bool is_macro = false;
    bool is_private = false;
};

EmbeddedForm classify(std::string_view text, std::size_t begin, std::size_t end)
{
    struct Head {
        std::string_view text;
        bool is_macro;
        bool is_private;
    };
    static constexpr std::array heads = {
        Head{"(defn ", false, false},
        Head{"(defn- ", false, true},
        Head{"(defmacro ", true, false},
        Head{"(def ", false, false},
    };
    EmbeddedForm form{begin, end - begin, {}};
    const std::string_view source = text.substr(begin, end - begin);
    for (const Head& head : heads) {
        if (!source.starts_with(head.text) || source[head.text.size()] == '^')
            continue;
        const std::string_view rest = source.substr(head.text.size());
        form.name = rest.substr(0, rest.find_first_of(" \n)"));
        form.is_macro = head.is_macro;
        form.is_private = head.is_private;
    }
    return form;
}

std::vector<EmbeddedForm> forms_of(std::string_view text)
{
    std::vector<EmbeddedForm> forms;
    std::size_t begin = text.starts_with("(") ? 0 : text.find("\n(");
    while (begin != std::string_view::npos) {
        begin += text[begin] == '\n' ? 1 : 0;
        std::size_t end = text.find("\n(", begin);
        const std::size_t next = end;
        if (end == std::string_view::npos)
            end = text.size();
        forms.push_back(classify(text, begin, end));
        begin = next;
    }
    return forms;
}

}  // namespace

void Interpreter::scan_embedded(Task& task, Namespace& target, const EmbeddedSource& source)
{
    const SourcePtr text = sources_.add(source.file, source.text);
    embedded_.push_back(text);
    for (const EmbeddedForm& form : forms_of(source.text)) {
        const auto begin = text->begin + static_cast<std::uint32_t>(form.begin);
        if (form.name.empty()) {
            eval_all(task, begin, source.text.substr(form.begin, form.length));
            continue;
        }
        Var& var = target.intern(form.name);
        REOPS_CHECK(is_made_ || var.builtin_ == nullptr,
                    "a builtin is defined in the language too");
        var.unbind_root();
        var.builtin_ = nullptr;
        var.set_macro(form.is_macro);
        var.set_private(form.is_private);
        var.set_lazy({begin, static_cast<std::uint32_t>(form.length)});
    }
}

bool Interpreter::load_embedded(Task& task, std::string_view name)
{
    bool found = false;
    const KeepBindings keep{task};
    const Realising realising{task};
    for (const EmbeddedSource& source : embedded_sources()) {
        if (source.name_space != name)
            continue;
        found = true;
        Namespace& target = name_space(name);
        set_current_namespace(task, target);
        scan_embedded(task, target, source);
    }
    return found;
}

const Value* Interpreter::realise(Task& task, Var& var)
{
    const std::lock_guard lock{load_mutex_};
    if (const Value* root = var.root_.load(std::memory_order_acquire))
        return root;
    const Place source{var.lazy_.load(std::memory_order_acquire), var.lazy_length_};
    if (!source.is_known())
        return nullptr;
    const KeepBindings keep{task};
    const Realising realising{task};
    set_current_namespace(task, const_cast<Namespace&>(var.home()));
    eval_all(task, source.begin, sources_.text_of(source));
    return var.root_.load(std::memory_order_acquire);
}

bool Interpreter::require(Task& task, std::string_view name, bool again)
{
    const std::lock_guard lock{load_mutex_};
    if (is_loaded(name) && !again)
        return true;
    if (load_embedded(task, name)) {
        set_loaded(name);
        return true;
    }
    auto source = outside_->find_namespace(name);
    if (!source.ok())
        fail(errors::file_not_found, source.failure().message, source.failure().details);
    if (!source->has_value()) {
        // A namespace of builtins alone, or one that the prompt made, has no file.
        const Namespace* known = find_namespace(name);
        return known != nullptr && !known->own_vars().empty();
    }
    load(task, (*source)->text, (*source)->file);
    if (find_namespace(name) == nullptr)
        fail(errors::runtime,
             "namespace '" + std::string{name} + "' not found after loading '" + (*source)->file +
                 "'");
    set_loaded(name);
    return true;
}

}  // namespace reops::lang
