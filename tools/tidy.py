#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""tidy.py [-p BUILD] [--list] [--all | FILE...]: clang-tidy 14 on what changed.

Without files: the .cc and .hh that differ from the commit named in .ci/tidy-base, committed or not;
where that commit is not here (a shallow clone), those that HEAD changed. A header is looked at
through the .cc beside it, else alone. BUILD (build/dev) only needs to be configured.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOPS = ("src/", "tests/", "fuzz/", "bench/", "examples/")
SECONDS_PER_FILE = 600
PLAIN = ["-std=c++20", f"-I{ROOT}/src", f"-I{ROOT}", "-DREOPS_CHECKED=1"]


def git(*words):
    done = subprocess.run(["git", "-c", f"safe.directory={ROOT}", *words], cwd=ROOT,
                          capture_output=True, text=True, timeout=60)
    return done.stdout.split() if done.returncode == 0 else None


def changed(base_file):
    """(why, files that changed)."""
    base = base_file.read_text().split()[0] if base_file.exists() else ""
    differ = git("diff", "--name-only", base, "--") if base else None
    if differ is not None:
        new = git("ls-files", "--others", "--exclude-standard") or []
        return f"different from {base[:12]}", differ + new
    differ = git("show", "--name-only", "--format=", "HEAD") or git("ls-files") or []
    return f"changed by HEAD (commit {base[:12] or 'in .ci/tidy-base'} is not here)", differ


def commands(build):
    database = build / "compile_commands.json"
    if not database.exists():
        sys.exit(f"tidy: {database} is not there; cmake --preset dev")
    return {str(pathlib.Path(entry["file"]).resolve()) for entry in json.loads(database.read_text())}


def units(files, build):
    """What clang-tidy is given: (file, in the build?) for each file of ours that exists."""
    known, wanted = commands(build), {}
    for name in files:
        path = ROOT / name
        if not name.startswith(TOPS) or path.suffix not in (".cc", ".hh") or not path.exists():
            continue
        if path.suffix == ".hh":
            beside = path.with_suffix(".cc")
            path = beside if str(beside.resolve()) in known else path
        wanted[str(path)] = str(path.resolve()) in known
    return sorted(wanted.items())


def tidy(program, build, unit):
    path, known = unit
    how = ["-p", str(build)] if known else []
    extra = [] if known else ["--", *(["-x", "c++"] if path.endswith(".hh") else []), *PLAIN]
    try:
        done = subprocess.run([program, "--quiet", *how, path, *extra], cwd=ROOT, timeout=SECONDS_PER_FILE,
                              capture_output=True, text=True)
    except subprocess.TimeoutExpired:
        return path, f"{path}: clang-tidy took more than {SECONDS_PER_FILE} s"
    return path, "" if done.returncode == 0 else done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-p", dest="build", default=ROOT / "build/dev", type=pathlib.Path)
    parser.add_argument("--all", action="store_true", help="every file that git knows")
    parser.add_argument("--list", action="store_true", help="print the files, run nothing")
    parser.add_argument("files", nargs="*")
    given = parser.parse_args()
    if given.all:
        why, files = "all", git("ls-files") or []
    elif given.files:
        why, files = "named", [os.path.relpath(f, ROOT) for f in given.files]
    else:
        why, files = changed(ROOT / ".ci/tidy-base")
    wanted = units(files, given.build.resolve())
    print(f"clang-tidy: {len(wanted)} files, {why}", flush=True)
    if given.list:
        print("\n".join(os.path.relpath(path, ROOT) for path, _ in wanted))
        return 0
    program = shutil.which("clang-tidy-14") or sys.exit("tidy: tools/install-packages.sh lint")
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, complaint in pool.map(lambda unit: tidy(program, given.build, unit), wanted):
            if complaint:
                bad += 1
                print(complaint, flush=True)
    print(f"clang-tidy: {bad} of {len(wanted)} files have complaints" if bad else "clang-tidy ok")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
