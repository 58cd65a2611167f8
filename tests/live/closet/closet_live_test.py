#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""closet_live_test.py PROGRAM [FLOWS], inside with_guests.sh: the third flow on real parts, built
into PROGRAM, or read by it (`reops serve`) from the folder FLOWS, the post's text.

mosquitto_pub of 69.5, then 71.4: the guests foo and bar (real, under libvirt) are shut down over
ACPI, then their hypervisor big-iron (simulated), and a mail comes through a real mail server. Then
the same with the program killed in the middle, at five moments. The order is judged from libvirt's
own events and from the simulated machines' log, never from what the program says of itself.
"""
import calendar
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
FLOWS = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
URI = os.environ["REOPS_LIBVIRT_URI"]
EVENTS = pathlib.Path(os.environ["REOPS_LIBVIRT_EVENTS"])
RECORD = pathlib.Path(os.environ["REOPS_LIBVIRT_RECORD"])
GUESTS = pathlib.Path(os.environ["REOPS_LIBVIRT_FOLDER"])
CONFIG = """\
{:state "state" :sim "../sim" :broker "%(broker)s"
 :systems {"big-iron" {:type :hypervisor :provider :sim :sim {:stop "200ms"}}
           "foo" {:provider :libvirt :uri "%(uri)s" :runs-on "big-iron"}
           "bar" {:provider :libvirt :uri "%(uri)s" :runs-on "big-iron"}}
 :email {:from "reops@closet.test" :to ["%(to)s"]}
 :smtp {:url "smtp://127.0.0.1:%(smtp)d" :user "ops" :password #secret "%(password)s" :tls :required
        :ca "%(ca)s"}}
"""


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def qemus():
    """Process ids of the guests of this run, from the process table."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if "qemu-system" in os.readlink(entry / "exe") and \
                    str(GUESTS) in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def shutdowns(since):
    """The guests of "Stopped Shutdown" events after that many bytes of libvirt's events."""
    return re.findall(r"event 'lifecycle' for domain '?(\w+)'?: Stopped Shutdown",
                      EVENTS.read_text()[since:])


def end_of(guest):
    """Seconds at which libvirt last ended a guest that had shut down, by its own record: written
    before anybody can see that it is off."""
    found = re.findall(rf"(\S+ \S+)\.(\d+)\+0000: .* Shutting down vm=\S+ name={guest} .*"
                       "reason=shutdown", RECORD.read_text())
    check(found, f"libvirt's record does not speak of the end of {guest}")
    stamp, part = found[-1]
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%d %H:%M:%S")) + float(f"0.{part}")


def boots(guest):
    serial = GUESTS / f"{guest}.serial"
    return serial.read_text(errors="replace").count("REOPS-GUEST-UP") if serial.exists() else 0


def boot_guests():
    """Both up, by their own word; what is up stays up."""
    for guest in ("foo", "bar"):
        state = subprocess.run(["virsh", "-c", URI, "domstate", guest], capture_output=True,
                               text=True, timeout=20, check=True).stdout.strip()
        if state == "running":
            continue
        before = boots(guest)
        subprocess.run(["virsh", "-q", "-c", URI, "start", guest], timeout=20, check=True,
                       stdout=subprocess.DEVNULL)
        # the console's file may be begun anew at each start
        parts.wait_for(f"{guest} up", 60, lambda g=guest, b=before: boots(g) not in (0, b) or
                       boots(g) == 1 and b == 1 and is_fresh(g))


def is_fresh(guest):
    return time.time() - (GUESTS / f"{guest}.serial").stat().st_mtime < 5


