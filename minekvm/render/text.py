"""The guard between other people's text and the reader, and what every writer needs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from minekvm.core.model import Gap

if TYPE_CHECKING:
    from minekvm.core.relate.relations import About

_SUSPECT = re.compile(r"[^\x20-\x7e]")
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def safe(text: str) -> str:
    """Text for one line: controls, bidi and zero-width characters become visible escapes.

    Bytes that no encoding explained (lone surrogates) are shown as Latin-1.
    """
    return text if text.isascii() and text.isprintable() else _SUSPECT.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    char = match[0]
    if "\udc80" <= char <= "\udcff":
        char = chr(ord(char) - 0xDC00)
    if unicodedata.category(char) not in _HIDDEN:
        return char
    return char.encode("unicode_escape").decode("ascii")


def single(string: str) -> str:
    """Text of several lines on one."""
    if "\n" not in string:
        return string
    return " ".join(part for line in string.split("\n") if (part := line.strip()))


def safe_line(string: str) -> str:
    """A line of code or of a message: tabs stay, other controls become visible escapes."""
    return "\t".join(map(safe, string.split("\t")))


def shortened(string: str, most: int) -> str:
    """A string of so many characters at most, ended with three dots where it was cut."""
    return string if len(string) <= most else f"{string[: most - 3]}..."


def gap_line(gap: Gap) -> str:
    """A gap in one line: what, why and where."""
    places = [p for p in (gap.commit and gap.commit[:12], gap.path) if p]
    where = f" ({', '.join(places)})" if places else ""
    return f"gap: {gap.what}: {gap.why}{where}"


def author(commit: About) -> str:
    """Who wrote it, or a word for nobody."""
    return commit.author.strip() or "nobody"
