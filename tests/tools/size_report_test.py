# SPDX-License-Identifier: Apache-2.0
"""The size report stops at its hard limits."""
import unittest

from tree import Tree


def function(name, lines, indent=""):
    body = "".join(f"{indent}    f({n});\n" for n in range(lines - 2))
    return f"{indent}void {name}(int a)\n{indent}{{\n{body}{indent}}}\n"


class SizeReport(unittest.TestCase):
    def check(self, path, text):
        tree = Tree(self)
        tree.write(path, text)
        return tree.run("size-report.py", tree.root)

    def test_short_is_green(self):
        text = "class A {\n" + function("inside", 20, "    ") + "};\n" + function("outside", 100)
        status, output = self.check("src/io/a.cc", text)
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"lines of a function +2 ")

    def test_long_function(self):
        status, output = self.check("src/io/a.cc", "int x;\n" + function("too_long", 101))
        self.assertEqual(status, 1)
        self.assertIn("src/io/a.cc:3: too_long: 101 lines, the limit is 100", output)

    def test_long_files(self):
        self.assertEqual(self.check("src/io/a.cc", "\n" * 800)[0], 0)
        self.assertIn("801 lines", self.check("src/io/a.cc", "\n" * 801)[1])
        self.assertEqual(self.check("src/io/a.hh", "\n" * 400)[0], 0)
        self.assertIn("401 lines", self.check("src/io/a.hh", "\n" * 401)[1])

    def test_many_includes(self):
        status, output = self.check("src/io/a.cc", "#include <vector>\n" * 31)
        self.assertEqual(status, 1)
        self.assertIn("31 #include lines", output)


if __name__ == "__main__":
    unittest.main()
