# SPDX-License-Identifier: Apache-2.0
"""The closet flow, run once from the first reading to the mail, with a program that may die on the
way: what a crash matrix repeats, and what is compared afterwards, judged from outside."""
import collections
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import parts  # noqa: E402

COOL, HOT = "69.5", "71.40"  # of different lengths: the broker's log tells them apart
CONFIG = """\
{:state "state" :sim "../sim" :broker "%(broker)s" :commit-window "1ms"
 :systems {"big-iron" {:type :hypervisor :provider :sim :sim {:stop "100ms"}}
           "foo" {:provider :sim :runs-on "big-iron" :sim {:stop "60ms"}}
           "bar" {:provider :sim :runs-on "big-iron" :sim {:stop "200ms"}}}
 :email {:from "reops@closet.test" :to ["%(to)s"]}
 :smtp {:url "smtp://127.0.0.1:%(smtp)d" :user "ops" :password #secret "%(password)s" :tls :required
        :ca "%(ca)s"}}
"""


def wait_open(reops):
    """The outbox's and the runs' numbers, once nothing is open any more and a run exists."""
    def look():
        if not reops.process.is_running():
            return "died"
        try:
            runs = reops.ask("/v1/runs")["runs"]  # before the numbers: a run's end comes last
            numbers = reops.ask("/v1/status")["numbers"]
        except (OSError, parts.Trouble):
            return None
        done = runs and numbers["open_runs"] == 0 and numbers["outbox"] == 0
        return "done" if done else None
    return parts.wait_for("the run to end", 100, look)


class Closet:
    """One run of the flow. `died` counts the deaths that the plan brought."""

    def __init__(self, program, folder, mail, to, plan=None, power_cut=False):
        self.folder = pathlib.Path(folder)
        self.mail, self.to, self.plan = mail, to, dict(plan or {})
        self.always = {"REOPS_POWER_CUT": str(self.folder / "unsynced")} if power_cut else {}
        self.died = 0
        self.broker = parts.Broker(self.folder / "broker", ["log_type all", "log_timestamp false"])
        self.reops = parts.Reops(program, self.folder / "reops", CONFIG % {
            "broker": self.broker.url, "to": to, "smtp": mail.port, "ca": mail.ca,
            "password": mail.PASSWORD})

    def start(self):
        """Until armed; a program that dies on the way is started again, then without a plan."""
        for _ in range(3):
            self.reops.start(**self.plan, **self.always)
            if self.reops.wait_armed():
                return
            self.bury()
        raise parts.Trouble("the program ended three times before it was armed:\n" +
                            self.reops.tail())

    def bury(self):
        """The program has died. By its plan, or the test fails."""
        status = self.reops.process.wait(10)
        if status != -9 or not self.plan:
            raise parts.Trouble(f"ended with status {status}:\n" + self.reops.tail())
        self.died += 1
        self.plan = {}

    def finish(self):
        """Until nothing is open, over deaths."""
        while wait_open(self.reops) == "died":
            self.bury()
            self.start()

    def run(self):
        """From nothing to a clean stop; the facts that are compared."""
        try:
            self.start()
            self.broker.publish("sensors/closet/temperature", COOL)
            parts.wait_for("the first reading's acknowledgement", 20, lambda:
                           len(COOL) in self.acknowledged() or not self.reops.process.is_running())
            self.broker.publish("sensors/closet/temperature", HOT)
            self.finish()
            facts = self.look()
            if self.reops.stop() != 0:
                self.bury()  # in the middle of stopping: what it left must still be whole
                self.start()
                self.finish()
                facts = self.look()
                self.reops.stop()
            return facts
        finally:
            self.reops.process.end(9)
            self.broker.stop()

    def look(self):
        outcomes, events = set(), set()
        for run in self.reops.ask("/v1/runs?with_repeats=1")["runs"]:
            detail = self.reops.ask(f"/v1/runs/{run['id']}")
            for host in detail["outcomes"]:
                outcomes.add((host["host"], host["action"], host["outcome"]))
        for entry in self.reops.ask("/v1/why-not?of=temperature&limit=50")["entries"]:
            if "event" in entry:  # the others tell what was made of a pending one
                events.add(str(entry["event"]["value"]))
        return {"outcomes": sorted(outcomes), "power requests": self.requests(),
                "mails": self.mails(), "acknowledged": self.acknowledged(),
                "events in the journal": sorted(events)}

    def requests(self):
        asked = collections.Counter()
        for line in parts.sim_log(self.folder / "sim"):
            if line["op"] in ("stop", "stop-hard", "start") and line["outcome"] == "accepted":
                asked[f"{line['system']} {line['op']}"] += 1
        return sorted(asked.items())

    def mails(self):
        return sorted(mail["Message-ID"] for mail in self.mail.maildir.mails()
                      if mail["To"] and self.to in mail["To"])

    def acknowledged(self):
        """Lengths of the readings that the broker has an acknowledgement for, from its own log."""
        lengths, sent = set(), {}
        for line in self.broker.process.log.read_text(errors="replace").splitlines():
            found = re.match(r"Sending PUBLISH to (reops-\S+) \(d\d, q1, r\d, m(\d+), "
                             r"'sensors/[^']*', \.\.\. \((\d+) bytes\)\)", line)
            if found:
                sent[(found[1], found[2])] = int(found[3])
            found = re.match(r"Received PUBACK from (reops-\S+) \(Mid: (\d+)", line)
            if found and (found[1], found[2]) in sent:
                lengths.add(sent[(found[1], found[2])])
        return sorted(lengths)
