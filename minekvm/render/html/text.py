"""Other people's words on the page: hashes become links, diffs become lines, places are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from markupsafe import Markup

from minekvm.core.messages.trailers import people_in, trailer_lines
from minekvm.core.why.model import Citation, FilePlace, MailPlace, MessagePlace
from minekvm.core.why.sentences import sentences
from minekvm.render.html.order import SHORT, Story
from minekvm.render.text import safe_line

_TOKEN = re.compile(
    r"(?<![0-9A-Za-z_])(?P<hash>[0-9a-f]{8,40})(?![0-9A-Za-z_])"
    r"|(?<![\w.+/-])(?P<path>[\w+/-]++(?:\.[\w+/-]++)*?\.[chS]\b(?::\d++(?:[,-]\d++)*+)?)"
    r"|(?<!\w)(?P<name>[A-Za-z_]\w*+(?:\(\))?)"
)
_LINK = Markup('<a href="#{}">{}</a>')
_CODE = Markup("<code>{}</code>")
# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"(?:But|So|Also|And|Then|Thus|Hence|Therefore|However|Instead|Otherwise|This|That|These|Those"
    r"|It|They|Which|Consequently|Moreover|Furthermore|Additionally|As such)\b"
)


class Run(NamedTuple):
    """Lines of a diff that do the same: add, del, same, hunk or file; their signs with them."""

    does: str
    lines: tuple[str, ...]


def linked(story: Story, string: str, *, names: bool = True) -> Markup:
    """A text whose hashes lead to the commits of this report; the rest is escaped.

    With `names`, what is a name or a file of code is set as code.
    """
    parts, end = [Markup()], 0
    for match in _TOKEN.finditer(string):
        shown = _hash(story, match[0]) if match["hash"] else None
        if shown is None and names:
            shown = _name(story, match)
        if shown is not None:
            parts.append(Markup.escape(safe_line(string[end : match.start()])))
            parts.append(shown)
            end = match.end()
    parts.append(Markup.escape(safe_line(string[end:])))
    return Markup().join(parts)


def _hash(story: Story, text: str) -> Markup | None:
    commit = story.commit(text)
    return _LINK.format(commit.anchor, text[:SHORT]) if commit.here else None


def _name(story: Story, match: re.Match[str]) -> Markup | None:
    name = match["name"]
    if name and "_" not in name.strip("_") and not name.endswith("()") and name not in story.names:
        return None
    return _CODE.format(safe_line(match[0])) if name or match["path"] else None


def paragraphs(story: Story, string: str) -> Markup:
    """A text of several lines, its line breaks kept, its hashes links."""
    lines = string.strip("\n").split("\n")
    return Markup("\n").join(linked(story, line, names=False) for line in lines)


def led_in(story: Story, citation: Citation) -> str:
    """The sentence before a quote that leans on it ("But this ..."); else nothing."""
    told = story.commit(citation.commit).told
    if told is None or not isinstance(citation.place, MessagePlace):
        return ""
    quote = " ".join(citation.quote.split())
    if not _LEANS.match(quote):
        return ""
    for before, here in pairwise(sentences(told.commit.message)):
        if before.paragraph == here.paragraph and _begins(quote, here.text):
            return before.text
    return ""


def brought(story: Story, string: str, citations: Iterable[Citation]) -> str:
    """A text that quotes what leans on a sentence before it, with that sentence."""
    for citation in citations:
        before, quote = led_in(story, citation), " ".join(citation.quote.split())
        if before and before not in string:
            string = string.replace(quote, f"{before} {quote}", 1)
    return string


def _begins(quote: str, sentence: str) -> bool:
    return bool(sentence) and (quote.startswith(sentence) or sentence.startswith(quote))


@dataclass(frozen=True, slots=True)
class Credit:
    """Who had a hand in a commit, in one role: "reviewed by"."""

    role: str
    people: tuple[str, ...]


_ROLES = {
    "Reviewed-by": "reviewed by",
    "Acked-by": "acked by",
    "Tested-by": "tested by",
    "Reported-by": "reported by",
    "Suggested-by": "suggested by",
}


def credits(message: str) -> list[Credit]:
    """Who reviewed, acked and tested a commit, as its trailers say."""
    found: dict[str, dict[str, None]] = {role: {} for role in _ROLES}
    for line in trailer_lines(message):
        if line.role in found:
            value = message[line.value : line.end].strip()
            people = people_in(line, value)
            found[line.role] |= dict.fromkeys(p.name or p.email for p in people)
    return [Credit(_ROLES[role], tuple(names)) for role, names in found.items() if names]


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
