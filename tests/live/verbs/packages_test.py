#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""packages_test.py VERB_LINE, as root: update, upgrade, install and upgradable by the real apt and
dnf, with repositories made here. The databases of this machine are covered by empty ones in a mount
namespace of the test's own; what packages bring goes to /opt, which is covered, too."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from verb_calls import check, line_of, parts, run  # noqa: E402

COVERED = ["/opt", "/run", "/var/lib/dpkg", "/var/lib/apt", "/var/cache/apt", "/etc/apt",
           "/var/lib/rpm", "/var/lib/dnf", "/var/cache/dnf", "/etc/yum.repos.d",
           "/lib/modules"]


def into_namespace():
    """The same program again, where mounts are its own."""
    if os.environ.get("REOPS_MOUNTS") == "own":
        return
    if os.geteuid() != 0:
        print("it needs root: mounts over the databases of packages")
        sys.exit(77)
    missing = [each for each in ("apt-ftparchive", "dnf", "rpmbuild", "createrepo_c", "unshare")
               if not shutil.which(each)]
    if missing:
        print(f"these are not installed: {' '.join(missing)}")
        sys.exit(77)
    os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, "-B",
                           *sys.argv], {**os.environ, "REOPS_MOUNTS": "own"})


def sh(*words, **more):
    ran = subprocess.run(words, capture_output=True, text=True, timeout=120, **more)
    check(ran.returncode == 0, f"{words} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    return ran.stdout


def cover():
    """What had to be made to be covered is told, so that it can go again."""
    made = [folder for folder in COVERED if not os.path.exists(folder)]
    for folder in COVERED:
        pathlib.Path(folder).mkdir(exist_ok=True)
        sh("mount", "-t", "tmpfs", "none", folder)
    for folder in ("/var/lib/dpkg/info", "/var/lib/dpkg/updates", "/var/lib/dpkg/triggers",
                   "/var/lib/apt/lists/partial", "/var/cache/apt/archives/partial"):
        pathlib.Path(folder).mkdir(parents=True)
    pathlib.Path("/var/lib/dpkg/status").touch()
    return made


def uncover(made):
    for folder in made:
        sh("umount", folder)
        os.rmdir(folder)


def wait_at_most(seconds):
    """The verb's own bound is 300 s; nobody wants to wait for it here."""
    def change(line):
        for verb in ("update", "upgrade", "install", "upgradable"):
            line = line.replace(f" reops {verb} 300", f" reops {verb} {seconds}")
        return line
    return change


class Apt:
    name = "apt"
    recorded = "apt-2.6"
    arch = ""

    def __init__(self, folder):
        self.repository = folder / "debs"
        self.repository.mkdir()
        pathlib.Path("/etc/apt/sources.list").write_text(
            f"deb [trusted=yes] file:{self.repository} ./\n")

    def publish(self, name, version, conflicts="", script=""):
        tree = self.repository / f"{name}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        (tree / "opt").mkdir()
        (tree / "opt" / name).write_text(version)
        more = f"Conflicts: {conflicts}\nReplaces: {conflicts}\n" if conflicts else ""
        (tree / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: all\n{more}"
            "Maintainer: reops <reops@example.test>\nDescription: a package of a test\n")
        if script:
            (tree / "DEBIAN/postinst").write_text(f"#!/bin/sh\n{script}\n")
            (tree / "DEBIAN/postinst").chmod(0o755)
        sh("dpkg-deb", "--build", "--root-owner-group", str(tree), str(self.repository))
        shutil.rmtree(tree)
        index = sh("apt-ftparchive", "packages", ".", cwd=self.repository)
        (self.repository / "Packages").write_text(index)

    lock = "/var/lib/dpkg/lock-frontend"
    unknown = "Unable to locate package"
    broken = "subprocess returned error exit status 7"


class Dnf:
    name = "dnf"
    recorded = "dnf-4.14"
    arch = ".noarch"

    def __init__(self, folder):
        self.folder = folder
        self.repository = folder / "rpms"
        self.repository.mkdir()
        release = folder / "os-release"
        release.write_text('ID=fedora\nNAME="a test"\n')
        sh("mount", "--bind", str(release), os.path.realpath("/etc/os-release"))
        pathlib.Path("/etc/yum.repos.d/test.repo").write_text(
            f"[test]\nname=test\nbaseurl=file://{self.repository}\ngpgcheck=0\nenabled=1\n")
        # Debian keeps the database of rpm in the home of whoever asks; others keep it here.
        (folder / ".rpmmacros").write_text("%_dbpath /var/lib/rpm\n")
        sh("rpm", "--initdb", env={**os.environ, "HOME": str(folder)})

    def publish(self, name, version, conflicts="", script=""):
        spec = self.folder / f"{name}.spec"
        more = f"Conflicts: {conflicts}\n" if conflicts else ""
        # No package of the test provides a shell; rpm has a language of its own.
        post = f"%pre -p <lua>\nerror('{script}')\n" if script else ""
        number, release = version.split("-")
        spec.write_text(
            f"Name: {name}\nVersion: {number}\nRelease: {release}\nSummary: a package of a test\n"
            f"License: none\nBuildArch: noarch\n{more}%description\nA package of a test.\n"
            f"%install\nmkdir -p %{{buildroot}}/opt\nprintf %s {version} >%{{buildroot}}/opt/{name}\n"
            f"{post}%files\n/opt/{name}\n")
        sh("rpmbuild", "-bb", "--define", f"_topdir {self.folder}/build", "--define",
           f"_rpmdir {self.repository}", str(spec))
        sh("createrepo_c", str(self.repository))

    lock = "/var/lib/rpm/.rpm.lock"
    unknown = "Unable to find a match: reops-nonesuch"
    broken = "scriptlet"


def grow(manager, call):
    """A package comes, gets newer, is newest; what is on disk says so, too."""
    name, on_disk = f"reops-greeting{manager.arch}", pathlib.Path("/opt/reops-greeting")
    manager.publish("reops-greeting", "1.0-1")
    call('(install web "reops-greeting")').expect(
        "{:changed 1, :upgraded []", f':installed [{{:name "{name}", :version "1.0-1"}}]',
        ":reboot-needed false", f':manager "{manager.name}"')
    check(on_disk.read_text() == "1.0-1", "the package is not there")
    call("(upgradable web)").expect("{:upgradable 0, :packages []")
    manager.publish("reops-greeting", "1.1-1")
    call("(upgradable web)").expect("{:upgradable 1", f':name "{name}"', ':to "1.1-1"')
    check(on_disk.read_text() == "1.0-1", "to look changes nothing")
    call("(update web)").expect(
        f':upgraded [{{:name "{name}", :from "1.0-1", :to "1.1-1"}}], :installed [], :removed []')
    check(on_disk.read_text() == "1.1-1", "the package is not newer")
    call("(update web)").expect("{:changed 0, :upgraded [], :installed [], :removed []")


def refuse(manager, call):
    call('(install web "reops-nonesuch")').expect_failure("failed: ", manager.unknown)
    call('(install web "reops-greetin.")').expect_failure("failed: ")  # no pattern
    manager.publish("reops-broken", "1.0-1", script="exit 7")
    call('(install web "reops-broken")').expect_failure("reops-broken", manager.broken)
    check(line_of('(install web "reops-greeting; touch /opt/pwned")')[0] is None, "it is a name")


def remove(manager, call):
    """What `update` leaves alone because something would have to go, `upgrade` does."""
    manager.publish("reops-old", "1.0-1")
    call('(install web "reops-old")').expect("{:changed 1")
    manager.publish("reops-greeting", "1.2-1", conflicts="reops-old")
    update = call("(update web)")
    check("reops-old" not in update.text or not update.ok, f"update removed: {update.text}")
    check(pathlib.Path("/opt/reops-old").exists(), "update removed a package")
    call("(upgrade web)").expect(':from "1.1-1", :to "1.2-1"',
                                 f':removed [{{:name "reops-old{manager.arch}"')
    check(not pathlib.Path("/opt/reops-old").exists(), "the old package is still there")


class Holder:
    """Another process that holds a lock until it is told to let go."""

    program = ("import fcntl, sys\nf = open(sys.argv[1], 'a')\nfcntl.lockf(f, fcntl.LOCK_EX)\n"
               "print('held', flush=True)\nsys.stdin.read()\n")

    def __init__(self, path):
        self.child = subprocess.Popen([sys.executable, "-c", self.program, path], text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        check(self.child.stdout.readline() == "held\n", f"{path} cannot be locked")

    def let_go(self):
        self.child.communicate()


def wait_for_lock(manager, env, call):
    """Names who holds the lock; goes on when it is free."""
    holder = Holder(manager.lock)
    comm = pathlib.Path(f"/proc/{holder.child.pid}/comm").read_text().strip()
    call("(update web)", seconds=1).expect_failure(
        f"failed: process {holder.child.pid} ({comm}) holds the lock of the packages")
    line, _ = line_of("(update web)")
    waiting = subprocess.Popen(["sh", "-c", line], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, text=True, env=env)
    said = waiting.stderr.readline()
    check(said == f"waiting for {holder.child.pid} {comm}\n", f"it says {said!r}")
    check(waiting.poll() is None, "it does not wait")
    holder.let_go()
    out, err = waiting.communicate(timeout=120)
    check(waiting.returncode == 0 and f"manager {manager.name}" in out, out + err)


def reboot(call):
    """Told, never done: a newer kernel, and the mark that Debian's packages leave."""
    modules = pathlib.Path("/lib/modules/99.0.0-1-test")
    modules.mkdir()
    call("(upgradable web)").expect(":reboot-needed false")
    (modules / "modules.dep").touch()
    call("(update web)").expect(":reboot-needed true, :reboot-why \"the kernel 99.0.0-1-test is "
                                f"installed and {os.uname().release} runs\"")
    pathlib.Path("/run/reboot-required").touch()
    call("(upgradable web)").expect(':reboot-why "the system asks for it"')
    pathlib.Path("/run/reboot-required").unlink()
    shutil.rmtree(modules)


def without_rights(call):
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    call("(update web)", prefix=nobody).expect_failure("failed: sudo: ", "/etc/sudoers.d/reops")


def try_manager(manager, env):
    def call(text, seconds=60, prefix=()):
        return run(text, change=wait_at_most(seconds), prefix=prefix, limit=120, env=env)
    grow(manager, call)
    remove(manager, call)
    wait_for_lock(manager, env, call)
    reboot(call)
    without_rights(call)
    refuse(manager, call)


def main():
    into_namespace()
    with parts.Folder("packages") as folder:
        folder.chmod(0o755)
        made = cover()
        record = os.environ.get("REOPS_RECORD", "")
        try:
            for make in (Apt, Dnf):
                os.environ["REOPS_RECORD"] = record and f"{record}/{make.recorded}"
                try_manager(make(folder), {"PATH": os.environ["PATH"], "HOME": str(folder)})
        except parts.Trouble as trouble:
            print(f"{make.__name__}: {trouble}")
            return 1
        finally:
            uncover(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
