// SPDX-License-Identifier: Apache-2.0
#include "lang/error_class.hh"

#include <array>
#include <string>

namespace reops::lang {

namespace errors {

constexpr std::string_view java = "java.lang";
constexpr std::string_view clojure = "clojure.lang";

constinit const ErrorClass throwable{"Throwable", java, nullptr};
constinit const ErrorClass error{"Error", java, &throwable};
constinit const ErrorClass assertion{"AssertionError", java, &error};
constinit const ErrorClass stack_overflow{"StackOverflowError", java, &error};
constinit const ErrorClass out_of_memory{"OutOfMemoryError", java, &error};
constinit const ErrorClass exception{"Exception", java, &throwable};
constinit const ErrorClass runtime{"RuntimeException", java, &exception};
constinit const ErrorClass illegal_argument{"IllegalArgumentException", java, &runtime};
constinit const ErrorClass arity{"ArityException", clojure, &illegal_argument};
constinit const ErrorClass number_format{"NumberFormatException", java, &illegal_argument};
constinit const ErrorClass illegal_state{"IllegalStateException", java, &runtime};
constinit const ErrorClass arithmetic{"ArithmeticException", java, &runtime};
constinit const ErrorClass class_cast{"ClassCastException", java, &runtime};
constinit const ErrorClass index_out_of_bounds{"IndexOutOfBoundsException", java, &runtime};
constinit const ErrorClass string_index_out_of_bounds{
    "StringIndexOutOfBoundsException", java, &index_out_of_bounds};
constinit const ErrorClass null_pointer{"NullPointerException", java, &runtime};
constinit const ErrorClass unsupported_operation{"UnsupportedOperationException", java, &runtime};
constinit const ErrorClass ex_info{"ExceptionInfo", clojure, &runtime};
constinit const ErrorClass no_such_element{"NoSuchElementException", "java.util", &runtime};
constinit const ErrorClass input_output{"IOException", "java.io", &exception};
constinit const ErrorClass file_not_found{"FileNotFoundException", "java.io", &input_output};
constinit const ErrorClass interrupted{"InterruptedException", java, &exception};
constinit const ErrorClass timeout{"TimeoutException", "java.util.concurrent", &exception};
constinit const ErrorClass execution{"ExecutionException", "java.util.concurrent", &exception};
constinit const ErrorClass cancellation{
    "CancellationException", "java.util.concurrent", &illegal_state};
constinit const ErrorClass class_not_found{"ClassNotFoundException", java, &exception};
constinit const ErrorClass illegal_access{"IllegalAccessError", java, &error};
constinit const ErrorClass pattern_syntax{
    "PatternSyntaxException", "java.util.regex", &illegal_argument};
constinit const ErrorClass illegal_format{"IllegalFormatException", "java.util", &illegal_argument};
constinit const ErrorClass format_conversion{
    "IllegalFormatConversionException", "java.util", &illegal_format};
constinit const ErrorClass missing_format{
    "MissingFormatArgumentException", "java.util", &illegal_format};
constinit const ErrorClass concurrent_modification{
    "ConcurrentModificationException", "java.util", &runtime};
constinit const ErrorClass compiler{"Compiler$CompilerException", clojure, &runtime};

}  // namespace errors

namespace {

constexpr std::array all = {
    &errors::throwable,
    &errors::error,
    &errors::assertion,
    &errors::stack_overflow,
    &errors::out_of_memory,
    &errors::exception,
    &errors::runtime,
    &errors::illegal_argument,
    &errors::arity,
    &errors::number_format,
    &errors::illegal_state,
    &errors::arithmetic,
    &errors::class_cast,
    &errors::index_out_of_bounds,
    &errors::string_index_out_of_bounds,
    &errors::null_pointer,
    &errors::unsupported_operation,
    &errors::ex_info,
    &errors::no_such_element,
    &errors::input_output,
    &errors::file_not_found,
    &errors::interrupted,
    &errors::timeout,
    &errors::execution,
    &errors::cancellation,
    &errors::class_not_found,
    &errors::illegal_access,
    &errors::pattern_syntax,
    &errors::illegal_format,
    &errors::format_conversion,
    &errors::missing_format,
    &errors::concurrent_modification,
    &errors::compiler,
};

}  // namespace

bool ErrorClass::is_a(const ErrorClass& other) const
{
    for (const ErrorClass* each = this; each != nullptr; each = each->parent)
        if (each == &other)
            return true;
    return false;
}

const ErrorClass* find_error_class(std::string_view name)
{
    for (const ErrorClass* each : all)
        if (each->name == name || (name.ends_with(each->name) && name.starts_with(each->package) &&
                                   name.size() == each->name.size() + each->package.size() + 1))
            return each;
    return nullptr;
}

std::vector<std::string_view> error_class_names()
{
    std::vector<std::string_view> names;
    names.reserve(all.size());
    for (const ErrorClass* each : all)
        names.push_back(each->name);
    return names;
}

}  // namespace reops::lang
