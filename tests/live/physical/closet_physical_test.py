#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""closet_physical_test.py CLOSET REOPS, inside with_lan.sh: the closet whose hypervisor is a machine.

A person trusts its key, looks whether the flow is ready, the room gets hot: the guests (simulated)
go off, then big-iron over SSH, and a mail says so. What happened to big-iron is judged from its own
log. Then nothing is ready any more.
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

CLOSET, REOPS = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
LAN = pathlib.Path(os.environ["REOPS_LAN"])
CONFIG = """\
{:state "state" :sim "sim" :broker "%(broker)s"
 :ssh {:key "%(lan)s/id" :config "%(lan)s/config"}
 :systems {"big-iron" {:type :hypervisor :provider :physical :address "10.91.0.9" :user "root"
                       :mac "52:54:00:aa:bb:cc"}
           "foo" {:provider :sim :runs-on "big-iron" :sim {:stop "300ms"}}
           "bar" {:provider :sim :runs-on "big-iron" :sim {:stop "300ms"}}}
 :email {:from "reops@closet.test" :to ["ops@closet.test"]}
 :smtp {:url "smtp://127.0.0.1:%(smtp)d" :user "ops" :password #secret "%(password)s" :tls :required
        :ca "%(ca)s"}}
"""


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


class Desk:
    """A person at a shell, without a terminal."""

    def __init__(self, folder, config):
        self.folder, self.config = folder, config

    def run(self, *words):
        ran = subprocess.run([REOPS, *words, "--config", self.config], capture_output=True,
                             text=True, timeout=60, stdin=subprocess.DEVNULL, cwd=self.folder,
                             env={"HOME": str(self.folder), "PATH": os.environ["PATH"]})
        return ran.returncode, ran.stdout + ran.stderr

    def expect(self, status, words, *said):
        rc, text = self.run(*words.split())
        check(rc == status, f"`reops {words}` ends with {rc} instead of {status}:\n{text}")
        for each in said:
            check(each in text, f"`reops {words}` does not say {each!r}:\n{text}")
        return text


def trust(desk, known_hosts):
    fingerprint = subprocess.run(["ssh-keygen", "-l", "-f", LAN / "host.pub"], check=True,
                                 capture_output=True, text=True).stdout.split()[1]
    desk.expect(1, "path big-iron", "goes to   10.91.0.9:22 as root", "our own SSH client",
                fingerprint + ": unknown", "reops trust big-iron")
    desk.expect(1, "trust big-iron", fingerprint, "nothing was added", "reops trust big-iron --yes")
    check(not known_hosts.exists(), "a key was added although nobody agreed")
    desk.expect(0, "trust big-iron --yes", fingerprint, "added to")
    check(known_hosts.read_text().startswith("10.91.0.9 ssh-ed25519 "), known_hosts.read_text())
    desk.expect(0, "trust big-iron", "is trusted already")
    desk.expect(0, "path big-iron", fingerprint + ": trusted")


def refuse_changed(desk, known_hosts):
    """The key of somebody else under the same name."""
    good = known_hosts.read_text()
    known_hosts.write_text("10.91.0.9 " + " ".join((LAN / "other.pub").read_text().split()[:2]) + "\n")
    desk.expect(1, "trust big-iron --yes", "has changed", "ssh-keygen -f")
    check("10.91.0.9" in known_hosts.read_text() and good not in known_hosts.read_text(),
          "a changed key was added")
    known_hosts.write_text(good)


def heat(broker, reops, mail):
    broker.publish("sensors/closet/temperature", "69.5")
    broker.publish("sensors/closet/temperature", "71.4")
    parts.wait_for("the mail; the program said:\n" + reops.tail(), 60, mail.maildir.mails)
    run = reops.ask("/v1/runs")["runs"][0]
    check(run["status"] == "done" and sorted(run["good"]) == ["bar", "big-iron", "foo"],
          f"the run: {run}")
    check((LAN / "log").read_text() == "power-off \n", "big-iron: " + (LAN / "log").read_text())
    stops = [line for line in parts.sim_log(reops.folder / "sim") if line["op"] == "stop"]
    check(sorted(line["system"] for line in stops) == ["bar", "foo"], f"the guests: {stops}")
    outcomes = {each["host"]: each for each in reops.ask("/v1/runs/r-1")["outcomes"]}
    check(all(each["outcome"] == "verified" for each in outcomes.values()), f"{outcomes}")
    check(outcomes["big-iron"]["at"] > max(outcomes[guest]["at"] for guest in ("foo", "bar")),
          f"the order: {outcomes}")


def tell_unready(reops):
    """A start that finds big-iron silent says so by itself."""
    reops.start()
    check(reops.wait_armed(), "not armed:\n" + reops.tail())
    parts.wait_for("the word that the flow is not ready", 40,
                   lambda: "closet-heat is not ready: big-iron reach" in reops.tail(50))
    parts.wait_for("the event", 10, lambda: "10.91.0.9" in str(reops.ask(
        "/v1/why-not?of=flow-unready/closet-heat")))
    check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())


def look_for_secrets(folder):
    key = (LAN / "id").read_text().splitlines()[1]
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_socket():
            check(key.encode() not in file.read_bytes(), f"the private key is in {file}")


def main():
    with parts.Folder("physical") as folder, parts.MailServer(folder / "mail") as mail:
        broker = parts.Broker(folder / "broker")
        reops = parts.Reops(CLOSET, folder / "reops", CONFIG % {
            "broker": broker.url, "lan": LAN, "smtp": mail.port, "ca": mail.ca,
            "password": mail.PASSWORD})
        desk = Desk(reops.folder, reops.config)
        trust(desk, reops.state / "known_hosts")
        refuse_changed(desk, reops.state / "known_hosts")
        reops.start()
        check(reops.wait_armed(), "not armed:\n" + reops.tail())
        desk.expect(0, "ready", "closet-heat  ready", "big-iron power-off", "may run /sbin/poweroff",
                    "52:54:00:aa:bb:cc at 10.91.0.255", "was never switched by reops", "logged in")
        desk.expect(0, "doctor", "big-iron host key", "big-iron power-off")
        heat(broker, reops, mail)
        desk.expect(1, "ready closet-heat", "closet-heat  not ready", "big-iron reach")
        desk.expect(1, "doctor", "big-iron reach")
        check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())
        tell_unready(reops)
        broker.stop()
        look_for_secrets(reops.folder)
    print("ok")


main()
