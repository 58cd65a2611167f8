#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_goldens.py REOPS DIR: every DIR/*.edn is a configuration with a mistake; DIR/NAME.err is what
`reops flows --config NAME.edn` says about it, with exit status 1. REOPS_ACCEPT=1 writes them."""
import difflib
import os
import pathlib
import subprocess
import sys


def main(reops, folder):
    accept = os.environ.get("REOPS_ACCEPT") == "1"
    bad = []
    cases = sorted(pathlib.Path(folder).glob("*.edn"))
    keep = {k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}
    for case in cases:
        os.chmod(case, 0o644)
        ran = subprocess.run([reops, "flows", "--config", case.name], cwd=folder, text=True,
                             capture_output=True, timeout=30, env={"HOME": "/nowhere", **keep})
        want = case.with_suffix(".err")
        expected = want.read_text() if want.exists() else ""
        if ran.returncode != 1 or ran.stdout or "hunter2" in ran.stderr:
            bad.append(case.name)
            print(f"{case.name}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
        elif ran.stderr == expected:
            continue
        elif accept:
            want.write_text(ran.stderr)
            print(f"accepted {want.name}")
        else:
            bad.append(case.name)
            sys.stdout.writelines(difflib.unified_diff(
                expected.splitlines(True), ran.stderr.splitlines(True),
                f"expected/{want.name}", f"got/{want.name}"))
    if bad or not cases:
        print(f"\n{len(bad)} case(s) differ. If the new text is better:\n"
              "  REOPS_ACCEPT=1 ctest --preset dev -R config/")
        return 1
    print(f"{len(cases)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
