"""Where calls stand to regions: which calls a change brings, and from where they can be seen.

A call is looked at from the functions that lead to it, its own first; a region around it may be
opened by any of them. Which regions there are is told in `pairs`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache

from minekvm.core.c.flow import flow
from minekvm.core.c.steps import Call, calls
from minekvm.core.model import FilePair, Function, FunctionVersion
from minekvm.core.region.depths import State
from minekvm.core.region.region import Place, Region
from minekvm.core.region.tree import Tree
from minekvm.core.report.story import Rule

DEEPEST = 4  # callers of callers that are climbed to; hand-set: an operation, its helper, a wrapper
_TOPS = 24


@dataclass(frozen=True, slots=True)
class Arrived:
    """A call that a change brings to a function: `before` and `after` are the calls beside it.

    `old` is the function as it was, None where it is new; `left` are functions that lose a call of
    that name.
    """

    call: str
    line: int
    version: FunctionVersion
    old: FunctionVersion | None
    before: str
    after: str
    left: tuple[str, ...] = ()

    @property
    def places(self) -> list[Place]:
        """Where it stands, as versions may have it too that are without the call."""
        name = self.version.name
        found = []
        if self.before:
            found.append(Place(name, "after", self.before))
        if self.after:
            found.append(Place(name, "before", self.after))
        return found or [Place(name, "before")]


def arrived(pairs: Sequence[FilePair]) -> list[Arrived]:
    """The calls that a change brings to functions, also those that it moves within one."""
    found: list[Arrived] = []
    left: dict[str, list[str]] = {}
    for pair in pairs:
        before = _by_name(pair.old)
        kept = {f.text for f in pair.old}
        for function in pair.new:
            if function.text in kept:
                continue
            old = before.get(function.name)
            was = called_in(old) if old is not None else ()
            now = called_in(function)
            came, gone = _differ([c.name for c in was], [c.name for c in now])
            for name in gone:
                left.setdefault(was[name].name, []).append(function.name)
            version = FunctionVersion(pair.new_path or "", function)
            earlier = None if old is None else FunctionVersion(pair.old_path or "", old)
            found += [_arrival(version, earlier, now, at) for at in came]
        for function in pair.old:
            if function.name not in {f.name for f in pair.new}:
                for call in called_in(function):
                    left.setdefault(call.name, []).append(function.name)
    return [_with_left(one, left) for one in found]


def _with_left(one: Arrived, left: dict[str, list[str]]) -> Arrived:
    names = tuple(dict.fromkeys(left.get(one.call, ())))
    return Arrived(one.call, one.line, one.version, one.old, one.before, one.after, names)


def _arrival(
    version: FunctionVersion, old: FunctionVersion | None, now: Sequence[Call], at: int
) -> Arrived:
    known = {c.name for c in called_in(old.function)} if old is not None else set()
    before = next((c.name for c in reversed(now[:at]) if c.name in known), "")
    after = next((c.name for c in now[at + 1 :] if c.name in known), "")
    line = version.function.start_line + now[at].line
    return Arrived(now[at].name, line, version, old, before, after)


def _by_name(functions: Iterable[Function]) -> dict[str, Function]:
    return {f.name: f for f in functions if f.kind != "tracepoint"}


def called_in(function: Function) -> tuple[Call, ...]:
    """The calls of a function, in order; none of a tracepoint."""
    return _calls_of(function.text) if function.kind != "tracepoint" else ()


@lru_cache(maxsize=8192)
def _calls_of(text: bytes) -> tuple[Call, ...]:
    """The calls of a body: the same bodies are asked of again from every function around them."""
    return tuple(calls(flow(text).steps))


def _differ(old: Sequence[str], new: Sequence[str]) -> tuple[list[int], list[int]]:
    """Which calls came and which went, by their places in the new and the old order."""
    came: list[int] = []
    gone: list[int] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += range(a, b)
            came += range(c, d)
    return came, gone


# --- from where it is seen


def tops(tree: Tree, version: FunctionVersion, deepest: int = DEEPEST) -> list[FunctionVersion]:
    """The functions from which another is reached, itself first, then the nearest callers."""
    found = [version]
    seen = {(version.path, version.name)}
    front = [version]
    for _ in range(deepest):
        fresh: list[FunctionVersion] = []
        for below in front:
            for caller in callers(tree, below):
                key = caller.path, caller.name
                if key not in seen and len(found) < _TOPS:
                    seen.add(key)
                    found.append(caller)
                    fresh.append(caller)
        front = fresh
    return found


def callers(tree: Tree, version: FunctionVersion) -> Iterator[FunctionVersion]:
    """The functions of a tree that call another: by its name, or through a table that has it."""
    name = version.name
    fields = {
        op.field
        for path in tree.blobs
        for op in tree.outline(path).ops
        if op.target == name and op.field != "[]"
    }
    words = [word.encode("utf-8", "surrogateescape") for word in (name, *sorted(fields))]
    for path in tree.blobs:
        for functions in tree.outline(path).names.values():
            for function in functions:
                if function.name != name and any(word in function.text for word in words):
                    caller = FunctionVersion(path, function)
                    if _reaches(tree, caller, version, fields):
                        yield caller


def _reaches(
    tree: Tree, caller: FunctionVersion, version: FunctionVersion, fields: set[str]
) -> bool:
    for call in called_in(caller.function):
        if not call.indirect and call.name == version.name:
            means = tree.definitions(call.name, caller.path)
            if any(v.path == version.path for v in means):
                return True
        elif call.indirect and (call.name in fields or any(f in call.callee for f in fields)):
            targets = tree.targets(call, caller)
            if any(t.name == version.name for t in targets):
                return True
    return False


# --- how they stand


def standing(regions: Sequence[Region], call: str, function: str) -> State | None:
    """How the calls of a name in one function stand; None where none is reached."""
    states = {
        placed.state
        for region in regions
        for placed in region.calls
        if placed.function == function and call in (placed.call, placed.callee)
    }
    if not states:
        return None
    if len(states) == 1:
        return states.pop()
    return "unknown" if states == {"unknown"} else "partly"


def forbids(rule: Rule, call: str) -> bool:
    """Whether a rule speaks of a call."""
    return any(fnmatchcase(call, pattern) for pattern in rule.forbid)
