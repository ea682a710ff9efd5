"""Where calls through tables lead: a table belongs to the type of the object it is called through.

That type is told from the declarations of the function, its file and the headers that are known,
field by field. Where it cannot be, it is the type of the only tables within reach that have such
an operation, those in the caller's own folder first; where there are several, it is open. In reach
is what can be built with the caller, and a type that a header declares which the caller includes.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minekvm.core.c.conditions import excluded
from minekvm.core.c.objects import ALIAS, ENDS, INCLUDE, OPERATION, Declared, local
from minekvm.core.c.steps import Call
from minekvm.core.c.tables import Op
from minekvm.core.model import FunctionVersion
from minekvm.core.region.includes import Includes, may_include
from minekvm.core.region.reach import reaches

_WHAT = re.compile(r"(\w++)\(\s*+([\w$]++)\s*+\)\Z")
_INDEX = re.compile(r"\[[^\][]*+\]")
_CAST = re.compile(r"\(\s*+(?:const\s++)?+(?:struct|union)\s++(\w++)[\s*]*+\)")
_MEMBER = re.compile(r"->|\.")
_WORD = re.compile(r"[A-Za-z_]\w*+")
_CONTAINER = re.compile(r"container_of\(.*,\s*+struct\s++(\w++)\s*+,[^,]*+\)\Z")
_ROOM = re.compile(r"\A[(*&\s]++|[)\s]++\Z")

Returned = Callable[[str], str]
"""The name of the type that a function of some name returns; "" where it is not known."""


@dataclass(frozen=True, slots=True)
class Target:
    """A function that a call through a table may reach, and the file that says so.

    `sure` is false where tables of several types could be meant.
    """

    name: str
    table: str
    struct: str
    path: str = ""
    sure: bool = True


def _nothing(_name: str) -> str:
    return ""


class Tables:
    """Where calls through tables lead, given the entries and objects of all files that are known.

    Objects are given with the file that declares them. `used` are the files by whose declarations
    it was told, `by_includes` whether what files include made a difference.
    """

    def __init__(self, entries: Iterable[Op], objects: Iterable[tuple[str, Declared]] = ()) -> None:
        self._fields: defaultdict[str, list[Op]] = defaultdict(list)
        self._arrays: defaultdict[str, list[Op]] = defaultdict(list)
        self._variables: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._members: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        self.used: set[str] = set()
        self.by_includes = False
        self._declaring: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._aliases: dict[str, str] = {}
        included: defaultdict[str, list[str]] = defaultdict(list)
        declaring: dict[str, None] = {}
        self._endings: defaultdict[str, list[str]] = defaultdict(list)
        for path, (owner, name, kind) in objects:
            declaring[path] = None
            if owner == INCLUDE:
                included[path].append(name)
            elif owner == ALIAS:
                self._aliases[name] = kind
            elif owner == ENDS:
                self._endings[name].append(path)
            elif owner:
                self._members[name][owner].add(kind)
                self._declaring[owner, name].add(path)
            else:
                self._variables[name][path] = kind
        self._includes = Includes(included, declaring)
        self._named: defaultdict[str, set[str]] = defaultdict(set)
        self._structs: set[str] = set()
        for op in entries:
            self._structs.add(op.struct)
            self._named[op.table].add(op.struct)
            if op.field == "[]":
                self._arrays[op.table].append(op)
            else:
                self._fields[op.field].append(op)

    def ends(self, name: str, path: str) -> bool:
        """Whether a prototype that a file may see says that a function never returns."""
        return any(reaches(path, other) for other in self._endings.get(name, ()))

    def targets(
        self, call: Call, caller: FunctionVersion | None = None, returned: Returned = _nothing
    ) -> tuple[Target, ...]:
        """The functions that an indirect call may reach, each with its table, in file order."""
        what = _WHAT.search(call.callee) if not call.callee.startswith("(") else None
        if what is not None:
            entries = self._by_suffix(*what.groups())
        elif call.name in self._arrays and "[" in call.callee:
            entries = self._arrays[call.name]
        elif call.callee.endswith((f"->{call.name}", f".{call.name}")):
            entries = [op for op in self._fields.get(call.name, ()) if op.table]
        else:
            entries = []  # a plain pointer
        entries = [op for op in entries if _near(op, caller)] if call.indirect else []
        if what is not None or not entries:
            return self._told(entries, self._kinds(entries))
        if call.name in self._arrays and "[" in call.callee:
            return self._told(entries, set())
        return self._of_object(call, entries, caller, returned)

    def _of_object(
        self, call: Call, entries: Sequence[Op], caller: FunctionVersion | None, returned: Returned
    ) -> tuple[Target, ...]:
        """Those of the entries for a field that belong to the object's type."""
        kind = self._object(call, caller, returned)
        if kind:
            mine = [op for op in entries if self._kind(op) in (kind, "")]
            return self._told(self._of_one_header(kind, call.name, mine, caller), {kind})
        owners: Mapping[str, set[str]] = self._members.get(call.name, {})
        visible = [op for op in entries if self._visible(owners, self._kind(op))] or entries
        visible = self._in_sight(call.name, visible, caller)
        kinds = self._kinds(visible)
        if len(kinds) > 1 and caller is not None:
            folder = posixpath.dirname(caller.path)
            own = [op for op in visible if posixpath.dirname(op.path) == folder]
            visible = [op for op in visible if self._kind(op) in self._kinds(own)] or visible
        return self._told(visible, self._kinds(visible))

    def _of_one_header(
        self, kind: str, name: str, entries: Sequence[Op], caller: FunctionVersion | None
    ) -> Sequence[Op]:
        """Of the tables of a type those whose file means the same type, where several headers
        declare one of that name."""
        declaring = self._declaring.get((kind, name), set())
        self.used |= declaring
        if caller is None or len(declaring) < 2:
            return entries
        mine = declaring & self._includes.reached(caller.path)
        if not mine or mine == declaring:
            return entries
        self.by_includes = True
        theirs = ((op, declaring & self._includes.reached(op.path)) for op in entries)
        return [op for op, there in theirs if not there or there & mine]

    def _in_sight(
        self, name: str, entries: Sequence[Op], caller: FunctionVersion | None
    ) -> Sequence[Op]:
        """Of tables of several types those whose type a file can have seen declared."""
        kinds = self._kinds(entries)
        if caller is None or len(kinds) < 2:
            return entries
        reached = self._includes.reached(caller.path)
        out_of_sight = set()
        for kind in kinds:
            declaring = self._declaring.get((kind, name), set())
            may = (p in reached or may_include(caller.path, p) for p in declaring)
            if declaring and not any(may):
                out_of_sight.add(kind)
        if not out_of_sight or out_of_sight == kinds:
            return entries
        self.by_includes = True
        self.used |= {p for kind in kinds for p in self._declaring.get((kind, name), ())}
        return [op for op in entries if self._kind(op) not in out_of_sight]

    def _told(self, entries: Sequence[Op], kinds: set[str]) -> tuple[Target, ...]:
        sure = len(kinds) < 2
        return tuple(
            dict.fromkeys(
                Target(op.target, op.table, self._kind(op), op.path, sure) for op in entries
            )
        )

    def _kinds(self, entries: Iterable[Op]) -> set[str]:
        return {self._kind(op) for op in entries} - {""}

    def _kind(self, op: Op) -> str:
        """The type of an entry's table; "" where it is not known."""
        return self._field(op.struct, op.within) if op.within else self._tag(op.struct)

    def _tag(self, kind: str) -> str:
        return self._aliases.get(kind, kind)

    def _visible(self, owners: Mapping[str, set[str]], kind: str) -> bool:
        """Whether a type may have the operation: it does, or nothing is known of it."""
        return not kind or not owners or OPERATION in owners.get(kind, ())

    def _object(self, call: Call, caller: FunctionVersion | None, returned: Returned) -> str:
        """The type of the object that a call goes through; "" where it is not known."""
        base, cast, members = _path(call.callee)
        kind = cast or self._base(base, caller, returned)
        for member in members:
            kind = self._field(kind, member)
        return self._tag(kind)

    def _base(self, base: str, caller: FunctionVersion | None, returned: Returned) -> str:
        """The type of a variable, or of what a call returns."""
        if base.endswith(")"):
            container = _CONTAINER.search(base)
            return container.group(1) if container else returned(base.partition("(")[0])
        if caller is not None and (kind := local(caller.function.text).get(base)):
            return kind
        known = self._variables.get(base, {})
        self.used |= known.keys()
        if caller is not None and caller.path in known:
            return known[caller.path]
        kinds = {k for path, k in known.items() if caller is None or reaches(caller.path, path)}
        kinds = kinds or (self._named.get(base, set()) - {""})
        if not kinds and base in self._structs:
            return base  # the one table of a type is often called like it
        return kinds.pop() if len(kinds) == 1 else ""

    def _field(self, owner: str, name: str) -> str:
        """The type of a field; of an owner that is not known, if all fields of the name agree."""
        owners: Mapping[str, set[str]] = self._members.get(name, {})
        kinds = owners.get(self._tag(owner)) or owners.get(owner)
        if kinds is not None:
            self.used |= self._declaring.get((self._tag(owner), name), set())
        else:
            kinds = {self._tag(k) for each in owners.values() for k in each}
        kinds = kinds - {OPERATION}
        return next(iter(kinds)) if len(kinds) == 1 else ""

    def _by_suffix(self, how: str, name: str) -> list[Op]:
        """What `static_call(kvm_x86_run)` and `kvm_x86_call(run)` lead to: the field `run`."""
        prefix = how.removesuffix("call") if how.endswith("_call") else ""
        if how.startswith("static_call"):
            prefix = ""
        rest, before = name, prefix
        suffixes: list[tuple[str, str]] = []
        while rest:
            if rest in self._fields:
                suffixes.append((before, rest))
            head, _, rest = rest.partition("_")
            before += f"{head}_"
        for before, rest in suffixes:
            entries = self._fields[rest]
            near = [op for op in entries if before and self._kind(op).startswith(before)]
            if near:
                return near
            if before == prefix and (own := [op for op in entries if not op.table]):
                return own  # of the static call itself
        return self._fields[suffixes[0][1]] if suffixes else []