class Round:
    """The flow once, on guests that are up."""

    def __init__(self, folder, mail, name):
        self.folder, self.mail, self.to = folder / name, mail, f"{name}@closet.test"
        self.broker = parts.Broker(self.folder / "broker")
        self.reops = parts.Reops(PROGRAM, self.folder / "reops", CONFIG % {
            "broker": self.broker.url, "uri": URI, "to": self.to, "smtp": mail.port,
            "ca": mail.ca, "password": mail.PASSWORD}, FLOWS)
        self.since = len(EVENTS.read_text())

    def begin(self):
        self.reops.start()
        check(self.reops.wait_armed(), "the program ended before it was armed:\n" +
              self.reops.tail())
        self.broker.publish("sensors/closet/temperature", "69.5")
        self.broker.publish("sensors/closet/temperature", "71.4")

    def kill_when(self, name, look):
        parts.wait_for(name, 60, look)
        self.reops.process.kill()
        self.reops.process.wait()
        self.reops.start()
        check(self.reops.wait_armed(), "not armed after a kill:\n" + self.reops.tail())

    def run_is_open(self):
        return self.reops.ask("/v1/status")["numbers"]["open_runs"] > 0

    def iron_requests(self):
        return [line for line in parts.sim_log(self.folder / "sim")
                if line["system"] == "big-iron" and line["op"] in ("stop", "stop-hard")]

    def mails(self):
        return [mail for mail in self.mail.maildir.mails() if self.to in (mail["To"] or "")]

    def judge(self):
        """From outside: events, machines, mail."""
        parts.wait_for(f"the mail to {self.to}; the program said:\n{self.reops.tail()}", 90,
                       self.mails)
        parts.wait_for("an empty outbox", 30, lambda: self.reops.ask("/v1/status")["numbers"]
                       ["outbox"] == 0)
        off = shutdowns(self.since)
        check(sorted(off) == ["bar", "foo"],
              f"libvirt's events say {off} instead of one shutdown of each guest")
        requests = self.iron_requests()
        check([line["op"] for line in requests] == ["stop"],
              f"big-iron was asked {[line['op'] for line in requests]} instead of one stop")
        last_guest = max(end_of(guest) for guest in off)
        asked = requests[0]["sim_us"] / 1e6
        check(asked >= last_guest, f"big-iron was asked at {asked}, a guest was off only at "
              f"{last_guest}")
        check(not qemus(), f"qemu still runs: {qemus()}")
        mails = self.mails()
        check(len({mail["Message-ID"] for mail in mails}) == 1, "mails with several Message-IDs")
        text = mails[0].get_payload(decode=True).decode()
        for word in ("foo", "bar", "big-iron", "71.4"):
            check(word in text, f"the mail does not speak of {word}:\n{text}")
        return off, asked - last_guest, len(mails)

    def end(self):
        self.reops.stop()
        self.broker.stop()


MOMENTS = {
    "after-the-reading": lambda r: True,
    "run-open": lambda r: r.run_is_open(),
    "first-guest-off": lambda r: len(shutdowns(r.since)) >= 1,
    "both-guests-off": lambda r: len(shutdowns(r.since)) >= 2,
    "hypervisor-asked": lambda r: bool(r.iron_requests()),
}


def main():
    check(os.environ["REOPS_LIBVIRT_DRIVER"] == "QEMU" and not URI.startswith("test:"),
          "these are no real guests")
    with parts.Folder("closet") as folder, parts.MailServer(folder / "mail") as mail:
        for name, moment in [("undisturbed", None), *MOMENTS.items()]:
            began = time.monotonic()
            boot_guests()
            check(len(qemus()) == 2, f"two guests are up, but qemu runs {len(qemus())} times")
            up = time.monotonic()
            one = Round(folder, mail, name)
            try:
                one.begin()
                if moment:
                    one.kill_when(name, lambda m=moment, r=one: m(r))
                off, gap, mails = one.judge()
            finally:
                one.end()
            print(f"{name}: guests up in {up - began:.1f} s, off in order "
                  f"{' '.join(off)}, big-iron asked {gap * 1000:.0f} ms "
                  f"later, {mails} mail, {time.monotonic() - up:.1f} s", flush=True)
    print("closet ok")


if __name__ == "__main__":
    main()
