#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""nrepl_live_test.py PROGRAM: a server asked by nREPL's own client (Debian's libnrepl-clojure), operation by
operation, and by its command-line prompt. What is declared there is armed in the server."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import parts  # noqa: E402

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
HERE = pathlib.Path(__file__).resolve().parent
JARS = [pathlib.Path("/usr/share/java") / f"{name}.jar"
        for name in ("clojure", "spec.alpha", "core.specs.alpha", "nrepl")]
CONFIG = """{:state "state" :sim "machines" :broker "%s"
 :systems {"big-iron" {:type :hypervisor :provider :sim}
           "foo" {:provider :sim :runs-on "big-iron"} "bar" {:provider :sim :runs-on "big-iron"}
           "coin-1" {:provider :sim :runs-on "big-iron"}}
 :email {:from "reops@home" :to ["me@home"]}}
"""
OPERATIONS = ("clone close completions describe eval info interrupt load-file lookup ls-sessions "
              "ns-list stdin").split()
EXPECTED = {
    "values": "[3 (2 3)]",
    "out": '"over 70\\n"',
    "define": "[(var user/square) 144]",
    "star": "[144]",
    "namespace": '"flows.closet"',
    "closet": '[["foo" "bar" "big-iron"]]',
    "user": '"user"',
    "load-file": "[(var user/from-file) 8]",
    "completions": '("square")',
    "lookup": '{:doc "x by x", :arglists-str "([x])", :name "square"}',
    "interrupted": "true",
    "alive": "[9]",
    "sessions": "true",
    "flow": "[(var user/warm)]",
}
PROMPT = {"(+ 1 2)": "3", "(:hosts flows.closet/closet)": '["foo" "bar" "big-iron"]'}


def java(*arguments, typed=None):
    return subprocess.run(["java", "-cp", ":".join(map(str, JARS)), "clojure.main", *map(str, arguments)],
                          input=typed, capture_output=True, text=True, timeout=100, check=False)


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


def ask_each_operation(reops):
    done = java(HERE / "ask.clj", reops.state / "nrepl.sock")
    answers = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    for name, wanted in EXPECTED.items():
        check(answers.get(name) == wanted, f"{name}: expected {wanted}, got {answers.get(name)}\n"
                                           f"{done.stdout}{done.stderr}")
    missing = [name for name in OPERATIONS if f'"{name}"' not in answers["describe"]]
    check(not missing, f"describe lacks {missing}: {answers['describe']}")
    for name, words in {"error": ["eval-error"], "error-text": ["nope", "REPL:1:2"],
                        "close": ["session-closed"], "closed": ["unknown-session"]}.items():
        for word in words:
            check(word in answers.get(name, ""), f"{name}: expected `{word}` in {answers.get(name)}")
    flows = {flow["name"]: flow for flow in reops.ask("/v1/flows")["flows"]}
    check("warm" in flows, f"the flow that the client declared is not armed: {sorted(flows)}")


def type_at_its_prompt(reops):
    done = java("-m", "nrepl.cmdline", "--connect", "--socket", reops.state / "nrepl.sock",
                typed="\n".join(PROMPT) + "\n")
    for form, wanted in PROMPT.items():
        check(wanted in done.stdout, f"{form}: expected {wanted} in\n{done.stdout}{done.stderr}")


def main():
    missing = [str(jar) for jar in JARS if not jar.exists()]
    check(not missing, f"{missing} are not there: apt-get install libnrepl-clojure default-jre-headless")
    with parts.Folder("nrepl") as folder:
        broker = parts.Broker(folder / "broker")
        reops = parts.Reops(PROGRAM, folder / "reops", CONFIG % broker.url, parts.ROOT / "flows")
        reops.start()
        try:
            check(reops.wait_armed(60), "the server ended:\n" + reops.tail())
            ask_each_operation(reops)
            type_at_its_prompt(reops)
            check(reops.stop() == 0, "the server did not end well:\n" + reops.tail())
        finally:
            reops.process.end(9)
            broker.stop()
    print("nREPL's own client: every operation answered, a flow declared and armed")


if __name__ == "__main__":
    main()