def _near(op: Op, caller: FunctionVersion | None) -> bool:
    """Whether a caller can reach a table: by its machine, and by what is compiled with it."""
    if caller is None:
        return True
    return reaches(caller.path, op.path) and not excluded(caller.function.condition, op.condition)


def way(callee: str) -> tuple[str, ...]:
    """The variable and the fields through which what is called is reached."""
    base, _, members = _path(callee)
    return base.partition("(")[0], *members


@lru_cache(maxsize=16_384)
def _path(callee: str) -> tuple[str, str, tuple[str, ...]]:
    """How a member is reached: the variable or call, the type it is cast to, the fields between."""
    text = callee
    while "[" in text and (shorter := _INDEX.sub("", text)) != text:
        text = shorter
    cast = _CAST.search(text)
    depth, start = 0, 0
    found: list[str] = []
    at = 0
    while at < len(text):
        depth += (text[at] in "({") - (text[at] in ")}")
        sign = _MEMBER.match(text, at) if depth <= 0 else None
        if sign is not None:
            found.append(text[start:at])
            start = at = sign.end()
        else:
            at += 1
    base, *members = [*found, text[start:]]
    if base.startswith("(") and (inner := _ROOM.sub("", base)) and "(" not in inner:
        if not cast and _MEMBER.search(inner):
            outer = _path(f"{inner}.x")  # `(*a->b).run`
            return outer[0], outer[1], (*outer[2], *(m.strip() for m in members[:-1]))
        base = inner
    base = base.lstrip("(*& ").strip()
    if not base.endswith(")"):
        words = _WORD.findall(base)
        base = words[-1] if words else ""
    cast_to = cast.group(1) if cast is not None and callee.startswith("(") else ""
    return base, cast_to, tuple(m.strip() for m in members[:-1])
