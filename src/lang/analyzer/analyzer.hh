// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Forms to nodes: resolves names, expands macros, chooses node kinds, finds last uses.

#include "data/list.hh"
#include "data/reader.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/analyzer/scope.hh"
#include "lang/nodes/node.hh"
#include "lang/task.hh"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::lang {

class Namespace;

/// A top-level form ready to run.
struct TopLevel {
    NodePtr node;
    std::uint32_t slots = 0;
};

/// Analyses one top-level form. Throws LangError (Compiler$CompilerException for syntax) with the
/// place as the first entry of its trace.
class Analyzer {
public:
    /// `form` may be null: then nothing has a place of its own. `base` is the place of the text's
    /// first byte.
    Analyzer(Task& task, const data::Form* form, std::uint32_t base);
    Analyzer(const Analyzer&) = delete;
    Analyzer& operator=(const Analyzer&) = delete;
    ~Analyzer() = default;

    TopLevel analyze(const Value& form);

    /// One step; the same value when the form is no macro call.
    Value macroexpand_1(const Value& form);

    // For special forms: each is a function of its own in a table.
    using Special = NodePtr (Analyzer::*)(const data::List& form);

private:
    struct Restore;

    // analyzer.cc
    NodePtr analyze_form(const Value& form);
    NodePtr analyze_tail(const Value& form, bool is_tail)
    {
        next_is_tail_ = is_tail;
        return analyze_form(form);
    }
    NodePtr analyze_list(const data::List& form);
    NodePtr analyze_call(const data::List& form);
    NodePtr analyze_var_call(const Var& var, Nodes arguments);
    NodePtr analyze_body(const std::vector<Value>& forms, std::size_t from, bool is_tail);
    NodePtr analyze_constant(const Value& form);
    NodePtr analyze_vector(const Value& form);
    NodePtr analyze_map(const Value& form);
    NodePtr analyze_set(const Value& form);
    NodePtr evaluated(const Node& literal);
    NodePtr with_meta_of(const Value& form, NodePtr node);
    Nodes analyze_all(const std::vector<Value>& forms, std::size_t from);
    template <class T>
    std::unique_ptr<T> placed(std::unique_ptr<T> node)
    {
        node->place = place_;
        node->owner = scope_ == nullptr ? nullptr : scope_->code;
        return node;
    }
    void index(const data::Form& form);
    Place place_of(const Value& form) const;
    void check_depth() const { task_.check_stack(); }

    // analyzer_names.cc
    NodePtr analyze_symbol(const Value& symbol);
    NodePtr analyze_member(const Value& form);
    Local* find_local(const Value& symbol);
    NodePtr use_local(Local& local, FnScope& scope);
    NodePtr use_capture(Local& local, FnScope& scope);
    Var* find_var(const Value& symbol);
    Var& resolve_var(const Value& symbol);
    Local& add_local(const Value& symbol, std::uint32_t slot);
    [[noreturn]] void fail_name(const Value& symbol);
    [[noreturn]] void fail_syntax(const std::string& message,
                                  std::string hint = {},
                                  const ErrorClass& kind = errors::runtime);
    void use_var(const Var& var);
    void check_public(const Var& var);

    // Last uses: what branches and loops do to them.
    using Uses = std::vector<std::pair<Local*, std::vector<LocalNode*>>>;
    using CaptureUses = std::vector<std::vector<CaptureNode*>>;
    struct UseState {
        Uses locals;
        CaptureUses captures;
    };
    UseState save_uses() const;
    void restore_uses(const UseState& state);
    void merge_uses(const UseState& other);

    // analyzer_special.cc
    NodePtr special_quote(const data::List& form);
    NodePtr special_if(const data::List& form);
    NodePtr special_do(const data::List& form);
    NodePtr special_let(const data::List& form);
    NodePtr special_loop(const data::List& form);
    NodePtr special_recur(const data::List& form);
    NodePtr special_var(const data::List& form);
    NodePtr special_def(const data::List& form);
    NodePtr special_set(const data::List& form);
    NodePtr special_throw(const data::List& form);
    NodePtr special_try(const data::List& form);
    NodePtr special_case(const data::List& form);
    NodePtr special_syntax_quote(const data::List& form);
    NodePtr special_new(const data::List& form);
    NodePtr special_dot(const data::List& form);
    bool bind_all(const data::Vector& bindings,
                  std::vector<LetNode::Binding>& out,
                  std::string_view what);
    void analyze_catch(const std::vector<Value>& clause, struct TryNode& node);

    // analyzer_function.cc
    NodePtr special_fn(const data::List& form);
    NodePtr special_letfn(const data::List& form);
    struct FnForm;
    void analyze_fn(FnCode& code,
                    const FnForm& form,
                    const std::shared_ptr<std::vector<Capture>>& captures,
                    const std::vector<std::pair<Value, const FnCode*>>& siblings);
    void analyze_arity(FnCode& code, const Value& form, FnScope& scope, const Value& self_name);
    Nodes capture_nodes(const std::vector<Capture>& captures);

    static Special find_special(std::string_view name);

    Task& task_;
    std::uint32_t base_;
    SourcePtr source_;  ///< null: the form comes from no text
    Place place_;
    FnScope* scope_ = nullptr;
    std::vector<std::unique_ptr<Local>> locals_;  ///< those in scope, inner ones last
    std::vector<std::unique_ptr<Local>> dead_;    ///< out of scope: nodes may still point to them
    RecurTarget* recur_ = nullptr;
    std::string pending_name_;  ///< what the next fn is called in traces
    std::unordered_map<const data::Object*, const data::Form*> forms_;
    std::vector<const Var*> uses_;
    const data::Form* enclosing_ = nullptr;  ///< the innermost form of the source that is analysed
    bool next_is_tail_ = false;              ///< set just before analyze_form()
    bool is_in_try_ = false;
    bool is_tail_ = false;  ///< of the form at hand; read it first
};

/// `` `form `` as a form that builds it.
Value expand_syntax_quote(Task& task, const Value& form);

/// A list's elements.
std::vector<Value> parts_of(const data::List& list);

}  // namespace reops::lang
