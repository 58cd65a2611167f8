# SPDX-License-Identifier: Apache-2.0
"""A page of the manual as a list of steps, and the comparison of a screen with the printed one."""
import dataclasses
import re

PROMPT = re.compile(r"(big-iron)?\$ (.*)")
FILE = re.compile(r"[;#]+ (~/\S+)")


@dataclasses.dataclass
class Step:
    """One thing to do: a line typed at a prompt, a file to write, or a mail to have received."""
    kind: str  # you, big-iron, file, mail
    line: int  # of the page
    text: str  # the command, or the path of the file
    printed: list  # what the screen shows, the file's lines, the mail's lines


def blocks(text):
    """The fenced blocks: (language, number of the first line, lines)."""
    inside = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            if inside:
                yield inside
            inside = None if inside else (line[3:].strip(), number + 1, [])
        elif inside:
            inside[2].append(line)


def console(first, lines):
    steps = []
    for number, line in enumerate(lines, first):
        typed = PROMPT.fullmatch(line)
        if typed:
            steps.append(Step(typed[1] or "you", number, typed[2], []))
        elif steps:
            steps[-1].printed.append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a prompt")
    return steps


def read_steps(text):
    steps = []
    for language, first, lines in blocks(text):
        named = FILE.fullmatch(lines[0]) if lines else None
        if language == "console":
            steps += console(first, lines)
        elif named:
            steps.append(Step("file", first, named[1], lines))
        elif language == "text" and lines[0].startswith("Subject:"):
            steps.append(Step("mail", first, lines[0], lines))
        else:
            raise ValueError(f"line {first}: a block that no step is made of")
    return steps


# What differs from one run to the next and says nothing: equal length is not asked for.
PASSING = [
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "DATE"),
    (re.compile(r"\b\d\d:\d\d(:\d\d)?\b"), "TIME"),
    (re.compile(r"\b\d+ m \d+ s\b|\b\d+(\.\d+)? (ms|s|m)\b|\b(\d+m)?\d+(\.\d+)?m?s\b"), "SPAN"),
    (re.compile(r"\b[ex]-\d+\b"), "ID"),
    (re.compile(r"\b\d+ MiB\b"), "N MiB"),
    (re.compile(r"\bprocess \d+\b"), "process N"),
    (re.compile(r"\buid \d+\b"), "uid N"),
    (re.compile(r"<[\w.-]+@[\w.-]+>"), "<MAIL-ID>"),
    (re.compile(r"\d+ segment\(s\), the newest \d+ read"), "N segment(s), the newest N read"),
]
# What stands for one thing: the same on the page is the same on the screen, all along.
NAMES = re.compile(r"SHA256:[\w+/]{43}|AAAAC3NzaC1lZDI1NTE5AAAAI[\w+/]{43}|\b[0-9a-f]{16}\b|\br-\d+\b")


def passing_gone(line):
    for pattern, word in PASSING:
        line = pattern.sub(word, line)
    line = re.sub(r"^TIME  |^ {10}(?=\S)", "", line)  # `why` shows a time when it is a new one
    return re.sub(r"\s+", " ", line).strip()


def in_order(lines):
    """Guests stop and start side by side: `foo` and `bar` in neighbouring lines may change places."""
    out = list(lines)
    for i in range(len(out) - 1):
        first, second = out[i], out[i + 1]
        if re.search(r"\bfoo\b", first) and re.search(r"\bbar\b", second) and \
                re.sub(r"\bfoo\b", "bar", first) == second:
            out[i], out[i + 1] = second, first
    return out


class Screen:
    """Compares screens with the page's; remembers what stands for what."""

    def __init__(self):
        self.names = {}

    @staticmethod
    def equal(printed, shown, names):
        """What is known then, or None."""
        here, there = NAMES.findall(printed), NAMES.findall(shown)
        if NAMES.sub("NAME", printed) != NAMES.sub("NAME", shown) or len(here) != len(there):
            return None
        names = dict(names)
        for one, other in zip(here, there):
            names.setdefault(one, other)
            if [key for key, name in names.items() if name == other] != [one]:
                return None
        return names

    def match(self, printed, shown, names):
        """Whether all lines are the same, `...` being any number of them: what is known then, or
        None."""
        if not printed:
            return None if shown else names
        if printed[0] == "...":
            tries = (self.match(printed[1:], shown[i:], names) for i in range(len(shown) + 1))
            return next((found for found in tries if found is not None), None)
        known = self.equal(printed[0], shown[0], names) if shown else None
        return None if known is None else self.match(printed[1:], shown[1:], known)

    def is_as_printed(self, printed, shown):
        clean = [in_order([passing_gone(line) for line in lines if line.strip()])
                 for lines in (printed, shown)]
        known = self.match(*clean, self.names)
        if known is not None:
            self.names = known
        return known is not None
