#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lang_test.py LANG-RUN forms|programs NAME: compares with what real Clojure printed.

Forms that answer otherwise stand in known-differences.txt, `NAME: FORM`, a reason above them; one that is listed and
answers right is a failure too, so the list only shrinks. REOPS_ACCEPT=1 brings the lines of NAME up to date; new ones come last, to be moved under a reason.
"""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
KNOWN = HERE / "known-differences.txt"
# Values that refer to each other in a circle (an atom whose function holds it) are not given back yet;
# what the evaluator itself leaks, the unit tests of lang find.
ENVIRONMENT = {**os.environ,
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


def blocks(text):
    """form -> everything below it."""
    found, form = {}, None
    for line in text.splitlines():
        if line.startswith(";; "):
            form = line[3:]
            found[form] = []
        elif form is not None:
            found[form].append(line)
    return found


def known(name):
    prefix = f"{name}: "
    return [line[len(prefix):] for line in KNOWN.read_text().splitlines()
            if line.startswith(prefix)]


def accept(name, differing):
    lines = KNOWN.read_text().splitlines()
    wanted = [f"{name}: {form}" for form in differing]
    kept = [line for line in lines if not line.startswith(f"{name}: ") or line in wanted]
    KNOWN.write_text("\n".join(kept + [line for line in wanted if line not in lines]) + "\n")


def check_forms(program, name):
    source = HERE / "forms" / f"{name}.clj"
    ran = subprocess.run([program, "--lines", source], capture_output=True, text=True, timeout=250,
                         env=ENVIRONMENT)
    got, expected = blocks(ran.stdout), blocks(source.with_suffix(".expected").read_text())
    differing = [form for form, answer in expected.items() if got.get(form) != answer]
    if os.environ.get("REOPS_ACCEPT") == "1":
        accept(name, differing)
    listed = known(name)
    bad = [form for form in differing if form not in listed]
    for form in bad:
        print(f"{form}\n  expected {expected[form]}\n  but got  {got.get(form)}")
    right = [form for form in listed if form not in differing]
    for form in right:
        print(f"answers right now, take it from known-differences.txt: {form}")
    if ran.returncode != 0:
        print(f"ended with {ran.returncode}: {ran.stderr[-2000:]}")
    print(f"{name}: {len(expected) - len(differing)} of {len(expected)} forms answer as Clojure does")
    return bool(bad or right or ran.returncode)


def check_program(program, name):
    source = HERE / "programs" / f"{name}.clj"
    ran = subprocess.run([program, source], capture_output=True, text=True, timeout=250,
                         env=ENVIRONMENT)
    expected = source.with_suffix(".out").read_text()
    is_right = ran.stdout == expected and ran.returncode == 0
    listed = f"program {name}" in KNOWN.read_text().splitlines()
    if is_right == listed:
        print(f"expected:\n{expected}\nbut got:\n{ran.stdout}\n{ran.stderr[-2000:]}" if not listed else
              f"answers right now, take `program {name}` from known-differences.txt")
    return is_right == listed


if __name__ == "__main__":
    CHECK = {"forms": check_forms, "programs": check_program}[sys.argv[2]]
    sys.exit(CHECK(sys.argv[1], sys.argv[3]))
