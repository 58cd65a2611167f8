#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ready_red_test.py REOPS FLOWS: what `reops ready` says when the mail server refuses the login, and when
a provider does not answer; and that it is ready when both do again.

The mail server is real and asks for a login. The provider's helper is real and is stopped in its
tracks, so that it holds its pipes and says nothing.
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

REOPS = pathlib.Path(sys.argv[1]).resolve()
FLOWS = pathlib.Path(sys.argv[2]).resolve()
CONFIG = """\
{:state "state" :sim "sim" :broker "%(broker)s"
 :systems {"big-iron" {:type :hypervisor :provider :sim}
           "foo" {:provider :sim :runs-on "big-iron"} "bar" {:provider :sim :runs-on "big-iron"}}
 :email {:from "reops@closet.test" :to ["ops@closet.test"]}
 :smtp {:url "smtp://127.0.0.1:%(smtp)d" :user "ops" :password #secret "%(password)s" :tls :required
        :ca "%(ca)s"}}
"""


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def ready(reops, status, *said):
    ran = subprocess.run([REOPS, "ready", "--config", reops.config], capture_output=True, text=True,
                         timeout=60, stdin=subprocess.DEVNULL)
    text = ran.stdout + ran.stderr
    check(ran.returncode == status, f"`reops ready` ends with {ran.returncode}:\n{text}")
    for each in said:
        check(each in text, f"`reops ready` does not say {each!r}:\n{text}")
    return text


def helper_of(reops):
    """The process of the sim provider: a child of reops."""
    def look():
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and \
                        (entry / "comm").read_text().startswith("reops-provider-") and \
                        f"\nPPid:\t{reops.process.pid}\n" in (entry / "status").read_text():
                    return int(entry.name)
            except OSError:
                continue
        return None
    return parts.wait_for("the provider's helper", 20, look)


def refuse_login(reops):
    reops.start()
    check(reops.wait_armed(), "not armed:\n" + reops.tail())
    parts.wait_for("the word at the start", 40, lambda: "temperature is not ready: mail: "
                   "the mail server" in reops.tail(50))
    text = ready(reops, 1, "not ready", "  fail  mail", "does not accept the login of `ops`",
                 "foo provider            answers")
    check("canary-wrong" not in text and "canary-wrong" not in reops.tail(50), "the password is told")
    check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())


def say_nothing(reops):
    reops.start()
    check(reops.wait_armed(), "not armed:\n" + reops.tail())
    ready(reops, 0, "  ready", "logged in to smtp://127.0.0.1")
    helper = helper_of(reops)
    os.kill(helper, signal.SIGSTOP)
    try:
        ready(reops, 1, "not ready", "  fail  foo provider", "the helper of `sim` gave no answer",
              "logged in to smtp://127.0.0.1")
    finally:
        with contextlib.suppress(ProcessLookupError):  # reops may have ended it and begun another
            os.kill(helper, signal.SIGCONT)
    parts.wait_for("ready again", 40, lambda: "  ready" in subprocess.run(
        [REOPS, "ready", "--config", reops.config], capture_output=True, text=True, timeout=60,
        check=False).stdout)
    check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())


def main():
    with parts.Folder("ready") as folder, parts.MailServer(folder / "mail") as mail:
        broker = parts.Broker(folder / "broker")
        words = {"broker": broker.url, "smtp": mail.port, "ca": mail.ca}
        refused = CONFIG % {**words, "password": "canary-wrong"}
        refuse_login(parts.Reops(REOPS, folder / "refused", refused, FLOWS))
        good = CONFIG % {**words, "password": mail.PASSWORD}
        say_nothing(parts.Reops(REOPS, folder / "silent", good, FLOWS))
        broker.stop()
    print("ok")


main()
