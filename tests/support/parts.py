# SPDX-License-Identifier: Apache-2.0
"""Real parts for tests: a broker, a mail server, a reops, each in a folder and on a port of its own,
ended by process id. Whatever a test started dies with the test, also when that is killed."""
import ctypes
import http.client
import json
import mailbox
import os
import pathlib
import pwd
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Trouble(Exception):
    """What a test expected did not happen; the text says what was found instead."""


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_for(what, deadline, look, every=0.02):
    """Calls look() until it gives something true; Trouble after `deadline` seconds."""
    end = time.monotonic() + deadline
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Trouble(f"{what}: not within {deadline} s")
        select.select([], [], [], every)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Folder:
    """A folder that is gone afterwards; kept with REOPS_KEEP=1."""

    def __init__(self, name):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix=f"reops-{name}-"))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        if os.environ.get("REOPS_KEEP"):
            print(f"kept: {self.path}")
        else:
            shutil.rmtree(self.path, ignore_errors=True)


class Process:
    """One child; its output goes to a file."""

    def __init__(self, argv, log, env=None, **popen):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          env=env, preexec_fn=die_with_parent, **popen)

    @property
    def pid(self):
        return self.child.pid

    def is_running(self):
        return self.child.poll() is None

    def kill(self, number=signal.SIGKILL):
        if self.is_running():
            self.child.send_signal(number)

    def wait(self, seconds=30):
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise Trouble(f"pid {self.pid} did not end within {seconds} s") from error

    def end(self, number=signal.SIGTERM, seconds=30):
        self.kill(number)
        return self.wait(seconds)


class Broker:
    """A mosquitto on loopback. A start after a stop goes on with what it had saved."""

    PASSWORD = "canary-of-the-broker"

    def __init__(self, folder, settings=()):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        lines = [f"listener {self.port} 127.0.0.1", "allow_anonymous true", "persistence true",
                 f"persistence_location {self.folder}/", "max_queued_messages 100000", *settings]
        if os.geteuid() == 0:
            lines.append("user root")
        (self.folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")
        self.process = None
        self.start()

    def start(self):
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.process = Process([program, "-c", str(self.folder / "mosquitto.conf")],
                               self.folder / "mosquitto.log")
        wait_for("mosquitto", 10, lambda: answers(self.port))

    def stop(self, number=signal.SIGTERM):
        self.process.end(number)

    def publish(self, topic, payload, qos=1, *more):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-t", topic,
                        "-m", str(payload), "-q", str(qos), *more],
                       check=True, timeout=20, stdin=subprocess.DEVNULL)

    @property
    def url(self):
        """With a login, which this broker takes without looking: secrets have to be handled."""
        return f"mqtt://reops:{self.PASSWORD}@127.0.0.1:{self.port}"


