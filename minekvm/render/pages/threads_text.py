"""Words for discussions, shared by terminal and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minekvm.render import text

if TYPE_CHECKING:
    from minekvm.core.mail.model import Difference, Mail, Reply, Thread, Version

NO_COMMIT = "no commit is known that it became"


def own(found: Thread) -> list[Version]:
    """The versions that are no copies for stable trees; all, where there are only copies."""
    return [v for v in found.versions if not v.mail.tree] or list(found.versions)


def copies(found: Thread) -> list[Version]:
    """The copies for stable trees that stand beside versions."""
    shown = {v.mail.id for v in own(found)}
    return [v for v in found.versions if v.mail.id not in shown]


def size(found: Thread) -> str:
    """A discussion in one line: "3 versions, 2021-03-03 to 2021-03-15; 8 replies by 4 people"."""
    versions = own(found)
    if found.parts:
        taken = sum(p.became is not None for p in found.parts)
        return f"{text.count(len(found.parts), 'patch', 'patches')}, {taken} of them in this clone"
    days = sorted(v.mail.date[:10] for v in versions if v.mail.date)
    when = " to ".join(dict.fromkeys((days[0], days[-1]))) if days else "no date"
    said = f"{text.count(len(versions), 'version')}, {when}"
    people = {r.mail.patch.email or r.mail.patch.author for r in found.replies}
    if not found.replies:
        return f"{said}; no reply"
    by = text.count(len(people), "person", "people")
    return f"{said}; {text.count(len(found.replies), 'reply', 'replies')} by {by}"


def reviews(found: Thread) -> list[tuple[str, str]]:
    """Who gave which review trailer, each once, as key and value."""
    return list(dict.fromkeys(t for r in found.replies for t in r.trailers))


def who(mail: Mail) -> str:
    """A mail's author, or a word for nobody."""
    return text.safe(mail.patch.author) or "nobody"


def label(mail: Mail) -> str:
    """ "v2 3/7", or "for 5.10" for a copy."""
    place = f" {mail.patch.number}/{mail.patch.total}" if mail.patch.total else ""
    return f"for {text.safe(mail.tree)}" if mail.tree else f"v{mail.patch.version}{place}"


def where(difference: Difference, quote: text.Quote = text.safe) -> str:
    """The function and file that are changed otherwise."""
    if not difference.function:
        return quote(difference.path)
    return f"{quote(difference.function + '()')} in {quote(difference.path)}"


def amount(differences: Sequence[Difference]) -> str:
    """How much is changed otherwise: "5 lines gone, 7 came"."""
    gone = sum(len(d.gone) for d in differences)
    come = sum(len(d.come) for d in differences)
    return f"{text.count(gone, 'line')} of it gone, {come} new"


def successor(found: Thread, version: Version) -> str:
    """What follows a version: the next one, or the commit."""
    versions = own(found)
    at = next((i for i, v in enumerate(versions) if v.mail.id == version.mail.id), len(versions))
    if at + 1 < len(versions):
        return f"in {label(versions[at + 1].mail)}"
    return "in the commit"


def parts(found: Thread) -> list[tuple[str, str, str]]:
    """The patches of a series: place, the commit that each became, and subject."""
    return [
        (
            f"{p.mail.patch.number}/{p.mail.patch.total}",
            p.became.commit[:12] if p.became is not None else "",
            text.safe(p.mail.patch.subject),
        )
        for p in found.parts
    ]


def by_version(found: Thread) -> list[tuple[Version, list[Reply]]]:
    """The versions that were answered, with the answers."""
    grouped = [(v, [r for r in found.replies if r.version == v.mail.id]) for v in found.versions]
    return [(version, replies) for version, replies in grouped if replies]
