#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""manual.py REOPS SERVER MANUAL: the examples of docs/manual/commands.md print what stands there, every
command has its section, and every name of its JSON is written in it. REOPS_ACCEPT=1 writes the outputs."""
import json
import os
import pathlib
import re
import subprocess
import sys

from run_goldens import Case

EXAMPLE = re.compile(r"<!-- scene: (\w+) -->\n```console\n\$ (.*)\n((?:.*\n)*?)```\n")
FOREGROUND = {"serve", "demo", "repl"}  # they have pages of their own


class Example(Case):
    def __init__(self, scene, command, reops, server):
        self.path = pathlib.Path("manual")
        self.scene, self.commands, self.reops, self.server = scene, [command], reops, server


def names_in(value):
    """Every key of the answer; what is behind `detail` and `evidence` belongs to others."""
    if isinstance(value, list):
        return set().union(set(), *(names_in(each) for each in value))
    if not isinstance(value, dict):
        return set()
    return set(value).union(*(names_in(inner) for key, inner in value.items()
                              if key not in ("detail", "evidence")))


def check_names(section, words, text, scene, reops, server, all_names):
    out, err, rc = Example(scene, words + " --json", reops, server).run()
    if rc:
        return [f"{section}: `{words} --json` ends with {rc}: {err}"]
    # `why` and `emit` refer to fields that another section lists.
    written = set(re.findall(r"`([a-z_-]+)`", text)) | {"now"}
    if section in ("why", "why-not", "emit"):
        written |= all_names
    missing = names_in(json.loads(out)) - written
    return [f"{section}: `{name}` is in the JSON and not in the manual" for name in sorted(missing)]


def main(reops, server, manual):
    manual = pathlib.Path(manual)
    text = manual.read_text()
    all_names = set(re.findall(r"`([a-z_-]+)`", text))
    bad = []
    sections = dict(re.findall(r"^## (\S+)\n((?:(?!## ).*\n?)*)", text, re.M))
    usage = subprocess.run([reops], capture_output=True, text=True, timeout=30).stdout
    commands = set(re.findall(r"^  ([a-z-]+) ", usage, re.M)) - FOREGROUND
    commands = {command for command in commands if not command.startswith("-")}
    bad += [f"no section `## {command}`" for command in sorted(commands - set(sections))]
    for section, body in sections.items():
        for scene, command, shown in EXAMPLE.findall(body):
            out, err, rc = Example(scene, command, reops, server).run()
            if rc:
                bad.append(f"{section}: `{command}` ends with {rc}: {err}")
            elif out != shown and os.environ.get("REOPS_ACCEPT") == "1":
                text = text.replace(f"$ {command}\n{shown}```", f"$ {command}\n{out}```")
            elif out != shown:
                bad.append(f"{section}: `{command}` prints\n{out}but the manual shows\n{shown}")
            bad += check_names(section, command, body, scene, reops, server, all_names)
    manual.write_text(text) if text != manual.read_text() else None
    print("\n".join(bad) or f"{len(sections)} sections")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
