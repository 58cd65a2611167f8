#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""crash_matrix.py PROGRAM [--power-cut] [--passes POINT] [--jobs N] [--only POINT]: dies at every crash point.

PROGRAM serves the closet flow (a checked build). A first run lists every passing of every named
point; then the flow runs once for each passing, dying before it and after it, against a real
broker, a real mail server and simulated machines that outlive the program. Each run must end like
the undisturbed one. With --power-cut a death also takes what was written since the last fdatasync,
as a power cut may. --passes names a point that the undisturbed run must pass: with a program whose
functions take long, `call-answer`, where the answer about a pending entry comes back.
"""
import argparse
import collections
import concurrent.futures
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import closet  # noqa: E402
import parts  # noqa: E402

LEAST_PASSINGS = 40
TRIES = 3


def points_of(listing):
    """Every passing as "name:k:side", in order of the first run."""
    return list(dict.fromkeys(line for line in listing.read_text().split() if line))


def between_mail_and_commit(points):
    """The passings between the mail server's 250 and our commit: dying there may bring one mail
    twice, under one Message-ID."""
    begin = points.index("smtp.send:1:after")
    end = next(i for i, point in enumerate(points) if i > begin and
               point.startswith("journal-sync:") and point.endswith(":before"))
    return set(points[begin:end + 1])


def differences(expected, found, may_repeat):
    """Sentences about what differs from the undisturbed run; none when all is well."""
    bad = []
    for key in ("outcomes", "power requests", "acknowledged", "events in the journal"):
        if expected[key] != found[key]:
            bad.append(f"{key}: {found[key]} instead of {expected[key]}")
    counts = collections.Counter(found["mails"])
    most = 2 if may_repeat else 1
    if set(counts) != {expected["mails"][0]}:
        bad.append(f"mails: {found['mails']} instead of one")
    if any(count > most for count in counts.values()):
        bad.append(f"mails: {counts.most_common(1)[0]} times")
    return bad


class Matrix:
    def __init__(self, program, folder, mail, power_cut):
        self.program, self.folder, self.mail, self.power_cut = program, folder, mail, power_cut
        self.serial = 0

    def run(self, number, plan):
        """One cell: (plan, complaints)."""
        for attempt in range(1, TRIES + 1):
            place = self.folder / f"{number}-{attempt}"
            to = f"run-{number}-{attempt}@closet.test"
            try:
                flow = closet.Closet(self.program, place, self.mail, to, {"REOPS_CRASH": plan},
                                     self.power_cut)
                found = flow.run()
            except (parts.Trouble, OSError, KeyError) as trouble:
                return plan, [f"{type(trouble).__name__}: {trouble}"]
            if flow.died:
                return plan, differences(self.expected, found, plan in self.may_repeat)
        return plan, [f"not reached in {TRIES} runs"]

    def undisturbed(self):
        listing = self.folder / "passings"
        flow = closet.Closet(self.program, self.folder / "first", self.mail, "first@closet.test",
                             {"REOPS_CRASH_LIST": str(listing)}, self.power_cut)
        self.expected = flow.run()
        points = points_of(listing)
        self.may_repeat = between_mail_and_commit(points)
        return points


def check_undisturbed(expected):
    """The yardstick itself: an empty one would make every cell pass."""
    hosts = {host for host, _, outcome in expected["outcomes"] if outcome == "verified"}
    if hosts != {"foo", "bar", "big-iron"}:
        sys.exit(f"the undisturbed run did not stop the closet: {expected}")
    if len(expected["mails"]) != 1 or len(expected["acknowledged"]) != 2:
        sys.exit(f"the undisturbed run told or acknowledged wrongly: {expected}")
    if expected["events in the journal"] != sorted({"69.5", "71.4"}):
        sys.exit(f"the undisturbed run lost a reading: {expected}")


def main():
    words = argparse.ArgumentParser()
    words.add_argument("program", type=lambda name: pathlib.Path(name).resolve())
    words.add_argument("--power-cut", action="store_true")
    words.add_argument("--passes", default="")
    words.add_argument("--jobs", type=int, default=6)
    words.add_argument("--only", default="", help="points that begin so")
    options = words.parse_args()
    began = time.monotonic()
    with parts.Folder("crash") as folder, parts.MailServer(folder / "mail") as mail:
        matrix = Matrix(options.program, folder, mail, options.power_cut)
        points = matrix.undisturbed()
        check_undisturbed(matrix.expected)
        names = collections.Counter(point.split(":")[0] for point in points)
        passings = len({point.rsplit(":", 1)[0] for point in points})
        print(f"{passings} passings of {len(names)} points: " +
              ", ".join(f"{name} {count // 2}" for name, count in sorted(names.items())), flush=True)
        if passings < LEAST_PASSINGS:
            sys.exit(f"only {passings} passings; {LEAST_PASSINGS} at least")
        if options.passes and options.passes not in names:
            sys.exit(f"`{options.passes}` is not passed")
        wanted = [point for point in points if point.startswith(options.only)]
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            cells = list(pool.map(matrix.run, range(len(wanted)), wanted))
    bad = [(plan, complaints) for plan, complaints in cells if complaints]
    for plan, complaints in bad:
        for complaint in complaints:
            print(f"{plan}: {complaint}")
    print(f"{len(cells)} deaths, {len(bad)} with a difference, "
          f"{time.monotonic() - began:.0f} s")
    sys.exit(bool(bad) or not cells)


if __name__ == "__main__":
    main()
