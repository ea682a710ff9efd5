"""A patch's discussion in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from minekvm.core.mail.model import Difference, Mail, Reply, Thread, Version
from minekvm.core.phrases import Code, Phrase, count, function


def own(thread: Thread) -> list[Version]:
    """The versions that are no copies for stable trees; all, where there are only copies."""
    return [v for v in thread.versions if not v.mail.tree] or list(thread.versions)


def changed(thread: Thread) -> dict[str, tuple[Difference, ...]]:
    """What a version does otherwise than the one before, by its Message-Id; copies are left out."""
    return {later.mail.id: earlier.changed for earlier, later in pairwise(own(thread))}


def numbers(thread: Thread) -> dict[str, int]:
    """The number of each version, by its Message-Id."""
    return {version.mail.id: version.mail.patch.version for version in thread.versions}


def copies(thread: Thread) -> list[Version]:
    """The copies for stable trees that stand beside versions."""
    shown = {v.mail.id for v in own(thread)}
    return [v for v in thread.versions if v.mail.id not in shown]


def size(thread: Thread) -> str:
    """A discussion in one line: "3 versions, 2021-03-03 to 2021-03-15; 8 replies by 4 people"."""
    versions = own(thread)
    if thread.parts:
        taken = sum(p.became is not None for p in thread.parts)
        return f"{count(len(thread.parts), 'patch', 'patches')}, {taken} of them in this clone"
    days = sorted(v.mail.date[:10] for v in versions if v.mail.date)
    when = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "no date"
    sent = f"{count(len(versions), 'version')}, {when}"
    people = {r.mail.patch.email or r.mail.patch.author for r in thread.replies}
    if not thread.replies:
        return f"{sent}; no reply"
    by = count(len(people), "person", "people")
    return f"{sent}; {count(len(thread.replies), 'reply', 'replies')} by {by}"


def label(mail: Mail) -> str:
    """ "v2 3/7", or "for 5.10" for a copy."""
    place = f" {mail.patch.number}/{mail.patch.total}" if mail.patch.total else ""
    return f"for {mail.tree}" if mail.tree else f"v{mail.patch.version}{place}"


def where(difference: Difference) -> Phrase:
    """The function and file that are changed otherwise."""
    if not difference.function:
        return (Code(difference.path),)
    return (function(difference.function), " in ", Code(difference.path))


def amount(differences: Sequence[Difference]) -> str:
    """How much is changed otherwise: "5 lines of it gone, 7 new"."""
    gone = sum(len(d.gone) for d in differences)
    come = sum(len(d.come) for d in differences)
    return f"{count(gone, 'line')} of it gone, {come} new"


def successor(thread: Thread, version: Version) -> str:
    """What follows a version: the next one, or the commit."""
    versions = own(thread)
    at = next((i for i, v in enumerate(versions) if v.mail.id == version.mail.id), len(versions))
    if at + 1 < len(versions):
        return f"in {label(versions[at + 1].mail)}"
    return "in the commit"


def by_version(thread: Thread) -> list[tuple[Version, list[Reply]]]:
    """The versions that were answered, with the answers."""
    replies: dict[str, list[Reply]] = {}
    for reply in thread.replies:
        replies.setdefault(reply.version, []).append(reply)
    return [(v, replies[v.mail.id]) for v in thread.versions if v.mail.id in replies]
