#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_goldens.py REOPS SERVER DIR [NAME]: each DIR/*.cmd against a server of its own.

The first line of a .cmd file is `# scene: NAME` (or `none`: no server runs; `files`: none, but the
flow files that come with reops are there, in `flows`, and those of NAME.files in `mine`); every other
line is a command. Files beside it: .out, .err (what all lines print) and .rc (exit status of the last line; 0
when absent). REOPS_ACCEPT=1 writes them. What differs between machines is replaced: the folder by
DIR, the user by `uid N (USER)`, real waits by `0.0 s`.
"""
import difflib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

SECONDS = 30
FILES_CONFIG = """\
{:state "state" :zone "UTC" :email {:from "reops@home" :to ["me@home"]}
 :systems {"big-iron" {:type :hypervisor :provider :sim} "foo" {:provider :sim :runs-on "big-iron"}
           "bar" {:provider :sim :runs-on "big-iron"} "coin-1" {:provider :sim :runs-on "big-iron"}}}
"""
ROOT = pathlib.Path(__file__).resolve().parents[2]


def copy_files(source, target):
    """Files that nobody else may write, whatever the checkout's are."""
    if not source.is_dir():
        return
    shutil.copytree(source, target)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)


def normal(text, folder):
    text = text.replace(str(folder), "DIR")
    text = re.sub(r"uid \d+ \([^)]*\)", "uid N (USER)", text)
    text = re.sub(r"stopped after [\d.]+ s", "stopped after 0.0 s", text)
    text = re.sub(r"process \d+", "process N", text)
    text = re.sub(r"\"resident_bytes\":\d+", "\"resident_bytes\":0", text)
    return re.sub(r"\"version\":\"[0-9a-f]{16}\"", "\"version\":\"VERSION\"", text)


class Case:
    def __init__(self, path, reops, server):
        lines = path.read_text().splitlines()
        self.path, self.reops, self.server = path, reops, server
        self.scene = lines[0].removeprefix("# scene: ").strip()
        self.commands = [line for line in lines[1:] if line and not line.startswith("#")]

    def start(self, folder):
        """The server, ready; None when the scene needs none."""
        if self.scene == "files":
            copy_files(ROOT / "flows", folder / "flows")
            copy_files(self.path.with_suffix(".files"), folder / "mine")
        if self.scene in ("none", "files"):
            return None
        process = subprocess.Popen([self.server, str(folder / "state"), self.scene], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = process.stdout.readline()
        if line != "ready\n":
            process.kill()
            raise RuntimeError(f"{self.path.name}: the server said {line!r}")
        return process

    def run(self):
        """(out, err, rc)"""
        out = err = ""
        rc = 0
        with tempfile.TemporaryDirectory(prefix="reops-cli.") as name:
            folder = pathlib.Path(name)
            (folder / "state").mkdir(mode=0o700)
            (folder / "reops.edn").write_text('{:state "state" :zone "UTC"}\n' if
                                              self.scene != "files" else FILES_CONFIG)
            os.chmod(folder / "reops.edn", 0o600)
            env = {"HOME": name, "PATH": os.environ["PATH"],
                   **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}
            process = self.start(folder)
            try:
                for command in self.commands:
                    words = shlex.split(command)
                    assert words[0] == "reops", f"{self.path.name}: {command}"
                    ran = subprocess.run([self.reops] + words[1:], cwd=folder, env=env, text=True,
                                         stdin=subprocess.DEVNULL, capture_output=True,
                                         timeout=SECONDS)
                    out += ran.stdout
                    err += ran.stderr
                    rc = ran.returncode
            finally:
                if process:
                    process.stdin.close()
                    process.wait(timeout=SECONDS)
                    process.stdout.close()
            return normal(out, folder), normal(err, folder), rc


def compare(case, accept):
    """Names of the files that differ."""
    out, err, rc = case.run()
    bad = []
    for suffix, got in ((".out", out), (".err", err), (".rc", "" if rc == 0 else f"{rc}\n")):
        file = case.path.with_suffix(suffix)
        want = file.read_text() if file.exists() else ""
        if got == want:
            continue
        if accept:
            file.write_text(got) if got else file.unlink(missing_ok=True)
            print(f"accepted {file.name}")
            continue
        bad.append(file.name)
        sys.stdout.writelines(difflib.unified_diff(
            want.splitlines(True), got.splitlines(True), f"expected/{file.name}", f"got/{file.name}"))
    return bad


def main(reops, server, folder, only=None):
    accept = os.environ.get("REOPS_ACCEPT") == "1"
    paths = sorted(pathlib.Path(folder).glob("*.cmd"))
    if only:
        paths = [path for path in paths if path.stem == only]
    bad = [name for path in paths for name in compare(Case(path, reops, server), accept)]
    if bad or not paths:
        print(f"\n{len(bad)} file(s) differ. If the new text is better:\n"
              "  REOPS_ACCEPT=1 ctest --preset dev -R cli/")
        return 1
    print(f"{len(paths)} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