class SshHost:
    """A real sshd on loopback with keys of its own. As root it runs in namespaces of its own, where a
    user `reops-test` exists; else as whoever runs the tests. What commands do there, they do in
    `home`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.home = self.folder / "home"
        self.home.mkdir()
        for name in ("host", "id"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name],
                           check=True, timeout=20, stdin=subprocess.DEVNULL)
        self.port = free_port()
        self.user = "reops-test" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        key = " ".join((self.folder / "host.pub").read_text().split()[:2])
        self.known_line = f"[127.0.0.1]:{self.port} {key}\n"
        (self.folder / "sshd_config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {self.folder}/host\n"
            f"AuthorizedKeysFile {self.folder}/id.pub\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\n"
            "MaxStartups 100\nMaxSessions 100\nPrintMotd no\nUseDNS no\n")
        (self.folder / "config").touch()  # of the client
        self.process = None

    def __enter__(self):
        argv = ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "sshd_config")]
        if os.geteuid() == 0:
            (self.folder / "passwd").write_text(
                pathlib.Path("/etc/passwd").read_text() +
                f"{self.user}:x:65533:65533::{self.home}:/bin/sh\n")
            for path in [*self.folder.parents][:1] + [self.folder]:
                path.chmod(0o755)
            os.chown(self.home, 65533, 65533)
            argv = ["unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc", "sh", "-c",
                    "mount -t tmpfs t /run && mkdir /run/sshd && "
                    f"mount --bind {self.folder}/passwd /etc/passwd && exec {' '.join(argv)}"]
        self.process = Process(argv, self.folder / "sshd.log")
        wait_for("sshd", 10, lambda: answers(self.port))
        return self

    def __exit__(self, *_):
        self.process.end(signal.SIGKILL)

    def read(self, name):
        """A file that commands left in their home; empty when there is none."""
        path = self.home / name
        return path.read_text() if path.exists() else ""


class Maildir:
    """What a mail server delivered."""

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def mails(self):
        if not self.path.exists():
            return []
        return list(mailbox.Maildir(self.path, create=False))

    def ids(self):
        return sorted(mail["Message-ID"] for mail in self.mails())


class MailServer:
    """A real mail server with STARTTLS and AUTH (smtp_server.py says what its modes do)."""

    USER, PASSWORD = "ops", "canary-of-the-mail-server"

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.maildir = Maildir(self.folder / "maildir")
        self.ca = self.folder / "cert.pem"
        self.process = None
        self.port = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.process.end(signal.SIGKILL)

    def start(self):
        out = self.folder / "output"
        out.unlink(missing_ok=True)
        self.process = Process(
            ["/usr/bin/python3", str(ROOT / "tests/support/smtp_server.py"), str(self.folder),
             "--port", str(self.port), "--user", self.USER, "--password", self.PASSWORD], out)
        told = wait_for("the mail server", 20, lambda: [line for line in
                        out.read_text().splitlines() if line.startswith("port ")])
        self.port = int(told[0].split()[1])

    def behave(self, words):
        """How it behaves from the next step on."""
        (self.folder / "mode.new").write_text(words)
        (self.folder / "mode.new").rename(self.folder / "mode")


class Reops:
    """A program that serves flows, in a folder of its own, over and over."""

    def __init__(self, program, folder, config, flows=None):
        """`flows`: a folder of flow files for `reops serve`; a copy of our own is served, which
        nobody else may write. Without it the program has its flows built in."""
        self.program = str(program)
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config = self.folder / "reops.edn"
        self.config.write_text(config)
        self.config.chmod(0o600)
        self.state = self.folder / "state"
        self.flows = self.folder / "flows" if flows else None
        if flows:
            shutil.copytree(flows, self.flows)
            for path in [self.flows, *self.flows.rglob("*")]:
                path.chmod(0o700 if path.is_dir() else 0o600)
        self.process = None
        self.notices = None

    def start(self, **environment):
        """Returns at once; wait_armed() says when it takes events."""
        self.listen()
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin",
               "HOME": str(self.folder), "NOTIFY_SOCKET": str(self.folder / "notify"),
               **{name: value for name, value in os.environ.items()
                  if name.startswith(("ASAN_", "UBSAN_", "TSAN_"))}, **environment}
        serve = ["serve", str(self.flows)] if self.flows else []
        self.process = Process([self.program, *serve, "--config", str(self.config), "--log", "text"],
                               self.folder / "server.log", env=env)

    def listen(self):
        if self.notices:
            self.notices.close()
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notices.bind(str(path))
        self.notices.setblocking(False)

    def is_armed(self):
        try:
            return b"READY=1" in self.notices.recv(4096)
        except BlockingIOError:
            return False

    def wait_armed(self, seconds=30):
        """True when armed, False when the process ended before."""
        found = wait_for(f"{self.program} armed (see {self.process.log})", seconds,
                         lambda: "armed" if self.is_armed() else
                         ("ended" if not self.process.is_running() else None))
        return found == "armed"

    def stop(self, seconds=40):
        return self.process.end(signal.SIGTERM, seconds)

    def ask(self, path, method="GET", body=None):
        """The answer of a route of the control socket."""
        connection = http.client.HTTPConnection("localhost", timeout=20)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(20)
        try:
            connection.sock.connect(str(self.state / "control.sock"))
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, body=json.dumps(body) if body is not None else None,
                               headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise Trouble(f"{method} {path}: {answer.status} {text.decode()}")
            return json.loads(text)
        finally:
            connection.close()

    def tail(self, lines=15):
        text = (self.folder / "server.log").read_text(errors="replace").splitlines()
        return "\n".join(text[-lines:])


def sim_log(folder):
    """The requests that the simulated machines were asked, from their own log."""
    path = pathlib.Path(folder) / "log.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines()]
