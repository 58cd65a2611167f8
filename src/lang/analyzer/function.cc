// SPDX-License-Identifier: Apache-2.0
#include "lang/nodes/function.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"

namespace reops::lang {

/// `(fn* name? ([x] ...) ...)` or `(fn* name? [x] ...)`, taken apart.
struct Analyzer::FnForm {
    Value name;                  ///< a symbol, or nil
    std::vector<Value> arities;  ///< lists that begin with a vector
    bool once = false;
};

Nodes Analyzer::capture_nodes(const std::vector<Capture>& captures)
{
    Nodes nodes;
    for (const Capture& capture : captures)
        nodes.push_back(use_local(*capture.local, *scope_));
    return nodes;
}

void Analyzer::analyze_arity(FnCode& code,
                             const Value& form,
                             FnScope& scope,
                             const Value& self_name)
{
    const data::List& list = form.as_list();
    if (list.empty() || !list.front().is_vector())
        fail_syntax("Parameter declaration should be a vector", "(fn [x y] body)");
    const Place outer_place = place_;
    const std::size_t outer = locals_.size();
    auto arity = std::make_unique<ArityCode>();
    RecurTarget target;
    target.scope = &scope;
    target.is_function = true;
    const data::Vector& parameters = list.front().as_vector();
    if (self_name.is_symbol())
        add_local(self_name, 0).kind = Local::Kind::self;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (!parameters[i].is_symbol() || !parameters[i].name_space().empty())
            fail_syntax("fn params must be Symbols");
        if (parameters[i].is_symbol("&")) {
            if (i + 2 != parameters.size() || !parameters[i + 1].is_symbol())
                fail_syntax("expected exactly one name after `&`");
            arity->is_variadic = true;
            continue;
        }
        const std::uint32_t slot = scope.take_slot();
        add_local(parameters[i], slot);
        target.slots.push_back(slot);
    }
    arity->parameters =
        static_cast<std::uint32_t>(target.slots.size()) - (arity->is_variadic ? 1U : 0U);
    RecurTarget* const outer_target = std::exchange(recur_, &target);
    arity->body = analyze_body(parts_of(list), 1, true);
    recur_ = outer_target;
    arity->recurs = target.is_used;
    arity->slots = scope.most_slots;
    if (target.is_used) {
        // The body runs again: what it captured must stay.
        for (Capture& capture : *scope.captures) {
            for (CaptureNode* node : capture.last)
                node->moves = false;
            capture.last.clear();
        }
        code.once = false;
    }
    while (locals_.size() > outer) {
        dead_.push_back(std::move(locals_.back()));
        locals_.pop_back();
    }
    place_ = outer_place;
    code.arities.push_back(std::move(arity));
}

void Analyzer::analyze_fn(FnCode& code,
                          const FnForm& form,
                          const std::shared_ptr<std::vector<Capture>>& captures,
                          const std::vector<std::pair<Value, const FnCode*>>& siblings)
{
    const Namespace& here = task_.interpreter().current_namespace(task_);
    const std::string own = form.name.is_symbol()   ? std::string{form.name.name()}
                            : pending_name_.empty() ? "fn"
                                                    : pending_name_;
    pending_name_.clear();
    code.name =
        scope_->code == nullptr ? here.name() + "/" + own : scope_->code->full_name() + "/" + own;
    code.place = place_;
    code.source = source_;
    code.once = form.once;
    FnScope* const outer = scope_;
    for (const Value& arity : form.arities) {
        FnScope scope;
        scope.outer = outer;
        scope.code = &code;
        scope.captures = captures;
        scope_ = &scope;
        const std::size_t before = locals_.size();
        for (const auto& [name, sibling] : siblings) {
            Local& local = add_local(name, 0);
            local.kind = Local::Kind::sibling;
            local.sibling = sibling;
        }
        analyze_arity(code, arity, scope, form.name);
        while (locals_.size() > before) {
            dead_.push_back(std::move(locals_.back()));
            locals_.pop_back();
        }
        scope_ = outer;
        code.arglists += (code.arglists.empty() ? "" : " ") + data::print(arity.as_list().front());
    }
    for (const auto& arity : code.arities) {
        if (arity->is_variadic) {
            if (code.variadic != nullptr)
                fail_syntax("Can't have more than 1 variadic overload");
            code.variadic = arity.get();
            continue;
        }
        if (code.by_count.size() <= arity->parameters)
            code.by_count.resize(arity->parameters + 1);
        if (code.by_count[arity->parameters] != nullptr)
            fail_syntax("Can't have 2 overloads with same arity");
        code.by_count[arity->parameters] = arity.get();
    }
    if (code.variadic != nullptr && code.by_count.size() > code.variadic->parameters + 1U)
        fail_syntax("Can't have fixed arity function with more params than variadic function");
}

