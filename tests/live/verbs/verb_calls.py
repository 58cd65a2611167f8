# SPDX-License-Identifier: Apache-2.0
"""Calls of verbs, carried out by real shells: what `verb-line` makes of them is run as a login shell
would run it."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

VERB_LINE = pathlib.Path(sys.argv[1]).resolve()


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def edn(text):
    """A text as it is written in a call."""
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\x1b", "\\u001b")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def line_of(call):
    """The line for the host's shell; None and why when the call is refused."""
    made = subprocess.run([VERB_LINE, "command", call], capture_output=True, text=True, timeout=20)
    return (made.stdout, "") if made.returncode == 0 else (None, made.stdout)


class Said:
    """How a verb ended: `ok`, and its result as text, or why not."""

    def __init__(self, ok, text, out, err):
        self.ok, self.text, self.out, self.err = ok, text, out, err

    def expect(self, *parts_of_text):
        said = self.err.decode(errors="replace")[-2000:]
        check(self.ok, f"failed: {self.text}\n{said}")
        for each in parts_of_text:
            check(each in self.text, f"{each!r} is not in {self.text}\n{said}")
        return self

    def expect_failure(self, *parts_of_text):
        check(not self.ok, f"expected a failure but got {self.text}")
        for each in parts_of_text:
            said = self.err.decode(errors="replace")[-2000:]
            check(each in self.text, f"{each!r} is not in {self.text!r}\n{said}")
        return self


def read_result(verb, code, out, err):
    with tempfile.TemporaryDirectory(prefix="reops-verb-") as folder:
        files = [pathlib.Path(folder) / name for name in ("out", "err")]
        for file, said in zip(files, (out, err)):
            file.write_bytes(said)
        read = subprocess.run([VERB_LINE, "result", verb, str(code), *files], capture_output=True,
                              text=True, timeout=20)
    check(read.returncode in (0, 1), f"verb-line ended with {read.returncode}: {read.stderr}")
    return Said(read.returncode == 0, read.stdout.strip(), out, err)


def run(call, shell=("sh",), env=None, cwd=None, change=lambda line: line, prefix=(), limit=60):
    """Carries the call out; `change` may alter the line, `prefix` stands before the shell."""
    line, why = line_of(call)
    check(line is not None, f"{call} is refused: {why}")
    ran = subprocess.run([*prefix, *shell, "-c", change(line)], capture_output=True, timeout=limit,
                         env=env or {"PATH": os.environ["PATH"], "HOME": "/"}, cwd=cwd,
                         stdin=subprocess.DEVNULL)
    verb = call[1:].split(" ")[0].rstrip(")")
    keep(verb, ran.stdout)
    return read_result(verb, ran.returncode, ran.stdout, ran.stderr)


def keep(verb, out):
    """With REOPS_RECORD=FOLDER what was printed is kept, for tests/unit/operations/recorded."""
    if not os.environ.get("REOPS_RECORD") or not out:
        return
    folder = pathlib.Path(os.environ["REOPS_RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob(f"{verb}+*.out")))
    (folder / f"{verb}+{number}.out").write_bytes(out)
