"""Lineage ids: the versions of one definition over a history, joined.

A version is a place, a name and a text. Edits, renames and moves join what was there with what is
there after; so does a file's rename. What came out of another definition (split, extracted), or
went into one, begins or keeps a lineage of its own. A name that comes back to its file, or stands
there with a text that no commit is known to have made (a merge that was not compared), goes on
with what it was.

The id is a digest of the first version and its commit. Rows are learnt in the order of the range,
in one pass, so that neither workers nor interruptions have a say.
"""

from __future__ import annotations

from array import array
from hashlib import blake2b

from minekvm.core.kinds import EDITS, WHOLE

_JOINING = EDITS | WHOLE
Version = tuple[str | None, str | None, str | None]
"""Path, name and digest of the text; None thrice where there is none."""


class Lineages:
    """Joins versions as changes are learnt; afterwards tells the lineage of each."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}  # by version: the order in which they were met
        self._up = array("l")  # by number: another of the same lineage, met earlier or itself
        self._ids = array("Q")
        self._made: list[str | None] = []  # by number: the commit that is known to have made it
        self._last: dict[int, int] = {}  # by path and name: the version that it had last

    def __len__(self) -> int:
        return len(self._up)

    def change(self, commit: str, kind: str, old: Version, new: Version) -> str | None:
        """Learn a kind of a change; which commit made what was there before, if that is known."""
        before = self._number(commit, old) if old[0] is not None else None
        made = self._made[before] if before is not None else None
        if new[0] is not None:
            self._came(commit, kind, before, new)
        return made if made != commit else None

    def _came(self, commit: str, kind: str, before: int | None, new: Version) -> None:
        known = _key(new) in self._numbers
        after = self._number(commit, new, goes_on=before is None and kind == "added")
        if not known:
            self._made[after] = commit
        if before is not None and kind in _JOINING:
            self._join(before, after)

    def came_along(self, commit: str, old: Version, new: Version) -> None:
        """Learn of a definition that a commit renamed the file of."""
        self._join(self._number(commit, old), self._number(commit, new))

    def of(self, version: Version) -> str | None:
        """The lineage of a version that a change named; None where there is none."""
        number = self._numbers.get(_key(version)) if version[0] is not None else None
        return None if number is None else f"{self._ids[self._top(number)]:016x}"

    def _number(self, commit: str, version: Version, *, goes_on: bool = True) -> int:
        key, place = _key(version), _place(version)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._up)
            self._up.append(number)
            self._made.append(None)
            self._ids.append(_hash(f"{commit}\0{key}"))
            if goes_on and place in self._last:
                self._join(self._last[place], number)
        self._last[place] = number
        return number

    def _join(self, one: int, other: int) -> None:
        a, b = sorted((self._top(one), self._top(other)))
        self._up[b] = a

    def _top(self, number: int) -> int:
        up = self._up
        while up[number] != number:
            up[number] = up[up[number]]
            number = up[number]
        return number


def _key(version: Version) -> int:
    return _hash("\0".join(part or "" for part in version))


def _place(version: Version) -> int:
    return _hash(f"{version[0]}\0{version[1]}")


def _hash(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
