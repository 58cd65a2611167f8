#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run-fuzz.py [--seconds N] BUILD [TARGET...]: every fuzz target of BUILD from its corpus.

A target is the program fuzz_NAME; it starts from fuzz/corpus/NAME/, which stays as it is. Prints
executions and edges of each; a crash, a hang, a leak or a target without corpus fails. What made
it crash is kept as BUILD/crash-NAME-HASH.
"""
import argparse
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclasses.dataclass
class Result:
    name: str
    seeds: int = 0
    executions: int = 0
    edges: int = 0
    failure: str = ""


def numbers(output):
    """(executions, edges) as libFuzzer prints them."""
    done = re.search(r"stat::number_of_executed_units:\s*(\d+)", output)
    covered = re.findall(r"\bcov: (\d+)", output)
    return int(done[1]) if done else 0, int(covered[-1]) if covered else 0


def run(build, corpora, name, seconds):
    program, corpus = build / f"fuzz_{name}", corpora / name
    seeds = len(list(corpus.iterdir())) if corpus.is_dir() else 0
    if seeds == 0:
        return Result(name, failure=f"no corpus in {corpus}")
    with tempfile.TemporaryDirectory(prefix=f"reops-fuzz-{name}-") as found:
        command = [program, f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=10",
                   "-rss_limit_mb=2048", f"-artifact_prefix={build}/crash-{name}-", found, corpus]
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds + 120)
        except subprocess.TimeoutExpired:
            return Result(name, seeds, failure=f"still running {seconds + 120} s after its start")
    output = done.stderr.decode(errors="replace")
    executions, edges = numbers(output)
    failure = ""
    if done.returncode != 0:
        failure = "\n".join(output.splitlines()[-40:]) + f"\nagain: {program} INPUT"
    elif executions == 0:
        failure = "it executed nothing"
    return Result(name, seeds, executions, edges, failure)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--corpora", type=pathlib.Path, default=ROOT / "fuzz/corpus")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("targets", nargs="*")
    given = parser.parse_args()
    build = given.build.resolve()
    names = given.targets or sorted(p.name[5:] for p in build.glob("fuzz_*")
                                    if p.is_file() and os.access(p, os.X_OK))
    print(f"{'fuzz target':28} {'seeds':>6} {'executions':>11} {'edges':>6}", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for result in pool.map(lambda n: run(build, given.corpora, n, given.seconds), names):
            failed += bool(result.failure)
            print(f"{result.name:28} {result.seeds:6} {result.executions:11} {result.edges:6}"
                  + (f"  FAILED\n{result.failure}" if result.failure else ""), flush=True)
    if not names:
        print(f"no fuzz target in {build}")
    print(f"{len(names) - failed} passed, {failed} failed, 0 skipped")
    return int(failed > 0 or not names)


if __name__ == "__main__":
    sys.exit(main())
