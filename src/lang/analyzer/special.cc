// SPDX-License-Identifier: Apache-2.0
#include "data/map.hh"
#include "data/print.hh"
#include "lang/analyzer/analyzer.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/name_space.hh"
#include "lang/nodes/call.hh"
#include "lang/nodes/control.hh"
#include "lang/nodes/simple.hh"
#include "lang/types.hh"
#include "lang/var.hh"

#include <array>

namespace reops::lang {

namespace {

std::string text_of(const Value& symbol)
{
    return std::string{symbol.name()};
}

}  // namespace

NodePtr Analyzer::special_quote(const data::List& form)
{
    return analyze_constant(form.rest().empty() ? Value{} : form.rest().front());
}

NodePtr Analyzer::special_if(const data::List& form)
{
    const bool is_tail = is_tail_;
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 3)
        fail_syntax("Too few arguments to if", "(if test then else)");
    if (parts.size() > 4)
        fail_syntax("Too many arguments to if",
                    "(if test then else); `do` makes several forms one");
    auto node = placed(std::make_unique<IfNode>());
    node->condition = analyze_form(parts[1]);
    const UseState before = save_uses();
    node->then = analyze_tail(parts[2], is_tail);
    const UseState after_then = save_uses();
    restore_uses(before);
    node->otherwise = analyze_tail(parts.size() == 4 ? parts[3] : Value{}, is_tail);
    merge_uses(after_then);
    return node;
}

NodePtr Analyzer::special_do(const data::List& form)
{
    const bool is_tail = is_tail_;
    return analyze_body(parts_of(form), 1, is_tail);
}

/// Analyses `[name init ...]`, each name being in scope for the next inits.
bool Analyzer::bind_all(const data::Vector& bindings,
                        std::vector<LetNode::Binding>& out,
                        std::string_view what)
{
    if (bindings.size() % 2 != 0)
        fail_syntax(std::string{what} + " requires an even number of forms in binding vector");
    for (std::size_t i = 0; i < bindings.size(); i += 2) {
        const Value& name = bindings[i];
        if (!name.is_symbol() || !name.name_space().empty())
            fail_syntax(std::string{what} + " expected a name without namespace to bind");
        pending_name_ = text_of(name);
        NodePtr init = analyze_form(bindings[i + 1]);
        pending_name_.clear();
        const std::uint32_t slot = scope_->take_slot();
        add_local(name, slot);
        out.push_back({slot, std::move(init)});
    }
    return true;
}

NodePtr Analyzer::special_let(const data::List& form)
{
    const bool is_tail = is_tail_;
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 2 || !parts[1].is_vector())
        fail_syntax("let requires a vector for its binding", "(let [name value] body)");
    auto node = placed(std::make_unique<LetNode>());
    const std::size_t outer = locals_.size();
    bind_all(parts[1].as_vector(), node->bindings, "let");
    node->body = analyze_body(parts, 2, is_tail);
    while (locals_.size() > outer) {
        dead_.push_back(std::move(locals_.back()));
        locals_.pop_back();
    }
    return node;
}

NodePtr Analyzer::special_loop(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 2 || !parts[1].is_vector())
        fail_syntax("loop requires a vector for its binding", "(loop [name value] body)");
    auto node = placed(std::make_unique<LoopNode>());
    const std::size_t outer = locals_.size();
    bind_all(parts[1].as_vector(), node->bindings, "loop");
    RecurTarget target;
    target.scope = scope_;
    ++scope_->loop_level;
    for (std::size_t i = outer; i < locals_.size(); ++i) {
        // The loop sets its own names anew, so inside it they are as good as parameters.
        locals_[i]->loop_level = scope_->loop_level;
        for (LocalNode* earlier : locals_[i]->last)
            earlier->moves = false;
        locals_[i]->last.clear();
        target.slots.push_back(locals_[i]->slot);
    }
    RecurTarget* const outer_target = std::exchange(recur_, &target);
    node->body = analyze_body(parts, 2, true);
    node->find_shape();
    recur_ = outer_target;
    --scope_->loop_level;
    while (locals_.size() > outer) {
        dead_.push_back(std::move(locals_.back()));
        locals_.pop_back();
    }
    return node;
}

NodePtr Analyzer::special_recur(const data::List& form)
{
    const bool is_tail = is_tail_;
    if (recur_ == nullptr && is_in_try_)
        fail_syntax("Cannot recur across try",
                    "`recur` stands last in a `loop` or function, and not inside `try`",
                    errors::unsupported_operation);
    if (recur_ == nullptr && scope_->code == nullptr && form.size() > 1)
        fail_syntax("Mismatched argument count to recur, expected: 0 args, got: " +
                        std::to_string(form.size() - 1),
                    "`recur` stands last in a `loop` or function",
                    errors::illegal_argument);
    if (recur_ == nullptr || recur_->scope != scope_ || !is_tail)
        fail_syntax("Can only recur from tail position",
                    "`recur` stands last in a `loop` or function, and not inside `try`");
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() - 1 != recur_->slots.size())
        fail_syntax("Mismatched argument count to recur, expected: " +
                        std::to_string(recur_->slots.size()) +
                        " args, got: " + std::to_string(parts.size() - 1),
                    {},
                    errors::illegal_argument);
    RecurTarget& target = *recur_;
    target.is_used = true;
    auto node = placed(std::make_unique<RecurNode>());
    node->slots = target.slots;
    node->arguments = analyze_all(parts, 1);
    if (target.slots.empty())
        node->arguments.clear();
    return node;
}

