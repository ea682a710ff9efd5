"""Names of refs: branches one by one, tags as ranges in the order of their versions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

HEADS, REMOTES, TAGS = "refs/heads/", "refs/remotes/", "refs/tags/"
_PARTS = re.compile(r"(\d+)")
_EARLY = re.compile(r"[-._]?(?:rc|alpha|beta|pre|dev)[-._]?\d*", re.IGNORECASE)

Key = tuple[tuple[int, int, str], ...]


def version_key(tag: str) -> Key:
    """The place of a tag among the others: numbers count as such, a candidate precedes its release.

    `v2.9` < `v2.10-rc1` < `v2.10` < `v2.10.1`.
    """
    early = _EARLY.search(tag)
    head, tail = (tag, "") if early is None else (tag[: early.start()], tag[early.start() :])
    parts = [
        (1, int(part), "") if part.isdigit() else (2, 0, part)
        for part in _PARTS.split(head)
        if part
    ]
    if tail:
        parts += [(-1, int(n) if n.isdigit() else 0, n) for n in _PARTS.split(tail) if n]
    else:
        parts.append((0, 0, ""))
    return tuple(parts)


def short(ref: str) -> str:
    """A ref as people write it."""
    for prefix in (HEADS, REMOTES, TAGS):
        if ref.startswith(prefix):
            return ref.removeprefix(prefix)
    return ref


def branches(refs: Iterable[str]) -> list[str]:
    """The branches among some refs, the clone's own before those of others."""
    listed = list(refs)
    own = sorted(ref for ref in listed if ref.startswith(HEADS) or ref == "HEAD")
    others = sorted(r for r in listed if r.startswith(REMOTES) and not r.endswith("/HEAD"))
    return [*own, *others]


def ranges(tags: Iterable[str], having: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The runs of tags, in the order of versions, that have the same: the first and the last tag.

    `having` tells for each tag what it has (a commit); tags that are not in it have nothing and
    end a run. Tags of different families (`v1.2`, `x86-1.2`) are ordered apart.
    """
    families: dict[str, list[str]] = {}
    for tag in tags:
        family = _PARTS.split(short(tag), maxsplit=1)[0]
        families.setdefault(family, []).append(tag)
    for family in sorted(families):
        ordered = sorted(families[family], key=lambda tag: (version_key(short(tag)), tag))
        yield from _runs(ordered, having)


def _runs(ordered: Sequence[str], having: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    first = last = ""
    for tag in [*ordered, ""]:
        has = having.get(tag)
        if first and has != having.get(first):
            yield first, last
            first = ""
        if has is not None and not first:
            first = tag
        last = tag
