# SPDX-License-Identifier: Apache-2.0
"""The layer check is red where it must be."""
import unittest

from tree import Tree

CMAKE = """
reops_module(base DEPS)
reops_module(io DEPS base)
reops_module(engine DEPS base)
reops_module(sinks DEPS base io)
"""


class CheckLayers(unittest.TestCase):
    def setUp(self):
        self.tree = Tree(self, {"CMakeLists.txt": CMAKE})

    def complaints(self, path, text):
        self.tree.write(path, text)
        return self.tree.run("check-layers.py", self.tree.root)

    def assert_red(self, path, text, words):
        status, output = self.complaints(path, text)
        self.assertEqual(status, 1, output)
        self.assertIn(words, output)

    def assert_green(self, path, text):
        status, output = self.complaints(path, text)
        self.assertEqual(status, 0, output)

    def test_folders(self):
        self.assert_green("src/io/a.cc", '#include "base/result.hh"\n#include "io/a.hh"\n')
        self.assert_red("src/base/a.cc", '\n#include "io/a.hh"\n',
                        "src/base/a.cc:2: base/ may not include io/ (it may include: base)")

    def test_nothing_in_src_includes_tests(self):
        self.assert_red("src/io/a.cc", '#include "tests/support/clock.hh"\n',
                        "io/ may not include tests/")

    def test_relative_include(self):
        self.assert_red("src/io/a.cc", '#include "a.hh"\n', 'write "folder/a.hh"')

    def test_cycle(self):
        self.tree.write("CMakeLists.txt", "reops_module(a DEPS b)\nreops_module(b DEPS a)\n")
        status, output = self.tree.run("check-layers.py", self.tree.root)
        self.assertEqual(status, 1)
        self.assertIn("a depends on itself", output)

    def test_third_party_has_its_place(self):
        self.assert_green("src/io/tcp/stream.cc", "#include <boost/asio/io_context.hpp>\n")
        self.assert_red("src/sinks/a.cc", "#include <boost/asio/io_context.hpp>\n",
                        "<boost/asio/io_context.hpp> is only for src/io/*.cc")

    def test_third_party_never_in_headers(self):
        self.assert_red("src/io/a.hh", "#include <openssl/ssl.h>\n", "<openssl/ssl.h> is only for")
        self.assert_red("src/base/a.hh", "#include <fmt/format.h>\n", "<fmt/format.h> is only for")

    def test_unknown_library(self):
        self.assert_red("src/io/a.cc", "#include <nlohmann/json.hpp>\n", "is not known")
        self.assert_red("src/io/a.cc", "#include <zlib.h>\n", "is not known")

    def test_standard_and_system(self):
        self.assert_green("src/io/a.cc", "#include <vector>\n#include <sys/epoll.h>\n")
        self.assert_red("src/engine/a.cc", "#include <sys/socket.h>\n", "engine/ does no I/O")
        self.assert_red("src/engine/a.hh", "#include <fstream>\n", "engine/ does no I/O")

    def test_comments_do_not_count(self):
        self.assert_green("src/base/a.cc", '// #include "io/a.hh"\n/*\n#include <zlib.h>\n*/\n')

    def test_tests_may_look_at_wrapped_libraries(self):
        self.assert_green("tests/unit/io/a_test.cc", "#include <gtest/gtest.h>\n#include <sqlite3.h>\n")
        self.assert_red("src/io/a.cc", "#include <gtest/gtest.h>\n", "is only for tests/*.hh")


if __name__ == "__main__":
    unittest.main()
