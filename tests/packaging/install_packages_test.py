# SPDX-License-Identifier: Apache-2.0
"""tools/install-packages.sh with a package system of our own."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

DPKG_QUERY = """#!/bin/sh
cat "$STATE/installed" | while read -r name; do echo "$name installed"; done
"""
# Says whether the guard stood while it installed, and installs.
APT_GET = """#!/bin/sh
echo "apt-get $*" >>"$STATE/calls"
case " $* " in
*" update "*) exit 0 ;;
esac
if [ -x "$REOPS_POLICY_RC_D" ]; then "$REOPS_POLICY_RC_D"; echo "guard says $?" >>"$STATE/calls"; fi
[ -e "$STATE/broken" ] && exit 100
for word; do case "$word" in -*|install|*=*) ;; *) echo "$word" >>"$STATE/installed" ;; esac; done
"""
ID = "#!/bin/sh\ncat \"$STATE/uid\"\n"
SUDO = "#!/bin/sh\necho \"sudo $*\" >>\"$STATE/calls\"\n"


class InstallPackages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="reops-packages-")
        self.addCleanup(folder.cleanup)
        self.state = pathlib.Path(folder.name)
        (self.state / "bin").mkdir()
        for name, text in (("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET), ("id", ID)):
            self.program(name, text)
        self.write("uid", "0\n")
        self.write("installed", "")
        self.guard = self.state / "policy-rc.d"

    def write(self, name, text):
        (self.state / name).write_text(text)

    def program(self, name, text):
        (self.state / "bin" / name).write_text(text)
        (self.state / "bin" / name).chmod(0o755)

    def run_tool(self, *sections, path="/usr/bin:/bin"):
        environment = {"PATH": f"{self.state}/bin:{path}", "STATE": str(self.state),
                       "REOPS_POLICY_RC_D": str(self.guard)}
        done = subprocess.run([ROOT / "tools/install-packages.sh", *sections], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        return done.returncode, done.stdout + done.stderr

    def calls(self):
        file = self.state / "calls"
        return file.read_text() if file.exists() else ""

    def test_installs_what_is_missing_and_is_quiet_the_second_time(self):
        status, output = self.run_tool("run")
        self.assertEqual(status, 0, output)
        self.assertIn("missing: mosquitto mosquitto-clients", output)
        self.assertIn(" update\n", self.calls())
        self.assertIn("install mosquitto mosquitto-clients openssh-client\n", self.calls())
        before = self.calls()
        self.assertEqual(self.run_tool("run"), (0, ""))
        self.assertEqual(self.calls(), before)

    def test_no_daemon_starts_and_the_guard_is_gone_after(self):
        self.run_tool("run")
        self.assertIn("guard says 101", self.calls())
        self.assertFalse(self.guard.exists())

    def test_guard_is_gone_after_a_failure(self):
        self.write("broken", "")
        status, output = self.run_tool("run")
        self.assertEqual(status, 1)
        self.assertIn("apt-get failed with status 100", output)
        self.assertIn("could not be installed: mosquitto mosquitto-clients", output)
        self.assertFalse(self.guard.exists())

    def test_a_guard_of_somebody_else_stays(self):
        self.guard.write_text("#!/bin/sh\nexit 101\n")
        self.guard.chmod(0o755)
        self.run_tool("run")
        self.assertTrue(self.guard.exists())

    def test_ordinary_user(self):
        self.write("uid", "1000\n")
        self.program("sudo", SUDO)
        status, output = self.run_tool("run")
        self.assertEqual(status, 0, output)
        self.assertRegex(self.calls(), r"^sudo -- \S+/install-packages.sh run\n$")

    def test_ordinary_user_without_sudo(self):
        self.write("uid", "1000\n")
        for name in ("bash", "sed", "awk", "grep", "tr", "cat", "sh", "realpath", "dirname"):
            source = next(p for p in ("/usr/bin", "/bin") if os.path.exists(f"{p}/{name}"))
            if not (self.state / "bin" / name).exists():
                os.symlink(f"{source}/{name}", self.state / "bin" / name)
        status, output = self.run_tool("run", path="/nonexistent")
        self.assertEqual(status, 1, output)
        self.assertIn("there is no sudo here; as root:", output)

    def test_unknown_section(self):
        status, output = self.run_tool("rum")
        self.assertEqual(status, 2)
        self.assertIn("no section [rum]", output)


if __name__ == "__main__":
    unittest.main()
