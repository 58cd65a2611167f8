#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""limits_live_test.py PROGRAM: predicates that loop for ever, eat memory, recurse without end, throw, act
or compare nothing, beside a good flow on the same readings. Each bad one is ended and told, and the good flow misses none."""
import json
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
READINGS = 20
FLOWS = """\
(defn endless [n] (loop [i 0] (recur (inc i))))
(defn hungry [n] (loop [all "x"] (recur (str all all))))
(defn deep [n] (+ 1 (deep n)))
(def loops (run (sensor :event :bad :key "loops") | (pick endless) | (publish "never")))
(def eats (run (sensor :event :bad :key "eats") | (pick hungry) | (publish "never")))
(def recurses (run (sensor :event :bad :key "recurses") | (pick deep) | (publish "never")))
(def throws (run (sensor :event :bad :key "throws") | (pick (fn [n] (/ n 0))) | (publish "never")))
(def acts (run (sensor :event :bad :key "acts") | (pick (fn [n] (slurp "/etc/hostname"))) | (publish "never")))
(def numbers (run (sensor :event :bad :key "numbers") | (pick (fn [n] (+ n 1))) | (publish "never")))
(def good (run {:mode :each} (sensor :event :wholesome) | (pick (fn [n] (>= n 0))) | (publish "seen" :qos 1)))
"""
# flow -> words of what is said of its event
EXPECTED = {"loops": ["longer than its limit of 1000 ms"], "eats": ["bytes, the limit is"],
            "recurses": ["nest too deeply"], "throws": ["ivide by zero", "flows.clj:7"],
            "acts": ["reading a file is refused", "`pick`"],
            "numbers": ["expected true or false", "number 2"]}
CONFIG = '{:state "state" :broker "%s" :durable :process}\n'


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def failures(reops):
    """flow -> what its newest event ended with."""
    found = {}
    for event in reops.ask("/v1/why-not?of=bad&limit=50")["entries"]:
        for flow in event["flows"]:
            if "error" in flow:
                found[flow["flow"]] = flow["error"]
    return found


def play(reops, broker, folder):
    out = folder / "seen"
    listener = parts.Process(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(broker.port), "-t",
                              "seen", "-q", "1"], out)
    began = time.monotonic()
    for key in EXPECTED:
        broker.publish(f"sensors/{key}/bad", 1)
    for number in range(READINGS):
        broker.publish("sensors/meter/wholesome", number)

    def seen():
        return [json.loads(line)["value"] for line in out.read_text().splitlines()]

    parts.wait_for("every good reading", 20, lambda: len(seen()) >= READINGS)
    took = time.monotonic() - began
    check(seen() == list(range(READINGS)), f"the good flow published {seen()}")
    told = parts.wait_for(f"an end of each bad one, not only {failures(reops)}", 60,
                          lambda: failures(reops) if set(EXPECTED) <= set(failures(reops)) else None,
                          every=0.2)
    for flow, words in EXPECTED.items():
        for word in words:
            check(word in told[flow], f"{flow}: expected `{word}` in: {told[flow]}")
    listener.end()
    broker.publish("sensors/meter/wholesome", READINGS)
    parts.wait_for("a run of the good flow afterwards", 20, lambda: len(
        reops.ask("/v1/runs?flow=good&limit=1000")["runs"]) == READINGS + 1)
    return took


def main():
    with parts.Folder("limits") as folder:
        broker = parts.Broker(folder / "broker")
        flows = folder / "first"
        flows.mkdir()
        (flows / "flows.clj").write_text(FLOWS)
        reops = parts.Reops(PROGRAM, folder / "reops", CONFIG % broker.url, flows)
        reops.start()
        check(reops.wait_armed(), "the program ended:\n" + reops.tail())
        try:
            took = play(reops, broker, folder)
        except parts.Trouble as error:
            raise parts.Trouble(f"{error}\nthe program said:\n{reops.tail()}") from error
        finally:
            reops.stop()
            broker.stop()
    print(f"{len(EXPECTED)} bad flows, {READINGS} good readings in {took:.1f} s\nlimits ok")


if __name__ == "__main__":
    main()
