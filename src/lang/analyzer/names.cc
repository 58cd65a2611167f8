// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/nodes/call.hh"
#include "lang/nodes/function.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <algorithm>

namespace reops::lang {

namespace {

/// "java.util.Date" is found as "Date" too.
std::string_view short_name(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot + 1 == name.size() ? name : name.substr(dot + 1);
}

/// The first place in a form of the source where the symbol stands.
const data::Form* find_form(const data::Form& form, const Value& symbol)
{
    if (form.value.is_symbol() && form.value == symbol)
        return &form;
    for (const data::Form& child : form.children)
        if (const data::Form* found = find_form(child, symbol))
            return found;
    return nullptr;
}

}  // namespace

Local* Analyzer::find_local(const Value& symbol)
{
    if (!symbol.name_space().empty())
        return nullptr;
    for (std::size_t i = locals_.size(); i > 0; --i)
        if (locals_[i - 1]->symbol == symbol)
            return locals_[i - 1].get();
    return nullptr;
}

Local& Analyzer::add_local(const Value& symbol, std::uint32_t slot)
{
    auto local = std::make_unique<Local>();
    local->symbol = symbol;
    local->scope = scope_;
    local->slot = slot;
    local->loop_level = scope_->loop_level;
    locals_.push_back(std::move(local));
    return *locals_.back();
}

void Analyzer::use_var(const Var& var)
{
    if (var.home().name() != "clojure.core" &&
        std::find(uses_.begin(), uses_.end(), &var) == uses_.end())
        uses_.push_back(&var);
}

Var* Analyzer::find_var(const Value& symbol)
{
    Interpreter& interpreter = task_.interpreter();
    const Namespace& here = interpreter.current_namespace(task_);
    const std::string_view space = symbol.name_space();
    if (space.empty())
        return here.find(symbol.name());
    const Namespace* target = here.find_alias(space);
    if (target == nullptr)
        target = interpreter.find_namespace(space);
    if (target == nullptr)
        target = interpreter.find_namespace(short_name(space));
    return target == nullptr ? nullptr : target->find_own(symbol.local_name());
}

void Analyzer::check_public(const Var& var)
{
    if (var.is_private() && &var.home() != &task_.interpreter().current_namespace(task_))
        fail_syntax("var: " + var.print() + " is not public");
}

Var& Analyzer::resolve_var(const Value& symbol)
{
    Var* var = find_var(symbol);
    if (var == nullptr)
        fail_name(symbol);
    use_var(*var);
    return *var;
}

/// As on the JVM, the exception of the compiler has the mistake itself as its cause.
void Analyzer::fail_syntax(const std::string& message, std::string hint, const ErrorClass& kind)
{
    const auto site = placed(std::make_unique<ConstantNode>(Value{}));
    task_.enter(site.get());
    const Value text = Value::string(message);
    auto* exception =
        new Exception(errors::compiler, text, Value{}, data::make_native<Exception>(kind, text));
    exception->set_hint(std::move(hint));
    throw LangError{Value::native(exception)};
}

void Analyzer::fail_name(const Value& symbol)
{
    Interpreter& interpreter = task_.interpreter();
    const Namespace& here = interpreter.current_namespace(task_);
    if (enclosing_ != nullptr) {
        if (const data::Form* found = find_form(*enclosing_, symbol))
            place_ = {base_ + static_cast<std::uint32_t>(found->span.offset),
                      static_cast<std::uint32_t>(found->span.length)};
    }
    const std::string_view space = symbol.name_space();
    const Namespace* target = &here;
    std::vector<std::string> known;
    if (!space.empty()) {
        target = here.find_alias(space);
        if (target == nullptr)
            target = interpreter.find_namespace(space);
        if (target == nullptr) {
            for (const auto& [alias, each] : here.aliases())
                known.push_back(alias);
            for (const Namespace* each : interpreter.namespaces())
                known.push_back(each->name());
            fail_syntax("No such namespace: " + std::string{space},
                        did_you_mean(nearest_words(space, known)));
        }
        for (const Var* var : target->own_vars())
            known.emplace_back(var->name().name());
        fail_syntax("No such var: " + std::string{symbol.name()},
                    did_you_mean(nearest_words(symbol.local_name(), known)));
    }
    known = here.names();
    for (const auto& local : locals_)
        known.emplace_back(local->symbol.name());
    fail_syntax("Unable to resolve symbol: " + std::string{symbol.name()} + " in this context",
                did_you_mean(nearest_words(symbol.name(), known)));
}

NodePtr Analyzer::analyze_symbol(const Value& symbol)
{
    if (Local* local = find_local(symbol))
        return use_local(*local, *scope_);
    if (Var* var = find_var(symbol)) {
        if (var->is_macro())
            fail_syntax("Can't take value of a macro: " + var->print());
        check_public(*var);
        use_var(*var);
        if (var->is_constant() && var->is_bound())
            return analyze_constant(var->get(task_));
        return placed(std::make_unique<VarNode>(*var));
    }
    if (std::optional<Value> type =
            find_named_type(task_.interpreter().current_namespace(task_), symbol.name()))
        return analyze_constant(*std::move(type));
    if (find_special(symbol.name()) != nullptr)
        fail_syntax("Unable to resolve symbol: " + std::string{symbol.name()} + " in this context",
                    "`" + std::string{symbol.name()} + "` is a special form, not a value");
    fail_name(symbol);
}

/// `(.getMessage e)`, `(.-field r)`, `(Type. x)`; null for anything else.
NodePtr Analyzer::analyze_member(const Value& form)
{
    const data::List& list = form.as_list();
    const std::string_view name = list.front().name();
    if (name.size() < 2 || name == ".." || name == "...")
        return nullptr;
    std::vector<Value> parts = parts_of(list);
    if (name.back() == '.' && find_var(list.front()) == nullptr) {
        parts[0] = Value::symbol(name.substr(0, name.size() - 1));
        parts.insert(parts.begin(), Value::symbol("new"));
        return special_new(data::make_list(std::move(parts)));
    }
    if (name.front() != '.')
        return nullptr;
    if (parts.size() < 2)
        fail_syntax("expected (" + std::string{name} + " target) but there is no target");
    parts[0] = Value::symbol(name.substr(1));
    std::swap(parts[0], parts[1]);
    parts.insert(parts.begin(), Value::symbol("."));
    return special_dot(data::make_list(std::move(parts)));
}

NodePtr Analyzer::use_local(Local& local, FnScope& scope)
{
    if (local.scope != &scope && local.scope->code != scope.code)
        return use_capture(local, scope);
    switch (local.kind) {
        case Local::Kind::self:
            return placed(std::make_unique<SelfNode>());
        case Local::Kind::sibling:
            return placed(std::make_unique<SiblingNode>(*local.sibling));
        case Local::Kind::slot:
            break;
    }
    auto node = placed(std::make_unique<LocalNode>(local.slot));
    for (LocalNode* earlier : local.last)
        earlier->moves = false;
    local.last.clear();
    if (local.loop_level == scope.loop_level) {
        node->moves = true;
        local.last.push_back(node.get());
    }
    return node;
}

NodePtr Analyzer::use_capture(Local& local, FnScope& scope)
{
    std::vector<Capture>& captures = *scope.captures;
    std::size_t index = 0;
    while (index < captures.size() && captures[index].local != &local)
        ++index;
    if (index == captures.size())
        captures.push_back({&local});
    auto node = placed(std::make_unique<CaptureNode>(static_cast<std::uint32_t>(index)));
    Capture& capture = captures[index];
    for (CaptureNode* earlier : capture.last)
        earlier->moves = false;
    capture.last.clear();
    if (scope.code->once && scope.loop_level == 0) {
        node->moves = true;
        capture.last.push_back(node.get());
    }
    return node;
}

Analyzer::UseState Analyzer::save_uses() const
{
    UseState state;
    for (const auto& local : locals_)
        if (local->scope == scope_ && local->kind == Local::Kind::slot)
            state.locals.emplace_back(local.get(), local->last);
    if (scope_->code != nullptr && scope_->code->once)
        for (const Capture& capture : *scope_->captures)
            state.captures.push_back(capture.last);
    return state;
}

void Analyzer::restore_uses(const UseState& state)
{
    for (const auto& [local, last] : state.locals)
        local->last = last;
    if (scope_->code == nullptr || !scope_->code->once)
        return;
    std::vector<Capture>& captures = *scope_->captures;
    for (std::size_t i = 0; i < captures.size(); ++i)
        captures[i].last =
            i < state.captures.size() ? state.captures[i] : std::vector<CaptureNode*>{};
}

void Analyzer::merge_uses(const UseState& other)
{
    for (const auto& [local, last] : other.locals)
        for (LocalNode* node : last)
            if (std::find(local->last.begin(), local->last.end(), node) == local->last.end())
                local->last.push_back(node);
    if (scope_->code == nullptr || !scope_->code->once)
        return;
    std::vector<Capture>& captures = *scope_->captures;
    for (std::size_t i = 0; i < other.captures.size() && i < captures.size(); ++i)
        for (CaptureNode* node : other.captures[i])
            if (std::find(captures[i].last.begin(), captures[i].last.end(), node) ==
                captures[i].last.end())
                captures[i].last.push_back(node);
}

}  // namespace reops::lang
