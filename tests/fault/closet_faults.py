#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""closet_faults.py PROGRAM: the closet flow while something else fails.

Each round breaks one thing, with a real broker, a real mail server and simulated machines, and
judges from outside: what the machines were asked, which mails came. docs/manual/faults.md says of
each what a person sees of it.
"""
import concurrent.futures
import json
import os
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import closet  # noqa: E402
import parts  # noqa: E402


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def helper_of(reops):
    """The process id of the helper of the simulated machines, a child of the program."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
            name = (entry / "cmdline").read_bytes().split(b"\0")[0]
        except OSError:
            continue
        if f"PPid:\t{reops.process.pid}\n" in status and name.endswith(b"reops-provider-sim"):
            return int(entry.name)
    return 0


class Round(closet.Closet):
    """One flow in a folder of its own; a fault is a method."""

    def hot(self):
        self.broker.publish("sensors/closet/temperature", closet.COOL)
        self.broker.publish("sensors/closet/temperature", closet.HOT)

    def judge(self):
        """As undisturbed: three hosts stopped once, one mail."""
        facts = self.look()
        check(facts["outcomes"] == [(host, "stop", "verified") for host in
                                    ("bar", "big-iron", "foo")], f"outcomes: {facts['outcomes']}")
        check(facts["power requests"] == [(f"{host} stop", 1) for host in
                                          ("bar", "big-iron", "foo")],
              f"requests: {facts['power requests']}")
        check(len(facts["mails"]) == 1, f"mails: {facts['mails']}")

    # --- the faults

    def broker_restarts(self):
        """The broker ends and comes back: the client too, and what comes then is decided."""
        self.start()
        connections = self.reops.ask("/v1/status")["broker"]["connections"]
        self.broker.stop()
        self.broker.start()
        parts.wait_for("the connection to be back", 30, lambda: self.reops.ask("/v1/status")
                       ["broker"]["connections"] > connections)
        self.hot()
        self.finish()
        self.judge()

    def broker_is_gone(self):
        """No broker at the start: reops serves, says so, and arms when there is one."""
        self.broker.stop()
        self.reops.start()
        parts.wait_for("the control socket", 20, self.answers)
        doctor = self.reops.ask("/v1/doctor")["checks"]
        found = [one for one in doctor if one["name"] == "broker"]
        check(found and found[0]["health"] == "fail", f"doctor says of the broker: {found}")
        self.broker.start()
        check(self.reops.wait_armed(90), "not armed after the broker came")
        self.hot()
        self.finish()
        self.judge()

    def answers(self):
        try:
            return self.reops.ask("/v1/status")
        except OSError:
            return None

    def mail_server_is_down(self):
        """The machines are stopped at once; the mail waits for its server, and comes once."""
        self.start()
        self.mail.process.end(signal.SIGKILL)
        self.hot()
        parts.wait_for("the machines to be off", 30, lambda: len(self.requests()) == 3)
        parts.wait_for("the first attempt at the mail", 30, lambda: "unreachable" in
                       self.reops.tail(40) or self.waits_for_retry())
        check(not self.mails(), "a mail without a server")
        self.mail.start()
        self.finish()  # the next attempt comes after a minute
        self.judge()

    def waits_for_retry(self):
        runs = self.reops.ask("/v1/runs")["runs"]
        if not runs:
            return False
        told = self.reops.ask(f"/v1/runs/{runs[0]['id']}")["told"]
        return any(one.get("state") not in (None, "delivered", "in the outbox") for one in told)

    def mail_server_says_451(self):
        """Put off: tried again later, delivered once."""
        self.refused("data-451")

    def mail_server_hangs(self):
        """Takes the connection and says nothing: given up at the limit, other mails go on."""
        self.mail.behave("hang-accept")
        self.start()
        self.hot()
        parts.wait_for("the machines to be off", 30, lambda: len(self.requests()) == 3)
        parts.wait_for("a conversation to hang", 30, lambda: "connect" in
                       (self.mail.folder / "log").read_text())
        began = time.monotonic()
        check(self.reops.stop() == 0, "a hanging mail server kept the program from ending in order")
        check(time.monotonic() - began < 30, "stopping took more than the 20 s that it may")
        self.mail.behave("")
        self.start()
        self.finish()
        self.judge()

    def mail_server_says_550(self):
        """Refused for good: the mail lies in STATE/mail/failed, and an alert says so."""
        self.mail.behave("data-552")
        self.start()
        self.hot()
        failed = self.reops.state / "mail" / "failed"
        parts.wait_for("the mail in mail/failed", 30, lambda: list(failed.glob("*.eml")))
        alerts = parts.wait_for("an alert", 10,
                                lambda: self.reops.ask("/v1/status")["alerts"])
        check(any("email-failed" in alert["cause"] for alert in alerts), f"alerts: {alerts}")
        self.mail.behave("")

    def refused(self, mode):
        self.mail.behave(mode)
        self.start()
        self.hot()
        parts.wait_for("the machines to be off", 30, lambda: len(self.requests()) == 3)
        parts.wait_for("the refusal", 30, self.waits_for_retry)
        check(not self.mails(), "a mail although it was refused")
        self.mail.behave("")
        self.finish()
        self.judge()

    def helper_is_killed(self):
        """The provider's helper dies in the middle of a stop: another one finishes it."""
        self.start()
        self.hot()
        parts.wait_for("the first request", 20, self.requests)
        os.kill(parts.wait_for("the helper", 10, lambda: helper_of(self.reops)), signal.SIGKILL)
        self.finish()
        self.judge()

    def two_by_mistake(self):
        """A second program on the same state folder refuses to start and names the first."""
        self.start()
        second = parts.Process([self.reops.program, "--config", str(self.reops.config)],
                               self.folder / "second.log", env={"PATH": os.environ["PATH"]})
        check(second.wait(20) == 1, "the second program did not end with status 1")
        text = second.log.read_text()
        check(str(self.reops.process.pid) in text, f"the first is not named:\n{text}")
        self.hot()
        self.finish()
        self.judge()


    def secrets_stay_inside(self):
        """Passwords of broker and mail server: not in the state, the log, the answers, nor in the
        arguments and environment of any process."""
        self.start()
        self.hot()
        self.finish()
        pids = [self.reops.process.pid, helper_of(self.reops)]
        check(all(pids), "no helper runs")
        texts = {f"{pid}/{name}": pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                 for pid in pids for name in ("environ", "cmdline")}
        for route in ("status", "flows", "runs", "runs/r-1", "hosts?look=1", "doctor",
                      "why-not?of=temperature", "plan?flow=closet-heat"):
            texts[route] = json.dumps(self.reops.ask(f"/v1/{route}")).encode()
        check(self.reops.stop() == 0, "did not end in order")
        for file in [*self.reops.state.rglob("*"), *(self.folder / "sim").rglob("*"),
                     self.reops.folder / "server.log"]:
            if file.is_file():
                texts[str(file)] = file.read_bytes()
        check(len(texts) > 15, f"only {len(texts)} places were looked at")
        shown = [where for where, text in texts.items() if b"canary" in text]
        check(not shown, f"a password stands in {shown}")


