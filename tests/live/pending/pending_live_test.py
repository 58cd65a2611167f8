#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pending_live_test.py PROGRAM: functions that take long beside a thousand readings a second.

One flow's function waits for 50 ms, one's uses 2 s of processor time, a third's is quick and gets
the readings. Judged by what mosquitto_sub prints, with the broker's times, and by the control
socket: the readings go on, the late ones come in order and once each, and the one that cannot be
ended is an alert until it returns.
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

READINGS = 4000
LATE = [71 + i for i in range(8)]
LONGEST_GAP = 1.0  # seconds; a loop that waited for the function would stand still for 2
CONFIG = """\
{:state "state" :broker "%s"
 :sensors {:temperature {} :humidity {} :power {}}}
"""


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


class Listener:
    """What comes out: (topic, seconds, value)."""

    def __init__(self, broker, folder):
        self.log = folder / "out.log"
        self.process = parts.Process(
            ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.port), "-q", "1", "-t", "out/#",
             "-F", "%t %U %p"], self.log)

    def lines(self, topic):
        found = []
        for line in self.log.read_text().splitlines():
            words = line.split(" ", 2)
            if len(words) == 3 and words[0] == topic and words[2].endswith("}"):
                found.append((float(words[1]), json.loads(words[2])["value"]))
        return found


def alerts(reops):
    return [alert["cause"] for alert in reops.ask("/v1/status")["alerts"]]


def is_listening(broker, listener):
    broker.publish("out/probe", '{"value": 0}')
    return listener.lines("out/probe")


def wait_for_all(listener):
    parts.wait_for("all readings", 60, lambda: len(listener.lines("out/quick")) >= READINGS)
    parts.wait_for("the late ones", 60, lambda: len(listener.lines("out/waits")) >= len(LATE) and
                   listener.lines("out/computes"))


def check_quick(listener, began):
    times = [at for at, _ in listener.lines("out/quick")]
    check(len(times) == READINGS, f"{len(times)} of {READINGS} readings came out")
    gap = max(after - before for before, after in zip(times, times[1:]))
    check(gap < LONGEST_GAP, f"nothing came out for {gap:.2f} s")
    computed = listener.lines("out/computes")
    check([value for _, value in computed] == [71], f"computes gave {computed}")
    meanwhile = sum(began < at < computed[0][0] for at in times)
    check(meanwhile > 500, f"only {meanwhile} readings while the function computed")
    return gap, meanwhile


def check_why(reops):
    """The entry says `pending`, and a later one what came of it."""
    entries = reops.ask("/v1/why-not?of=computes")["entries"]
    pending = [entry for entry in entries if entry.get("event")]
    late = [entry for entry in entries if entry.get("late")]
    check(pending and pending[0]["flows"][0]["reason"] == "pending", f"not pending: {entries}")
    check(late and late[0]["late"] == pending[0]["event"]["id"], f"not decided late: {entries}")
    check(late[0]["flows"][0]["reason"] == "run", f"no run: {entries}")


def play(folder):
    broker = parts.Broker(folder / "broker")
    reops = parts.Reops(sys.argv[1], folder / "reops", CONFIG % broker.url)
    listener = Listener(broker, folder)
    load = None
    try:
        parts.wait_for("the listener", 20, lambda: is_listening(broker, listener))
        reops.start()
        check(reops.wait_armed(), "it did not start:\n" + reops.tail())
        load = parts.Process(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "-q", "1", "-t",
             "sensors/closet/temperature", "-m", "71.4", "--repeat", str(READINGS),
             "--repeat-delay", "0.001"], folder / "load.log")
        parts.wait_for("the first reading", 20, lambda: listener.lines("out/quick"))
        broker.publish("sensors/closet/power", "71")
        began = listener.lines("out/quick")[-1][0]
        for value in LATE:
            broker.publish("sensors/closet/humidity", value)
        parts.wait_for("the alert", 20, lambda: "slow-function:computes" in alerts(reops))
        wait_for_all(listener)
        gap, meanwhile = check_quick(listener, began)
        waits = [value for _, value in listener.lines("out/waits")]
        check(waits == LATE, f"the late ones came as {waits}")
        parts.wait_for("the end of the alert", 20, lambda: not alerts(reops))
        check_why(reops)
        check(reops.stop() == 0, "it did not end well:\n" + reops.tail())
        print(f"{READINGS} readings, {meanwhile} while a function computed, longest gap "
              f"{gap * 1000:.0f} ms")
    finally:
        for process in (load, listener.process, reops.process):
            if process:
                process.end(9)
        broker.stop()


def main():
    try:
        subprocess.run(["mosquitto_sub", "--help"], capture_output=True, check=False, timeout=10)
    except FileNotFoundError:
        print("mosquitto is not installed; try: apt-get install mosquitto mosquitto-clients")
        sys.exit(77)
    with parts.Folder("pending") as folder:
        play(folder)


if __name__ == "__main__":
    main()
