// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file A namespace: names to vars, of its own and referred ones, and aliases of others.

#include "data/native.hh"
#include "data/value.hh"
#include "lang/class_id.hh"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::lang {

using data::Value;

class Interpreter;
class Var;

/// Lives as long as its interpreter. Any thread may call.
class Namespace final : public data::Native {
public:
    static constexpr ClassId id = ClassId::name_space;

    Namespace(Interpreter& interpreter, std::string name);
    ~Namespace() override;
    Namespace(const Namespace&) = delete;
    Namespace& operator=(const Namespace&) = delete;

    const std::string& name() const { return name_; }

    /// Its own var or a referred one; null when the name is not known here.
    Var* find(std::string_view name) const;
    Var* find_own(std::string_view name) const;
    /// Its own var, made at need. Throws IllegalStateException when the name refers elsewhere
    /// (names of clojure.core are replaced).
    Var& intern(std::string_view name);
    void refer(std::string_view name, Var& var);
    /// Every public var of the other; what is there already stays unless it is from clojure.core.
    void refer_all(const Namespace& other);
    void unmap(std::string_view name);

    void add_alias(std::string_view alias, Namespace& target);
    void remove_alias(std::string_view alias);
    Namespace* find_alias(std::string_view alias) const;
    std::vector<std::pair<std::string, Namespace*>> aliases() const;

    /// Classes that `import` or `defrecord` named here: "Hosts" to a type value.
    void import(std::string_view name, Value imported);
    std::optional<Value> find_import(std::string_view name) const;

    /// All names known here, sorted: for completion and "did you mean".
    std::vector<std::string> names() const;
    std::vector<Var*> own_vars() const;
    std::vector<std::pair<std::string, Var*>> mappings() const;

    Value metadata() const;
    void set_metadata(Value map);

    std::string_view type_name() const override { return "namespace"; }
    std::string print() const override { return "#namespace[" + name_ + "]"; }

private:
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>{}(text);
        }
    };

    Interpreter& interpreter_;
    std::string name_;
    mutable std::recursive_mutex mutex_;
    std::unordered_map<std::string, Var*, NameHash, std::equal_to<>>
        mappings_;                                            // guarded by mutex_
    std::map<std::string, Namespace*, std::less<>> aliases_;  // guarded by mutex_
    std::map<std::string, Value, std::less<>> imports_;       // guarded by mutex_
    Value metadata_;                                          // guarded by mutex_
    std::vector<Var*> forgotten_;                             // guarded by mutex_
    std::vector<const Namespace*>
        bases_;  ///< clojure.core: looked up, not copied; guarded by mutex_

    friend class Interpreter;
};

}  // namespace reops::lang
