#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""smtp_server.py FOLDER [options]: a real mail server of a test's own (aiosmtpd), on loopback.

In FOLDER it makes `cert.pem` and `key.pem` (self-signed, for localhost and 127.0.0.1; kept when
they are there), `maildir/` (what was accepted; read `maildir/new`) and `log` (one line for each
thing that happened, written at once: "connect", "auth NAME ok", "rcpt ADDRESS 250", "mail ID",
"quit"). When it listens it prints `port N` and goes on until it is killed. Without aiosmtpd it
exits with 77.

`FOLDER/mode` says how it behaves; it is read again at every step, so a test may write it while the
server runs (write a new file and rename it). Words, any number:
    hang-accept   accepts connections and says nothing
    hang-data     reads the mail and does not answer
    hang-taken    takes the mail and does not answer
    hang-quit     does not answer QUIT
    no-greeting   554 instead of a greeting
    sender-451 sender-550 rcpt-451 rcpt-550 data-451 data-552   that answer, at that step
By recipient, whatever the mode: nobody@ is refused (550), later@ is put off (451), once@ is put
off the first time it is named.
"""
import argparse
import asyncio
import mailbox
import os
import pathlib
import ssl
import subprocess
import sys

try:
    from aiosmtpd.smtp import AuthResult, LoginPassword, SMTP
except ImportError:
    print("aiosmtpd is not installed; try: apt-get install python3-aiosmtpd", file=sys.stderr)
    sys.exit(77)

ANSWERS = {"451": "451 4.3.0 try again later", "550": "550 5.1.1 no such user",
           "552": "552 5.3.4 the mail is too big"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any, and it is printed")
    parser.add_argument("--tls", choices=["starttls", "implicit", "none"], default="starttls")
    parser.add_argument("--user", default="", help="empty: no login is asked for")
    parser.add_argument("--password", default="")
    return parser.parse_args()


def make_certificate(folder):
    cert, key = folder / "cert.pem", folder / "key.pem"
    if not cert.exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", key, "-out", cert], check=True, stderr=subprocess.DEVNULL)
        os.chmod(key, 0o600)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context


class Behaviour:
    """What the server does, and the record of what it did."""

    def __init__(self, args):
        self.args = args
        self.maildir = mailbox.Maildir(args.folder / "maildir")
        self.log_file = open(args.folder / "log", "a", buffering=1, encoding="utf-8")
        self.put_off = set()

    def log(self, line):
        self.log_file.write(line + "\n")

    def has(self, word):
        try:
            return word in (self.args.folder / "mode").read_text().split()
        except FileNotFoundError:
            return False

    def answer_at(self, step):
        for code, text in ANSWERS.items():
            if self.has(f"{step}-{code}"):
                return text
        return None

    def authenticate(self, _server, _session, _envelope, _mechanism, login):
        good = (isinstance(login, LoginPassword)
                and login.login == self.args.user.encode()
                and login.password == self.args.password.encode())
        name = login.login.decode(errors="replace") if isinstance(login, LoginPassword) else "?"
        self.log(f"auth {name} {'ok' if good else 'refused'}")
        # handled=True, the default, would leave a refused client waiting
        return AuthResult(success=good, handled=False)

    async def handle_MAIL(self, _server, _session, envelope, address, options):
        answer = self.answer_at("sender")
        self.log(f"sender {address} {answer or '250'}")
        if answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    def recipient_answer(self, address):
        name = address.split("@")[0]
        if name == "once" and address not in self.put_off:
            self.put_off.add(address)
            return ANSWERS["451"]
        by_name = {"nobody": ANSWERS["550"], "later": ANSWERS["451"]}
        return self.answer_at("rcpt") or by_name.get(name)

    async def handle_RCPT(self, _server, _session, envelope, address, options):
        answer = self.recipient_answer(address)
        self.log(f"rcpt {address} {(answer or '250')[:3]}")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        if self.has("hang-data"):
            self.log("hang")
            await asyncio.Event().wait()
        answer = self.answer_at("data")
        if answer:
            self.log(f"data {answer[:3]}")
            return answer
        message = mailbox.MaildirMessage(envelope.content)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.maildir.add(message)
        self.log(f"mail {message['Message-ID']}")
        if self.has("hang-taken"):
            await asyncio.Event().wait()
        return "250 2.0.0 taken"

    async def handle_NOOP(self, _server, _session, _envelope, _argument):
        self.log("noop")
        return "250 OK"

    async def handle_QUIT(self, _server, _session, _envelope):
        self.log("quit")
        if self.has("hang-quit"):
            await asyncio.Event().wait()
        return "221 Bye"


class Server(SMTP):
    """aiosmtpd's, with the two behaviours that come before its own hooks."""

    async def _handle_client(self):
        behaviour = self.event_handler
        behaviour.log("connect")
        if behaviour.has("hang-accept"):
            behaviour.log("hang")
            await asyncio.Event().wait()
        if behaviour.has("no-greeting"):
            await self.push("554 5.3.2 not here")
            self.transport.close()
            return
        await super()._handle_client()


async def serve(args):
    args.folder.mkdir(parents=True, exist_ok=True)
    behaviour = Behaviour(args)
    context = None if args.tls == "none" else make_certificate(args.folder)
    starttls = context if args.tls == "starttls" else None

    def make():
        return Server(behaviour, hostname="localhost", tls_context=starttls,
                      require_starttls=starttls is not None,
                      authenticator=behaviour.authenticate, auth_required=bool(args.user),
                      auth_require_tls=starttls is not None)

    server = await asyncio.get_running_loop().create_server(
        make, args.address, args.port, ssl=context if args.tls == "implicit" else None)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(serve(arguments()))
    except KeyboardInterrupt:
        pass
