# SPDX-License-Identifier: Apache-2.0
"""A small source tree in a temporary folder for the tests of tools/."""
import pathlib
import subprocess
import sys
import tempfile

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "tools"


class Tree:
    """Gone when the test case ends."""

    def __init__(self, case, files=None):
        folder = tempfile.TemporaryDirectory(prefix="reops-tools-")
        case.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in (files or {}).items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def git(self, *words):
        """A git command in the tree, with an author of its own."""
        command = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost", *words]
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True,
                              timeout=30).stdout.strip()

    def run(self, tool, *words):
        """(exit status, output and errors) of tools/TOOL."""
        command = [sys.executable, TOOLS / tool] if tool.endswith(".py") else [TOOLS / tool]
        done = subprocess.run([*command, *words], cwd=self.root, capture_output=True, text=True,
                              timeout=60)
        return done.returncode, done.stdout + done.stderr
