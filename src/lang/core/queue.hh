// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The persistent queue: a front that is taken from and a back that is added to.

#include "data/list.hh"
#include "data/value.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/references.hh"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reops::lang {

/// `clojure.lang.PersistentQueue/EMPTY`.
class Queue final : public Collection {
public:
    static constexpr ClassId id = ClassId::queue;

    Queue() : Collection(id) {}
    Queue(data::List front, data::Vector back)
        : Collection(id), front_(std::move(front)), back_(std::move(back))
    {
    }

    void list(References& out) const
    {
        out.add(front_);
        out.add(back_);
    }

    Value peek() const;
    Value pop() const;

    Value seq(Task& task) const override;
    std::int64_t count(Task& task) const override;
    std::optional<Value> find(Task& task, const Value& key) const override;
    Value conj(Task& task, Value self, Value element) const override;
    Value empty(Task& task) const override;

    std::string_view type_name() const override { return "queue"; }
    std::string print() const override;
    bool equal_value(const Value& other) const override;
    std::uint32_t hash_value() const override;

private:
    data::List front_;  ///< empty only when the queue is
    data::Vector back_;
};

}  // namespace reops::lang
