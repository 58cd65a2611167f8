// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A var: a name with a root value that may be swapped while others read it, and metadata.

#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/sources.hh"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

class Interpreter;
class Namespace;
class Var;

/// What a var was defined by: for `source`, for versions of flows, for live reload.
struct Definition {
    Place place;                   ///< the whole top-level form
    std::vector<const Var*> uses;  ///< vars that its code refers to, without those of clojure.core
    SourcePtr source = nullptr;    ///< the text that the place is in
};

/// Lives as long as its interpreter. Any thread may call; readers never wait.
class Var final : public Callable {
public:
    static constexpr ClassId id = ClassId::var;

    Var(Interpreter& interpreter, const Namespace& home, Value name);
    ~Var() override;
    Var(const Var&) = delete;
    Var& operator=(const Var&) = delete;

    const Namespace& home() const { return home_; }
    const Value& name() const { return name_; }  ///< a symbol without namespace
    std::string full_name() const;               ///< "user/f"

    /// The value for this task: its dynamic binding, else the root. Throws IllegalStateException
    /// when there is none.
    Value get(Task& task) const;
    /// The root as a view that lives until the outermost task ends or the root changes (functions:
    /// until no task runs). Null when unbound; analyses a lazy definition first.
    const Value* root(Task& task) const
    {
        const Value* root = root_.load(std::memory_order_acquire);
        return root != nullptr ? root : realise(task);
    }
    bool is_bound() const;
    void set_root(Value value);
    void unbind_root();
    /// Applies `change` to the root, one caller at a time.
    template <class Change>
    Value alter_root(Change change)
    {
        const std::lock_guard lock{change_mutex_};
        const Value* now = root_.load(std::memory_order_acquire);
        Value next = change(now == nullptr ? Value{} : *now);
        set_root(next);
        return next;
    }

    bool is_macro() const { return has(macro_flag); }
    bool is_private() const { return has(private_flag); }
    bool is_dynamic() const { return has(dynamic_flag); }
    bool is_constant() const { return has(constant_flag); }
    /// Was a root set after the interpreter's own? Nodes with inlined functions look at it.
    bool is_changed() const { return has(changed_flag); }
    void set_macro(bool value) { set(macro_flag, value); }
    void set_private(bool value) { set(private_flag, value); }
    void set_dynamic(bool value) { set(dynamic_flag, value); }
    void set_changed() { set(changed_flag, true); }

    /// A map with :ns and :name in it.
    Value metadata() const;
    void set_metadata(Value map);  ///< also sets the flags that it names
    /// From the builtin's record, else from the metadata.
    std::string doc() const;
    std::string arglists() const;  ///< "([x] [x & xs])", empty when it is no function
    const Builtin* builtin() const { return builtin_; }

    Definition definition() const;
    void set_definition(Definition definition);

    /// A definition of the embedded library that is analysed when it is first needed.
    void set_lazy(Place source);
    bool is_lazy() const { return lazy_.load(std::memory_order_acquire) != 0; }

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override;
    std::string function_name() const override { return full_name(); }
    std::string_view type_name() const override { return "var"; }
    std::string print() const override;

private:
    static constexpr std::uint32_t macro_flag = 1;
    static constexpr std::uint32_t private_flag = 2;
    static constexpr std::uint32_t dynamic_flag = 4;
    static constexpr std::uint32_t changed_flag = 8;
    static constexpr std::uint32_t constant_flag = 16;

    bool has(std::uint32_t flag) const
    {
        return (flags_.load(std::memory_order_relaxed) & flag) != 0;
    }
    void set(std::uint32_t flag, bool value);
    const Value* realise(Task& task) const;

    Interpreter& interpreter_;
    const Namespace& home_;
    Value name_;
    std::atomic<const Value*> root_{nullptr};
    std::atomic<std::uint32_t> flags_{0};
    mutable std::atomic<std::uint32_t> lazy_{0};  ///< begin of the source, or 0
    std::uint32_t lazy_length_ = 0;
    const Builtin* builtin_ = nullptr;
    std::recursive_mutex change_mutex_;
    mutable std::mutex mutex_;
    Value metadata_;         // guarded by mutex_
    Definition definition_;  // guarded by mutex_

    friend class Interpreter;
};

}  // namespace reops::lang
