#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pipeline_bench.py BUILD RAW [--runs N] [--short]: sensor -> pick -> publish through a mosquitto.

The bare client and our server take turns within each run, each with a broker of its own. Appends one
JSON object for each measurement to RAW. CPU is what the kernel counts for the process from the first
reading to the last publish, start and stop left out. Exit 1: a reading was shed or a passing one was
not published; such a run does not count.

The flow is measured twice: in C++, and in a file with its predicate in the flow language. Also the
closet flow's server when it is idle, with a libvirt system and a mail server configured, and one
that serves all flow files that are shipped.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/support"))
import parts  # noqa: E402

PATIENCE = 20
CONFIG = """\
{:state "state" :broker "mqtt://127.0.0.1:%(port)d"
 :sensors {:temperature {:topic "sensors/+/temperature" :qos %(qos)d}}}
"""
FLOW = """\
(def bench
  (run (sensor :event :temperature) | (pick (fn [t] (> t 70))) | (publish "alarms" :qos %d)))
"""
IDLE = """\
{:state "state" :broker "mqtt://127.0.0.1:%(port)d"
 :systems {"big-iron" {:type :hypervisor :provider :libvirt :uri "qemu:///session"}
           "foo" {:provider :libvirt :uri "qemu:///session" :runs-on "big-iron"}
           "bar" {:provider :libvirt :uri "qemu:///session" :runs-on "big-iron"}
           "coin-1" {:provider :libvirt :uri "qemu:///session" :runs-on "big-iron"}}
 :email {:from "reops@bench.test" :to ["ops@bench.test"]}
 :smtp {:url "smtp://127.0.0.1:25"}}
"""


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    qos: int
    rate: int  # a second; 0: saturation
    count: int


