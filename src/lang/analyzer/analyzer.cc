// SPDX-License-Identifier: Apache-2.0
#include "lang/analyzer/analyzer.hh"

#include "data/map.hh"
#include "data/print.hh"
#include "data/set.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/nodes/call.hh"
#include "lang/nodes/inline.hh"
#include "lang/nodes/simple.hh"
#include "lang/seq.hh"
#include "lang/var.hh"

namespace reops::lang {

using data::Kind;

std::vector<Value> parts_of(const data::List& list)
{
    return {list.begin(), list.end()};
}

/// Puts back where the analyzer stood.
struct Analyzer::Restore {
    explicit Restore(Analyzer& analyzer_)
        : analyzer(analyzer_), place(analyzer_.place_), enclosing(analyzer_.enclosing_)
    {
    }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;
    ~Restore()
    {
        analyzer.place_ = place;
        analyzer.enclosing_ = enclosing;
    }

    Analyzer& analyzer;
    Place place;
    const data::Form* enclosing;
};

Analyzer::Analyzer(Task& task, const data::Form* form, std::uint32_t base)
    : task_(task), base_(base), source_(task.interpreter().sources().find({base, 0}))
{
    if (form == nullptr)
        return;
    index(*form);
    enclosing_ = form;
    place_ = {base + static_cast<std::uint32_t>(form->span.offset),
              static_cast<std::uint32_t>(form->span.length)};
}

void Analyzer::index(const data::Form& form)
{
    if (form.value.raw().is_counted() && form.value.kind() >= Kind::list)
        forms_.emplace(form.value.raw().object(), &form);
    for (const data::Form& child : form.children)
        index(child);
}

Place Analyzer::place_of(const Value& form) const
{
    if (!form.raw().is_counted())
        return {};
    const auto found = forms_.find(form.raw().object());
    if (found == forms_.end())
        return {};
    return {base_ + static_cast<std::uint32_t>(found->second->span.offset),
            static_cast<std::uint32_t>(found->second->span.length)};
}

TopLevel Analyzer::analyze(const Value& form)
{
    FnScope top;
    scope_ = &top;
    NodePtr node = analyze_form(form);
    scope_ = nullptr;
    return {std::move(node), top.most_slots};
}

NodePtr Analyzer::analyze_form(const Value& form)
{
    check_depth();
    const Restore restore{*this};
    is_tail_ = std::exchange(next_is_tail_, false);
    if (form.raw().is_counted()) {
        const auto found = forms_.find(form.raw().object());
        if (found != forms_.end()) {
            place_ = place_of(form);
            enclosing_ = found->second;
        }
    }
    switch (form.kind()) {
        case Kind::symbol:
            return analyze_symbol(form);
        case Kind::list:
            if (form.as_list().empty())
                return placed(std::make_unique<ConstantNode>(form));
            return analyze_list(form.as_list());
        case Kind::vector:
            return with_meta_of(form, analyze_vector(form));
        case Kind::map:
            return with_meta_of(form, analyze_map(form));
        case Kind::set:
            return with_meta_of(form, analyze_set(form));
        case Kind::native:
            // What a macro built lazily is a list like any other.
            if (find_seq(form) != nullptr) {
                const data::List list = to_list(task_, form);
                next_is_tail_ = is_tail_;
                return analyze_form(list);
            }
            return analyze_constant(form);
        default:
            return analyze_constant(form);
    }
}

NodePtr Analyzer::analyze_constant(const Value& form)
{
    return placed(std::make_unique<ConstantNode>(form));
}

NodePtr Analyzer::with_meta_of(const Value& form, NodePtr node)
{
    if (!form.raw().has_meta())
        return node;
    auto wrapped = placed(std::make_unique<WithMetaNode>());
    wrapped->target = std::move(node);
    wrapped->meta = analyze_form(form.meta());
    return wrapped;
}

namespace {

/// The value when all nodes are constants.
bool all_constant(const Nodes& nodes)
{
    for (const NodePtr& node : nodes)
        if (dynamic_cast<const ConstantNode*>(node.get()) == nullptr)
            return false;
    return true;
}

}  // namespace

/// A literal of constants is made once.
NodePtr Analyzer::evaluated(const Node& literal)
{
    Frame frame{nullptr, nullptr, task_};
    return analyze_constant(literal.value(frame));
}

NodePtr Analyzer::analyze_vector(const Value& form)
{
    auto node = placed(std::make_unique<VectorNode>());
    for (const Value& element : form.as_vector())
        node->elements.push_back(analyze_form(element));
    return all_constant(node->elements) ? evaluated(*node) : NodePtr{std::move(node)};
}

NodePtr Analyzer::analyze_map(const Value& form)
{
    auto node = placed(std::make_unique<MapNode>());
    for (const auto& [key, value] : form.as_map()) {
        node->parts.push_back(analyze_form(key));
        // The functions of a type's methods are called so in traces.
        if (key.is_keyword() && value.is_list() && !value.as_list().empty() &&
            value.as_list().front().is_symbol() &&
            value.as_list().front().local_name().starts_with("fn"))
            pending_name_ = key.local_name();
        node->parts.push_back(analyze_form(value));
        pending_name_.clear();
    }
    return all_constant(node->parts) ? evaluated(*node) : NodePtr{std::move(node)};
}

NodePtr Analyzer::analyze_set(const Value& form)
{
    auto node = placed(std::make_unique<SetNode>());
    for (const Value& element : form.as_set())
        node->elements.push_back(analyze_form(element));
    return all_constant(node->elements) ? evaluated(*node) : NodePtr{std::move(node)};
}

Nodes Analyzer::analyze_all(const std::vector<Value>& forms, std::size_t from)
{
    Nodes nodes;
    for (std::size_t i = from; i < forms.size(); ++i)
        nodes.push_back(analyze_form(forms[i]));
    return nodes;
}

NodePtr Analyzer::analyze_body(const std::vector<Value>& forms, std::size_t from, bool is_tail)
{
    if (from >= forms.size())
        return analyze_constant({});
    if (from + 1 == forms.size())
        return analyze_tail(forms[from], is_tail);
    auto node = placed(std::make_unique<DoNode>());
    for (std::size_t i = from; i < forms.size(); ++i)
        node->parts.push_back(analyze_tail(forms[i], is_tail && i + 1 == forms.size()));
    return node;
}

Value Analyzer::macroexpand_1(const Value& form)
{
    if (!form.is_list() || form.as_list().empty() || !form.as_list().front().is_symbol())
        return form;
    const Value& head = form.as_list().front();
    if (find_local(head) != nullptr)
        return form;
    Var* var = find_var(head);
    if (var == nullptr || !var->is_macro())
        return form;
    check_public(*var);
    std::vector<Value> arguments{form, Value{}};
    const data::List rest = form.as_list().rest();
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    const Value macro = var->get(task_);
    const auto site = placed(std::make_unique<VarCallNode>(*var));
    task_.enter(site.get());
    Value expanded = task_.call(macro, Arguments{arguments});
    task_.leave();
    // What a macro builds with syntax-quote is a lazy sequence.
    return find_seq(expanded) != nullptr ? Value{to_list(task_, std::move(expanded))} : expanded;
}

NodePtr Analyzer::analyze_list(const data::List& form)
{
    const bool is_tail = is_tail_;
    const Value& head = form.front();
    if (head.is_symbol() && find_local(head) == nullptr) {
        if (const Special special = find_special(head.name()))
            return (this->*special)(form);
        const Value expanded = macroexpand_1(form);
        if (expanded.raw().payload != Value{form}.raw().payload || !expanded.is_list())
            return analyze_tail(expanded, is_tail);
        if (NodePtr member = analyze_member(Value{form}))
            return member;
    }
    return analyze_call(form);
}

NodePtr Analyzer::analyze_call(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    const Value& head = parts[0];
    if (head.is_nil())
        fail_syntax(
            "Can't call nil, form: " + data::print(Value{form}), {}, errors::illegal_argument);
    if (head.is_keyword() && (parts.size() == 2 || parts.size() == 3)) {
        auto node = placed(std::make_unique<KeywordCallNode>());
        node->keyword = head;
        node->target = analyze_form(parts[1]);
        if (parts.size() == 3)
            node->otherwise = analyze_form(parts[2]);
        else if (const auto* local = dynamic_cast<const LocalNode*>(node->target.get()))
            node->slot = local->slot;
        return node;
    }
    if (head.is_symbol()) {
        if (const Local* local = find_local(head)) {
            if (local->kind == Local::Kind::self && local->scope->code == scope_->code) {
                auto node = placed(std::make_unique<SelfCallNode>());
                node->arguments = analyze_all(parts, 1);
                return node;
            }
        } else if (const Var* var = find_var(head)) {
            check_public(*var);
            use_var(*var);
            Nodes arguments = analyze_all(parts, 1);
            return analyze_var_call(*var, std::move(arguments));
        }
    }
    auto node = placed(std::make_unique<CallNode>());
    node->function = analyze_form(head);
    node->arguments = analyze_all(parts, 1);
    return node;
}

NodePtr Analyzer::analyze_var_call(const Var& var, Nodes arguments)
{
    if (var.home().name() == "clojure.core" && !var.is_changed()) {
        if (NodePtr inlined = make_inline(var, arguments)) {
            inlined->place = place_;
            inlined->owner = scope_->code;
            return inlined;
        }
    }
    auto node = placed(std::make_unique<VarCallNode>(var));
    node->arguments = std::move(arguments);
    return node;
}

}  // namespace reops::lang
