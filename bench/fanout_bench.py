#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""fanout_bench.py BUILD RAW [--runs N] [--short]: `true` on many SSH hosts, beside pdsh, clush and ansible.

The hosts are real sshd on loopback (fanout_hosts.py). Every client uses one configuration, keys and
known_hosts file, and 64 connections at a time; "same kex" means that the servers offer
curve25519-sha256 alone. The servers' own logs count the commands. CPU is the client's, with all its
children. Appends one JSON object a measurement to RAW. Exit 1: a command did not come through.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import fanout_hosts  # noqa: E402

KEX = "curve25519-sha256"
AT_ONCE = "64"
PATIENCE = 300


def timed(argv, env=None):
    """(wall ms, CPU ms of it and its children, what it printed)."""
    with tempfile.TemporaryFile() as out:
        began = time.monotonic()
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                 env=os.environ | (env or {}))
        _, _, used = os.wait4(child.pid, 0)
        wall = (time.monotonic() - began) * 1000
        out.seek(0)
        return wall, (used.ru_utime + used.ru_stime) * 1000, out.read().decode(errors="replace")


class Clients:
    """The programs, each on the same hosts."""

    def __init__(self, build, hosts, names, config):
        self.build, self.hosts, self.names, self.config = build, hosts, names, config
        self.file = hosts.file_of("names", names)

    def pdsh(self):
        # -S: the greatest exit status of all; "%h" is the host for rcmd modules
        return timed(["pdsh", "-S", "-R", "ssh", "-f", AT_ONCE, "-w", f"^{self.file}", "true"],
                     {"PDSH_SSH_ARGS_APPEND": f"-F {self.config}"})

    def clush(self):
        return timed(["clush", "-q", "-f", AT_ONCE, "--hostfile", str(self.file), "-o",
                      f"-F {self.config}", "true"])

    def ansible(self):
        inventory = self.hosts.file_of("inventory", self.names)
        return timed(["ansible", "all", "-i", str(inventory), "-m", "raw", "-a", "true", "-f", AT_ONCE],
                     {"ANSIBLE_SSH_ARGS": f"-F {self.config}", "ANSIBLE_HOST_KEY_CHECKING": "True",
                      "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "False",
                      "ANSIBLE_SSH_EXECUTABLE": "/usr/bin/ssh"})

    def ours(self, rounds):
        """The program's own word of each round."""
        wall, cpu, out = timed([self.build / "bench/fanout_bench", self.config, self.file, str(rounds),
                                "true"])
        lines = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
        if len(lines) != rounds + 1:
            raise RuntimeError(f"fanout_bench: {out[-400:]}")
        return wall, cpu, lines


class Bench:
    def __init__(self, raw, run):
        self.raw, self.run, self.bad = raw, run, 0

    def put(self, row, program, **numbers):
        self.raw.write(json.dumps({"bench": "fanout", "run": self.run, "row": row,
                                   "program": program, **numbers}) + "\n")
        self.raw.flush()

    def peer(self, row, program, clients, act):
        before = clients.hosts.sessions()
        wall, cpu, out = act()
        good = clients.hosts.sessions() - before
        if good != len(clients.names):
            print(f"run {self.run}, {row}: {program} reached {good} of {len(clients.names)}: "
                  f"{out[-300:]}", file=sys.stderr)
            self.bad += 1
            return
        self.put(row, program, wall_ms=wall, cpu_ms=cpu, good=good)

    def ours(self, clients, rows):
        """One process, a round for each row: the first opens the connections."""
        before = clients.hosts.sessions()
        wall, cpu, lines = clients.ours(len(rows))
        seen = clients.hosts.sessions() - before
        wanted = len(clients.names)
        if any(line["good"] != wanted for line in lines[1:]) or seen != wanted * len(rows):
            print(f"run {self.run}, {rows[0]}: reops reached {[one['good'] for one in lines[1:]]} of "
                  f"{wanted}, the servers saw {seen}: {lines[1]['trouble']}", file=sys.stderr)
            self.bad += 1
            return
        for row, line in zip(rows, lines[1:]):
            told = {"wall_ms": line["wall_ms"], "cpu_ms": line["cpu_ms"]}
            if row == rows[0]:  # the whole process counts, as it does for the others
                told = {"wall_ms": wall - sum(one["wall_ms"] for one in lines[2:]),
                        "cpu_ms": cpu - sum(one["cpu_ms"] for one in lines[2:])}
            per_connection = (line["resident_kib"] - lines[0]["resident_kib"]) / max(line["open"], 1)
            self.put(row, "reops", good=line["good"], open=line["open"],
                     kib_per_connection=per_connection, **told)


