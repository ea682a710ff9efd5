"""What a commit begins to call, and who had introduced that: pure parts of what made it possible.

A name that a changed function calls and did not call before was given by an earlier commit. That
one made the change possible if it was news: few places called it, and not for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.model import CommitId, FilePair, Function, FunctionVersion

SEASON = 400 * 24 * 3600  # seconds within which a new name is news; hand-set


@dataclass(frozen=True, slots=True)
class Begun:
    """A name that a function of the commit came to call; whether its message names that."""

    name: str
    caller: FunctionVersion
    spoken: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A definition as a commit gave it: newly, or under a new name; or with other parameters."""

    version: FunctionVersion
    former: str = ""
    parameters: bool = False


@dataclass(frozen=True, slots=True)
class Enabler:
    """An earlier commit that made one possible: the rule that found it, why, and how near (0..1).

    `spoken`: the later commit's message names what it gave.
    """

    commit: CommitId
    rule: str
    text: str
    near: float
    spoken: bool = False


def called(functions: Iterable[Function]) -> dict[str, int]:
    """The plain names that some functions call, each with the line of the first such call."""
    found: dict[str, int] = {}
    for function in functions:
        for one in calls(flow(function.text).steps):
            if not one.indirect:
                found.setdefault(one.name, one.line)
    return found


def begun(pairs: Sequence[FilePair], told: frozenset[str]) -> list[Begun]:
    """What changed functions call since and none of them did before, those in `told` first.

    `told` are the names in the message. A function that is itself new calls many things that are
    no news: of it, only those count.
    """
    found: dict[str, Begun] = {}
    before: set[str] = set()
    changed: list[tuple[FunctionVersion, bool]] = []
    for pair in pairs:
        texts = {f.text for f in pair.old}
        kept = {f.text for f in pair.new}
        names = {f.name for f in pair.old}
        before |= set(called(f for f in pair.old if f.text not in kept))
        changed += [
            (FunctionVersion(pair.new_path or "", f), f.name in names)
            for f in pair.new
            if f.text not in texts
        ]
    own = {version.name for version, _ in changed}
    for version, grown in changed:
        for name in called((version.function,)):
            if name not in before | own | found.keys() and (grown or name in told):
                found[name] = Begun(name, version, name in told)
    return sorted(found.values(), key=lambda one: not one.spoken)


def given(pairs: Sequence[FilePair], name: str, path: str) -> Given | None:
    """How a commit gave a name that code in a file can call: None where it stood so before.

    A definition that came from another file is not given, only moved.
    """
    old = [f for pair in pairs for f in pair.old if f.name == name]
    for pair in pairs:
        for function in pair.new:
            version = FunctionVersion(pair.new_path or "", function)
            if function.name != name or not is_seen(version, path):
                continue
            if not old:
                return Given(version, _former(pairs, pair, function))
            if all(_parameters(f) != _parameters(function) for f in old):
                return Given(version, parameters=True)
    return None


def is_seen(version: FunctionVersion, path: str) -> bool:
    """Whether code in a file can call a definition: a static one of another source it cannot."""
    hidden = version.path.endswith(".c") and "static" in version.function.signature.split()
    return not hidden or version.path == path


def moves_calls(pairs: Sequence[FilePair]) -> bool:
    """Whether a call went out of one changed function and into another that stood before."""
    left: set[str] = set()
    came: set[str] = set()
    for pair in pairs:
        now = {f.name: f for f in pair.new}
        for was in pair.old:
            function = now.get(was.name)
            if function is not None and function.text != was.text:
                before, after = set(called((was,))), set(called((function,)))
                left |= before - after
                came |= after - before
    return bool(left & came)


def nearness(seconds: int) -> float:
    """How near a commit is that came so long before: from 1 down to 0 after a season."""
    return max(0.0, 1 - max(seconds, 0) / SEASON)


def _former(pairs: Sequence[FilePair], pair: FilePair, function: Function) -> str:
    """The name that a definition had before, where nothing but that changed; "" where none."""
    names = {f.name for one in pairs for f in one.new}
    for was in pair.old:
        if was.name not in names and _renamed(was, function):
            return was.name
    return ""


def _renamed(was: Function, now: Function) -> bool:
    return was.text.replace(was.name.encode(), now.name.encode()) == now.text


def _parameters(function: Function) -> str:
    return function.signature.partition(function.name)[2]
