# SPDX-License-Identifier: Apache-2.0
"""The fuzz runner counts, and fails for a crash, an idle target and a missing corpus."""
import unittest

from tree import Tree

GOOD = """#!/bin/sh
echo '#2 INITED cov: 40 ft: 41' >&2
echo '#9 NEW cov: 45 ft: 60' >&2
echo 'stat::number_of_executed_units: 1234' >&2
"""


class RunFuzz(unittest.TestCase):
    def run_target(self, program, corpus=True):
        tree = Tree(self)
        tree.write("build/fuzz_packet", program).chmod(0o755)
        if corpus:
            tree.write("corpus/packet/one", "x")
        return tree.run("run-fuzz.py", "--seconds", "1", "--corpora", tree.root / "corpus",
                        tree.root / "build")

    def test_counts(self):
        status, output = self.run_target(GOOD)
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"packet +1 +1234 +45\n")
        self.assertTrue(output.endswith("1 passed, 0 failed, 0 skipped\n"))

    def test_crash(self):
        status, output = self.run_target(GOOD + "echo 'ERROR: libFuzzer: deadly signal' >&2\nexit 77\n")
        self.assertEqual(status, 1)
        self.assertIn("deadly signal", output)
        self.assertTrue(output.endswith("0 passed, 1 failed, 0 skipped\n"))

    def test_nothing_executed(self):
        self.assertEqual(self.run_target("#!/bin/sh\n")[0], 1)

    def test_no_corpus(self):
        status, output = self.run_target(GOOD, corpus=False)
        self.assertEqual(status, 1)
        self.assertIn("no corpus", output)

    def test_no_target(self):
        tree = Tree(self, {"build/x": ""})
        self.assertEqual(tree.run("run-fuzz.py", tree.root / "build")[0], 1)


if __name__ == "__main__":
    unittest.main()
