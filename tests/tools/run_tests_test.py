# SPDX-License-Identifier: Apache-2.0
"""The summary of a test run: what ctest calls skipped because it could not start has failed."""
import importlib.util
import unittest

from tree import TOOLS, Tree

REPORT = """<testsuite>
<testcase name="a" status="run"><system-out></system-out></testcase>
<testcase name="b" status="fail"><failure message=""/><system-out>%s</system-out></testcase>
<testcase name="c" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
  <system-out>starting\nSKIP: no qemu\n</system-out></testcase>
<testcase name="d" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>
<testcase name="e" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="f" status="disabled"><system-out>Disabled</system-out></testcase>
<testcase name="g" status="notrun"><skipped message="Fixture dependency failed"/></testcase>
</testsuite>""" % "\n".join(f"line {number}" for number in range(100))


def load():
    spec = importlib.util.spec_from_file_location("run_tests", TOOLS / "run-tests.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class RunTests(unittest.TestCase):
    def test_outcomes(self):
        report = Tree(self).write("tests.xml", REPORT)
        found = load().summary(report)
        self.assertEqual([name for name, _ in found["passed"]], ["a"])
        self.assertEqual([name for name, _ in found["failed"]], ["b", "e", "g"])
        said = dict(found["failed"])
        self.assertEqual((said["b"][0], said["b"][-1], said["g"]), ("line 60", "line 99", []))
        self.assertEqual(found["skipped"], [("c", "SKIP: no qemu"), ("d", "no reason given"),
                                            ("f", "Disabled")])


if __name__ == "__main__":
    unittest.main()
