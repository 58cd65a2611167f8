#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lang_bench.py BUILD RAW [--runs N]: the programs of bench/lang, by reops and by Clojure on the JVM.

Each run starts both as whole processes, one after the other, and compares what they print with
what Clojure printed when the program was written. Also times `reops -e nil`. Appends lines of JSON
to RAW. Without Debian's packages `clojure` and `default-jre-headless` only reops is measured.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
JAR = pathlib.Path("/usr/share/java/clojure.jar")


def timed(command, expected=None):
    """Milliseconds from start to end."""
    begin = time.monotonic()
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
    taken = (time.monotonic() - begin) * 1000
    if ran.returncode != 0 or (expected is not None and ran.stdout != expected):
        raise SystemExit(f"lang_bench: {' '.join(map(str, command))} ended with {ran.returncode}: "
                         f"{(ran.stderr or ran.stdout)[:500]}")
    return taken


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("raw", type=pathlib.Path)
    words.add_argument("--runs", type=int, default=5)
    given = words.parse_args()
    reops = given.build / "reops"
    has_clojure = JAR.exists() and shutil.which("java") is not None
    if not has_clojure:
        print("lang_bench: install `clojure` and `default-jre-headless` to compare with Clojure",
              file=sys.stderr)
    with given.raw.open("a") as out:
        for run in range(given.runs):
            row = {"bench": "lang-start", "run": run, "reops_ms": timed([reops, "-e", "nil"])}
            out.write(json.dumps(row) + "\n")
            for program in sorted((HERE / "lang").glob("*.clj")):
                expected = program.with_suffix(".out").read_text()
                row = {"bench": "lang", "row": program.stem, "run": run,
                       "reops_ms": timed([reops, "run", program], expected)}
                if has_clojure:
                    row["clojure_ms"] = timed(
                        ["java", "-cp", JAR, "clojure.main", program], expected)
                out.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
