// SPDX-License-Identifier: Apache-2.0
#include "lang/core/registry.hh"

#include "lang/core/tables.hh"
#include "lang/interpreter.hh"

namespace reops::lang {

void register_core(Interpreter& interpreter)
{
    constexpr std::string_view core = "clojure.core";
    interpreter.register_builtins(core, collection_builtins());
    interpreter.register_builtins(core, sequence_builtins());
    interpreter.register_builtins(core, function_builtins());
    interpreter.register_builtins(core, text_builtins());
    interpreter.register_builtins(core, error_builtins());
    interpreter.register_builtins(core, name_builtins());
    interpreter.register_builtins(core, binding_macros());
    interpreter.register_builtins(core, definition_macros());
    interpreter.register_builtins(core, namespace_builtins());
    interpreter.register_builtins(core, var_builtins());
    interpreter.register_builtins(core, type_builtins());
    interpreter.register_builtins(core, reference_builtins());
    interpreter.register_builtins("java.member", member_builtins());
    register_library(interpreter);
}

}  // namespace reops::lang
