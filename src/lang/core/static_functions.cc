// SPDX-License-Identifier: Apache-2.0
// The statics of the JVM that Clojure programs name: a table for each class. `Math/sqrt` is `sqrt`
// in the namespace `Math`.
#include "lang/arguments.hh"
#include "lang/core/tables.hh"
#include "lang/error.hh"
#include "lang/error_class.hh"
#include "lang/interpreter.hh"
#include "lang/outside.hh"
#include "lang/task.hh"

#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace reops::lang {

namespace {

template <double (*compute)(double)>
Value real_function(Task&, Arguments arguments)
{
    return Value::real(compute(need_real(arguments[0])));
}

double square_root(double x)
{
    return std::sqrt(x);
}
double cube_root(double x)
{
    return std::cbrt(x);
}
double round_down(double x)
{
    return std::floor(x);
}
double round_up(double x)
{
    return std::ceil(x);
}
double exponential(double x)
{
    return std::exp(x);
}
double logarithm(double x)
{
    return std::log(x);
}
double logarithm_10(double x)
{
    return std::log10(x);
}
double sine(double x)
{
    return std::sin(x);
}
double cosine(double x)
{
    return std::cos(x);
}
double tangent(double x)
{
    return std::tan(x);
}
double arc_tangent(double x)
{
    return std::atan(x);
}

Value power_of(Task&, Arguments arguments)
{
    return Value::real(std::pow(need_real(arguments[0]), need_real(arguments[1])));
}

Value magnitude(Task&, Arguments arguments)
{
    if (arguments[0].is_integer()) {
        const std::int64_t number = arguments[0].as_integer();
        return Value::integer(number < 0 && number != INT64_MIN ? -number : number);
    }
    return Value::real(std::abs(need_real(arguments[0])));
}

/// Java's: half goes up, beyond the range to its end, NaN to 0.
Value round_half_up(Task&, Arguments arguments)
{
    const double number = std::floor(need_real(arguments[0]) + 0.5);
    if (std::isnan(number))
        return Value::integer(0);
    if (number >= 0x1p63)
        return Value::integer(INT64_MAX);
    return Value::integer(number < -0x1p63 ? INT64_MIN : static_cast<std::int64_t>(number));
}

Value larger(Task&, Arguments arguments)
{
    if (arguments[0].is_integer() && arguments[1].is_integer())
        return Value::integer(std::max(arguments[0].as_integer(), arguments[1].as_integer()));
    return Value::real(std::fmax(need_real(arguments[0]), need_real(arguments[1])));
}

Value smaller(Task&, Arguments arguments)
{
    if (arguments[0].is_integer() && arguments[1].is_integer())
        return Value::integer(std::min(arguments[0].as_integer(), arguments[1].as_integer()));
    return Value::real(std::fmin(need_real(arguments[0]), need_real(arguments[1])));
}

[[noreturn]] void fail_number(std::string_view text)
{
    fail(errors::number_format, "For input string: \"" + std::string{text} + '"');
}

Value parse_whole(Task&, Arguments arguments)
{
    const std::string_view given = need_string(arguments[0]);
    const std::string_view text = given.starts_with('+') ? given.substr(1) : given;
    const int base = arguments.size() > 1 ? static_cast<int>(need_integer(arguments[1])) : 10;
    if (base < 2 || base > 36)
        fail(errors::number_format, "the radix " + std::to_string(base) + " is not from 2 to 36");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc{} || end != text.data() + text.size())
        fail_number(given);
    return Value::integer(number);
}

Value parse_real(Task&, Arguments arguments)
{
    const std::string_view text = need_string(arguments[0]);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        fail_number(text);
    return Value::real(number);
}

Value milliseconds_now(Task& task, Arguments)
{
    const auto time = task.interpreter().outside().wall_time();
    if (!time.ok())
        fail(errors::illegal_state, time.failure().message, time.failure().details);
    return Value::integer(time->us / 1000);
}

Value nanoseconds_now(Task& task, Arguments)
{
    const auto time = task.interpreter().outside().steady_time();
    if (!time.ok())
        fail(errors::illegal_state, time.failure().message, time.failure().details);
    return Value::integer(time->count() * 1000);
}

Value variable(Task& task, Arguments arguments)
{
    const auto found =
        task.interpreter().outside().variable(std::string{need_string(arguments[0])});
    return found ? Value::string(*found) : Value{};
}

Value property(Task&, Arguments arguments)
{
    return arguments.size() > 1 ? std::move(arguments[1]) : Value{};
}