namespace {

/// The captures of a function are those of all functions inside it that it does not bind itself.
struct FnParts {
    Value name;
    std::vector<Value> arities;
};

FnParts take_apart(const std::vector<Value>& parts)
{
    FnParts out;
    std::size_t at = 1;
    if (at < parts.size() && parts[at].is_symbol())
        out.name = parts[at++];
    if (at < parts.size() && parts[at].is_vector())
        out.arities.push_back(data::make_list(
            std::vector<Value>(parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end())));
    else
        out.arities.assign(parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end());
    return out;
}

}  // namespace

NodePtr Analyzer::special_fn(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    FnParts taken = take_apart(parts);
    FnForm fn{std::move(taken.name), std::move(taken.arities)};
    const Value meta = parts[0].meta();
    fn.once = meta.is_map() && meta.as_map().get("once").truthy();
    for (Value& arity : fn.arities) {
        if (!arity.is_list())
            fail_syntax("expected ([parameters] body) in a function with several arities");
    }
    if (fn.arities.empty())
        fail_syntax("expected parameters in a function", "(fn [x] body)");
    auto* code = new FnCode;
    auto node = placed(std::make_unique<FnNode>(*code));
    const auto captures = std::make_shared<std::vector<Capture>>();
    analyze_fn(*code, fn, captures, {});
    code->captures = static_cast<std::uint32_t>(captures->size());
    node->captures = capture_nodes(*captures);
    if (const Value given = Value{form}.meta(); given.is_map())
        node->meta = analyze_form(given);
    return node;
}

NodePtr Analyzer::special_letfn(const data::List& form)
{
    const bool is_tail = is_tail_;
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 2 || !parts[1].is_vector() || parts[1].as_vector().size() % 2 != 0)
        fail_syntax("expected (letfn [(name [x] body)] body)");
    const data::Vector& bindings = parts[1].as_vector();
    for (std::size_t i = 0; i < bindings.size(); i += 2)
        if (!bindings[i].is_symbol())
            fail_syntax("expected the name of a function in letfn");
    auto node = placed(std::make_unique<LetfnNode>());
    const std::size_t outer = locals_.size();
    std::vector<std::pair<Value, const FnCode*>> siblings;
    std::vector<FnCode*> codes;
    for (std::size_t i = 0; i < bindings.size(); i += 2) {
        auto* code = new FnCode;
        node->members.push_back({scope_->take_slot(), code});
        codes.push_back(code);
        siblings.emplace_back(bindings[i], code);
    }
    const auto captures = std::make_shared<std::vector<Capture>>();
    for (std::size_t i = 0; i < bindings.size(); i += 2) {
        if (!bindings[i + 1].is_list())
            fail_syntax("expected a function in letfn");
        FnParts taken = take_apart(parts_of(bindings[i + 1].as_list()));
        for (const Value& arity : taken.arities)
            if (!arity.is_list())
                fail_syntax("expected parameters in a function of letfn",
                            "(letfn [(name [x] body)] body)");
        pending_name_ = std::string{bindings[i].name()};
        analyze_fn(*codes[i / 2], {Value{}, std::move(taken.arities)}, captures, siblings);
    }
    for (FnCode* code : codes)
        code->captures = static_cast<std::uint32_t>(captures->size());
    node->captures = capture_nodes(*captures);
    for (std::size_t i = 0; i < siblings.size(); ++i)
        add_local(siblings[i].first, node->members[i].slot);
    node->body = analyze_body(parts, 2, is_tail);
    while (locals_.size() > outer) {
        dead_.push_back(std::move(locals_.back()));
        locals_.pop_back();
    }
    return node;
}

}  // namespace reops::lang