NodePtr Analyzer::special_var(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() != 2 || !parts[1].is_symbol())
        fail_syntax("expected (var name)");
    return analyze_constant(value_of(resolve_var(parts[1])));
}

NodePtr Analyzer::special_def(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    const bool has_doc = parts.size() == 4 && parts[2].is_string();
    if (parts.size() < 2)
        fail_syntax("Too few arguments to def", "(def name value)");
    if (!parts[1].is_symbol())
        fail_syntax("First argument to def must be a Symbol", "(def name value)");
    if (parts.size() > 4 || (parts.size() == 4 && !has_doc))
        fail_syntax("Too many arguments to def", "(def name \"doc\" value)");
    Namespace& here = task_.interpreter().current_namespace(task_);
    const Value& name = parts[1];
    if (!name.name_space().empty() && name.name_space() != here.name())
        fail_syntax("Can't refer to qualified var that doesn't exist",
                    "`def` defines in the current namespace only");
    Var& var = here.intern(name.local_name());
    auto node = placed(std::make_unique<DefNode>(var));
    data::Map meta;
    if (const Value given = name.meta(); given.is_map())
        meta = given.as_map().dissoc(Value::keyword("tag"));
    if (has_doc)
        meta = std::move(meta).assoc(Value::keyword("doc"), parts[2]);
    if (place_.is_known()) {
        const Location at = task_.interpreter().sources().locate(place_);
        meta = std::move(meta)
                   .assoc(Value::keyword("line"), Value::integer(at.span.line))
                   .assoc(Value::keyword("column"), Value::integer(at.span.column))
                   .assoc(Value::keyword("file"), Value::string(at.file));
    }
    var.set_dynamic(meta.get("dynamic").truthy());
    node->meta = analyze_form(meta);
    if (parts.size() > 2) {
        pending_name_ = text_of(name);
        node->init = analyze_form(parts.back());
        pending_name_.clear();
    }
    node->definition = {place_, uses_, source_};
    return node;
}

NodePtr Analyzer::special_set(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() != 3 || !parts[1].is_symbol() || find_local(parts[1]) != nullptr)
        fail_syntax("Invalid assignment target", "(set! *var* value)");
    auto node = placed(std::make_unique<SetVarNode>(resolve_var(parts[1])));
    node->value_node = analyze_form(parts[2]);
    return node;
}

NodePtr Analyzer::special_throw(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() != 2)
        fail_syntax("expected (throw exception)");
    auto node = placed(std::make_unique<ThrowNode>());
    node->exception = analyze_form(parts[1]);
    return node;
}

void Analyzer::analyze_catch(const std::vector<Value>& clause, TryNode& node)
{
    if (clause.size() < 3 || !clause[2].is_symbol())
        fail_syntax("expected (catch Class name body)");
    const ErrorClass* kind = nullptr;
    if (clause[1].is_keyword("default") || clause[1].is_symbol("Object"))
        kind = &errors::throwable;
    else if (clause[1].is_symbol())
        kind = find_error_class(clause[1].name());
    if (kind == nullptr) {
        std::string names;
        for (const std::string_view name : error_class_names())
            names += " " + std::string{name};
        fail_syntax("Unable to resolve classname: " +
                        (clause[1].is_symbol() ? text_of(clause[1]) : std::string{"?"}),
                    "known are" + names);
    }
    const std::uint32_t slot = scope_->take_slot();
    add_local(clause[2], slot);
    NodePtr body = analyze_body(clause, 3, false);
    dead_.push_back(std::move(locals_.back()));
    locals_.pop_back();
    node.clauses.push_back({kind, slot, std::move(body)});
}

NodePtr Analyzer::special_try(const data::List& form)
{
    auto node = placed(std::make_unique<TryNode>());
    std::vector<Value> body;
    std::vector<std::vector<Value>> catches;
    std::vector<Value> finally;
    for (const Value& part : form.rest()) {
        const bool is_list = part.is_list() && !part.as_list().empty();
        if (is_list && part.as_list().front().is_symbol("catch"))
            catches.push_back(parts_of(part.as_list()));
        else if (is_list && part.as_list().front().is_symbol("finally"))
            finally = parts_of(part.as_list());
        else if (!catches.empty() || !finally.empty())
            fail_syntax("Only catch or finally clause can follow catch in try expression");
        else
            body.push_back(part);
    }
    RecurTarget* const outer_target = std::exchange(recur_, nullptr);
    const bool was_in_try = std::exchange(is_in_try_, true);
    node->body = analyze_body(body, 0, false);
    for (const std::vector<Value>& clause : catches)
        analyze_catch(clause, *node);
    if (!finally.empty())
        node->finally = analyze_body(finally, 1, false);
    recur_ = outer_target;
    is_in_try_ = was_in_try;
    return node;
}

