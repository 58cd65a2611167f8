#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""record.py VERB_LINE FOLDER [ROOT [PROGRAMS]]: what the commands of verbs print on this machine, with Debian's
programs, in the root of another distribution, or with the programs of another folder first; for
tests/unit/operations/recorded. Run as root, in namespaces of its own (processes, network, host name), so
that nothing of the machine is in it; look at what it wrote before you keep it."""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from verb_calls import line_of  # noqa: E402

CALLS = ["(cpu web)", "(free web)", "(load-avg web)", "(entropy web)", "(uptime web)", "(du web)",
         "(net web)", "(processes web)", "(os-info web)", "(hardware-info web)", '(ls web "/etc/apt" "-a")',
         '(ping web "127.0.0.1")']
# One file system, two programs that run, and a card without traffic.
INSIDE = """\
hostname web-1; ip link set lo up
awk '$2 != "/" && $2 != "/proc" {{print $2}}' /proc/mounts | sort -r | while read -r place; do
    case $place in {root}*|/dev*) ;; *) umount -l "$place" 2>/dev/null;; esac
done
mount -t sysfs none /sys
{mounts}
sleep 600 & a=$!; sleep 700 & b=$!
until [ "$(cat /proc/$a/comm /proc/$b/comm | sort -u)" = sleep ]; do :; done
read -r line; PATH={programs}$PATH; exec {into} sh -c "$line"
"""


def record(line, root, programs):
    mounts, into = "", ""
    if root != "/":
        mounts = (f"mount --bind {root} {root}; mount -t proc proc {root}/proc; "
                  f"mount --bind /dev {root}/dev")
        into = f"chroot {root}"
    inside = INSIDE.format(mounts=mounts, into=into, root=root if root != "/" else "/nowhere",
                           programs=programs and f"{programs}:")
    return subprocess.run(["unshare", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child",
                           "--net", "--uts", "sh", "-c", inside], input=line.encode(),
                          stdout=subprocess.PIPE, check=True, timeout=60).stdout


def main():
    folder, root = pathlib.Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "/"
    programs = sys.argv[4] if len(sys.argv) > 4 else ""
    folder.mkdir(parents=True, exist_ok=True)
    for call in CALLS:
        out = record(line_of(call)[0] + "\n", root, programs)
        (folder / f"{call[1:].split(' ')[0].rstrip(')')}.out").write_bytes(out)


if __name__ == "__main__":
    main()
