#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""table.py RAW MACHINE: the tables of docs/benchmarks.md, out of raw measurements.

Each figure is the median of the runs with the least and the greatest behind it. A ratio is taken
within a run, where both programs ran one after the other, and then the median of these.
"""
import collections
import json
import pathlib
import statistics
import sys

WINDOW_US = 5000
EXTRA_US = 150


def spread(numbers, digits=0):
    numbers = sorted(numbers)
    shown = [f"{n:,.{digits}f}" for n in (statistics.median(numbers), numbers[0], numbers[-1])]
    return f"{shown[0]} ({shown[1]}-{shown[2]})" if len(numbers) > 1 else shown[0]


def engine_table(rows):
    by_row = collections.defaultdict(list)
    for row in rows:
        by_row[row["row"], row["unit"]].append(row["value"])
    yield "| engine alone | median (least-greatest) | unit |"
    yield "|---|--:|---|"
    for (name, unit), values in by_row.items():
        yield f"| {name} | {spread(values)} | {unit} |"


def pairs(rows, one="bare", other="reops"):
    """{(row, nodelay): [(one, other)]}, of two programs, one pair a run."""
    runs = collections.defaultdict(dict)
    for row in rows:
        runs[row["row"], row["nodelay"], row["run"]][row["program"]] = row
    found = collections.defaultdict(list)
    for (name, nodelay, _), both in runs.items():
        if {one, other} <= both.keys():
            found[name, nodelay].append((both[one], both[other]))
    return found


def targets(name, cpu, rate, slack):
    """What the row promises: (text, is it kept)."""
    if "saturation" not in name:
        return [("CPU <= 1.5", cpu <= 1.5), ("delay in time", slack <= 0)]
    most = 0.7 if "QoS 0" in name else 1.0
    return [(f"CPU <= {most}", cpu <= most), ("rate >= 0.95", rate >= 0.95)]


def pipeline_line(name, nodelay, both):
    cpu = statistics.median(ours["cpu_us"] / bare["cpu_us"] for bare, ours in both)
    rate = statistics.median(ours["rate"] / bare["rate"] for bare, ours in both)
    slack = statistics.median(
        ours["delay_us"] - bare["delay_us"] - WINDOW_US - ours["fdatasync_us"] - EXTRA_US
        for bare, ours in both)
    verdicts = [text if kept else f"**missed: {text}**"
                for text, kept in targets(name, cpu, rate, slack)]
    return (f"| {name}{', no delay' if nodelay else ''} "
            f"| {spread([bare['cpu_us'] for bare, _ in both], 2)} "
            f"| {spread([ours['cpu_us'] for _, ours in both], 2)} | {cpu:.2f} "
            f"| {spread([ours['rate'] for _, ours in both])} | {rate:.2f} "
            f"| {statistics.median(bare['delay_us'] for bare, _ in both) / 1000:.2f} "
            f"| {statistics.median(ours['delay_us'] for _, ours in both) / 1000:.2f} "
            f"| {spread([ours['syncs'] for _, ours in both])} | {'; '.join(verdicts)} |")


def pipeline_table(rows):
    yield ("| sensor, pick, publish | bare: CPU us/event | reops: CPU us/event | CPU ratio "
           "| reops: events/s | rate ratio | bare: delay ms | reops: delay ms | fdatasync | target |")
    yield "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|"
    for (name, nodelay), both in pairs(rows).items():
        yield pipeline_line(name, nodelay, both)


def written_table(rows):
    yield ("| the same, predicate in the flow language | C++: CPU us/event | language: CPU us/event "
           "| CPU ratio | target |")
    yield "|---|--:|--:|--:|---|"
    for (name, nodelay), both in pairs(rows, "reops", "written").items():
        cpu = statistics.median(written["cpu_us"] / ours["cpu_us"] for ours, written in both)
        yield (f"| {name}{', no delay' if nodelay else ''} "
               f"| {spread([ours['cpu_us'] for ours, _ in both], 2)} "
               f"| {spread([written['cpu_us'] for _, written in both], 2)} | {cpu:.2f} "
               f"| {'CPU <= 1.3' if cpu <= 1.3 else '**missed: CPU <= 1.3**'} |")


def idle_line(name, values, unit, most):
    kept = statistics.median(values) <= most
    text = f"<= {most} {unit}"
    return f"| {name} | {spread(values, 1)} | {unit} | {text if kept else f'**missed: {text}**'} |"


def idle_table(rows, shipped):
    yield "| closet flow, libvirt and mail configured, idle | median (least-greatest) | unit | target |"
    yield "|---|--:|---|---|"
    yield idle_line("resident memory, without the helper", [r["idle_kib"] / 1024 for r in rows],
                    "MiB", 25)
    yield idle_line("start to armed (SUBACK)", [r["ready_ms"] for r in rows], "ms", 100)
    yield idle_line("resident memory, all shipped flows from files",
                    [r["idle_kib"] / 1024 for r in shipped], "MiB", 30)
    yield idle_line("start to armed, all shipped flows", [r["ready_ms"] for r in shipped], "ms", 100)


def lang_table(rows):
    yield "| the language, whole processes | reops: ms | clojure: ms | ratio | target |"
    yield "|---|--:|--:|--:|---|"
    programs = collections.defaultdict(list)
    for row in rows:
        if row["bench"] == "lang":
            programs[row["row"]].append(row)
    for name, runs in programs.items():
        compared = [row for row in runs if "clojure_ms" in row]
        if not compared:
            yield f"| {name} | {spread([row['reops_ms'] for row in runs])} | not measured | | |"
            continue
        ratio = statistics.median(row["reops_ms"] / row["clojure_ms"] for row in compared)
        yield (f"| {name} | {spread([row['reops_ms'] for row in compared])} "
               f"| {spread([row['clojure_ms'] for row in compared])} | {ratio:.2f} "
               f"| {'< 1' if ratio < 1 else '**missed: < 1**'} |")
    start = [row["reops_ms"] for row in rows if row["bench"] == "lang-start"]
    kept = statistics.median(start) < 20
    yield (f"| `reops -e nil` | {spread(start, 1)} | | "
           f"| {'< 20 ms' if kept else '**missed: < 20 ms**'} |")


# row's ending -> peer's row's ending, peer, most of its wall, most of its CPU; None: shown only
FANOUT_PEERS = [
    ("new connections, curve25519-sha256", "new connections, curve25519-sha256", "pdsh", 0.65, 0.1),
    ("new connections, curve25519-sha256", "new connections, curve25519-sha256", "clush", 0.65, 0.1),
    ("new connections, as shipped", "new connections, as shipped", "pdsh", None, None),
    ("new connections, as shipped", "new connections, as shipped", "clush", None, None),
    ("new connections, as shipped", "new connections, as shipped", "ansible -m raw", None, None),
    ("open connections", "new connections, curve25519-sha256", "pdsh", 0.1, None),
    ("open connections", "open connections", "pdsh, warm ControlMasters", 0.25, None),
]
KIB_A_CONNECTION = 40


def fanout_line(rows, ours_row, peer_row, peer, most_wall, most_cpu):
    ours = {row["run"]: row for row in rows if row["row"] == ours_row and row["program"] == "reops"}
    theirs = {row["run"]: row for row in rows if row["row"] == peer_row and row["program"] == peer}
    both = [(ours[run], theirs[run]) for run in ours if run in theirs]
    if not both:
        return None
    ratio = {what: statistics.median(one[what] / other[what] for one, other in both)
             for what in ("wall_ms", "cpu_ms")}
    verdicts = [f"{name} <= {most}" if ratio[what] <= most else f"**missed: {name} <= {most}**"
                for name, what, most in (("wall", "wall_ms", most_wall), ("CPU", "cpu_ms", most_cpu))
                if most is not None]
    other_row = "" if peer_row == ours_row else f", {peer_row.split(', ', 1)[1]}"
    return (f"| {ours_row} | {peer}{other_row} | {spread([one['wall_ms'] for one, _ in both])} "
            f"| {spread([other['wall_ms'] for _, other in both])} | {ratio['wall_ms']:.2f} "
            f"| {ratio['cpu_ms']:.3f} | {'; '.join(verdicts)} |")


def fanout_table(rows):
    yield "| `true` over SSH | beside | reops: ms | it: ms | wall ratio | CPU ratio | target |"
    yield "|---|---|--:|--:|--:|--:|---|"
    names = list(dict.fromkeys(row["row"] for row in rows))
    for ending, peer_ending, peer, most_wall, most_cpu in FANOUT_PEERS:
        for name in names:
            count = name.split(", ", 1)[0]
            if name == f"{count}, {ending}":
                line = fanout_line(rows, name, f"{count}, {peer_ending}", peer, most_wall, most_cpu)
                if line:
                    yield line
    most = max(int(row["row"].split()[0]) for row in rows)
    for name in names:
        seen = [row for row in rows if row["row"] == name and name.startswith(f"{most} ")]
        if seen:
            kib = statistics.median(row["kib_per_connection"] for row in seen)
            kept = f"<= {KIB_A_CONNECTION} KiB a connection"
            yield (f"| {name}, {min(row['good'] for row in seen)} came back | {kib:.1f} KiB a connection "
                   f"| {spread([row['wall_ms'] for row in seen])} | | | "
                   f"| {kept if kib <= KIB_A_CONNECTION else f'**missed: {kept}**'} |")


# row's part, what it may add to the figure without it: (text, how many)
FANOUT_COSTS = [("silent hosts", "<= 5 % more", lambda without: without * 0.05),
                ("hashed lines", "<= 0.2 ms more", lambda without: 0.2)]


def fanout_cost_table(rows):
    yield "| what a burden costs the others | without | with | more (median of pairs) | target |"
    yield "|---|--:|--:|--:|---|"
    for name in dict.fromkeys(row["row"] for row in rows):
        runs = [row for row in rows if row["row"] == name]
        more = statistics.median(row["with"] - row["without"] for row in runs)
        text, most = next((text, most) for part, text, most in FANOUT_COSTS if part in name)
        kept = more <= most(statistics.median(row["without"] for row in runs))
        yield (f"| {name} | {spread([row['without'] for row in runs], 2)} "
               f"| {spread([row['with'] for row in runs], 2)} | {more:.2f} {runs[0]['unit']} "
               f"| {text if kept else f'**missed: {text}**'} |")


def main():
    raw, machine = (pathlib.Path(word) for word in sys.argv[1:3])
    rows = [json.loads(line) for line in raw.read_text().splitlines()]
    pipeline = [row for row in rows if row["bench"] == "pipeline"]
    tables = [engine_table([row for row in rows if row["bench"] == "engine"])]
    if pipeline:
        tables += [pipeline_table(pipeline), written_table(pipeline)]
    if idle := [row for row in rows if row["bench"] == "idle"]:
        tables += [idle_table(idle, [row for row in rows if row["bench"] == "shipped"])]
    if fanout := [row for row in rows if row["bench"] == "fanout"]:
        tables += [fanout_table(fanout)]
    if costs := [row for row in rows if row["bench"] == "fanout-cost"]:
        tables += [fanout_cost_table(costs)]
    if lang := [row for row in rows if row["bench"].startswith("lang")]:
        tables += [lang_table(lang)]
    print("# Benchmarks\n\nWritten by `bench/run.sh BUILD --write`; how to read it: "
          "[dev/benchmarking.md](dev/benchmarking.md).\n")
    print(machine.read_text())
    for table in tables:
        print("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
