// SPDX-License-Identifier: Apache-2.0
#pragma once
/// @file An error as people see it: message, place, source lines, calls, hint. Raising is in
/// error.hh, deciding what is shown is here.

#include "lang/error.hh"
#include "lang/sources.hh"

#include <string>
#include <string_view>
#include <vector>

namespace reops::lang {

struct Report {
    std::string class_name;          ///< "ArithmeticException"; empty for an interrupt
    std::string message;             ///< one sentence, as thrown
    Location at;                     ///< line 0: nowhere
    std::string function;            ///< in which it happened: "user/f", empty at top level
    std::string source;              ///< the whole text that `at` is in
    std::vector<std::string> trace;  ///< outermost first, equal neighbours collapsed
    std::string hint;

    /// The house's form: message, place, source lines with a mark, calls, hint.
    std::string to_text() const;
    /// Clojure's first line: "Execution error (ArithmeticException) at user/f (x.clj:3:5)." and the
    /// message below it.
    std::string to_clojure() const;
};

/// Calls of the embedded library are left out unless nothing else is there.
Report make_report(const Exception& exception, const Sources& sources);
Report make_report(const Interrupted& interrupted, const Sources& sources);

}  // namespace reops::lang