/// In slices: an interrupt or a deadline ends it early.
Value rest_for(Task& task, Arguments arguments)
{
    Duration left = std::chrono::milliseconds{need_integer(arguments[0])};
    while (left > Duration{0}) {
        const Duration slice = std::min<Duration>(left, std::chrono::milliseconds{20});
        task.wait(slice, [&] {
            const auto rested = task.interpreter().outside().pause(slice);
            if (!rested.ok())
                fail(errors::illegal_state, rested.failure().message, rested.failure().details);
            left -= *rested;
        });
    }
    return {};
}

constexpr std::array<Builtin, 16> math = {{
    pure("sqrt", "[x]", "The square root.\n(Math/sqrt 4) ; => 2.0", real_function<square_root>),
    pure("cbrt", "[x]", "The cube root.\n(Math/cbrt 8) ; => 2.0", real_function<cube_root>),
    pure("floor", "[x]", "Rounded down.\n(Math/floor 1.7) ; => 1.0", real_function<round_down>),
    pure("ceil", "[x]", "Rounded up.\n(Math/ceil 1.2) ; => 2.0", real_function<round_up>),
    pure("exp", "[x]", "e to the power of x.\n(Math/exp 0) ; => 1.0", real_function<exponential>),
    pure("log", "[x]", "The natural logarithm.\n(Math/log 1) ; => 0.0", real_function<logarithm>),
    pure("log10",
         "[x]",
         "The logarithm to 10.\n(Math/log10 100) ; => 2.0",
         real_function<logarithm_10>),
    pure("sin", "[x]", "The sine.\n(Math/sin 0) ; => 0.0", real_function<sine>),
    pure("cos", "[x]", "The cosine.\n(Math/cos 0) ; => 1.0", real_function<cosine>),
    pure("tan", "[x]", "The tangent.\n(Math/tan 0) ; => 0.0", real_function<tangent>),
    pure("atan", "[x]", "The arc tangent.\n(Math/atan 0) ; => 0.0", real_function<arc_tangent>),
    pure("pow", "[x y]", "x to the power of y.\n(Math/pow 2 3) ; => 8.0", power_of),
    pure("abs", "[x]", "Without its sign.\n(Math/abs -3) ; => 3", magnitude),
    pure("round", "[x]", "The nearest integer.\n(Math/round 2.5) ; => 3", round_half_up),
    pure("max", "[x y]", "The larger one.\n(Math/max 1 2) ; => 2", larger),
    pure("min", "[x y]", "The smaller one.\n(Math/min 1 2) ; => 1", smaller),
}};

constexpr std::array<Builtin, 1> integer = {{
    pure("parseInt",
         "[s] [s radix]",
         "The integer in a text.\n(Integer/parseInt \"12\") ; => 12",
         parse_whole),
}};

constexpr std::array<Builtin, 1> long_integer = {{
    pure("parseLong",
         "[s] [s radix]",
         "The integer in a text.\n(Long/parseLong \"12\") ; => 12",
         parse_whole),
}};

constexpr std::array<Builtin, 1> real_number = {{
    pure("parseDouble",
         "[s]",
         "The real in a text.\n(Double/parseDouble \"1.5\") ; => 1.5",
         parse_real),
}};

constexpr std::array<Builtin, 4> system = {{
    pure("currentTimeMillis",
         "[]",
         "Milliseconds since 1970.\n(System/currentTimeMillis)",
         milliseconds_now),
    pure("nanoTime",
         "[]",
         "Nanoseconds of a clock that never steps.\n(System/nanoTime)",
         nanoseconds_now),
    pure("getenv",
         "[name]",
         "A variable of the environment, or nil.\n(System/getenv \"HOME\")",
         variable),
    pure("getProperty",
         "[name] [name otherwise]",
         "There are no properties here: nil, or what stands second.\n(System/getProperty \"x\") ; "
         "=> nil",
         property),
}};

constexpr std::array<Builtin, 1> thread = {{
    acting("sleep", "[ms]", "Rests for so many milliseconds.\n(Thread/sleep 10)", rest_for),
}};

}  // namespace

void register_statics(Interpreter& interpreter)
{
    interpreter.register_builtins("Math", math);
    interpreter.register_builtins("Integer", integer);
    interpreter.register_builtins("Long", long_integer);
    interpreter.register_builtins("Double", real_number);
    interpreter.register_builtins("System", system);
    interpreter.register_builtins("Thread", thread);
}

}  // namespace reops::lang
