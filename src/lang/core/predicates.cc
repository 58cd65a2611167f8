// SPDX-License-Identifier: Apache-2.0
#include "lang/arguments.hh"
#include "lang/arithmetic.hh"
#include "lang/collections.hh"
#include "lang/core/registry.hh"
#include "lang/reference.hh"
#include "lang/seq.hh"

namespace reops::lang {

namespace {

using Question = bool (*)(const Value& value);

template <Question question>
Value answer(Task&, Arguments arguments)
{
    return Value::boolean(question(arguments[0]));
}

bool ask_nil(const Value& value)
{
    return value.is_nil();
}

bool ask_some(const Value& value)
{
    return !value.is_nil();
}

bool ask_not(const Value& value)
{
    return !value.truthy();
}

bool ask_true(const Value& value)
{
    return value.is_boolean() && value.truthy();
}

bool ask_false(const Value& value)
{
    return value.is_boolean() && !value.truthy();
}

bool ask_boolean(const Value& value)
{
    return value.is_boolean();
}

bool ask_string(const Value& value)
{
    return value.is_string();
}

bool ask_keyword(const Value& value)
{
    return value.is_keyword();
}

bool ask_symbol(const Value& value)
{
    return value.is_symbol();
}

bool ask_number(const Value& value)
{
    return is_number(value);
}

bool ask_integer(const Value& value)
{
    return value.is_integer() ||
           class_id_of(value) == static_cast<std::uint16_t>(ClassId::big_integer);
}

bool ask_int(const Value& value)
{
    return value.is_integer();
}

bool ask_double(const Value& value)
{
    return value.is_real();
}

bool ask_character(const Value& value)
{
    return value.is_character();
}

bool ask_vector(const Value& value)
{
    return value.is_vector();
}

bool ask_list(const Value& value)
{
    return value.is_list();
}

bool is_map_like(const Value& value)
{
    const Collection* other = find_collection(value);
    return value.is_map() || (other != nullptr && other->is_map());
}

bool ask_map(const Value& value)
{
    return is_map_like(value);
}

bool ask_set(const Value& value)
{
    const Collection* other = find_collection(value);
    return value.is_set() || (other != nullptr && other->is_set());
}

bool ask_seq(const Value& value)
{
    return is_seq(value);
}

bool ask_sequential(const Value& value)
{
    return is_sequential(value);
}

bool ask_collection(const Value& value)
{
    return is_seqable(value) && !value.is_nil() && !value.is_string();
}

bool ask_seqable(const Value& value)
{
    return is_seqable(value);
}

bool ask_associative(const Value& value)
{
    return value.is_vector() || is_map_like(value);
}

bool ask_ifn(const Value& value)
{
    return is_callable_object(value) || value.is_keyword() || value.is_symbol() ||
           value.is_vector() || is_map_like(value) || ask_set(value);
}

Value run_identical(Task&, Arguments arguments)
{
    return Value::boolean(arguments[0].kind() == arguments[1].kind() &&
                          (arguments[0].raw().payload == arguments[1].raw().payload ||
                           (arguments[0].is_keyword() && arguments[0] == arguments[1])));
}

constexpr Builtin table[] = {
    {.name = "nil?",
     .args = "[x]",
     .doc = "Is it nil?\n(nil? nil) ; => true",
     .since = "0.1",
     .run = answer<ask_nil>},
    {.name = "some?",
     .args = "[x]",
     .doc = "Is it not nil?\n(some? 1) ; => true",
     .since = "0.1",
     .run = answer<ask_some>},
    {.name = "not",
     .args = "[x]",
     .doc = "Is it false or nil?\n(not 1) ; => false",
     .since = "0.1",
     .run = answer<ask_not>},
    {.name = "true?",
     .args = "[x]",
     .doc = "Is it true itself?\n(true? 1) ; => false",
     .since = "0.1",
     .run = answer<ask_true>},
    {.name = "false?",
     .args = "[x]",
     .doc = "Is it false itself?\n(false? nil) ; => false",
     .since = "0.1",
     .run = answer<ask_false>},
    {.name = "boolean?",
     .args = "[x]",
     .doc = "Is it true or false?\n(boolean? true) ; => true",
     .since = "0.1",
     .run = answer<ask_boolean>},
    {.name = "string?",
     .args = "[x]",
     .doc = "Is it a string?\n(string? \"a\") ; => true",
     .since = "0.1",
     .run = answer<ask_string>},
    {.name = "keyword?",
     .args = "[x]",
     .doc = "Is it a keyword?\n(keyword? :a) ; => true",
     .since = "0.1",
     .run = answer<ask_keyword>},
    {.name = "symbol?",
     .args = "[x]",
     .doc = "Is it a symbol?\n(symbol? 'a) ; => true",
     .since = "0.1",
     .run = answer<ask_symbol>},
    {.name = "number?",
     .args = "[x]",
     .doc = "Is it a number?\n(number? 1) ; => true",
     .since = "0.1",
     .run = answer<ask_number>},
    {.name = "integer?",
     .args = "[x]",
     .doc = "Is it an integer?\n(integer? 1) ; => true",
     .since = "0.1",
     .run = answer<ask_integer>},
    {.name = "int?",
     .args = "[x]",
     .doc = "Is it an integer of 64 bits?\n(int? 1) ; => true",
     .since = "0.1",
     .run = answer<ask_int>},
    {.name = "double?",
     .args = "[x]",
     .doc = "Is it a real?\n(double? 1.0) ; => true",
     .since = "0.1",
     .run = answer<ask_double>},
    {.name = "float?",
     .args = "[x]",
     .doc = "Is it a real?\n(float? 1.0) ; => true",
     .since = "0.1",
     .run = answer<ask_double>},
    {.name = "char?",
     .args = "[x]",
     .doc = "Is it a character?\n(char? \\a) ; => true",
     .since = "0.1",
     .run = answer<ask_character>},
    {.name = "vector?",
     .args = "[x]",
     .doc = "Is it a vector?\n(vector? []) ; => true",
     .since = "0.1",
     .run = answer<ask_vector>},
    {.name = "list?",
     .args = "[x]",
     .doc = "Is it a list?\n(list? '(1)) ; => true",
     .since = "0.1",
     .run = answer<ask_list>},
    {.name = "map?",
     .args = "[x]",
     .doc = "Is it a map?\n(map? {}) ; => true",
     .since = "0.1",
     .run = answer<ask_map>},
    {.name = "set?",
     .args = "[x]",
     .doc = "Is it a set?\n(set? #{}) ; => true",
     .since = "0.1",
     .run = answer<ask_set>},
    {.name = "seq?",
     .args = "[x]",
     .doc = "Is it a sequence?\n(seq? '(1)) ; => true",
     .since = "0.1",
     .run = answer<ask_seq>},
    {.name = "sequential?",
     .args = "[x]",
     .doc = "Is it a list, vector or sequence?\n(sequential? [1]) ; => true",
     .since = "0.1",
     .run = answer<ask_sequential>},
    {.name = "coll?",
     .args = "[x]",
     .doc = "Is it a collection?\n(coll? {}) ; => true",
     .since = "0.1",
     .run = answer<ask_collection>},
    {.name = "seqable?",
     .args = "[x]",
     .doc = "Has it elements that seq gives?\n(seqable? \"a\") ; => true",
     .since = "0.1",
     .run = answer<ask_seqable>},
    {.name = "associative?",
     .args = "[x]",
     .doc = "Can it be changed by assoc?\n(associative? []) ; => true",
     .since = "0.1",
     .run = answer<ask_associative>},
    {.name = "ifn?",
     .args = "[x]",
     .doc = "Can it be called?\n(ifn? :a) ; => true",
     .since = "0.1",
     .run = answer<ask_ifn>},
    {.name = "identical?",
     .args = "[x y]",
     .doc = "Are both the same object?\n(identical? :a :a) ; => true",
     .since = "0.1",
     .run = run_identical},
};

}  // namespace

std::span<const Builtin> predicate_builtins()
{
    return table;
}

}  // namespace reops::lang
