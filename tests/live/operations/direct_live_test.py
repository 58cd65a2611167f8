#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""direct_live_test.py REOPS: what a person types, on a real sshd: alone on the state folder, attached to a
server, interrupted, killed in the middle. How often each command ran says the host's own log."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

REOPS = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
CONFIG = """\
{:state "state" :broker "%(broker)s"
 :ssh {:key "%(ssh)s/id" :config "%(ssh)s/config" :user "%(user)s"}
 :systems {"box" {:provider :physical :address "127.0.0.1" :ssh-port %(port)d :role :other}
           "box-2" {:provider :physical :address "127.0.0.1" :ssh-port %(port)d :role :other}
           "gone" {:provider :physical :address "127.0.0.1" :ssh-port %(nobody)d :role :other}}
 :email {:from "reops@closet.test" :to ["ops@closet.test"]}}
"""
WAIT = "echo begun >>%s; while [ ! -e go ]; do sleep 0.05; done"


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


class Desk:
    def __init__(self, folder, config):
        self.folder, self.config = folder, config
        self.env = {"HOME": str(folder), "PATH": os.environ["PATH"]}

    def words(self, *words):
        return [REOPS, *words, "--config", self.config]

    def run(self, *words, typed=None):
        ran = subprocess.run(self.words(*words), capture_output=True, text=True, timeout=60,
                             input=typed or "", cwd=self.folder, env=self.env, check=False)
        return ran.returncode, ran.stdout, ran.stderr

    def expect(self, status, words, out=(), err=(), typed=None):
        rc, said, told = self.run(*words, typed=typed)
        both = f"{words} ended with {rc}:\n{said}{told}"
        check(rc == status, both)
        for each in out:
            check(each in said, f"no {each!r} in the output of {both}")
        for each in err:
            check(each in told, f"no {each!r} in the errors of {both}")

    def begin(self, *words):
        return subprocess.Popen(self.words(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True, cwd=self.folder, env=self.env,
                                preexec_fn=parts.die_with_parent)


def alone(desk, box):
    desk.expect(0, ["-e", '(exec ["box"] "echo one >>log; echo hello")'],
                out=[':result "hello\\n"', ':run "r-1"'], err=["box: exec done"])
    desk.expect(1, ["-e", '(:failure (exec ["box" "gone"] "true"))'],
                out=["{-1 [{:host \"gone\", :code -1, :outcome :unreachable"],
                err=["gone: exec unreachable"])
    desk.expect(0, ["-e", "--json", '(:success (exec ["box"] "true"))'], out=['{"value":'],
                err=['"host":"box","action":"exec","outcome":"done","code":0}'])
    program = desk.folder / "report.clj"
    program.write_text('(def all (Hosts. {} ["box" "gone"]))\n'
                       '(run (exec all "echo two >>log; cat log") | (pick successful) | (pretty)\n'
                       '     | (email "looked at"))\n')
    desk.expect(1, ["run", program], out=["box   done            one two", "gone  unreachable (-1)"])
    check(list((desk.folder / "state/mail").rglob("*.eml")), "no mail was filed")
    check(box.read("log") == "one\ntwo\n", box.read("log"))


def interrupted(desk, box):
    typed = desk.begin("-e", f'(exec ["box" "box-2"] "{WAIT % "cut"}" :batch 1)')
    parts.wait_for("the command", 20, lambda: box.read("cut"))
    typed.send_signal(signal.SIGINT)
    parts.wait_for("its word", 20, lambda: "interrupted" in typed.stderr.readline())
    (box.home / "go").touch()
    out, err = typed.communicate(timeout=60)
    check(typed.returncode == 1, f"{typed.returncode}: {out}{err}")
    check(box.read("cut") == "begun\n", f"the second host was not cancelled: {box.read('cut')!r}")


def killed(desk, box):
    (box.home / "go").unlink()
    typed = desk.begin("-e", f'(exec ["box"] "{WAIT % "kill"}")')
    parts.wait_for("the command", 20, lambda: box.read("kill"))
    typed.kill()
    typed.communicate()


def in_the_server(desk, reops, box):
    runs = {run["id"]: run for run in reops.ask("/v1/runs")["runs"]}
    told = {name: runs[name]["status"] for name in sorted(runs)}
    check(told == {"r-1": "done", "r-2": "partial", "r-3": "done", "r-4": "partial",
                   "r-5": "cancelled", "r-6": "interrupted"}, f"the history: {told}")
    check(all(run["flow"] == "direct" and run["actor"] == f"uid {os.geteuid()}"
              for run in runs.values()), f"{runs}")
    outcomes = {each["host"]: each["outcome"] for each in reops.ask("/v1/runs/r-5")["outcomes"]}
    check(outcomes == {"box": "done", "box-2": "cancelled"}, f"the interrupted one: {outcomes}")
    check(reops.ask("/v1/runs/r-6")["outcomes"][0]["outcome"] == "unknown", "the killed one")
    check(box.read("kill") == "begun\n", f"it ran twice: {box.read('kill')!r}")
    desk.expect(0, ["why", "r-5"], out=['(exec [box box-2] {:command "', "typed by uid"])
    desk.expect(0, ["-e", '(exec ["box"] "echo three >>log; echo there")'],
                out=['"there\\n"', ':run "r-7"', "box: exec done"])
    desk.expect(0, ["-e", "--json", "(+ 1 2)"], out=['{"value":"3"}'])
    desk.expect(1, ["-e", "--alone", '(exec ["box"] "echo four >>log")'],
                err=["another reops uses the state folder"])
    desk.expect(0, ["repl"], typed='(def seen (exec ["box"] "cat log"))\n(-> seen :success first :result)\n',
                out=['"one\\ntwo\\nthree\\n"'])
    run = reops.ask("/v1/runs/r-7")["run"]
    check(run["actor"].endswith("at the prompt") and run["status"] == "done", f"{run}")


def main():
    if not shutil.which("sshd", path="/usr/sbin"):
        print("skipped: no sshd")
        sys.exit(77)
    with parts.Folder("direct") as folder, parts.SshHost(folder / "ssh") as box:
        broker = parts.Broker(folder / "broker")
        reops = parts.Reops(REOPS, folder / "reops", CONFIG % {
            "broker": broker.url, "ssh": box.folder, "user": box.user, "port": box.port,
            "nobody": parts.free_port()}, HERE / "flows")
        desk = Desk(reops.folder, reops.config)
        reops.state.mkdir(mode=0o700)
        (reops.state / "known_hosts").write_text(box.known_line)
        alone(desk, box)
        interrupted(desk, box)
        killed(desk, box)
        reops.start()
        try:
            check(reops.wait_armed(), "not armed:\n" + reops.tail())
            in_the_server(desk, reops, box)
            check(reops.stop() == 0, "it did not end in order:\n" + reops.tail())
        finally:
            reops.process.end(9)
            broker.stop()
    print("what was typed was done once, shown, cancelled, and not again after a kill")


main()
