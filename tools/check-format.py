#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-format.py [--fix] [FILE...]: all tracked C++ has the form of .clang-format.

Without files: every .cc and .hh that git knows. clang-format 14 decides; other versions write
some things differently.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def formatter():
    for name in ("clang-format-14", "clang-format"):
        program = shutil.which(name)
        if program:
            version = subprocess.run([program, "--version"], capture_output=True, text=True,
                                     check=True, timeout=30).stdout
            if re.search(r"version 14\.", version):
                return program
    sys.exit("check-format: no clang-format 14 here; tools/install-packages.sh lint")


def tracked():
    """Files that git knows and that are there."""
    listed = subprocess.run(["git", "-c", f"safe.directory={ROOT}", "ls-files", "*.cc", "*.hh"],
                            cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def main(arguments):
    fix = "--fix" in arguments
    files = [a for a in arguments if a != "--fix"] or tracked()
    if not files:
        sys.exit("check-format: no files")
    program, bad = formatter(), False
    jobs = os.cpu_count() or 1
    parts = [files[n::jobs] for n in range(jobs) if files[n::jobs]]
    options = ["-i"] if fix else ["--dry-run", "-Werror"]
    running = [subprocess.Popen([program, *options, *part], cwd=ROOT) for part in parts]
    for process in running:
        bad |= process.wait(timeout=600) != 0
    print("format: run `make format`" if bad else f"format ok: {len(files)} files")
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
