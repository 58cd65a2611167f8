# SPDX-License-Identifier: Apache-2.0
"""Which files the linter looks at."""
import importlib.util
import pathlib
import unittest

from tree import TOOLS, Tree


class TidyFiles(unittest.TestCase):
    def setUp(self):
        spec = importlib.util.spec_from_file_location("tidy", TOOLS / "tidy.py")
        self.tidy = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.tidy)
        self.tree = Tree(self, {"src/io/a.cc": "", "src/io/a.hh": "", "src/io/b.cc": "",
                                "src/io/alone.hh": "", "README.md": ""})
        self.root = self.tidy.ROOT = self.tree.root.resolve()
        self.tree.git("init", "-q")
        self.tree.git("add", ".")
        self.tree.git("commit", "-q", "-m", "first")
        self.base = self.tree.git("rev-parse", "HEAD")
        files = ", ".join(f'{{"file": "{self.root}/src/io/{n}.cc"}}' for n in "ab")
        self.tree.write("build/compile_commands.json", f"[{files}]")

    def wanted(self, files):
        return [(str(pathlib.Path(path).relative_to(self.root)), known)
                for path, known in self.tidy.units(files, self.root / "build")]

    def test_committed_changed_and_new_files_count(self):
        base_file = self.tree.write(".ci/tidy-base", self.base + "\n")
        self.tree.write("src/io/a.cc", "int a;")
        self.tree.git("commit", "-q", "-a", "-m", "second")
        self.tree.write("src/io/b.cc", "int b;")
        self.tree.write("src/io/new.cc", "int n;")
        why, files = self.tidy.changed(base_file)
        self.assertIn(self.base[:12], why)
        self.assertEqual({f for f in files if f.startswith("src")},
                         {"src/io/a.cc", "src/io/b.cc", "src/io/new.cc"})

    def test_without_the_base_commit_those_of_head(self):
        base_file = self.tree.write(".ci/tidy-base", "0123456789012345678901234567890123456789\n")
        self.tree.write("src/io/a.cc", "int a;")
        self.tree.git("commit", "-q", "-a", "-m", "second")
        why, files = self.tidy.changed(base_file)
        self.assertIn("is not here", why)
        self.assertEqual(files, ["src/io/a.cc"])

    def test_a_header_is_looked_at_through_its_source(self):
        self.assertEqual(self.wanted(["src/io/a.hh", "src/io/a.cc", "README.md", "src/io/gone.cc"]),
                         [("src/io/a.cc", True)])
        self.assertEqual(self.wanted(["src/io/alone.hh"]), [("src/io/alone.hh", False)])


if __name__ == "__main__":
    unittest.main()
