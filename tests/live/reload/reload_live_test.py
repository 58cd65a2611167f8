#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""reload_live_test.py PROGRAM: a flow file is saved 100 times while 1,000 numbered readings a second
come over a real broker. Every number is published on by exactly one version of the flow. Then files
with mistakes: nothing changes, `reops reload` says why, and an alert is open until they are good."""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
SAVES = 100
BETWEEN = 0.4   # s between saves; the files are read after 0.3 s of quiet
RATE = 1000     # readings a second
FLOW = """\
; saved for the %(save)d. time
(def floor %(save)d)
(def counted
  (run {:mode :each} (sensor :event :count :key "meter")
       | (pick (fn [n] (>= n (- floor))))
       | (publish "seen/%(save)d" :qos 1)))
"""
CONFIG = '{:state "state" :broker "%s" :durable :process}\n'


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def save(flows, number):
    """As editors do it: a new file that takes the old one's place."""
    new = flows / ".counted.clj.new"
    new.write_text(FLOW % {"save": number})
    new.chmod(0o600)
    new.rename(flows / "counted.clj")


class Numbers:
    """Publishes 0, 1, 2 ... at RATE, over one connection."""

    def __init__(self, port):
        self.child = subprocess.Popen(
            ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-t", "sensors/meter/count",
             "-q", "1", "-l"], stdin=subprocess.PIPE, text=True,
            preexec_fn=parts.die_with_parent)
        self.sent = 0
        self.began = time.monotonic()

    def catch_up(self):
        due = int((time.monotonic() - self.began) * RATE)
        self.child.stdin.writelines(f"{number}\n" for number in range(self.sent, due))
        self.child.stdin.flush()
        self.sent = max(self.sent, due)

    def end(self):
        self.child.stdin.close()
        check(self.child.wait(60) == 0, "mosquitto_pub failed")


def seen(path):
    """number -> [topics], of whole lines."""
    found = {}
    for line in path.read_text().splitlines():
        topic, _, payload = line.partition(" ")
        found.setdefault(json.loads(payload)["value"], []).append(topic)
    return found


def reload(reops):
    done = subprocess.run([str(PROGRAM), "reload", "--config", str(reops.config)],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def count_everything(reops, broker, folder):
    out = folder / "seen"
    listener = parts.Process(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.port), "-t",
                              "seen/#", "-q", "1", "-F", "%t %p"], out)
    numbers = Numbers(broker.port)
    for number in range(1, SAVES + 1):
        save(reops.flows, number)
        end = time.monotonic() + BETWEEN
        while time.monotonic() < end:
            numbers.catch_up()
            parts.select.select([], [], [], 0.01)
    numbers.end()
    total = numbers.sent

    lines = -1  # a sanitizer's build decides what has piled up at its own pace
    while lines < total and lines != (lines := out.read_text().count("\n")):
        parts.select.select([], [], [], 10)
    reops.ask("/v1/status")
    listener.end()
    found = seen(out)
    lost = [number for number in range(total) if number not in found]
    twice = {number: topics for number, topics in found.items() if len(topics) > 1}
    check(not lost, f"{len(lost)} of {total} numbers were lost, the first {lost[:5]}")
    check(not twice, f"{len(twice)} numbers came twice: {list(twice.items())[:3]}")
    versions = {topics[0] for topics in found.values()}
    check(len(versions) > SAVES * 0.9, f"only {len(versions)} versions of {SAVES} were ever used")
    return total, len(versions)


def refuse_mistakes(reops):
    good = (reops.flows / "counted.clj").read_text()
    before = reops.ask("/v1/flows")["flows"]
    for name, text, words in [
            ("unbalanced", "(def x (run (sensor :event :count)", ["counted.clj:1"]),
            ("an unknown word", "(run (sensor :event :count) | (pikc 1) | (publish \"x\"))",
             ["pikc", "pick"]),
            ("an endless loop", "(loop [] (recur))", ["counted.clj"]),
            ("too deep", "(" * 10000, ["counted.clj"])]:
        (reops.flows / "counted.clj").write_text(text)
        status, told = reload(reops)
        check(status == 1, f"{name}: `reops reload` ended with {status}: {told}")
        for word in words:
            check(word in told, f"{name}: expected `{word}` in: {told}")
        now = reops.ask("/v1/flows")["flows"]
        check([f["version"] for f in now] == [f["version"] for f in before],
              f"{name}: the flows changed")
    check("flow-files" in [one["cause"] for one in reops.ask("/v1/status")["alerts"]],
          "no alert says that files are bad")
    (reops.flows / "counted.clj").write_text(good)
    status, told = reload(reops)
    check(status == 0, f"good again, but `reops reload` says: {told}")
    (reops.flows / "counted.clj").unlink()
    status, told = reload(reops)
    check(status == 0 and "disarmed" in told, f"the file is gone, but: {told}")


def main():
    with parts.Folder("reload") as folder:
        broker = parts.Broker(folder / "broker")
        first = folder / "first"
        first.mkdir()
        (first / "counted.clj").write_text(FLOW % {"save": 0})
        reops = parts.Reops(PROGRAM, folder / "reops", CONFIG % broker.url, first)
        reops.start()
        check(reops.wait_armed(), "the program ended:\n" + reops.tail())
        try:
            total, versions = count_everything(reops, broker, folder)
            refuse_mistakes(reops)
        except parts.Trouble as error:
            raise parts.Trouble(f"{error}\nthe program said:\n{reops.tail()}") from error
        finally:
            reops.stop()
            broker.stop()
    print(f"{total} numbers through {versions} versions of a flow, each once\nreload ok")


if __name__ == "__main__":
    main()
