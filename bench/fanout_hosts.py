# SPDX-License-Identifier: Apache-2.0
"""Many SSH hosts on loopback for bench/fanout_bench.py: four real sshd at ports of their own, each
reached by many addresses of 127/8, with one configuration for every client."""
import base64
import contextlib
import hmac
import os
import pathlib
import pwd
import re
import socket
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests/support"))
import parts  # noqa: E402

SERVERS = 4  # a listener's queue is short
USER = "reops-bench"
SSHD = """\
Port %(port)d
ListenAddress 0.0.0.0
HostKey %(folder)s/host-%(number)d
AuthorizedKeysFile %(folder)s/id.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PidFile none
MaxStartups 1000:30:2000
MaxSessions 1000
PrintMotd no
UseDNS no
LogLevel VERBOSE
Subsystem sftp internal-sftp
"""
SESSION = re.compile(rb"Starting session: ")


class Hosts:
    """Up for as long as the context is; `kex` limits the servers to one key exchange."""

    def __init__(self, folder, kex=None):
        self.folder = pathlib.Path(folder)
        self.kex = kex
        self.ports = []
        self.children = []

    def __enter__(self):
        self.folder.chmod(0o755)
        for key in ["id", *(f"host-{i}" for i in range(SERVERS))]:
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                            self.folder / key], check=True)
        for _ in range(SERVERS):
            self.start_one()
        self.known([])
        self.client_config("config", [])
        return self

    def __exit__(self, *_):
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.wait(20)

    def user(self):
        return USER if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name

    def start_one(self):
        port = parts.free_port()
        config = self.folder / f"sshd_config-{len(self.ports)}"
        config.write_text(SSHD % {"port": port, "folder": self.folder,
                                  "number": len(self.ports)}
                          + (f"KexAlgorithms {self.kex}\n" if self.kex else ""))
        argv = ["/usr/sbin/sshd", "-D", "-f", config, "-E", self.folder / f"log-{len(self.ports)}"]
        if os.getuid() == 0:  # a user with a small shell, known only in there
            passwd = self.folder / "passwd"
            home = self.folder / "home"
            home.mkdir(exist_ok=True)
            home.chmod(0o777)
            passwd.write_text(pathlib.Path("/etc/passwd").read_text()
                              + f"{USER}:x:65533:65533::{home}:/bin/sh\n")
            argv = ["unshare", "-m", "sh", "-c",
                    'mount -t tmpfs t /run && mkdir /run/sshd && mount --bind "$0" /etc/passwd'
                    ' && exec "$@"', passwd, *argv]
        self.children.append(subprocess.Popen(argv))
        self.ports.append(port)
        parts.wait_for("an sshd", 20, lambda: parts.answers(port))

    def names(self, count):
        return [f"127.{77 + i % SERVERS}.{i // SERVERS // 250}.{i // SERVERS % 250 + 2}"
                for i in range(count)]

    def file_of(self, name, hosts):
        path = self.folder / name
        path.write_text("".join(f"{host}\n" for host in hosts))
        return path

    def key_of(self, server):
        return " ".join((self.folder / f"host-{server}.pub").read_text().split()[:2])

    def known(self, more):
        """The known_hosts file of every client: a line for each server, and lines of others."""
        lines = [f"[127.{77 + i}.*]:{port} {self.key_of(i)}\n" for i, port in enumerate(self.ports)]
        (self.folder / "known").write_text("".join(more + lines))

    def known_hashed(self, names, others):
        """Only hashed lines: one for each of our hosts, behind those of as many others."""
        def line(name, key):
            salt = os.urandom(20)
            digest = hmac.new(salt, name.encode(), "sha1").digest()
            shown = [base64.b64encode(part).decode() for part in (salt, digest)]
            return f"|1|{shown[0]}|{shown[1]} {key}\n"

        start = b"\0\0\0\x0bssh-ed25519\0\0\0 "
        lines = [line(f"other-{i}", "ssh-ed25519 "
                      + base64.b64encode(start + os.urandom(32)).decode()) for i in range(others)]
        for name in names:
            server = int(name.split(".")[1]) - 77
            lines.append(line(f"[{name}]:{self.ports[server]}", self.key_of(server)))
        (self.folder / "known").write_text("".join(lines))

    def client_config(self, name, more):
        path = self.folder / name
        blocks = [f"Host 127.{77 + i}.*\n Port {port}\n" for i, port in enumerate(self.ports)]
        path.write_text("".join(blocks) + "Host *\n" + "".join(f" {line}\n" for line in [
            f"User {self.user()}", f"IdentityFile {self.folder}/id", "IdentitiesOnly yes",
            f"UserKnownHostsFile {self.folder}/known", "GlobalKnownHostsFile /dev/null",
            "StrictHostKeyChecking yes", "BatchMode yes", *more]))
        return path

    def sessions(self):
        """How many commands the servers have begun so far."""
        return sum(len(SESSION.findall((self.folder / f"log-{i}").read_bytes()))
                   for i in range(len(self.ports)))


@contextlib.contextmanager
def silent_port():
    """A port at which connections are taken and nothing is ever said."""
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen(4096)
        yield listener.getsockname()[1]
