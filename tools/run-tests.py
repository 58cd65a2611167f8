#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run-tests.py PRESET [ctest option ...]: runs the tests of build/PRESET and says how it went.

The last line is always `N passed, N failed, N skipped`; what failed and what was skipped, with the
reason, stands above it. Exit status 1 when a test failed, could not be run, or none was found.
"""
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[1]
SKIPS = ("SKIP_RETURN_CODE", "SKIP_REGULAR_EXPRESSION")
LAST_LINES = 40  # of what a failed test printed, shown again at the end


def outcome(case):
    """passed, failed or skipped; ctest also calls skipped what it could not start."""
    status, skipped = case.get("status"), case.find("skipped")
    if status == "run":
        return "passed"
    if status == "disabled":
        return "skipped"
    if status == "notrun" and skipped is not None and skipped.get("message", "").startswith(SKIPS):
        return "skipped"
    return "failed"


def reason(case):
    """The line with which a test says why it was skipped."""
    lines = [line.strip() for line in (case.findtext("system-out") or "").splitlines()]
    said = [line for line in lines if "skip" in line.lower()] or [line for line in lines if line]
    return said[0] if said else "no reason given"


def last_lines(case):
    """The end of what a test printed."""
    return (case.findtext("system-out") or "").rstrip().splitlines()[-LAST_LINES:]


def summary(report):
    """Outcome -> list of (name, what to say of it), from a JUnit file of ctest."""
    found = {"passed": [], "failed": [], "skipped": []}
    for case in xml.etree.ElementTree.parse(report).getroot().iter("testcase"):
        kind = outcome(case)
        said = last_lines(case) if kind == "failed" else reason(case)
        found[kind].append((case.get("name"), said))
    return found


def main(preset, options):
    report = ROOT / "build" / preset / "tests.xml"
    report.unlink(missing_ok=True)
    jobs = [] if any(o.startswith(("-j", "--parallel")) for o in options) else \
        [f"-j{os.cpu_count()}"]
    status = subprocess.call(["ctest", "--preset", preset, "--no-tests=error", *jobs,
                              "--output-junit", report, *options], cwd=ROOT)
    if not report.exists():
        print(f"run-tests: ctest left no report (exit {status})\n0 passed, 1 failed, 0 skipped")
        return 1
    found = summary(report)
    print()
    for name, why in found["skipped"]:
        print(f"skipped: {name}: {why}")
    for name, lines in found["failed"]:
        print("\n".join([f"failed: {name}", *(f"    {line}" for line in lines)]))
    if not any(found.values()):
        print("no test was found")
    print(", ".join(f"{len(found[key])} {key}" for key in ("passed", "failed", "skipped")))
    return int(bool(found["failed"]) or not found["passed"] or status != 0)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
