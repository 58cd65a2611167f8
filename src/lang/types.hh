// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file Types as values: what a class name evaluates to, what `type` gives, what protocols and
/// `instance?` ask. A fixed tree under the JVM's names for what is built in, and our records.

#include "data/native.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/callable.hh"
#include "lang/class_id.hh"
#include "lang/error_class.hh"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reops::lang {

using data::Value;

class Namespace;
class Task;

/// A built-in type, by its names: "java.lang.String".
class BuiltinType final : public data::Native {
public:
    static constexpr ClassId id = ClassId::type;

    BuiltinType(std::string_view name, std::vector<std::string_view> ancestors)
        : Native(static_cast<std::uint16_t>(id)), name_(name), ancestors_(std::move(ancestors))
    {
    }

    std::string_view name() const { return name_; }
    /// Its own name first, java.lang.Object last: the order in which protocols look.
    const std::vector<std::string_view>& ancestors() const { return ancestors_; }

    std::string_view type_name() const override { return "type"; }
    std::string print() const override { return std::string{name_}; }

private:
    std::string_view name_;
    std::vector<std::string_view> ancestors_;
};

/// An exception class as a value.
class ErrorType final : public data::Native {
public:
    static constexpr ClassId id = ClassId::error_type;

    explicit ErrorType(const ErrorClass& kind) : Native(static_cast<std::uint16_t>(id)), kind_(kind)
    {
    }

    const ErrorClass& kind() const { return kind_; }

    std::string_view type_name() const override { return "type"; }
    std::string print() const override
    {
        return std::string{kind_.package} + "." + std::string{kind_.name};
    }
    bool equal(const data::Native& other) const override
    {
        const auto* that = dynamic_cast<const ErrorType*>(&other);
        return that != nullptr && &that->kind_ == &kind_;
    }

private:
    const ErrorClass& kind_;
};

/// What `defrecord` and `deftype` define; called, it makes one from its fields in order.
class RecordType final : public Callable {
public:
    static constexpr ClassId id = ClassId::record_type;

    /// `is_map` tells records from plain deftypes.
    RecordType(std::string name, std::vector<Value> fields, bool is_map);

    const std::string& name() const { return name_; }             ///< "user.Hosts"
    const std::vector<Value>& fields() const { return fields_; }  ///< keywords
    bool is_map() const { return is_map_; }
    std::optional<std::size_t> index_of(const Value& key) const;

    Value call(Task& task, Arguments arguments) const override;
    Arity arity() const override { return {fields_.size(), fields_.size(), false}; }
    std::string function_name() const override { return name_; }
    std::string_view type_name() const override { return "type"; }
    std::string print() const override { return name_; }

private:
    std::string name_;
    std::vector<Value> fields_;
    bool is_map_;
};

/// The type of any value: a BuiltinType, ErrorType or RecordType.
Value type_of(const Value& value);
bool is_instance(const Value& type, const Value& value);
/// What a class name means in a namespace: imports, exception classes, built-in types.
std::optional<Value> find_named_type(const Namespace& here, std::string_view name);
/// The keys under which protocols and multimethods look for a value's type, nearest first: the type
/// itself, then its ancestors, java.lang.Object last; for nil only nil.
std::vector<Value> dispatch_types(const Value& value);

}  // namespace reops::lang
