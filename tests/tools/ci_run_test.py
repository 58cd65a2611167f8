# SPDX-License-Identifier: Apache-2.0
""".ci/run in a small tree: its table, its counts, and that nothing is silently absent."""
import os
import pathlib
import shutil
import subprocess
import unittest

from tree import TOOLS, Tree

CI = TOOLS.parent / ".ci"
STEPS = """packages test tsan fuzz format layers bans size tidy build demo-root demo-user""".split()
MAKEFILE = """
test:
\t@echo 'skipped: live/x: no qemu'; echo "$${TEST_LINE-7 passed, 0 failed, 0 skipped}"; exit $${TEST_STATUS-0}
tsan:
\t@echo '3 passed, 0 failed, 0 skipped'
fuzz:
\t@echo '2 passed, 0 failed, 0 skipped'
tidy:
\t@eval "$${TIDY-true}"
build demo:
\t@true
"""


class CiRun(unittest.TestCase):
    def setUp(self):
        self.tree = Tree(self, {"Makefile": MAKEFILE})
        (self.tree.root / ".ci").mkdir()
        shutil.copy(CI / "run", self.tree.root / ".ci/run")
        for tool in ("install-packages.sh", "check-format.py", "check-layers.py", "check-bans.py",
                     "size-report.py"):
            self.tree.write(f"tools/{tool}", "#!/bin/sh\n").chmod(0o755)
        self.steps({})

    def steps(self, later):
        later = {"demo-root": "no demo", "demo-user": "no demo", **later}
        lines = [f"{name} later {later[name]}" if later.get(name) else f"{name} run"
                 for name in STEPS if later.get(name, True) is not None]
        self.tree.write(".ci/steps", "\n".join(lines) + "\n")

    def run_ci(self, **environment):
        done = subprocess.run([self.tree.root / ".ci/run"], capture_output=True, text=True,
                              env={**os.environ, **environment}, timeout=60)
        lines = done.stdout.rstrip().splitlines()
        return done.returncode, done.stdout + done.stderr, lines[-1]

    def test_green(self):
        status, output, last = self.run_ci()
        self.assertEqual(status, 0, output)
        self.assertEqual(last, "19 passed, 0 failed, 0 skipped")
        self.assertRegex(output, r"\ntest +ok +\d+ +7 +0 +0")
        self.assertRegex(output, r"\ndemo-root +later .* no demo\n")

    def test_a_skip_fails(self):
        status, output, last = self.run_ci(TEST_LINE="6 passed, 0 failed, 1 skipped")
        self.assertEqual(status, 1)
        self.assertEqual(last, "18 passed, 0 failed, 1 skipped")
        self.assertRegex(output, r"\ntest +SKIPPED .*live/x: no qemu")

    def test_a_failed_test_and_a_failed_step(self):
        status, _, last = self.run_ci(TEST_LINE="6 passed, 1 failed, 0 skipped", TEST_STATUS="1",
                                      TIDY="false")
        self.assertEqual(status, 1)
        self.assertEqual(last, "17 passed, 2 failed, 0 skipped")

    def test_a_step_that_fails_although_its_tests_passed(self):
        status, _, last = self.run_ci(TEST_STATUS="1")
        self.assertEqual((status, last), (1, "19 passed, 1 failed, 0 skipped"))

    def test_a_missing_step(self):
        self.steps({"fuzz": None})
        status, output, last = self.run_ci()
        self.assertEqual((status, last), (1, "17 passed, 1 failed, 0 skipped"))
        self.assertIn("problem: fuzz: not in .ci/steps", output)

    def test_later_although_there_is_a_demo(self):
        self.tree.write("tools/demo.sh", "#!/bin/sh\n").chmod(0o755)
        status, output, _ = self.run_ci()
        self.assertEqual(status, 1)
        self.assertIn("problem: demo-root: marked later", output)

    def test_what_a_step_leaves_running_is_ended(self):
        status, output, _ = self.run_ci(TIDY="sleep 61 &")
        self.assertEqual(status, 1)
        self.assertIn("problem: tidy: left running: sleep 61", output)
        running = [p.read_bytes() for p in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                   if p.exists()]
        self.assertNotIn(b"sleep\x0061\x00", running)


if __name__ == "__main__":
    unittest.main()
