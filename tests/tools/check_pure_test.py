# SPDX-License-Identifier: Apache-2.0
"""The purity check is red for what does I/O, reads a clock or starts a thread."""
import subprocess
import unittest

from tree import Tree


class CheckPure(unittest.TestCase):
    def check(self, code, archive="libreops_engine.a", member="a.cc"):
        tree = Tree(self)
        source = tree.write(member, code)
        made = tree.root / (member + ".o")
        subprocess.run(["g++", "-std=c++20", "-O1", "-c", source, "-o", made], check=True,
                       timeout=60)
        subprocess.run(["ar", "rc", tree.root / archive, made], check=True, timeout=60)
        return tree.run("check-pure.py", tree.root / archive)

    def assert_red(self, code, name):
        status, output = self.check(code)
        self.assertEqual(status, 1, output)
        self.assertIn(name, output)

    def test_pure_code_is_green(self):
        status, output = self.check("#include <string>\n#include <cmath>\n"
                                    "std::string f(double x) { return std::to_string(pow(x, 2)); }")
        self.assertEqual(status, 0, output)

    def test_files(self):
        self.assert_red("#include <fcntl.h>\nint f() { return open(\"/x\", O_RDONLY); }", "`open`")
        self.assert_red("#include <fstream>\nvoid f() { std::ofstream{\"/x\"} << 1; }",
                        "basic_ofstream")

    def test_clocks(self):
        self.assert_red("#include <ctime>\nlong f() { return time(nullptr); }", "`time`")
        self.assert_red("#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }",
                        "steady_clock::now")

    def test_threads_randomness_environment(self):
        self.assert_red("#include <thread>\nvoid f() { std::thread{[] {}}.join(); }", "std::thread")
        self.assert_red("#include <random>\nunsigned f() { return std::random_device{}(); }",
                        "std::random_device")
        self.assert_red("#include <cstdlib>\nchar* f() { return getenv(\"HOME\"); }", "`getenv`")
        self.assert_red("#include <sys/socket.h>\nint f() { return socket(1, 1, 0); }", "`socket`")

    def test_only_the_named_object_may_write_last_words(self):
        code = "#include <cstdio>\nvoid f(const char* t) { std::fputs(t, stderr); }"
        self.assertEqual(self.check(code, "libreops_base.a", "check.cc")[0], 0)
        self.assertEqual(self.check(code, "libreops_base.a", "time.cc")[0], 1)
        self.assertEqual(self.check(code, "libreops_data.a", "check.cc")[0], 1)

    def test_an_archive_without_symbols_is_not_green(self):
        self.assertEqual(self.check("")[0], 1)


if __name__ == "__main__":
    unittest.main()
