#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""own_closet_test.py BUILD, inside with_guests.sh and with_lan.sh and a mount namespace of its own:
does all that docs/manual/your-own-closet.md says, in the order in which it stands there, as an
ordinary user, and compares what the screen shows with what is printed there.

The programs are those that `make install` brings. Guests, libvirtd, sshd, sudo, broker and mail server
are real. REOPS_SHOW=1 prints each step and its screen instead of comparing: a person reads it, and
writes it into the page.
"""
import os
import pathlib
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time

sys.path[:0] = [str(pathlib.Path(__file__).parent),
                str(pathlib.Path(__file__).resolve().parents[2] / "support")]
import page  # noqa: E402
import parts  # noqa: E402

PAGE = parts.ROOT / "docs/manual/your-own-closet.md"
BUILD = pathlib.Path(sys.argv[1]).resolve()
LAN = pathlib.Path(os.environ["REOPS_LAN"])
EVENTS = pathlib.Path(os.environ["REOPS_LIBVIRT_EVENTS"])
SINCE = len(EVENTS.read_text())  # both guests are up
GUESTS = pathlib.Path(os.environ["REOPS_LIBVIRT_FOLDER"])
SHOW = bool(os.environ.get("REOPS_SHOW"))
NAME, UID = "you", 4800
HOME = pathlib.Path("/home") / NAME
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
# Asked until the screen is as on the page: what is told about things that take their time.
AGAIN = re.compile(r"reops (flows|runs|why|why-not|hosts|ready|doctor|path)\b|virsh|journalctl")
COOL = "reops emit temperature 24 "  # from then on the sensor sends as well, until it gets hot
HOT = "mosquitto_pub "
PATIENCE = 90


def check(condition, text):
    if not condition:
        raise parts.Trouble(text)


class House:
    """A mount namespace with an /etc, a /home and a /usr/local of its own, and the user in it."""

    def __init__(self, folder):
        own, parent = (os.readlink(f"/proc/{pid}/ns/mnt") for pid in ("self", os.getppid()))
        check(own != parent, "run it in a mount namespace of its own (unshare): it changes /etc")
        folder.chmod(0o755)
        for name, place in (("etc", "/etc"), ("home", "/home"), ("local", "/usr/local")):
            (folder / name).mkdir()
        subprocess.run(["cp", "-a", "/etc/.", folder / "etc"], check=True)
        for name, place in (("etc", "/etc"), ("home", "/home"), ("local", "/usr/local")):
            subprocess.run(["mount", "--bind", folder / name, place], check=True)
        subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", "--uid", str(UID), NAME],
                       check=True)
        with open("/etc/hosts", "a", encoding="utf-8") as hosts:
            hosts.write("127.0.0.1 broker.home mail.home\n")


class Service:
    """What `systemctl --user` does with the page's unit, without systemd."""

    def __init__(self, world):
        unit = (HOME / ".config/systemd/user/reops.service").read_text()
        self.words = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
        self.log = HOME / "service.log"
        self.world = world
        self.process = None
        self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def value(self, word):
        return self.words[word].replace("%h", str(HOME))

    def start(self):
        check(self.words["Type"] == "notify", "the unit does not wait until reops is armed")
        self.log.touch(0o600)
        path = HOME / "notify"
        self.notices.bind(str(path))
        os.chown(path, UID, UID)
        facts = self.log.stat()
        env = {**self.world.env, "NOTIFY_SOCKET": str(path),
               "JOURNAL_STREAM": f"{facts.st_dev}:{facts.st_ino}"}
        self.process = parts.Process(self.value("ExecStart").split(), self.log, env,
                                     cwd=self.value("WorkingDirectory"), user=UID, group=UID,
                                     extra_groups=[])
        self.notices.settimeout(30)
        check(b"READY=1" in self.notices.recv(4096), "the service did not become ready")

    def journal(self):
        return re.sub(r"^<\d>", "", self.log.read_text(), flags=re.M)