NodePtr Analyzer::special_case(const data::List& form)
{
    const bool is_tail = is_tail_;
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 2)
        fail_syntax("expected (case value constant result ... default)");
    auto node = placed(std::make_unique<CaseNode>());
    node->subject = analyze_form(parts[1]);
    const UseState before = save_uses();
    UseState after = before;
    std::size_t i = 2;
    for (; i + 1 < parts.size(); i += 2) {
        const Value index = Value::integer(static_cast<std::int64_t>(node->bodies.size()));
        std::vector<Value> constants{parts[i]};
        if (parts[i].is_list())
            constants = parts_of(parts[i].as_list());
        for (const Value& constant : constants) {
            if (node->branches.contains(constant))
                fail_syntax("Duplicate case test constant: " + data::print(constant),
                            {},
                            errors::illegal_argument);
            node->branches = node->branches.assoc(constant, index);
        }
        restore_uses(before);
        node->bodies.push_back(analyze_tail(parts[i + 1], is_tail));
        merge_uses(after);
        after = save_uses();
    }
    if (i < parts.size()) {
        restore_uses(before);
        node->otherwise = analyze_tail(parts[i], is_tail);
        merge_uses(after);
    }
    return node;
}

NodePtr Analyzer::special_syntax_quote(const data::List& form)
{
    return analyze_form(expand_syntax_quote(task_, form.rest().front()));
}

/// `(new Type x)`: our records, the exceptions, and what a `new` in a namespace of that name makes.
NodePtr Analyzer::special_new(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 2 || !parts[1].is_symbol())
        fail_syntax("expected (new Type arguments)", "(Type. arguments)");
    const std::string name = text_of(parts[1]);
    Interpreter& interpreter = task_.interpreter();
    Nodes arguments = analyze_all(parts, 2);
    const std::optional<Value> type = find_named_type(interpreter.current_namespace(task_), name);
    if (type && find<ErrorType>(*type) != nullptr) {
        arguments.insert(arguments.begin(), analyze_constant(*type));
        return analyze_var_call(interpreter.core_var("new-exception*"), std::move(arguments));
    }
    if (type && find<RecordType>(*type) != nullptr) {
        auto node = placed(std::make_unique<CallNode>());
        node->function = analyze_constant(*type);
        node->arguments = std::move(arguments);
        return node;
    }
    const Var* maker = find_var(Value::symbol(name + "/new"));
    if (maker == nullptr)
        fail_syntax("Unable to resolve classname: " + name,
                    "only own records and the exceptions can be made so");
    return analyze_var_call(*maker, std::move(arguments));
}

/// `(. target name arguments)`: a method of the fixed table, else a field of a record.
NodePtr Analyzer::special_dot(const data::List& form)
{
    const std::vector<Value> parts = parts_of(form);
    if (parts.size() < 3 || !parts[2].is_symbol())
        fail_syntax("expected (. target member arguments)");
    const std::string name = text_of(parts[2]);
    if (parts[1].is_symbol() && find_local(parts[1]) == nullptr) {
        if (const Var* method = find_var(Value::symbol(text_of(parts[1]) + "/" + name)))
            return analyze_var_call(*method, analyze_all(parts, 3));
    }
    const Namespace* members = task_.interpreter().find_namespace("java.member");
    Var* method = members == nullptr ? nullptr : members->find_own(name);
    if (method != nullptr) {
        std::vector<Value> arguments{parts[1]};
        arguments.insert(arguments.end(), parts.begin() + 3, parts.end());
        return analyze_var_call(*method, analyze_all(arguments, 0));
    }
    if (parts.size() > 3)
        fail_syntax("no method is named `" + name + "` here",
                    "the manual lists the methods that there are");
    auto node = placed(std::make_unique<KeywordCallNode>());
    node->keyword = Value::keyword(name.front() == '-' ? name.substr(1) : name);
    node->target = analyze_form(parts[1]);
    node->is_field = true;
    return node;
}

Analyzer::Special Analyzer::find_special(std::string_view name)
{
    struct Row {
        std::string_view name;
        Special special;
    };
    static constexpr std::array table = {
        Row{"quote", &Analyzer::special_quote},
        Row{"if", &Analyzer::special_if},
        Row{"do", &Analyzer::special_do},
        Row{"let*", &Analyzer::special_let},
        Row{"loop*", &Analyzer::special_loop},
        Row{"recur", &Analyzer::special_recur},
        Row{"fn*", &Analyzer::special_fn},
        Row{"letfn*", &Analyzer::special_letfn},
        Row{"var", &Analyzer::special_var},
        Row{"def", &Analyzer::special_def},
        Row{"set!", &Analyzer::special_set},
        Row{"throw", &Analyzer::special_throw},
        Row{"try", &Analyzer::special_try},
        Row{"case*", &Analyzer::special_case},
        Row{"syntax-quote", &Analyzer::special_syntax_quote},
        Row{"new", &Analyzer::special_new},
        Row{".", &Analyzer::special_dot},
    };
    for (const Row& row : table)
        if (row.name == name)
            return row.special;
    return nullptr;
}

}  // namespace reops::lang
