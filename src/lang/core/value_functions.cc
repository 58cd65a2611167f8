// SPDX-License-Identifier: Apache-2.0
// What the half in the language needs of values that only C++ can make: tagged literals, vars
// without a name, the empty queue, forms out of a text.
#include "data/native.hh"
#include "data/reader.hh"
#include "lang/arguments.hh"
#include "lang/core/queue.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/interpreter.hh"
#include "lang/load.hh"
#include "lang/name_space.hh"
#include "lang/sequences.hh"
#include "lang/task.hh"
#include "lang/var.hh"

#include <utility>

namespace reops::lang {

namespace {

Value make_tagged(Task&, Arguments arguments)
{
    need_symbol(arguments[0], "`tagged-literal`");
    return data::make_native<data::Tagged>(std::move(arguments[0]), std::move(arguments[1]));
}

Value tag_of(Task&, Arguments arguments)
{
    const auto* tagged = data::find_native<data::Tagged>(arguments[0]);
    return tagged == nullptr ? Value{} : tagged->tag();
}

Value form_of(Task&, Arguments arguments)
{
    const auto* tagged = data::find_native<data::Tagged>(arguments[0]);
    return tagged == nullptr ? Value{} : tagged->content();
}

Value make_queue(Task&, Arguments)
{
    return data::make_native<Queue>();
}

/// A var that nobody finds by its name.
Value make_local_var(Task& task, Arguments arguments)
{
    Interpreter& interpreter = task.interpreter();
    auto* var =
        new Var{interpreter, interpreter.name_space("clojure.core"), Value::symbol("--unnamed--")};
    Value made = Value::native(var);
    var->set_root(std::move(arguments[0]));
    return made;
}

Value set_var(Task& task, Arguments arguments)
{
    const auto& var = need<Var>(arguments[0], "a var", "`var-set`");
    if (task.bindings().contains(arguments[0]))
        task.set_bindings(task.bindings().assoc(arguments[0], arguments[1]));
    else if (var.name().is_symbol("--unnamed--"))
        const_cast<Var&>(var).set_root(arguments[1]);
    else
        fail(errors::illegal_state,
             "Can't change/establish root binding of: " + std::string{var.name().name()} +
                 " with set",
             "`binding` around it makes a binding of this thread");
    return std::move(arguments[1]);
}

Value read_first(Task& task, Arguments arguments)
{
    const auto first = read_first_code(task, need_string(arguments[0], "`read`"));
    if (!first)
        return {};
    return data::make_vector(
        {first->value, Value::integer(static_cast<std::int64_t>(first->characters))});
}

Value read_line(Task& task, Arguments)
{
    const auto line = task.interpreter().outside().read_line();
    if (line.ok())
        return Value::string(*line);
    if (line.failure().code == Code::not_found)
        return {};
    fail(errors::illegal_state, line.failure().message, line.failure().details);
}

Value is_chunked(Task&, Arguments arguments)
{
    return Value::boolean(find<VectorSeq>(arguments[0]) != nullptr ||
                          find<Range>(arguments[0]) != nullptr);
}

constexpr Builtin table[] = {
    pure("->TaggedLiteral",
         "[tag form]",
         "A value with a tag.\n(->TaggedLiteral 'a 1) ; => #a 1",
         make_tagged),
    pure("tag*", "[x]", "The tag of a tagged value, or nil.\n(tag* 1) ; => nil", tag_of),
    pure("tagged-form*",
         "[x]",
         "What a tag stands before.\n(tagged-form* (tagged-literal 'a 1)) ; => 1",
         form_of),
    pure("empty-queue*", "[]", "A queue without elements.\n(peek (empty-queue*))", make_queue),
    pure("local-var*",
         "[x]",
         "A var without a name; behind with-local-vars.\n@(local-var* 1) ; => 1",
         make_local_var),
    pure("var-set",
         "[x val]",
         "Sets a var that is bound for this thread.\n(with-local-vars [x 1] (var-set x 2)) ; => 2",
         set_var),
    pure("read-first*",
         "[s]",
         "The first form of a text and where it ends, or nil.\n(read-first* \"1 2\") ; => [1 1]",
         read_first),
    acting("read-line*", "[]", "A line of the input, or nil.\n(read-line*)", read_line),
    pure("chunked-seq?",
         "[s]",
         "Does it lie in chunks?\n(chunked-seq? (seq [1])) ; => true",
         is_chunked),
};

}  // namespace

std::span<const Builtin> value_builtins()
{
    return table;
}

}  // namespace reops::lang
