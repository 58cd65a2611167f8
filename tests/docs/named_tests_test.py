#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every test that the manual names exists: a claim whose test is gone is a claim without one."""
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GTEST = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)")
NAMED = re.compile(r"`(?:\w+/)?([A-Z]\w+)\.([A-Z]\w+)`")
OTHER = re.compile(r"`(scenario|live|fault|packaging)/([\w-]+)`")
ROUND = re.compile(r"`fault/closet_faults`: ((?:`\w+`(?:, )?)+)")


def existing():
    """(Suite, Name) of every GoogleTest in the tree."""
    found = set()
    for file in (ROOT / "tests").rglob("*_test.cc"):
        found |= set(GTEST.findall(file.read_text()))
    return found


def registered():
    """Names given to add_test, and scenario folders."""
    names = {f"scenario/{folder.name}" for folder in (ROOT / "tests/scenarios").iterdir()
             if folder.is_dir()}
    for file in (ROOT / "tests").rglob("CMakeLists.txt"):
        names |= set(re.findall(r"add_test\(NAME ([\w/-]+)", file.read_text()))
    return names


def missing(text, tests, names, rounds):
    bad = [f"{suite}.{name}" for suite, name in NAMED.findall(text) if (suite, name) not in tests]
    bad += [f"{kind}/{name}" for kind, name in OTHER.findall(text) if f"{kind}/{name}" not in names]
    for listed in ROUND.findall(text):
        bad += [name for name in re.findall(r"`(\w+)`", listed) if name not in rounds]
    return bad


class NamedTests(unittest.TestCase):
    def setUp(self):
        self.tests, self.names = existing(), registered()
        self.rounds = set(re.findall(r"def (\w+)\(self\)",
                                     (ROOT / "tests/fault/closet_faults.py").read_text()))

    def test_the_manual_names_tests_that_exist(self):
        count = 0
        for page in sorted((ROOT / "docs/manual").glob("*.md")):
            text = page.read_text()
            count += len(NAMED.findall(text)) + len(OTHER.findall(text))
            with self.subTest(page=page.name):
                self.assertEqual(missing(text, self.tests, self.names, self.rounds), [])
        self.assertGreater(count, 50)

    def test_what_does_not_exist_is_found(self):
        text = "`RuntimeTest.NoSuchTest`, `scenario/none`, `fault/closet_faults`: `no_round`"
        self.assertEqual(missing(text, self.tests, self.names, self.rounds),
                         ["RuntimeTest.NoSuchTest", "scenario/none", "no_round"])


if __name__ == "__main__":
    sys.exit(unittest.main())
