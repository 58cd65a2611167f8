// SPDX-License-Identifier: Apache-2.0
/// Transients: a collection that nobody else holds, so that the persistent changes happen in place.
#include "data/map.hh"
#include "data/set.hh"
#include "data/vector.hh"
#include "lang/collections.hh"
#include "lang/core/conversions.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/seq.hh"
#include "lang/task.hh"

#include <optional>

namespace reops::lang {

namespace {

/// For one thread, as in Clojure.
class Transient final : public Collection {
public:
    static constexpr ClassId id = ClassId::transient;

    explicit Transient(Value value) : Collection(id), value_(std::move(value)) {}

    /// What it holds, taken out to be changed; throws when persistent! was called before.
    Value take_value() const
    {
        check();
        return std::move(value_);
    }
    void put(Value value) const { value_ = std::move(value); }
    Value finish() const
    {
        check();
        is_over_ = true;
        return std::move(value_);
    }

    Value seq(Task&) const override
    {
        fail(errors::illegal_argument, "a transient has no sequence of its elements");
    }
    std::int64_t count(Task& task) const override
    {
        check();
        return lang::count(task, value_);
    }
    std::optional<Value> find(Task& task, const Value& key) const override
    {
        check();
        if (!contains(task, value_, key))
            return std::nullopt;
        return get(task, value_, key);
    }
    std::string_view type_name() const override { return "transient"; }
    std::string print() const override { return "#transient"; }

private:
    void check() const
    {
        if (is_over_)
            fail(errors::illegal_access, "Transient used after persistent! call");
    }

    mutable Value value_;
    mutable bool is_over_ = false;
};

const Transient& need_transient(const Value& value, std::string_view role)
{
    const Transient* transient = find<Transient>(value);
    if (transient == nullptr)
        fail_type("a transient", value, role);
    return *transient;
}

Value make_transient(Task&, Arguments arguments)
{
    if (!arguments[0].is_vector() && !arguments[0].is_map() && !arguments[0].is_set())
        fail_type("a vector, map or set", arguments[0], "`transient`");
    return data::make_native<Transient>(take(arguments[0]));
}
Value make_persistent(Task&, Arguments arguments)
{
    return need_transient(arguments[0], "`persistent!`").finish();
}
Value conj_in_place(Task& task, Arguments arguments)
{
    if (arguments.empty())
        return data::make_native<Transient>(data::Vector{});
    const Transient& transient = need_transient(arguments[0], "`conj!`");
    if (arguments.size() > 1)
        transient.put(conj(task, transient.take_value(), take(arguments[1])));
    return take(arguments[0]);
}
Value assoc_in_place(Task& task, Arguments arguments)
{
    if (arguments.size() % 2 == 0)
        fail(errors::illegal_argument,
             "`assoc!` expected keys with values but got a key without one");
    const Transient& transient = need_transient(arguments[0], "`assoc!`");
    for (std::size_t i = 1; i + 1 < arguments.size(); i += 2)
        transient.put(
            assoc(task, transient.take_value(), take(arguments[i]), take(arguments[i + 1])));
    return take(arguments[0]);
}
Value dissoc_in_place(Task& task, Arguments arguments)
{
    const Transient& transient = need_transient(arguments[0], "`dissoc!`");
    for (const Value& key : arguments.subspan(1))
        transient.put(dissoc(task, transient.take_value(), key));
    return take(arguments[0]);
}
Value disj_in_place(Task&, Arguments arguments)
{
    const Transient& transient = need_transient(arguments[0], "`disj!`");
    for (const Value& key : arguments.subspan(1)) {
        Value value = transient.take_value();
        if (!value.is_set())
            fail_type("a set", value, "`disj!`");
        data::Set set = std::exchange(value, Value{}).as_set();
        transient.put(std::move(set).erase(key));
    }
    return take(arguments[0]);
}
Value pop_in_place(Task&, Arguments arguments)
{
    const Transient& transient = need_transient(arguments[0], "`pop!`");
    Value value = transient.take_value();
    if (!value.is_vector() || value.as_vector().empty())
        fail(errors::illegal_state, "Can't pop empty vector");
    data::Vector vector = std::exchange(value, Value{}).as_vector();
    transient.put(std::move(vector).pop_back());
    return take(arguments[0]);
}

constexpr Builtin table[] = {
    pure("transient",
         "[coll]",
         "A copy of a vector, map or set that is changed in place.\n(persistent! (conj! (transient "
         "[]) 1)) ; => [1]",
         make_transient),
    pure("persistent!",
         "[coll]",
         "The collection that a transient became.\n(persistent! (transient [1])) ; => [1]",
         make_persistent),
    pure("conj!",
         "[] [coll] [coll x]",
         "Adds an element to a transient.\n(persistent! (conj! (transient #{}) 1)) ; => #{1}",
         conj_in_place),
    pure("assoc!",
         "[coll key val] [coll key val & kvs]",
         "Sets a key of a transient.\n(persistent! (assoc! (transient {}) :a 1)) ; => {:a 1}",
         assoc_in_place),
    pure("dissoc!",
         "[map key] [map key & ks]",
         "Removes keys of a transient map.\n(persistent! (dissoc! (transient {:a 1}) :a)) ; => {}",
         dissoc_in_place),
    pure("disj!",
         "[set key] [set key & ks]",
         "Removes elements of a transient set.\n(persistent! (disj! (transient #{1}) 1)) ; => #{}",
         disj_in_place),
    pure("pop!",
         "[coll]",
         "Removes the last element of a transient vector.\n(persistent! (pop! (transient [1]))) ; "
         "=> []",
         pop_in_place),
};

}  // namespace

std::span<const Builtin> transient_builtins()
{
    return table;
}

}  // namespace reops::lang
