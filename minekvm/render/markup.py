r"""Other people's text as Markdown: every renderer shows it as it was written, nothing in it acts.

What a backslash keeps literal has one. What forges recognise in finished text, whatever was
escaped before (bare addresses, `www.` words, mails, `@name`, `#123`, `:sign:`), is written as code,
in which nothing is looked for. In the cell of a table a pipe is a character reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from minekvm.render.text import safe, safe_line, single

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
_START = re.compile(r"[-+=]|\d{1,9}[.)](?=\s|\Z)")
_MARKER = re.compile(r"(?=[-+=])|(?<=\d)(?=[.)])")  # what makes a list or heading of a line
_ACTS = re.compile(
    r"""[@\N{FULLWIDTH COMMERCIAL AT}] | // | :[-+\w]+: | \bwww\. | \blocalhost\b
    | \#\d | \bGH-\d | [^\W_]\.[^\W\d_]{2} | \bxn--""",
    re.VERBOSE | re.IGNORECASE,
)
_WORDS = re.compile(r"(\s+)")
_PIPE = "&#124;"


def prose(string: str, *, cell: bool = False) -> str:
    """Running text: shown as it is, but for line breaks, which are spaces."""
    parts = _WORDS.split(safe(single(string)))
    return "".join(_word(part, cell) for part in parts)


def opening(string: str, *, cell: bool = False) -> str:
    """Running text at the start of a line, where white space, a dash or a number would act."""
    string = single(string).lstrip(" ")
    shown = prose(string, cell=cell)
    return _MARKER.sub(r"\\", shown, count=1) if _START.match(shown) else shown


def code(string: str, *, cell: bool = False) -> str:
    """A code span, its quotes longer than any inside; in the cell of a table none has a pipe."""
    string = safe(string)
    if cell and "|" in string:
        return _PIPE.join(_span(part) for part in string.split("|"))
    return _span(string)


def link(text: str, url: str) -> str:
    """A link with a text that is written already; the address is one that `web` let through."""
    return f"[{text}](<{url}>)"


def fenced(lines: Sequence[str], language: str = "", indent: str = "") -> list[str]:
    """Lines as a block of code that nothing in them ends."""
    shown = [safe_line(line) for line in lines]
    fence = "`" * max(3, 1 + max(map(_longest_run, shown), default=0))
    return [f"{indent}{fence}{language}", *(f"{indent}{x}" for x in shown), f"{indent}{fence}"]


def _word(word: str, cell: bool) -> str:
    if _ACTS.search(word):
        return code(word, cell=cell)
    shown = _SPECIAL.sub(r"\\\g<0>", word)
    return shown.replace(r"\|", _PIPE) if cell else shown


def _span(string: str) -> str:
    if not string:
        return ""
    marks = "`" * (_longest_run(string) + 1)
    spaced = (string[0] in "` " and string[-1] in "` ") or "`" in (string[0], string[-1])
    pad = " " if spaced else ""
    return f"{marks}{pad}{string}{pad}{marks}"


def _longest_run(string: str) -> int:
    return max(map(len, re.findall("`+", string)), default=0)