def same_kex(bench, build, count):
    with tempfile.TemporaryDirectory() as folder, fanout_hosts.Hosts(folder, KEX) as hosts:
        clients = Clients(build, hosts, hosts.names(count), hosts.folder / "config")
        row, warm = f"{count} hosts, new connections, {KEX}", f"{count} hosts, open connections"
        bench.ours(clients, [row, warm])
        bench.peer(row, "pdsh", clients, clients.pdsh)
        bench.peer(row, "clush", clients, clients.clush)
        masters = hosts.client_config("masters", [
            "ControlMaster auto", f"ControlPath {folder}/%C", "ControlPersist 60"])
        kept = Clients(build, hosts, clients.names, masters)
        kept.pdsh()  # opens the masters
        bench.peer(warm, "pdsh, warm ControlMasters", kept, kept.pdsh)
        for host in kept.names:
            subprocess.run(["ssh", "-F", masters, "-O", "exit", host], check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def as_shipped(bench, build, count):
    with tempfile.TemporaryDirectory() as folder, fanout_hosts.Hosts(folder) as hosts:
        clients = Clients(build, hosts, hosts.names(count), hosts.folder / "config")
        row = f"{count} hosts, new connections, as shipped"
        bench.ours(clients, [row])
        for name in ("pdsh", "clush"):
            bench.peer(row, name, clients, getattr(clients, name))
        bench.peer(row, "ansible -m raw", clients, clients.ansible)


def many(bench, build, count):
    with tempfile.TemporaryDirectory() as folder, fanout_hosts.Hosts(folder, KEX) as hosts:
        clients = Clients(build, hosts, hosts.names(count), hosts.folder / "config")
        bench.ours(clients, [f"{count} hosts, new connections", f"{count} hosts, open connections"])


def with_and_without(bench, row, unit, count, change, figure):
    """What `change` costs the same hosts: a process before it and one after it."""
    told = []
    for clients in change():
        before = clients.hosts.sessions()
        wall, cpu, lines = clients.ours(1)
        good = clients.hosts.sessions() - before
        if good != count or lines[1]["good"] != count:
            print(f"run {bench.run}, {row}: {lines[1]['good']} of {count} came back: "
                  f"{lines[1]['trouble']}", file=sys.stderr)
            bench.bad += 1
            return
        told.append(figure(lines[1], wall, cpu))
    bench.raw.write(json.dumps({"bench": "fanout-cost", "run": bench.run, "row": row, "unit": unit,
                                "without": told[0], "with": told[1]}) + "\n")


def silent_hosts(bench, build, count):
    """One host in ten takes the connection and never answers."""
    with tempfile.TemporaryDirectory() as folder, fanout_hosts.Hosts(folder, KEX) as hosts, \
            fanout_hosts.silent_port() as port:
        names = hosts.names(count * 9 // 10)
        mute = [f"127.90.0.{i + 2}" for i in range(count // 10)]
        mixed = [name for i, name in enumerate(names) for name in
                 ([mute[i // 9]] if i % 9 == 0 else []) + [name]]
        config = hosts.folder / "config"
        config.write_text(f"Host 127.90.*\n Port {port}\n" + config.read_text())

        def change():
            yield Clients(build, hosts, names, config)
            yield Clients(build, hosts, mixed, config)

        with_and_without(bench, f"{len(mute)} silent hosts among {count}: the others' last answer",
                         "ms", len(names), change, lambda line, *_: line["good_ms"])


def hashed_lines(bench, build, count):
    """Client CPU for a connection, with 10,000 hashed lines of others in known_hosts."""
    with tempfile.TemporaryDirectory() as folder, fanout_hosts.Hosts(folder, KEX) as hosts:
        names = hosts.names(count)

        def change():
            yield Clients(build, hosts, names, hosts.folder / "config")
            hosts.known_hashed(names, 10_000)
            yield Clients(build, hosts, names, hosts.folder / "config")

        with_and_without(bench, "10,000 hashed lines in known_hosts: CPU of a connection", "ms",
                         count, change, lambda _, wall, cpu: cpu / count)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("raw", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="fewer hosts")
    words = parser.parse_args()
    few, lots = (20, 100) if words.short else (200, 1000)
    bad = 0
    with open(words.raw, "a") as raw:
        for run in range(1, words.runs + 1):
            bench = Bench(raw, run)
            same_kex(bench, words.build.resolve(), few)
            as_shipped(bench, words.build.resolve(), few)
            many(bench, words.build.resolve(), lots)
            silent_hosts(bench, words.build.resolve(), few)
            hashed_lines(bench, words.build.resolve(), few)
            bad += bench.bad
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
