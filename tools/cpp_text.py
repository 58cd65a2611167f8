# SPDX-License-Identifier: Apache-2.0
"""C++ source as the checks of this folder see it: comments and texts blanked, positions kept."""
import re

_TOKEN = re.compile(
    r"""//[^\n]*                                   # comment to the end of the line
      | /\*.*?\*/                                  # comment
      | R"(?P<fence>[^()\s\\]{0,16})\(.*?\)(?P=fence)"   # raw string
      | "(?:\\.|[^"\\\n])*"                        # string
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'        # character; not the separator in 1'000
    """,
    re.X | re.S)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\n]+)[">]', re.M)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The text with every comment replaced by spaces of the same extent."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0][:2] in ("//", "/*") else m[0], text)


def code_only(text):
    """The text with comments, strings and characters replaced by spaces of the same extent."""
    return _TOKEN.sub(lambda m: _blank(m[0]), text)


def includes(text):
    """(line number, '<' or '"', path) of every include that is not in a comment."""
    bare = without_comments(text)
    return [(bare.count("\n", 0, m.start(2)) + 1, m[1], m[2]) for m in _INCLUDE.finditer(bare)]
