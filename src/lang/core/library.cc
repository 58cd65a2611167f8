// SPDX-License-Identifier: Apache-2.0
#include "lang/core/large_numbers.hh"
#include "lang/core/tables.hh"
#include "lang/interpreter.hh"

#include <array>

namespace reops::lang {

void register_library(Interpreter& interpreter)
{
    static const bool installed = [] {
        install_large_numbers();
        return true;
    }();
    static_cast<void>(installed);
    constexpr std::string_view core = "clojure.core";
    for (const auto& table :
         {arithmetic_builtins(), number_test_builtins(), bit_builtins(),    compare_builtins(),
          element_builtins(),    lazy_builtins(),        slice_builtins(),  combine_builtins(),
          reduce_builtins(),     group_builtins(),       lookup_builtins(), map_builtins(),
          sorted_builtins(),     transient_builtins(),   test_builtins(),   string_builtins(),
          regex_builtins(),      file_builtins(),        task_builtins(),   value_builtins()})
        interpreter.register_builtins(core, table);
    interpreter.register_builtins("clojure.string", clojure_string_builtins());
    interpreter.register_builtins("clojure.string", replace_builtins());
    register_statics(interpreter);
}

}  // namespace reops::lang
