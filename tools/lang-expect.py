#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lang-expect.py [NAME ...]: asks real Clojure what the forms and programs of tests/lang/ print.

Writes tests/lang/forms/NAME.expected, tests/lang/programs/NAME.out and bench/lang/NAME.out; without
names, all of them. Needs Debian's packages `clojure` and `default-jre-headless`.
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
JAR = pathlib.Path("/usr/share/java/clojure.jar")
FORMS = ROOT / "tests" / "lang" / "forms"
PROGRAMS = [ROOT / "tests" / "lang" / "programs", ROOT / "bench" / "lang"]

# Evaluates each line of the files named by its arguments as one form and prints what it gave.
HARNESS = r"""
(ns lang-expect
  (:require [clojure.string :as str] clojure.set clojure.walk clojure.edn clojure.pprint clojure.repl
            clojure.template clojure.data))
(defn root [e]
  (if (and (ex-cause e) (or (instance? clojure.lang.Compiler$CompilerException e)
                            (instance? clojure.lang.LispReader$ReaderException e)
                            (instance? clojure.lang.EdnReader$ReaderException e)))
    (recur (ex-cause e))
    e))
(defn answer [line]
  (try (str "=> " (pr-str (eval (read-string {:read-cond :allow} line))))
       (catch Throwable t
         (let [e (root t)] (str "!! " (.getSimpleName (class e)) ": " (ex-message e))))))
(defn block [line]
  (let [out (java.io.StringWriter.)
        shown (binding [*out* out] (answer line))
        said (str out)]
    (str ";; " line "\n"
         said (when-not (or (= said "") (str/ends-with? said "\n")) "\\\n")
         shown "\n")))
(let [[in out] *command-line-args*]
  (in-ns 'user)
  (set! *print-namespace-maps* false)
  (clojure.core/require '[clojure.repl :refer [doc source]])
  (spit out (apply str (for [line (str/split-lines (slurp in))
                             :when (not (or (str/blank? line) (str/starts-with? line ";")))]
                         (block line)))))
(shutdown-agents)
"""


def clojure(*arguments, **options):
    return subprocess.run(["java", "-Xss4m", "-cp", str(JAR), "clojure.main", *map(str, arguments)],
                          **options)


def expect_forms(name):
    harness = ROOT / "build" / "lang-expect.clj"
    harness.parent.mkdir(exist_ok=True)
    harness.write_text(HARNESS)
    source = FORMS / f"{name}.clj"
    clojure(harness, source, source.with_suffix(".expected"), check=True, timeout=300)


def expect_program(source):
    run = clojure(source.name, cwd=source.parent, capture_output=True, text=True, timeout=300)
    if run.returncode != 0:
        sys.exit(f"lang-expect: {source} failed in Clojure:\n{run.stderr}")
    source.with_suffix(".out").write_text(run.stdout)


def main(names):
    if not JAR.exists():
        sys.exit(f"lang-expect: expected {JAR} but it is not there; "
                 "type: apt-get install clojure default-jre-headless")
    forms = sorted(path.stem for path in FORMS.glob("*.clj"))
    programs = {path.stem: path for folder in PROGRAMS for path in sorted(folder.glob("*.clj"))}
    unknown = [name for name in names if name not in forms and name not in programs]
    if unknown:
        sys.exit(f"lang-expect: expected a name of tests/lang or bench/lang but got {unknown[0]}")
    for name in names or [*forms, *programs]:
        if name in forms:
            expect_forms(name)
        if name in programs:
            expect_program(programs[name])
        print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
