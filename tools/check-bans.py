#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check-bans.py ROOT: what this house does not do, each line with what to do instead.

A ban is looked for in code only (comments and strings do not count, except where a ban says
`text`). `where` are the folders it holds in, `but` the files it does not hold in.
"""
import dataclasses
import pathlib
import re
import sys

import cpp_text

OURS = ("src/", "tests/", "fuzz/", "bench/", "examples/")
PRODUCT = ("src/", "examples/")


@dataclasses.dataclass(frozen=True)
class Ban:
    pattern: str
    instead: str
    where: tuple = OURS
    but: str = ""          # regular expression over paths
    text: bool = False     # also in comments and strings


BANS = [
    Ban(r"\bsleep_(for|until)\b|\b(u|nano|clock_nano)?sleep\s*\(",
        "wait for the event itself, or use the Clock and timers of the event loop",
        but=r"^bench/"),
    Ban(r"\b(system|steady|high_resolution)_clock\s*::\s*now\b|\bclock_gettime\s*\("
        r"|\bgettimeofday\s*\(|\btime\s*\(\s*(nullptr|NULL|0|&)",
        "ask the Clock that you were given", where=PRODUCT, but=r"^src/io/"),
    Ban(r"\brandom_device\b|\bs?rand\s*\(|\bgetrandom\s*\(",
        "ask the Random that you were given", where=PRODUCT, but=r"^src/io/"),
    Ban(r"(?<![\w.>])system\s*\(|\bpopen\s*\(|\bvfork\s*\(|\bexecl[pe]?\s*\(",
        "use io/subprocess.hh: no shell, an argument vector, a deadline"),
    Ban(r"\bstd\s*::\s*w?regex\b|\bregex_(match|search|replace)\b",
        "std::regex is slow and overflows the stack; write a small parser"),
    Ban(r"\bstd\s*::\s*endl\b", "write '\\n'; flush on purpose where it matters"),
    Ban(r"(?<!\w)(std\s*::\s*)?[fd]?printf\s*\(",
        "use fmt::format and the Log that you were given", where=("src/",),
        but=r"^src/app/|/main_\w+\.cc$"),
    Ban(r"\bstd\s*::\s*(cout|cerr|clog)\b", "use the Log that you were given", where=("src/",),
        but=r"^src/app/|/main_\w+\.cc$"),
    Ban(r"(?<!\w)(secure_)?getenv\s*\(",
        "only the program's edge reads the environment; take the value as a parameter",
        where=("src/",), but=r"^src/app/|/main_\w+\.cc$|^src/io/(notify|detail/launch)\.cc$"),
    Ban(r"\.\s*detach\s*\(\s*\)", "a thread has an owner who joins it: std::jthread, Gate",
        # There a handle gives up its object; a user's function that never returns is not joined.
        but=r"^(src|tests/unit)/(data|lang)/|^src/runtime/call_threads\.cc$"),
    Ban(r"(?<![\w:])assert\s*\(", "use REOPS_CHECK(condition, \"why\")", where=("src/",)),
    Ban(r"\b(class|struct|enum class|enum)\s+\w+(Manager|Helper|Utils?|Common|Misc|Impl)\b",
        "name the one thing that it is (docs/dev/glossary.md)"),
    Ban(r"\bTODO\b(?!\(#\d+\))|\bFIXME\b|\bXXX\b(?!X)", "TODO(#123) with the number of an issue",
        text=True),
    Ban(r"^using\s+namespace\b(?!\s+[\w:]*(literals|_literals)\b)",
        "no `using namespace` at file scope"),
]

BAD_FILE_NAME = re.compile(r"(^|[/_])(utils?|common|misc|helpers?|manager|impl)(/|\.|$)", re.I)
LICENCE = "SPDX-License-Identifier: Apache-2.0"


def compiled():
    return [(ban, re.compile(ban.pattern, re.M), re.compile(ban.but) if ban.but else None)
            for ban in BANS]


def check_text(path, text, bans):
    """Complaints about one file."""
    code = cpp_text.code_only(text)
    bad = []
    for ban, pattern, but in bans:
        if not path.startswith(ban.where) or (but and but.search(path)):
            continue
        for hit in pattern.finditer(text if ban.text else code):
            line = text.count("\n", 0, hit.start()) + 1
            bad.append(f"{path}:{line}: `{' '.join(hit[0].split())}`: {ban.instead}")
    return bad + check_form(path, text, code)


def check_form(path, text, code):
    """Rules about the file as a whole."""
    bad = []
    if LICENCE not in text.split("\n", 1)[0]:
        bad.append(f"{path}:1: the first line is `// {LICENCE}`")
    if path.endswith(".hh"):
        if "#pragma once" not in code:
            bad.append(f"{path}:1: a header starts with #pragma once")
        if "/// @file" not in text:
            bad.append(f"{path}:1: a header says what idea lives in it: `/// @file ...`")
    if BAD_FILE_NAME.search(path):
        bad.append(f"{path}: the name says nothing; name it after the one thing in it")
    for hit in re.finditer(r"catch\s*\(\s*\.\.\.\s*\)\s*\{", code):
        block = text[hit.start():hit.start() + 400].split("}")[0]
        if "//" not in block and "throw" not in block:
            line = text.count("\n", 0, hit.start()) + 1
            bad.append(f"{path}:{line}: `catch (...)` needs a comment that says why, or a rethrow")
    return bad


def check(root):
    """Every complaint about the tree under root, and the number of files."""
    bans = compiled()
    files = [f for top in OURS for f in sorted((root / top).rglob("*"))
             if f.suffix in (".cc", ".hh", ".c")]
    bad = []
    for file in files:
        bad += check_text(file.relative_to(root).as_posix(), file.read_text(), bans)
    return bad, len(files)


if __name__ == "__main__":
    found, count = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) or f"bans ok: {count} files, {len(BANS)} bans")
    sys.exit(bool(found))
