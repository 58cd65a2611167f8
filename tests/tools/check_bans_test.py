# SPDX-License-Identifier: Apache-2.0
"""Every ban is red once, and its exceptions are green."""
import unittest

from tree import Tree

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = HEAD + "#pragma once\n/// @file What lives here.\n"


class CheckBans(unittest.TestCase):
    def check(self, path, text):
        tree = Tree(self)
        tree.write(path, text)
        return tree.run("check-bans.py", tree.root)

    def assert_red(self, code, words, path="src/engine/a.cc"):
        status, output = self.check(path, HEAD + code)
        self.assertEqual(status, 1, code)
        self.assertIn(f"{path}:2: ", output)
        self.assertIn(words, output)

    def assert_green(self, code, path="src/engine/a.cc"):
        status, output = self.check(path, HEAD + code)
        self.assertEqual(status, 0, output)

    def test_each_ban(self):
        self.assert_red("void f() { std::this_thread::sleep_for(1s); }", "event loop")
        self.assert_red("void f() { usleep(10); }", "event loop", "tests/unit/io/a_test.cc")
        self.assert_red("auto t = std::chrono::system_clock::now();", "Clock")
        self.assert_red("auto t = time(nullptr);", "Clock")
        self.assert_red("std::random_device seed;", "Random")
        self.assert_red("int r = ::system(\"ls\");", "subprocess.hh")
        self.assert_red("auto p = popen(\"ls\", \"r\");", "subprocess.hh")
        self.assert_red("std::regex r;", "parser")
        self.assert_red("o << std::endl;", "flush")
        self.assert_red("void f() { printf(\"x\"); }", "fmt::format")
        self.assert_red("void f() { std::fprintf(stderr, \"x\"); }", "fmt::format")
        self.assert_red("void f() { std::cerr << 1; }", "Log")
        self.assert_red("auto h = std::getenv(\"HOME\");", "environment")
        self.assert_red("void f() { t.detach(); }", "owner")
        self.assert_red("void f() { assert(x); }", "REOPS_CHECK")
        self.assert_red("class FlowManager {};", "glossary")
        self.assert_red("// TODO later", "TODO(#123)")
        self.assert_red("using namespace std;", "file scope")
        self.assert_red("void f() { try { g(); } catch (...) { } }", "comment")

    def test_places_where_a_thing_is_at_home(self):
        self.assert_green("auto t = std::chrono::system_clock::now();", "src/io/system_clock.cc")
        self.assert_green("auto h = std::getenv(\"HOME\");", "src/app/main_reops.cc")
        self.assert_green("void f() { printf(\"x\"); }", "bench/bare_client.c")

    def test_words_that_only_look_alike(self):
        self.assert_green("void f() { snprintf(b, 3, \"x\"); static_assert(true); }")
        self.assert_green("auto t = clock.system(1); // printf(\"x\") and assert(1)")
        self.assert_green("const char* s = \"std::endl\";")
        self.assert_green("// TODO(#12) later")
        self.assert_green("void f()\n{\n    using namespace std::chrono_literals;\n}")
        self.assert_green("void f() { try { g(); } catch (...) { stop(); throw; } }")

    def test_form(self):
        self.assertEqual(self.check("src/base/a.hh", HEADER)[0], 0)
        self.assertIn("first line", self.check("src/base/a.cc", "int x;\n")[1])
        self.assertIn("#pragma once", self.check("src/base/a.hh", HEAD + "/// @file x\n")[1])
        self.assertIn("@file", self.check("src/base/a.hh", HEAD + "#pragma once\n")[1])
        self.assertIn("says nothing", self.check("src/base/string_utils.cc", HEAD)[1])
        self.assertEqual(self.check("src/providers/helper_protocol.cc", HEAD)[0], 0)


if __name__ == "__main__":
    unittest.main()