ROWS = [Row("QoS 0, saturation", 0, 0, 400_000),
        Row("QoS 1, saturation", 1, 0, 100_000),
        Row("QoS 0, 1,000 a second", 0, 1000, 5_000),
        Row("QoS 1, 1,000 a second", 1, 1000, 5_000)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A mosquitto of our own; its queues have no bound, so that it drops nothing."""

    def __init__(self, folder, nodelay):
        self.port = free_port()
        config = folder / "mosquitto.conf"
        config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n"
                          "max_queued_messages 0\nmax_inflight_messages 0\n"
                          f"set_tcp_nodelay {str(nodelay).lower()}\n"
                          + ("user root\n" if os.getuid() == 0 else ""))
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
        self.child = subprocess.Popen([program, "-c", config], stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self.child.poll() is not None or time.monotonic() > end:
                sys.exit("pipeline_bench: mosquitto does not answer")
            time.sleep(0.02)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.child.terminate()
        self.child.wait(PATIENCE)


def cpu_us(pid):
    """What all threads have run so far."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1000


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


class Bare:
    """The client that somebody writes by hand."""

    def __init__(self, build, broker, row, _folder):
        self.child = subprocess.Popen([build / "bench/bare_client", str(broker.port), str(row.qos)],
                                      stdout=subprocess.PIPE, text=True)
        self.pid = self.child.pid

    def is_ready(self):
        return self.child.stdout.readline().strip() == "ready"

    def stop(self):
        """What it counted."""
        self.child.terminate()
        return json.loads(self.child.communicate(timeout=PATIENCE)[0])


class Ours:
    """A server like every other, with a configuration file; asked over its control socket."""

    def __init__(self, build, broker, row, folder):
        self.reops = parts.Reops(build / "bench/pipe_server", folder / "reops",
                                 CONFIG % {"port": broker.port, "qos": row.qos})
        self.reops.start(REOPS_BENCH_QOS=str(row.qos))
        self.pid = self.reops.process.pid

    def is_ready(self):
        return blocks_until_armed(self.reops)

    def stop(self):
        status = self.reops.ask("/v1/status")
        self.reops.stop()
        return status["numbers"] | {name: status["sensors"][name] for name in ("received", "shed")}


class Written(Ours):
    """The same flow in a file, its predicate in the flow language: `reops serve DIR`."""

    def __init__(self, build, broker, row, folder):
        flows = folder / "flows"
        flows.mkdir()
        (flows / "bench.clj").write_text(FLOW % row.qos)
        self.reops = parts.Reops(build / "reops", folder / "reops",
                                 CONFIG % {"port": broker.port, "qos": row.qos}, flows)
        self.reops.start()
        self.pid = self.reops.process.pid


PROGRAMS = {"bare": Bare, "reops": Ours, "written": Written}


def blocks_until_armed(reops):
    """Without looking again and again: that would be part of the time."""
    reops.notices.settimeout(PATIENCE)
    try:
        while b"READY=1" not in reops.notices.recv(4096):
            pass
    except TimeoutError:
        return False
    return True


def measure(program, build, broker, row, folder):
    """One measurement as a dict, or the reason why it does not count."""
    child = PROGRAMS[program](build, broker, row, folder)
    try:
        if not child.is_ready():
            return f"{program} did not begin"
        before = cpu_us(child.pid)
        load = subprocess.run([build / "bench/mqtt_load", str(broker.port), str(row.count),
                               str(row.qos), str(row.rate)], capture_output=True, text=True)
        spent = cpu_us(child.pid) - before
    finally:
        told = child.stop()
    if load.returncode != 0:
        return f"{program}: not every passing reading was published once: {load.stdout.strip()}"
    if told["received"] != row.count or told.get("shed", 0) != 0:
        return f"{program}: readings were lost: {told}"
    seen = json.loads(load.stdout)
    return {"program": program, "cpu_us": spent / row.count, "rate": row.count / seen["seconds"],
            "delay_us": seen["delay_us"], "delay_p99_us": seen["delay_p99_us"],
            "syncs": told.get("syncs"), "commits": told.get("commits")}


def measure_idle(build, raw, run, place, name):
    """From start to armed, and what is resident a second later (the helper not counted). `name`:
    `idle`, the closet in C++; `shipped`, every file of flows/."""
    program, flows = {"idle": ("reops-closet", None), "shipped": ("reops", parts.ROOT / "flows")}[name]
    with tempfile.TemporaryDirectory(dir=place) as folder:
        broker = Broker(pathlib.Path(folder), False)
        try:
            reops = parts.Reops(build / program, pathlib.Path(folder) / "reops",
                                IDLE % {"port": broker.port}, flows)
            began = time.monotonic()
            reops.start()
            if not blocks_until_armed(reops):
                print(f"run {run}: the closet is not armed\n{reops.tail()}", file=sys.stderr)
                return 1
            ready_ms = (time.monotonic() - began) * 1000
            time.sleep(1)
            got = {"bench": name, "run": run, "ready_ms": ready_ms,
                   "idle_kib": resident_kib(reops.process.pid)}
            reops.stop()
        finally:
            broker.stop()
    raw.write(json.dumps(got) + "\n")
    return 0


def sync_us(folder):
    """What one fdatasync of a fresh 4 KiB costs here, the median of 50."""
    took = []
    with open(folder / "probe", "wb", buffering=0) as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - began) * 1e6)
    return statistics.median(took)


def measure_alone(program, build, row, nodelay, place):
    """With a broker that has not seen anybody, and a state folder on the disk that matters."""
    with tempfile.TemporaryDirectory(dir=place) as state:
        folder = pathlib.Path(state)
        sync = sync_us(folder)
        broker = Broker(folder, nodelay)
        try:
            got = measure(program, build, broker, row, folder)
        finally:
            broker.stop()
    return got if isinstance(got, str) else got | {"fdatasync_us": sync}


def run_rows(build, raw, run, nodelay, rows, place):
    bad = 0
    for row in rows:
        # who goes first changes from run to run
        order = ("bare", "reops", "written")
        for program in order if run % 2 else reversed(order):
            got = measure_alone(program, build, row, nodelay, place)
            if isinstance(got, str):
                print(f"run {run}, {row.name}: {got}", file=sys.stderr)
                bad += 1
                continue
            got |= {"bench": "pipeline", "run": run, "row": row.name, "nodelay": nodelay}
            raw.write(json.dumps(got) + "\n")
            raw.flush()
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("raw", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="a tenth of the readings")
    words = parser.parse_args()
    rows = [dataclasses.replace(row, count=row.count // 10) for row in ROWS] if words.short else ROWS
    bad = 0
    with open(words.raw, "a") as raw:
        for run in range(1, words.runs + 1):
            for name in ("idle", "shipped"):
                bad += measure_idle(words.build.resolve(), raw, run, words.raw.parent, name)
            for nodelay in (False, True):
                bad += run_rows(words.build.resolve(), raw, run, nodelay, rows, words.raw.parent)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
