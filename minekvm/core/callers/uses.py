"""What a commit did to the uses of a symbol that is no function, given its files.

A holder is what a use stands in: a function, another declaration, or the file itself. Holders are
told as functions are: `struct x`, `config X`; the file's own has no name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from minekvm.core.c import uses as c
from minekvm.core.callers.sites import Shift, Site
from minekvm.core.declarations import Declaration
from minekvm.core.model import Change, FilePair, Function, FunctionVersion

_TAGS = ("struct", "union", "enum")
_DIRECTED = frozenset(("config", "macro"))  # what directives outside of everything may name


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose uses are looked for: its name, its kind, and for a member what it is a member of."""

    name: str
    kind: str
    of: str = ""

    @property
    def word(self) -> str:
        """The word that code has where it uses it."""
        return f"CONFIG_{self.name}" if self.kind == "config" else self.name

    @property
    def key(self) -> str:
        """What tells it from all that might be asked for."""
        return f"uses of {self.kind} {self.of}.{self.name}"


def holders(
    path: str,
    source: bytes,
    functions: Sequence[Function],
    declarations: Sequence[Declaration],
    sought: Sought,
) -> tuple[Function, ...]:
    """What may hold a use in a file, in file order; not what declares the symbol itself."""
    found = list(functions)
    covered = {n for f in functions for n in range(f.start_line, f.end_line + 1)}
    for each in declarations:
        lines = range(each.start_line, each.end_line + 1)
        if each.kind != "macro" and covered.issuperset(lines):
            continue
        covered.update(lines)
        if not _declares(each, sought):
            name = f"{each.kind} {each.name}".strip()
            found.append(_holder(name, each))
    if sought.kind in _DIRECTED:
        rest = (b"" if n in covered else line for n, line in enumerate(source.split(b"\n"), 1))
        own = Function("", "macro", 0, 0, 1, source.count(b"\n") + 1, "", "", b"\n".join(rest))
        found.append(own)
    return tuple(sorted(found, key=lambda f: f.start_line))


def _holder(name: str, each: Declaration) -> Function:
    text = each.text
    place = (0, len(text), each.start_line, each.end_line)
    return Function(name, each.kind, *place, each.type, each.condition, text)


def _declares(each: Declaration, sought: Sought) -> bool:
    if sought.of:
        return each.name == sought.of and any(m.name == sought.name for m in each.members)
    if sought.kind == "constant":
        return any(m.kind == "constant" and m.name == sought.name for m in each.members)
    return each.name == sought.name and each.kind == sought.kind


def sites(holder: Function, sought: Sought) -> tuple[Site, ...]:
    """The uses in a holder; how each uses it, "perhaps" where a type is not known."""
    text = holder.text
    if sought.name.encode("latin-1", "replace") not in text:
        return ()
    found = []
    for nth, use in enumerate(sorted(_uses(holder, sought)), 1):
        line = holder.start_line + text.count(b"\n", 0, use.at)
        how = use.how if use.is_sure else f"perhaps {use.how}"
        found.append(Site(holder.name, nth, line, "", "", "", how))
    return tuple(found)


def _uses(holder: Function, sought: Sought) -> Iterator[c.Use]:
    text = holder.text
    if sought.kind in ("field", "entry"):
        yield from c.fields(text, sought.name, sought.of)
    elif sought.kind in _TAGS:
        yield from c.tags(text, sought.kind, sought.name)
    elif sought.kind == "config":
        yield from _options(holder, sought.name)
    else:
        yield from c.names(text, sought.name, is_variable=sought.kind == "variable")


def _options(holder: Function, name: str) -> Iterator[c.Use]:
    """The uses of an option: in code and makefiles as CONFIG_X, among options by its bare name."""
    word = re.escape(name).encode("latin-1", "replace")
    if holder.kind != "config":
        yield from c.names(holder.text, f"CONFIG_{name}")
        yield from c.names(holder.text, f"CONFIG_{name}_MODULE")
        return
    told = re.search(rb"^[ \t]*(?:---)?help\b", holder.text, re.MULTILINE)
    text = holder.text[: told.start()] if told is not None else holder.text
    for match in re.finditer(rb"(?<![\w\"])" + word + rb"\b(?![^\n\"]*\"[^\n\"]*$)", text):
        yield c.Use(match.start(), "names")


Here = Mapping[str, tuple[FunctionVersion, tuple[Site, ...]]]


def shifts(
    pairs: Sequence[FilePair], changes: Sequence[Change], sought: Sought
) -> tuple[Shift, ...]:
    """What a commit did to the uses; `changes` are what it did to functions.

    The functions of `pairs` are holders.
    """
    found: list[Shift] = []
    gone: dict[tuple[str, str], tuple[FunctionVersion, FunctionVersion | None, Site]] = {}
    came: dict[tuple[str, str], tuple[FunctionVersion, tuple[Site, ...]]] = {}
    for pair in pairs:
        old, new = _using(pair.old_path, pair.old, sought), _using(pair.new_path, pair.new, sought)
        moved = pair.old_path != pair.new_path
        there = {f.name: f for f in pair.new}
        for name in dict.fromkeys([*old, *new]):
            if name in old and name in new:
                (a, left), (b, right) = old[name], new[name]
                if moved:
                    found.append(Shift("went with", a, b, left[0], right[0], "", True, True))
                found += _more_or_less(a, b, left, right)
            elif name in new:
                came[new[name][0].path, name] = new[name]
            else:
                a, left = old[name]
                stays = there.get(name) if not moved else None
                after = FunctionVersion(pair.new_path or a.path, stays) if stays else None
                gone[a.path, name] = (a, after, left[0])
    for place, (b, right) in came.items():
        before = next((p for p in _olds(changes, place) if p in gone), None)
        if before is not None:
            a, _, last = gone.pop(before)
            found.append(Shift("went with", a, b, last, right[0], "", True, True))
        else:
            found.append(Shift("began", None, b, None, right[0], "", True))
    found += [
        Shift("gone", a, after, last, None, "", False, True) for a, after, last in gone.values()
    ]
    return tuple(found)


def _using(path: str | None, functions: Iterable[Function], sought: Sought) -> Here:
    """The holders that use it, by name; twins as one."""
    found: dict[str, tuple[FunctionVersion, tuple[Site, ...]]] = {}
    for function in functions:
        here = sites(function, sought)
        if here and path is not None:
            first, before = found.get(function.name, (FunctionVersion(path, function), ()))
            found[function.name] = first, (*before, *here)
    return found


def _more_or_less(
    a: FunctionVersion, b: FunctionVersion, left: Sequence[Site], right: Sequence[Site]
) -> Iterator[Shift]:
    """A holder that uses it more often or less often than before."""
    for site in right[len(left) :]:
        yield Shift("began", a, b, None, site)
    for site in left[len(right) :]:
        yield Shift("gone", a, b, site, None)


def _olds(changes: Iterable[Change], place: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Where what stands at a place came from."""
    for change in changes:
        old, new = change.old, change.new
        if old is not None and new is not None and (new.path, new.name) == place:
            yield old.path, old.name
