"""A JSON document cut into pages, none of which is long: pure, and no row is lost on the way.

The lists that a document is made of are its *rows*, told one after another; a row that would take
too much of a page is taken apart into rows that have its plain keys again and a part of the others.
Only a single text that is longer than that is cut, and says so at its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LARGEST = 19_000  # bytes of a page as `cost` counts them, so that an answer stays under 20 kB
_ROW = LARGEST // 3  # of a row: several share a page
_LEAST = 200  # bytes that are always tried: below them nothing would be said
_ROOM = 500  # for what a page says of itself
_COMMITS = "commits"  # what is known of commits, by hash: a page has those that it names
_HASH = re.compile(r"[0-9a-f]{40,64}")
_WAYS = list[tuple[str, ...]]


def dumped(value: object) -> str:
    """JSON without a superfluous byte."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def cost(value: object) -> int:
    """The bytes that a value takes in an answer: once as it is, and once as text in JSON."""
    text = dumped(value)
    return len(text.encode()) + len(json.dumps(text, ensure_ascii=False).encode())


def readable(value: Any) -> Any:
    """The same in text that UTF-8 has: bytes that were no text are written with a backslash."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, Mapping):
        return {readable(key): readable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [readable(each) for each in value]
    return value


def brief(document: Mapping[str, Any], spared: Iterable[str]) -> dict[str, Any]:
    """A document without some keys ("changes.inside"); its rows without what is null or empty."""
    ways = [tuple(way.split(".")) for way in spared]
    return {k: _brief(v, _beneath(ways, k)) for k, v in document.items() if (k,) not in ways}


def _brief(value: Any, ways: _WAYS) -> Any:
    if isinstance(value, list):
        return [_brief(each, ways) for each in value]
    if not isinstance(value, Mapping):
        return value
    kept = {k: _brief(v, _beneath(ways, k)) for k, v in value.items() if (k,) not in ways}
    return {key: each for key, each in kept.items() if each not in (None, "", [], {})}


def _beneath(ways: _WAYS, key: str) -> _WAYS:
    return [way[1:] for way in ways if way[0] == key and len(way) > 1]


@dataclass(frozen=True, slots=True)
class Paged:
    """A document as rows: what is told once, and (list, row) in the order of telling.

    `lists` has every list, also the empty ones; what had no room in the head is in the list "more".
    """

    head: dict[str, Any]
    lists: tuple[str, ...]
    rows: tuple[tuple[str, Any], ...]
    commits: Mapping[str, Any]

    def page(self, start: int, most: int) -> tuple[dict[str, Any], int | None]:
        """At most so many rows from a number on, and where the next page begins; None at the end.

        What is told once is on the first page.
        """
        page: dict[str, Any] = (
            dict(self.head) if start == 0 else {"schema": self.head.get("schema")}
        )
        commits = self._named(page)
        page |= {name: [] for name in self.lists if start == 0}
        used = cost([page, commits]) + _ROOM
        at = start
        for name, row in self.rows[start : start + most]:
            news = {c: v for c, v in self._named(row).items() if c not in commits}
            used += cost([row, news, name])
            if used > LARGEST and at > start:
                break
            page.setdefault(name, []).append(row)
            commits |= news
            at += 1
        if commits:
            page[_COMMITS] = commits
        page["rows"] = {"from": min(start + 1, at), "to": at, "of": len(self.rows)}
        return page, at if at < len(self.rows) else None

    def _named(self, value: object) -> dict[str, Any]:
        if not self.commits:
            return {}
        found = dict.fromkeys(_HASH.findall(dumped(value)))
        return {commit: self.commits[commit] for commit in found if commit in self.commits}


def paged(document: Mapping[str, Any], lists: Sequence[str]) -> Paged:
    """A document whose lists of these names are its rows, in this order; a name may be absent."""
    there = tuple(name for name in lists if isinstance(document.get(name), list))
    told = {k: v for k, v in document.items() if k not in there and k != _COMMITS}
    head, *more = _pieces(told, _ROW)
    rows = [("more", piece) for piece in more]
    rows += [
        (name, part) for name in there for row in document[name] for part in _pieces(row, _ROW)
    ]
    commits = {c: _whole(about, _ROW // 6) for c, about in (document.get(_COMMITS) or {}).items()}
    return Paged(head, (*there, *(["more"] if more else [])), tuple(rows), commits)


def _pieces(value: Any, room: int) -> list[Any]:
    """A value as values that have room each; one, where that is enough."""
    if cost(value) <= room:
        return [value]
    if isinstance(value, dict):
        return _objects(value, room)
    if isinstance(value, list):
        parts = [part for each in value for part in _pieces(each, max(room - 10, _LEAST))]
        return list(_packed(parts, room))
    return [_whole(value, room)]


def _objects(value: dict[str, Any], room: int) -> list[dict[str, Any]]:
    """An object as objects, each with the plain keys where these are short, and some others."""
    plain = {
        k: _whole(v, room * 2 // 3) for k, v in value.items() if not isinstance(v, list | dict)
    }
    base = plain if cost(plain) <= room // 2 else {}
    left = room - cost(base) - 20
    found: list[dict[str, Any]] = []
    begun, used = dict(base), cost(base)
    for key, each in value.items():
        if key in base:
            continue
        for part in _pieces(plain.get(key, each), max(left - 2 * cost(key), _LEAST)):
            takes = cost({key: part})
            if len(begun) > len(base) and (key in begun or used + takes > room):
                found.append(begun)
                begun, used = dict(base), cost(base)
            begun[key] = part
            used += takes
    return [*found, begun]


def _packed(parts: list[Any], room: int) -> Iterator[list[Any]]:
    begun: list[Any] = []
    used = 10
    for part in parts:
        used += cost(part)
        if begun and used > room:
            yield begun
            begun, used = [], 10 + cost(part)
        begun.append(part)
    yield begun


def _whole(value: Any, room: int) -> Any:
    """The same with each text as long as there is room for."""
    if isinstance(value, dict):
        return {key: _whole(each, room) for key, each in value.items()}
    if not isinstance(value, str) or cost(value) <= room:
        return value
    room = max(room, _LEAST)
    kept = value
    while (takes := cost(kept) + 80) > room:
        kept = kept[: max(len(kept) * room // takes - 1, 0)]
    return f"{kept}[cut here: {len(value)} characters]"
