"""A raw mail -> what the index keeps of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime

from minekvm.core.mail.diffs import diff_start, facts, files, sketch
from minekvm.core.mail.ids import header_ids, mails_linked
from minekvm.core.mail.model import Mail, Patch, Sort
from minekvm.core.mail.parse import Raw, decoded_header, read
from minekvm.core.mail.tags import Tags, tags

_REFERENCES = 60  # kept of a mail: the first, and the last ones
_LONGEST_NAME = 200  # characters of a sender whose address cannot be told
_LINKS = 20
_FROM = re.compile(r"\s*From:[ \t]*+([^\n]*@[^\n]*)\n")
_SCISSORS = re.compile(r"^[ \t]*(?:-- ?)?-*[ ]?(?:8<|>8|%<|>%)[-< >8%]*-[^\n]*\n", re.MULTILINE)
_MERGED = re.compile(
    r"\s*(?:The following commit has been merged into "
    r"|This is a note to let you know that I've just added the patch titled"
    r"|This is an automatic generated email to let you know that)"
)
_AUTHOR = re.compile(r"^Author:[ \t]++([^\n]++)$", re.MULTILINE)
_VIA = re.compile(r"\s++via\s++.*$|^tip-bot2? for ", re.IGNORECASE)
_LIST = re.compile(r"<([^<>]+)>")
# Who wrote what is quoted below: an answer, whatever its subject.
_ATTRIBUTION = re.compile(
    r"^(?!>)[^\n]{3,200}(?:wrote|writes|schrieb|crit)\s*+:[ \t]*\n(?:[ \t]*\n)?>", re.M
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Read:
    """A mail as it is indexed.

    `diff` is the part of its text that `git patch-id` is given, `links` the mails that its text
    gives addresses of, and `flaws` what is wrong with it, in words that can be counted.
    """

    mail: Mail
    diff: str
    links: tuple[str, ...]
    flaws: tuple[str, ...]


def read_mail(raw: bytes) -> Read | None:
    """The facts of a mail; None for what is no mail. Never raises, whatever the bytes."""
    found = read(raw)
    return None if found is None else _facts(found, raw)


def _facts(found: Raw, raw: bytes) -> Read:
    headers, text, flaws = found.headers, found.text, list(found.flaws)
    ids = header_ids(headers.get("message-id", ""))
    if not ids:
        flaws.append("no Message-Id")
    own = ids[0] if ids else f"{hashlib.sha1(raw, usedforsecurity=False).hexdigest()}@no-id.invalid"
    references = _references(headers, own, flaws)
    when = _date(headers.get("date", ""))
    if when is None:
        flaws.append("no Date that can be read")
    said = tags(headers.get("subject", ""))
    if _MERGED.match(text):
        sort: Sort = "notice"
        start = diff_start(text)
    else:
        answers = said.reply or (bool(references) and _quotes(text))
        text = _wanted(text) if answers else text
        start = diff_start(text)
        sort = _sort(said, start >= 0, bool(references), answers=answers)
    diff = _unsigned(text[start:]) if start >= 0 else ""
    parsed = files(diff) if start >= 0 else []
    name, address = _author(headers.get("from", ""), text, sort, flaws)
    seconds = int(when.timestamp()) if when is not None else 0
    patch = Patch(
        id=own,
        subject=said.bare,
        author=name,
        email=address,
        seconds=seconds,
        version=said.version,
        number=said.number,
        total=said.total,
        files=facts(parsed),
        lines=sketch(parsed),
    )
    listed = _LIST.search(headers.get("list-id", ""))
    mail = Mail(
        id=own,
        references=references,
        date=when.isoformat() if when is not None else "",
        list=listed[1] if listed is not None else "",
        sort=sort,
        tree=said.tree,
        patch=patch,
    )
    # A patch's own message links to bugs and the like; what is below it speaks of other versions.
    speaks = "" if sort == "notice" else text[: start if start >= 0 else None]
    links = [i for i in mails_linked(speaks) if i != own][:_LINKS]
    return Read(mail, diff if parsed else "", tuple(links), tuple(dict.fromkeys(flaws)))


def _references(headers: dict[str, str], own: str, flaws: list[str]) -> tuple[str, ...]:
    """The mails that a mail refers to, the one that it answers last."""
    listed = list(header_ids(headers.get("references", "")))
    answered = header_ids(headers.get("in-reply-to", ""))
    if own in listed or own in answered:
        flaws.append("refers to itself")
    if answered and answered[0] != own:
        listed = [one for one in listed if one != answered[0]] + [answered[0]]
    listed = [one for one in listed if one != own]
    return (*listed[:1], *listed[1:][-_REFERENCES:])


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
        return found if 0 <= found.timestamp() < 1 << 40 else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _sort(said: Tags, has_diff: bool, refers: bool, *, answers: bool) -> Sort:
    """The sort of a mail; one that `answers` says so by its subject, or quotes what it answers."""
    if answers:
        return "reply"
    if said.pull:
        return "pull"
    if has_diff and (said.patch or not refers or said.numbered):
        return "patch"
    if said.numbered and said.number == 0 and said.total:
        return "cover"
    return "reply" if refers and not said.patch else "other"


def _quotes(text: str) -> bool:
    """Whether a text quotes what it answers, and does not mark off a patch of its own."""
    above = text[: max(diff_start(text), 0)]
    return _ATTRIBUTION.search(above) is not None and "\n---\n" not in above


def _wanted(text: str) -> str:
    """What of an answer is a patch of its own: all below the scissors, if there are any."""
    cuts = list(_SCISSORS.finditer(text))
    return text[cuts[-1].end() :] if cuts else text


def _author(sender: str, text: str, sort: Sort, flaws: list[str]) -> tuple[str, str]:
    """Who wrote the patch: the first `From:` line of the text, a robot's `Author:`, the sender."""
    given = sender
    if sort == "notice":
        named = _AUTHOR.search(text, 0, 2_000)
        given = named[1] if named is not None else sender
    elif sort != "reply" or "\nFrom:" in text[:200] or text.startswith("From:"):
        named = _FROM.match(text)
        given = decoded_header(named[1]) if named is not None else sender
    try:
        name, address = parseaddr(given)
    except (ValueError, IndexError, RecursionError):  # the last: comments nested without end
        name, address = given[:_LONGEST_NAME], ""
        flaws.append("a From that cannot be read")
    return _VIA.sub("", name).strip() or address.partition("@")[0], address.lower()


def _unsigned(diff: str) -> str:
    """A diff without the signatures below it: the sender's, and that of what he said."""
    diff = diff.partition("\n-----BEGIN PGP SIGNATURE-----\n")[0]
    found = list(_SIGNATURE.finditer(diff))
    return diff[: found[-1].start()] if found else diff
