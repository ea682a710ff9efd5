"""What one commit did to the names of a question: to definitions, to calls, to uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minekvm.core.c.blocks import blocks
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.callers.sites import Shift
from minekvm.core.kinds import EDITS
from minekvm.core.model import Change, CommitId, Event, FunctionVersion
from minekvm.core.why.moved_within import Reorder
from minekvm.core.why.reading import is_path

_FEW_CALLS = 3  # calls that moved, up to which a commit is about them
_NAME = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Use:
    """How often a word stands in a function, a block of that name, or a file, on both sides.

    `old` and `new` are the function's versions; `block` is a type's, table's or macro's name.
    """

    word: str
    path: str
    before: int
    after: int
    old: FunctionVersion | None = None
    new: FunctionVersion | None = None
    block: str = ""

    @property
    def how(self) -> str:
        """Whether it came, went, or was used before and since."""
        if not self.before:
            return "came"
        return "changed" if self.after else "went"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """What one commit did to a symbol: to its definition, to that one's place, to calls of it.

    `later` is the symbol's name after a commit that renamed it while it moved its calls; `edited`
    are functions of the question whose text it changed, `uses` where names came or went.
    """

    commit: CommitId
    symbol: str
    events: tuple[Event, ...] = ()
    shifts: tuple[Shift, ...] = ()
    reorders: tuple[Reorder, ...] = ()
    uses: tuple[Use, ...] = ()
    later: str = ""

    @property
    def sides(self) -> tuple[tuple[FunctionVersion | None, FunctionVersion | None], ...]:
        """The functions in which it happened, before and after."""
        sides: list[tuple[FunctionVersion | None, FunctionVersion | None]] = []
        sides += [(e.change.old, e.change.new) for e in self.events]
        sides += [(r.old, r.new) for r in self.reorders]
        sides += [(s.old, s.new) for s in self.shifts]
        sides += [(u.old, u.new) for u in self.uses if u.old or u.new]
        return tuple(dict.fromkeys(sides))

    @property
    def is_more_than_an_edit(self) -> bool:
        """Whether anything but the text of a definition changed."""
        kinds = {kind for e in self.events for kind in e.change.kinds}
        return bool(self.shifts or self.reorders or kinds - EDITS)

    @property
    def paths(self) -> frozenset[str]:
        """The files in which it happened."""
        return frozenset(v.path for pair in self.sides for v in pair if v is not None)

    @property
    def names(self) -> frozenset[str]:
        """The symbol, and the functions in which it happened."""
        both = [v for pair in self.sides for v in pair if v is not None]
        return frozenset((self.symbol, *(v.name for v in both)))


def uses(changes: Iterable[Change], words: Sequence[str]) -> Iterator[Use]:
    """Where edits of functions changed how often they use some words."""
    for change in changes:
        old, new = change.old, change.new
        before = counted(old.function.text) if old else {}
        after = counted(new.function.text) if new else {}
        whole = new or old
        assert whole is not None
        for word in words:
            was, now = before.get(word, 0), after.get(word, 0)
            if was != now and word != whole.name:
                yield Use(word, whole.path, was, now, old, new)


def in_blocks(path: str, old: bytes, new: bytes, names: Sequence[str]) -> Iterator[Use]:
    """Where blocks of some names in a file came to have others of the names more or less often."""
    before, after = blocks(old, names), blocks(new, names)
    for block in before.keys() | after.keys():
        was, now = (counted(side.get(block, b"")) for side in (before, after))
        for word in names:
            if word != block and was.get(word, 0) != now.get(word, 0):
                yield Use(word, path, was.get(word, 0), now.get(word, 0), block=block)


@lru_cache(maxsize=2048)
def counted(text: bytes) -> Counter[str]:
    """How often each word stands in a text of C."""
    return Counter(found.decode("ascii") for found in _NAME.findall(text))


def times(text: bytes, word: str) -> int:
    """How often one word stands in a text of C: as `counted` tells, of long texts sooner."""
    sought = word.encode("utf-8", "surrogateescape")
    at, found = text.find(sought) if sought else -1, 0
    while at >= 0:  # a line at a time, for no word goes on over its end
        begin, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
        end = len(text) if end < 0 else end
        found += _NAME.findall(text[begin:end]).count(sought)
        at = text.find(sought, end)
    return found


def within(where: str, *versions: FunctionVersion | None) -> bool:
    """Whether a name or path that the question gives fits one of some definitions."""
    if not where:
        return True
    known = [v for v in versions if v is not None]
    if is_path(where):
        return any(lies_in(v.path, where) for v in known)
    return any(v.name == where for v in known)


def lies_in(path: str, where: str) -> bool:
    """Whether a path is the one meant: itself, below it, or of that name."""
    where = where.rstrip("/")
    return (
        path == where
        or path.startswith(f"{where}/")
        or f"/{where}/" in f"/{path}"
        or path.endswith(f"/{where}")
    )


def across(gone: Sequence[Shift], began: Sequence[Shift]) -> list[Shift]:
    """The moves of calls whose callee the same commit renamed.

    `gone` are the calls under the old name that ended, `began` those under the new one that began.
    """
    ended = [s for s in gone if s.how in ("gone", "replaced") and s.old is not None]
    found = []
    for shift in began:
        if shift.how != "began" or shift.new is None:
            continue
        old = next((s for s in ended if s.old is not None and not _same(s.old, shift.new)), None)
        stayed = any(s.old is not None and _same(s.old, shift.new) for s in ended)
        if old is not None and not stayed:
            found.append(Shift("to function", old.old, shift.new, old.left, shift.came))
    return found


def _same(a: FunctionVersion, b: FunctionVersion) -> bool:
    return (a.path, a.name) == (b.path, b.name)


def undoes(shift: Shift, other: Shift) -> bool:
    """Whether a move of a call goes back to where an older one took it from.

    The function may have got a prefix or a part split off meanwhile: the words of its name tell.
    """
    if shift.how != "to function" or other.how != "to function":
        return False
    if shift.new is None or other.old is None or other.new is None or shift.old is None:
        return False
    away = {v.name for v in (other.new, shift.old)}
    return other.old.name not in away and akin(shift.new.name, other.old.name)


def akin(name: str, other: str) -> bool:
    """Whether one name has all the words of the other, in order and together."""
    short, long = sorted((name.strip("_"), other.strip("_")), key=len)
    return f"_{short}_" in f"_{long}_"


def in_order(version: FunctionVersion, word: str, before: str, after: str) -> bool:
    """Whether a function calls a word before one call and after another, where they are given."""
    called = [call.name for call in calls(flow(version.function.text).steps)]
    mine = [i for i, name in enumerate(called) if name == word]
    ahead = [i for i, name in enumerate(called) if name == after]
    behind = [i for i, name in enumerate(called) if name == before]
    if not mine or (after and not ahead) or (before and not behind):
        return False
    return (not ahead or ahead[0] < mine[-1]) and (not behind or mine[0] < behind[-1])


def moved_calls(changes: Iterable[Change]) -> list[str]:
    """The names that a commit's edits had one function cease to call and another begin to.

    A call that moved is what such a commit is about; where many did, none is.
    """
    lost: dict[str, set[str]] = {}
    gained: dict[str, set[str]] = {}
    for change in changes:
        if change.old is None or change.new is None or "modified" not in change.kinds:
            continue
        before, after = _called(change.old), _called(change.new)
        for name in (n for n in before if n not in after):
            lost.setdefault(name, set()).add(change.new.name)
        for name in (n for n in after if n not in before):
            gained.setdefault(name, set()).add(change.new.name)
    found = [name for name, places in lost.items() if gained.get(name, set()) - places]
    return found if len(found) <= _FEW_CALLS else []


def _called(version: FunctionVersion) -> dict[str, None]:
    """The names that a function calls, in their order."""
    steps = flow(version.function.text).steps
    return dict.fromkeys(call.name for call in calls(steps) if not call.indirect)
