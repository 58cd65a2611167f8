// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Functions that choose their body: protocols by the type of the first argument,
/// multimethods by any value.

#include "data/map.hh"
#include "data/value.hh"
#include "lang/callable.hh"
#include "lang/class_id.hh"
#include "lang/references.hh"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

/// Types to their methods. Any thread may call; a var holds it.
class Protocol final : public data::Native {
public:
    static constexpr ClassId id = ClassId::protocol;

    Protocol(std::string name, std::vector<Value> methods);

    const std::string& name() const { return name_; }
    const std::vector<Value>& methods() const { return methods_; }  ///< keywords
    /// `implementations` maps keywords to functions; of one type the later ones are added.
    void extend(const Value& extended, const Value& implementations) const;
    /// The function for a value, or nil.
    Value find_method(const Value& value, const Value& method) const;
    bool is_satisfied_by(const Value& value) const;
    bool is_extended_by(const Value& extended) const;
    std::vector<Value> extenders() const;
    void list(References& out) const;
    void empty() const;

    std::string_view type_name() const override { return "protocol"; }
    std::string print() const override { return "#protocol[" + name_ + "]"; }

private:
    data::Map table() const;

    std::string name_;
    std::vector<Value> methods_;
    mutable std::mutex mutex_;
    mutable data::Map table_;  ///< type to map of methods; guarded by mutex_
    mutable data::Map found_;  ///< type to map of methods that were found; guarded by mutex_
};

class ProtocolMethod final : public Callable {
public:
    static constexpr ClassId id = ClassId::protocol_method;

    /// `protocol` holds a Protocol.
    ProtocolMethod(Value protocol, Value method);
    void list(References& out) const { out.add(protocol_value_); }

    Value call(Task& task, Arguments arguments) const override;
    std::string function_name() const override;
    std::string_view type_name() const override { return "function"; }
    std::string print() const override { return "#function[" + function_name() + "]"; }

private:
    Value protocol_value_;
    const Protocol& protocol_;
    Value method_;
};

/// `hierarchy` is a var whose value holds {:parents ..}; isa? of clojure.core decides.
class Multimethod final : public Callable {
public:
    static constexpr ClassId id = ClassId::multimethod;

    Multimethod(std::string name, Value dispatch, Value default_key, Value hierarchy);

    void add(const Value& key, Value function) const;
    void remove(const Value& key) const;
    void remove_all() const;
    void prefer(const Value& key, const Value& over) const;
    data::Map methods() const;
    data::Map preferences() const;
    /// The function for a dispatch value, or nil.
    Value find_method(Task& task, const Value& key) const;
    void list(References& out) const;
    void empty() const { remove_all(); }

    Value call(Task& task, Arguments arguments) const override;
    std::string function_name() const override { return name_; }
    std::string_view type_name() const override { return "multimethod"; }
    std::string print() const override { return "#multifn[" + name_ + "]"; }

private:
    bool prefers(Task& task, const Value& a, const Value& b) const;

    std::string name_;
    Value dispatch_;
    Value default_key_;
    Value hierarchy_;
    mutable std::mutex mutex_;
    mutable data::Map methods_;  // guarded by mutex_
    mutable data::Map prefers_;  // guarded by mutex_
};

}  // namespace reops::lang
