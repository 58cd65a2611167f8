#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""size-report.py ROOT: how long files and functions are. Hard stops fail, targets are shown.

Functions are found by the form that clang-format gives them: a brace alone on its line opens one,
the next brace at the same indentation closes it.
"""
import dataclasses
import pathlib
import re
import sys

import cpp_text

TOPS = ("src", "tests", "fuzz", "bench", "examples")


@dataclasses.dataclass(frozen=True)
class Limit:
    name: str
    target: int
    share: float      # of all that must be within the target, in percent
    stop: int


FILE = Limit("lines of a file", 500, 95, 800)
HEADER = Limit("lines of a header", 250, 95, 400)
FUNCTION = Limit("lines of a function", 60, 98, 100)
INCLUDES = Limit("#include lines of a .cc", 18, 95, 30)


def functions(text):
    """(first line, name, lines) of every function that is longer than its own line."""
    lines = cpp_text.code_only(text).split("\n")
    found, number = [], 0
    while number < len(lines):
        opening = re.match(r"^(\s*)\{\s*$", lines[number])
        if opening:
            end = next((n for n in range(number + 1, len(lines))
                        if re.match(opening[1] + r"\}", lines[n])), number)
            found.append((number + 1, signature(lines, number), end - number + 1))
            number = end
        number += 1
    return found


def signature(lines, brace):
    """The nearest name in front of a parenthesis above the brace."""
    for number in range(brace - 1, max(brace - 12, -1), -1):
        if re.match(r"^\s*[:,]", lines[number]):
            continue
        name = re.search(r"([~\w:]+)\s*\(", lines[number])
        if name:
            return name[1]
    return "?"


def measure(root):
    """Limit -> list of (value, where)."""
    values = {limit: [] for limit in (FILE, HEADER, FUNCTION, INCLUDES)}
    for top in TOPS:
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in (".cc", ".hh", ".c"):
                continue
            path, text = file.relative_to(root).as_posix(), file.read_text()
            length = text.count("\n")
            values[HEADER if file.suffix == ".hh" else FILE].append((length, f"{path}:1"))
            if file.suffix == ".cc":
                values[INCLUDES].append((len(cpp_text.includes(text)), f"{path}:1"))
            for line, name, size in functions(text):
                values[FUNCTION].append((size, f"{path}:{line}: {name}"))
    return values


def row(limit, found):
    sizes = sorted(value for value, _ in found) or [0]
    within = 100 * sum(value <= limit.target for value in sizes) / len(sizes)
    return (f"{limit.name:24} {len(found):6} {sizes[len(sizes) // 2]:7} "
            f"{sizes[int(len(sizes) * 0.95)] if len(sizes) > 1 else sizes[0]:6} {sizes[-1]:6} "
            f"{limit.target:7} {within:6.1f} % {limit.stop:6}"
            + ("" if within >= limit.share else f"   under {limit.share} %"))


def main(root):
    values, bad = measure(root), []
    print(f"{'':24} {'number':>6} {'median':>7} {'p95':>6} {'most':>6} {'target':>7} "
          f"{'within':>8} {'stop':>6}")
    for limit, found in values.items():
        print(row(limit, found))
        bad += [f"{where}: {value} {limit.name.split(' of')[0]}, the limit is {limit.stop}"
                for value, where in found if value > limit.stop]
    print("\n".join(bad) or "size ok")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
