#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts_test.py VERB_LINE: the fixed scripts of the verbs under four shells, with the programs of
Debian and with those of busybox, and with arguments that would like to be something else."""
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from verb_calls import check, edn, line_of, parts, run  # noqa: E402

SHELLS = {"sh": ["sh"], "dash": ["dash"], "bash": ["bash"], "busybox": ["busybox", "sh"]}
HOSTILE = ["a b", "it's", '"', "\\", "$(touch pwned)", "`touch pwned`", "-rf", "--help", "x;touch pwned",
           "*", "?", "[a-z]", "#", "~", "$HOME", "a&b", "a|b", "a>pwned", "{a,b}", "!!", "ü", " ",
           "\x1b[2J", "%s%n", "end\\n"]


class Host:
    """Programs as a host has them: a shell as `sh`, Debian's programs or busybox's."""

    def __init__(self, folder, shell, is_busybox):
        self.shell = SHELLS[shell]
        programs = pathlib.Path(folder) / f"programs-{shell}-{is_busybox}"
        programs.mkdir()
        busybox = shutil.which("busybox")
        if is_busybox:
            applets = subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True)
            for applet in applets.stdout.split():
                (programs / applet).symlink_to(busybox)
        sh = busybox if shell == "busybox" else os.path.realpath(shutil.which(shell))
        (programs / "sh").unlink(missing_ok=True)
        (programs / "sh").symlink_to(sh)
        self.env = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(folder)}

    def run(self, call, cwd):
        return run(call, shell=self.shell, env=self.env, cwd=cwd)


def entry_names(said):
    return sorted(re.findall(r'{:name "((?:[^"\\]|\\.)*)"', said.expect().text))


def files(host, cwd):
    """Each hostile name is made, listed and removed, and nothing else happens."""
    for name in HOSTILE:
        path = "./~" if name == "~" else name
        host.run(f"(mkdir web {edn(path)})", cwd).expect("nil")
        check((cwd / name).is_dir(), f"{name!r} was not made")
    check(len(list(cwd.iterdir())) == len(HOSTILE), f"there is more: {os.listdir(cwd)}")
    check(len(entry_names(host.run("(ls web)", cwd))) == len(HOSTILE), "ls shows another number")
    (cwd / "-rf" / "inner file").write_text("12345")
    host.run('(ls web "-rf")', cwd).expect(':name "inner file"', ":size-bytes 5", ":type :file")
    host.run('(rm web "-rf")', cwd).expect_failure("directory")
    for name in HOSTILE:
        host.run(f"(rm web {edn('./~' if name == '~' else name)} \"-r\")", cwd).expect("nil")
        check(not (cwd / name).exists(), f"{name!r} was not removed")
    check(not list(cwd.iterdir()), f"left over: {os.listdir(cwd)}")


def names_with_line_ends(host, cwd):
    """No name can look like another entry."""
    (cwd / "a\nb").write_text("")
    (cwd / "c\n").write_text("")
    (cwd / ".hidden").symlink_to("nowhere")
    os.mkfifo(cwd / "pipe")
    check(entry_names(host.run('(ls web ".")', cwd)) == ["a\\nb", "c\\n", "pipe"], "ls misreads")
    host.run('(ls web "." "-a")', cwd).expect(':name ".hidden", :type :link', ":type :pipe")
    host.run('(ls web "pipe")', cwd).expect(':name "pipe"')
    for entry in list(cwd.iterdir()):
        entry.unlink()
    host.run('(ls web "nowhere")', cwd).expect_failure("nowhere")
    check(host.run('(ls web ".")', cwd).expect().text == "[]", "an empty folder is an empty list")


def refusals():
    for call in ('(exec web "a\nb")', '(ls web "a\nb")', '(mkdir web "a\n")', '(rm web "/")',
                 '(rm web "")', '(install web "-y")', '(install web "$(touch pwned)")',
                 '(restart web "a;b")', '(ping web "-f")', '(open-ports web "--script=x" "10.0.0.0/8")',
                 '(open-ports web "-iL/etc/passwd")', '(host-scan web "10.0.0.1;id")',
                 '(processes web "a\nb")'):
        line, why = line_of(call.replace("\n", "\\n"))
        check(line is None and why.startswith("invalid_argument: `"), f"{call} became {line} {why}")


def commands(host, cwd):
    for text in HOSTILE:
        said = host.run(f'(exec web ["printf" "%s" {edn(text)}])', cwd).expect()
        check(said.out.decode() == text, f"{text!r} became {said.out!r}")
    host.run('(exec web "echo $((6 * 7)); echo trouble >&2")', cwd).expect("42")
    host.run('(exec web "echo why >&2; exit 3")', cwd).expect_failure("why")
    host.run('(nohup web ["reops-none"])', cwd).expect_failure("reops-none: not found")
    pid = host.run('(nohup web "echo begun >mark")', cwd).expect("{:pid ").text[6:-1]
    check(int(pid) > 1, pid)
    parts.wait_for("the command that nohup began", 10,
                   lambda: (cwd / "mark").exists() and (cwd / "mark").read_text() == "begun\n")
    (cwd / "mark").unlink()


def numbers(host, cwd):
    """Judged by what the kernel and Python say of this machine."""
    meminfo = pathlib.Path("/proc/meminfo").read_text()
    total = int(re.search(r"MemTotal: +(\d+)", meminfo)[1]) * 1024
    host.run("(free web)", cwd).expect(f"{{:total-bytes {total}, ")
    host.run("(cpu web)", cwd).expect(":used-percent ", f":cpus {os.cpu_count()}")
    host.run("(load-avg web)", cwd).expect(f":cpus {os.cpu_count()}")
    disk = shutil.disk_usage(cwd).total // 1024 * 1024
    host.run('(du web ".")', cwd).expect(f":size-bytes {disk}", ":used-percent ")
    host.run("(net web)", cwd).expect('{:interface "lo", :received-bytes ')
    host.run("(entropy web)", cwd).expect("{:available-bits ")
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    host.run("(uptime web)", cwd).expect(f':boot-id "{boot}"')
    host.run("(os-info web)", cwd).expect(f':kernel "{os.uname().release}"', ":id \"debian\"")
    host.run("(hardware-info web)", cwd).expect(f":memory-bytes {total}", ':name "lo"')
    host.run("(sensor-readings web)", cwd).expect()
    host.run('(ping web "127.0.0.1")', cwd).expect("{:sent 3, :received 3, :least-ms ")


def processes(host, cwd):
    mark = f"reops-{cwd.name}-{os.getpid()}"
    held = subprocess.Popen(["sh", "-c", "read x; true", mark], stdin=subprocess.PIPE)
    try:
        said = host.run(f'(processes web "{mark}")', cwd).expect(f":pid {held.pid}, :parent {os.getpid()}")
        check(said.text.count(":pid ") == 1, f"it found itself: {said.text}")
        for text in HOSTILE:
            if text not in (" ", "#", "-rf", "%s%n", "*", "?", "~", "\\", '"'):
                host.run(f"(processes web {edn(text)})", cwd).expect("[")
        host.run("(processes web)", cwd).expect(f":pid {os.getpid()}, ")
    finally:
        held.communicate()
    host.run("(ssh-sessions web)", cwd).expect("[")


def try_host(folder, shell, is_busybox):
    host = Host(folder, shell, is_busybox)
    cwd = folder / f"work-{shell}-{is_busybox}"
    cwd.mkdir()
    for part in (files, names_with_line_ends, commands, numbers, processes):
        try:
            part(host, cwd)
        except parts.Trouble as trouble:
            return f"{part.__name__} under {shell}, busybox {is_busybox}: {trouble}"
    return ""


def main():
    refusals()
    with parts.Folder("verbs") as folder, concurrent.futures.ThreadPoolExecutor(4) as pool:
        hosts = [(folder, shell, is_busybox) for shell in SHELLS for is_busybox in (False, True)]
        troubles = [each for each in pool.map(lambda host: try_host(*host), hosts) if each]
        if list(folder.rglob("pwned")):
            troubles.append("an argument was carried out")
    print("\n".join(troubles) or f"{len(hosts)} hosts agree")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())
