"""Other people's words on the page: hashes become links, diffs become lines, places are told."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from minekvm.core.why.model import Citation, FilePlace, MailPlace
from minekvm.render.html.order import Story
from minekvm.render.text import safe_line

_HASH = re.compile(r"(?<![0-9A-Za-z_])[0-9a-f]{8,40}(?![0-9A-Za-z_])")
_LINK = Markup('<a href="#commit-{}">{}</a>')


class Run(NamedTuple):
    """Lines of a diff that do the same: add, del, same, hunk or file; their signs with them."""

    does: str
    lines: tuple[str, ...]


def linked(story: Story, string: str) -> Markup:
    """A text whose hashes lead to the commits of this report; the rest is escaped."""
    parts, end = [Markup()], 0
    for match in _HASH.finditer(string):
        commit = story.commit(match[0])
        if commit.here:
            parts.append(Markup.escape(safe_line(string[end : match.start()])))
            parts.append(_LINK.format(commit.id, match[0]))
            end = match.end()
    parts.append(Markup.escape(safe_line(string[end:])))
    return Markup().join(parts)


def paragraphs(story: Story, string: str) -> Markup:
    """A text of several lines, its line breaks kept, otherwise as `linked`."""
    return Markup("\n").join(linked(story, line) for line in string.strip("\n").split("\n"))


def diff_runs(diff: str) -> list[Run]:
    """The lines of a unified diff; what begins with no sign is a line of its context."""
    lines = diff.removesuffix("\n").split("\n")
    return [Run(does, tuple(map(safe_line, run))) for does, run in groupby(lines, key=_does)]


def _does(line: str) -> str:
    if line.startswith(("+++ ", "--- ", "diff ", "index ")):
        return "file"
    if line.startswith("@@"):
        return "hunk"
    return {"+": "add", "-": "del"}.get(line[:1], "same")


def weight(diff: str) -> str:
    """How many lines a diff adds and how many it removes."""
    does = Counter(map(_does, diff.split("\n")))
    return f"+{does['add']} \N{MINUS SIGN}{does['del']}"


def repeats(text: str, quote: str) -> bool:
    """Whether a text has a quote's words, whatever white space is between them."""
    return " ".join(quote.split()) in " ".join(text.split())


def is_code(citation: Citation) -> bool:
    """Whether code is cited, not words that somebody wrote."""
    return isinstance(citation.place, FilePlace)


def place(citation: Citation) -> str:
    """Where a quote stands: "message, lines 3-4"."""
    at = citation.place
    what = "message"
    if isinstance(at, FilePlace):
        what = at.path
    elif isinstance(at, MailPlace):
        what = f"mail {at.message_id}"
    if at.first == at.last:
        return f"{what}, line {at.first}"
    return f"{what}, lines {at.first}\N{EN DASH}{at.last}"
