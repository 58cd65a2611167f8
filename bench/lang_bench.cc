// SPDX-License-Identifier: Apache-2.0
// The language alone: the best of some runs of each program, in milliseconds.
#include "lang/interpreter.hh"
#include "lang/task.hh"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string_view>

#include <fmt/core.h>

namespace {

namespace lang = reops::lang;

double milliseconds_of(auto&& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

struct Program {
    std::string_view name;
    std::string_view text;
};

constexpr Program programs[] = {
    {"fib 27", "(defn fib [n] (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (fib 27)"},
    {"loop 1e7", "(loop [i 0] (if (< i 10000000) (recur (inc i)) i))"},
    {"reduce 1e6", "(reduce + (range 1000000))"},
    {"map filter 1e5", "(reduce + (filter even2? (map inc (range 100000))))"},
    {"assoc 1e5", "(count (loop [m {} i 0] (if (< i 100000) (recur (assoc m i i) (inc i)) m)))"},
    {"conj 1e6", "(count (loop [v [] i 0] (if (< i 1000000) (recur (conj v i) (inc i)) v)))"},
    {"maps 1e5",
     "(count (loop [i 0 m {:a 0 :b 1}] (if (< i 100000)"
     " (recur (inc i) (assoc m :a (+ (:a m) (:b m)))) m)))"},
    {"closures 1e6",
     "(let [f (fn [x] (fn [y] (+ x y)))] (loop [i 0 s 0] (if (< i 1000000)"
     " (recur (inc i) ((f s) 1)) s)))"},
    {"throw 1e4",
     "(loop [i 0] (if (< i 10000) (do (try (throw (ex-info \"\" {}))"
     " (catch Exception e nil)) (recur (inc i))) i))"},
};

}  // namespace

int main()
{
    constexpr int runs = 5;
    double start = 1e9;
    std::unique_ptr<lang::Interpreter> interpreter;
    for (int i = 0; i < runs; ++i)
        start = std::min(
            start, milliseconds_of([&] { interpreter = std::make_unique<lang::Interpreter>(); }));
    fmt::print("{:16} {:8.2f}\n", "start", start);
    interpreter->eval("(defn even2? [x] (= 0 (rem x 2)))");
    for (const Program& program : programs) {
        double best = 1e9;
        for (int i = 0; i < runs; ++i)
            best = std::min(
                best, milliseconds_of([&] { interpreter->eval(program.text, program.name); }));
        fmt::print("{:16} {:8.2f}\n", program.name, best);
    }
    return 0;
}