class World:
    """The testbed as the page's reader sees it."""

    def __init__(self, folder, mail, broker):
        self.folder, self.mail, self.broker = folder, mail, broker
        self.cwd = HOME
        self.screen = page.Screen()
        self.service = None
        self.is_cool = False
        self.env = {"HOME": str(HOME), "USER": NAME, "LOGNAME": NAME, "PATH": PATH,
                    "NO_COLOR": "1", "LANG": "C.UTF-8"}
        # the page's words, and what they are here
        self.table = [("10.0.0.9", "10.91.0.9"), ("10.0.0.255", "10.91.0.255"), ("eno1", "e0"),
                      ("mqtt://broker.home:1883", broker.url),
                      ("-h broker.home", f"-h 127.0.0.1 -p {broker.port}"),
                      ("smtp://mail.home:587", f"smtp://127.0.0.1:{mail.port}"),
                      (':user "reops" :password', f':user "{mail.USER}" :password'),
                      (":tls :required", f':tls :required :ca "{HOME}/ca.pem"'),
                      ("correct horse battery", mail.PASSWORD),
                      ("(minutes 10)", "(seconds 2)"), ("(seconds 30)", "(seconds 3)"),
                      ("hold-for 30s", "hold-for 3s")]
        (HOME / "ca.pem").write_bytes(mail.ca.read_bytes())

    def here(self, text):
        for word, own in self.table + list(self.screen.names.items()):
            text = text.replace(word, own)
        return text

    def there(self, text):
        """A screen in the page's words; the shown broker has no password."""
        text = text.replace(f"mqtt://127.0.0.1:{self.broker.port}", "mqtt://broker.home:1883")
        for word, own in self.table:  # whole words: a version may have `e0` inside
            text = re.sub(rf"(?<!\w){re.escape(own)}(?!\w)", lambda _, w=word: w, text)
        return text

    def type(self, line):
        """As the user, at a shell; answers what the page answers."""
        ran = subprocess.run(["bash", "-c", line], env=self.env, cwd=self.cwd, text=True, user=UID,
                             group=UID, extra_groups=[], stdin=subprocess.DEVNULL, timeout=120,
                             umask=0o022, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return ran.returncode, ran.stdout

    def talk(self, line, answer):
        """The same at a terminal, with an answer to the question that ends without a new line."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(["bash", "-c", line], env=self.env, cwd=self.cwd, user=UID, group=UID,
                              extra_groups=[], stdin=theirs, stdout=theirs, stderr=theirs) as child:
            os.close(theirs)
            text, end = b"", time.monotonic() + 60
            while time.monotonic() < end and select.select([ours], [], [], 60)[0]:
                try:
                    text += os.read(ours, 4096)
                except OSError:  # the last end of the terminal is closed
                    break
                if text.endswith(b": ") and answer:
                    os.write(ours, answer.encode() + b"\n")
                    answer = None
            os.close(ours)
            return child.wait(30), text.decode().replace("\r\n", "\n")

    def on_iron(self, line):
        ran = subprocess.run([LAN / "iron-shell", line], text=True, timeout=60,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
        if "useradd" in line:
            # libvirtd looks up who comes; it is big-iron's, but has an /etc of its own
            for table in ("passwd", "group"):
                row = subprocess.run([LAN / "iron-shell", f"getent {table} re-ops"], check=True,
                                     capture_output=True, text=True).stdout
                with open(GUESTS / table, "a", encoding="utf-8") as rows:
                    rows.write(row)
        return ran.returncode, ran.stdout


# --- what cannot be done here as it stands there: why, and what is done and looked at instead

def make_build(_world, _line):
    """The test is part of a build. What `make build` would run is looked at."""
    plan = subprocess.run(["make", "-n", "build"], cwd=parts.ROOT, check=True, text=True,
                          capture_output=True).stdout
    check("cmake --build --preset release" in plan or "--preset release" in plan,
          f"`make build` builds something else:\n{plan}")
    return 0, ""


def make_install(_world, _line):
    """Installed is the build that the test belongs to, with what `make install` runs."""
    plan = subprocess.run(["make", "-n", "install"], cwd=parts.ROOT, check=True, text=True,
                          capture_output=True).stdout
    check("cmake --install build/release --prefix /usr/local" in plan,
          f"`make install` installs otherwise:\n{plan}")
    subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr/local"], check=True,
                   stdout=subprocess.DEVNULL)
    return 0, "installed\n"


def ethtool(_world, _line):
    """The card of the testbed is half of a pair of virtual ones, and a program beside it hears the
    packet. That it wakes the machine of this address is seen in part 10."""
    listener = parts.ROOT / "tests/live/physical/wake_listener.py"
    check(listener.exists(), "nothing hears the magic packet")
    return 0, "\tSupports Wake-on: pumbg\n\tWake-on: g\n"


def enable_linger(_world, _line):
    """No systemd here. It starts what the user's default.target wants, which the unit must be."""
    unit = (HOME / ".config/systemd/user/reops.service").read_text()
    check("[Install]\nWantedBy=default.target" in unit, "nothing starts the unit at boot")
    return 0, ""


def enable_now(world, _line):
    """No systemd here. The unit's ExecStart is run as its words say, until it says that it is ready."""
    world.service = Service(world)
    world.service.start()
    return 0, ""


def journalctl(world, _line):
    """No journald here. The service's output is what journald would have got."""
    return 0, world.service.journal()


CANNOT = [("make build", make_build), ("sudo make install", make_install),
          ("sudo ethtool eno1 | grep Wake-on", ethtool),
          ("sudo loginctl enable-linger $USER", enable_linger),
          ("systemctl --user enable --now reops", enable_now),
          ("journalctl --user -u reops -o cat", journalctl)]


def run(world, step):
    """Exit status and screen of a typed line."""
    for line, instead in CANNOT:
        if line == step.text:
            return instead(world, line)
    line = world.here(step.text)
    if step.kind == "big-iron":
        return world.on_iron(line)
    if line.startswith("cd "):
        world.cwd = HOME / line[len("cd ~/"):]
        return (0, "") if world.cwd.is_dir() else (1, "no such folder")
    question = [text for text in step.printed if "Write yes to trust it: " in text]
    if question:
        return world.talk(line, question[0].rsplit(": ", 1)[1])
    return world.type(line)


def status_of(step):
    """A screen with a refusal goes with a failure."""
    return int(any(re.search(r"^error:|  not ready$|: unknown$|\d+ failed$", line)
                   for line in step.printed))


def write_file(world, step):
    path = HOME / step.text[2:]
    missing = [each for each in (path, *path.parents) if not each.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(world.here("\n".join(step.printed)) + "\n")
    for each in missing:
        os.chown(each, UID, UID)


def newest_mail(world, step):
    found = [mail for mail in world.mail.maildir.mails() if f"Subject: {mail['Subject']}" == step.text]
    if not found:
        return []
    text = found[-1].get_payload(decode=True).decode()
    return [step.text, "", *text.splitlines()]


def try_step(world, step):
    """(as printed, exit status, screen)"""
    if step.kind == "mail":
        shown = newest_mail(world, step)
        return world.screen.is_as_printed(step.printed, shown), 0, "\n".join(shown)
    status, text = run(world, step)
    text = world.there(text)
    same = world.screen.is_as_printed(step.printed, text.splitlines())
    return same and status == status_of(step), status, text


def do(world, step):
    if step.kind == "file":
        return write_file(world, step)
    last = []
    world.is_cool = (world.is_cool or step.text.startswith(COOL)) and not step.text.startswith(HOT)

    def look():
        if world.is_cool:
            world.broker.publish("sensors/closet/temperature", "24")
        last[:] = try_step(world, step)
        return last[0]

    again = step.kind == "mail" or AGAIN.match(step.text)
    began = time.monotonic()
    try:
        if not again:
            check(look(), "the screen is another one")
        else:
            parts.wait_for("the screen of the page", 30 if SHOW else PATIENCE, look, every=0.2)
    except parts.Trouble as trouble:
        told = (f"{PAGE.name}:{step.line}: {step.kind}$ {step.text}\n{trouble}; the page shows\n" +
                "\n".join(step.printed) + f"\nand the screen, with exit status {last[1]},\n{last[2]}")
        if not SHOW:
            raise parts.Trouble(told) from trouble
        print(f"---- {step.kind}$ {step.text}   (status {last[1]})\n{last[2]}", flush=True)
        return None
    print(f"{step.line:4}  {time.monotonic() - began:5.1f} s  {step.text}", flush=True)
    return None


# --- judged from outside: by libvirt's events and by what big-iron heard, not by what reops says

def happened():
    found = re.findall(r"event 'lifecycle' for domain '?(\w+)'?: (Started|Stopped Shutdown)",
                       EVENTS.read_text()[SINCE:])
    return sorted(found), (LAN / "log").read_text().split("\n")[:-1]


def judge_dry_week(step):
    if step.kind == "file" and step.text.endswith(".clj"):
        check(happened() == ([], []), f"in shadow something was done: {happened()}")


def judge_all():
    guests, iron = happened()
    check(guests == sorted((guest, what) for guest in ("foo", "bar")
                           for what in ("Started", "Stopped Shutdown")), f"libvirt saw {guests}")
    check([line.split()[0] for line in iron] == ["power-off", "wake"], f"big-iron heard {iron}")


def judge_table(text):
    """The messages of the page's last table are still those of the program."""
    source = "".join(re.sub(r'"\s+"', "", path.read_text())
                     for path in (parts.ROOT / "src").rglob("*.cc"))
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    check(len(rows) > 10, "the table of what can go wrong has gone")
    for row in rows:
        for message in re.findall(r"`([^`]+)`", row.split("|")[1]):
            for piece in message.split("..."):
                check(piece.strip() in source, f"nothing in src/ says {piece!r}:\n{row}")


def main():
    os.umask(0o022)
    text = PAGE.read_text()
    judge_table(text)
    steps = page.read_steps(text)
    with parts.Folder("own-closet") as folder, parts.MailServer(folder / "mail") as mail:
        House(folder)
        world = World(folder, mail, parts.Broker(folder / "broker"))
        try:
            for step in steps:
                judge_dry_week(step)
                do(world, step)
            judge_all()
            check(world.service.process.end(signal.SIGTERM, 40) == 0,
                  "it did not end in order:\n" + world.service.journal())
        except parts.Trouble as trouble:
            log = world.service.journal() if world.service else ""
            sys.exit(f"{trouble}\nthe service said\n{log}")
        finally:
            if world.service and world.service.process.is_running():
                world.service.process.end(signal.SIGKILL)
            world.broker.stop()
    print(f"{len(steps)} steps ok")


main()