FAULTS = ("broker_restarts", "broker_is_gone", "mail_server_is_down", "mail_server_says_451",
          "mail_server_says_550", "mail_server_hangs", "helper_is_killed", "two_by_mistake",
          "secrets_stay_inside")


def play(program, folder, fault):
    """One round; what is wrong, or nothing."""
    began = time.monotonic()
    with parts.MailServer(folder / f"{fault}-mail") as mail:
        one = Round(program, folder / fault, mail, f"{fault}@closet.test")
        try:
            getattr(one, fault)()
            print(f"ok      {fault} {time.monotonic() - began:.1f} s", flush=True)
            return True
        except (parts.Trouble, OSError, KeyError) as trouble:
            print(f"FAILED  {fault}: {trouble}\n{one.reops.tail()}", flush=True)
            return False
        finally:
            if one.reops.process:
                one.reops.process.end(signal.SIGKILL)
            one.broker.stop(signal.SIGKILL)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    wanted = sys.argv[2:] or FAULTS
    with parts.Folder("faults") as folder, \
            concurrent.futures.ThreadPoolExecutor(len(wanted)) as pool:
        ends = list(pool.map(lambda fault: play(program, folder, fault), wanted))
    print(f"{ends.count(True)} faults survived, {ends.count(False)} not")
    sys.exit(not all(ends))


if __name__ == "__main__":
    main()
