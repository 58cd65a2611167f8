// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file The fixed tree of exception classes, by whose names `catch` and `thrown?` choose. It is
/// the part of the JVM's tree that Clojure programs name.

#include <string_view>
#include <vector>

namespace reops::lang {

/// One class of the tree. All exist once, for ever; compare addresses.
struct ErrorClass {
    std::string_view name;     ///< "ArithmeticException"
    std::string_view package;  ///< "java.lang"
    const ErrorClass* parent;  ///< null: Throwable

    bool is_a(const ErrorClass& other) const;
};

/// By short name or with its package; null when there is none.
const ErrorClass* find_error_class(std::string_view name);

/// The short names, for "did you mean".
std::vector<std::string_view> error_class_names();

namespace errors {
extern const ErrorClass throwable, error, assertion, stack_overflow, out_of_memory, exception,
    runtime, illegal_argument, arity, number_format, illegal_state, arithmetic, class_cast,
    index_out_of_bounds, string_index_out_of_bounds, null_pointer, unsupported_operation, ex_info,
    no_such_element, input_output, file_not_found, interrupted, timeout, execution, cancellation,
    concurrent_modification, compiler, class_not_found, illegal_access, pattern_syntax,
    illegal_format, format_conversion, missing_format;
}  // namespace errors

}  // namespace reops::lang
