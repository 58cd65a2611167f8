#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""operations_live_test.py REOPS: a command in a standing flow, on a real sshd. It is done once; and when
reops is killed while it runs, its end is `unknown`, and it is not done again: the host's own log says so."""
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

REOPS = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
CONFIG = """\
{:state "state" :broker "%(broker)s"
 :ssh {:key "%(ssh)s/id" :config "%(ssh)s/config" :user "%(user)s"}
 :systems {"box" {:provider :physical :address "127.0.0.1" :ssh-port %(port)d :role :other}}
 :email {:from "reops@closet.test" :to ["ops@closet.test"]}}
"""


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def story(reops, run):
    told = reops.ask(f"/v1/runs/{run}")
    return told["run"]["status"], told["outcomes"][0]


def heat(broker, key):
    broker.publish(f"sensors/{key}/temperature", "71.4")


def done_once(broker, reops, box):
    heat(broker, "closet")
    parts.wait_for("the command", 20, lambda: box.read("log"))
    heat(broker, "closet")
    (box.home / "go").touch()
    parts.wait_for("the end of the run", 20,
                   lambda: reops.ask("/v1/runs")["runs"][0]["status"] != "open")
    status, outcome = story(reops, "r-1")
    check(status == "done" and outcome["outcome"] == "done", f"{status} {outcome}\n{reops.tail()}")
    check(outcome["evidence"]["result"] == "1\n", f"what the host said: {outcome}")
    check(box.read("log") == "begun\n", f"the host's log: {box.read('log')!r}")
    mails = parts.wait_for("the mail", 20, lambda: list((reops.state / "mail").rglob("*.eml")))
    check("box" in mails[0].read_text() and "Subject: synced" in mails[0].read_text(),
          mails[0].read_text())


def killed_in_the_middle(broker, reops, box):
    for name in ("log", "go"):
        (box.home / name).unlink()
    heat(broker, "attic")
    parts.wait_for("the command", 20, lambda: box.read("log"))
    reops.process.end(9)
    reops.start()
    check(reops.wait_armed(), "not armed:\n" + reops.tail())
    parts.wait_for("the end of the run", 20,
                   lambda: reops.ask("/v1/runs")["runs"][0]["status"] != "open")
    status, outcome = story(reops, "r-2")
    check(status == "failed" and outcome["outcome"] == "unknown" and outcome["code"] == -4,
          f"{status} {outcome}\n{reops.tail()}")
    check(box.read("log") == "begun\n", f"it ran twice: {box.read('log')!r}")
    (box.home / "go").touch()


def main():
    if not shutil.which("sshd", path="/usr/sbin"):
        print("skipped: no sshd")
        sys.exit(77)
    with parts.Folder("operations") as folder, parts.SshHost(folder / "ssh") as box:
        broker = parts.Broker(folder / "broker")
        reops = parts.Reops(REOPS, folder / "reops", CONFIG % {
            "broker": broker.url, "ssh": box.folder, "user": box.user, "port": box.port},
            HERE / "flows")
        reops.state.mkdir(mode=0o700)
        (reops.state / "known_hosts").write_text(box.known_line)
        reops.start()
        try:
            check(reops.wait_armed(), "not armed:\n" + reops.tail())
            done_once(broker, reops, box)
            killed_in_the_middle(broker, reops, box)
            check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())
        finally:
            reops.process.end(9)
            broker.stop()
    print("a command was done once, and not again after a kill")


main()
