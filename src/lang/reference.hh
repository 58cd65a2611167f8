// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file What can change: atoms and volatiles; and delays, which are computed once.

#include "data/map.hh"
#include "data/value.hh"
#include "lang/class_id.hh"
#include "lang/cycles.hh"
#include "lang/error.hh"
#include "lang/references.hh"

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace reops::lang {

class Task;

/// Something that `deref` reads. Any thread may call.
class Reference : public data::Native {
public:
    explicit Reference(ClassId class_id) : Native(static_cast<std::uint16_t>(class_id)) {}

    virtual Value deref(Task& task) const = 0;
    virtual bool is_realized() const { return true; }
    /// What is there now, without computing or waiting: for the printer.
    virtual Value held() const = 0;
};

/// The Reference in a value, or null.
const Reference* find_reference(const Value& value);

class Atom final : public Reference, public Container {
public:
    static constexpr ClassId id = ClassId::atom;

    explicit Atom(Value value)
        : Reference(id),
          Container(static_cast<const data::Object&>(*this)),
          value_(std::move(value))
    {
    }
    ~Atom() override { leave(); }
    Atom(const Atom&) = delete;
    Atom& operator=(const Atom&) = delete;

    Value deref(Task& task) const override;
    Value held() const override { return get(); }
    Value get() const;
    /// Sets it unless it was changed meanwhile (compared by identity, numbers by value).
    bool compare_and_set(const Value& expected, Value next) const;
    Value exchange(Value next) const;

    Value validator() const;
    void set_validator(Value function) const;
    data::Map watches() const;
    void set_watch(const Value& key, Value function) const;
    void remove_watch(const Value& key) const;
    Value metadata() const;
    void set_metadata(Value map) const;

    std::string_view type_name() const override { return "atom"; }
    std::string print() const override;
    void list(References& out) const;
    void empty() const;

private:
    mutable std::mutex mutex_;
    mutable Value value_;        // guarded by mutex_
    mutable Value validator_;    // guarded by mutex_
    mutable data::Map watches_;  // guarded by mutex_
    mutable Value metadata_;     // guarded by mutex_
};

class Volatile final : public Reference, public Container {
public:
    static constexpr ClassId id = ClassId::volatile_box;

    explicit Volatile(Value value)
        : Reference(id),
          Container(static_cast<const data::Object&>(*this)),
          value_(std::move(value))
    {
    }
    ~Volatile() override { leave(); }
    Volatile(const Volatile&) = delete;
    Volatile& operator=(const Volatile&) = delete;

    Value deref(Task& task) const override;
    Value held() const override;
    void set(Value value) const;

    std::string_view type_name() const override { return "volatile"; }
    std::string print() const override;
    void list(References& out) const;
    void empty() const;

private:
    mutable std::mutex mutex_;
    mutable Value value_;  // guarded by mutex_
};

class Delay final : public Reference {
public:
    static constexpr ClassId id = ClassId::delay;

    explicit Delay(Value function) : Reference(id), function_(std::move(function)) {}

    Value deref(Task& task) const override;
    Value held() const override;
    bool is_realized() const override;

    std::string_view type_name() const override { return "delay"; }
    std::string print() const override;
    void list(References& out) const;
    void empty() const;

private:
    mutable std::recursive_mutex mutex_;
    mutable Value function_;                  // guarded by mutex_; nil once called
    mutable Value value_;                     // guarded by mutex_
    mutable std::optional<LangError> error_;  // guarded by mutex_
};

}  // namespace reops::lang
