"""Who calls what a change gives another meaning, and who gives it parameters it does not take."""

from __future__ import annotations

from collections.abc import Sequence

from minekvm.adapters.git import searching
from minekvm.analyses.check.subject import Subject
from minekvm.analyses.needs.target import read
from minekvm.core.c.definitions import scan
from minekvm.core.c.flow import flow
from minekvm.core.c.steps import calls
from minekvm.core.check.model import Caller, Finding
from minekvm.core.model import Change, FunctionVersion
from minekvm.core.needs.names import parameters
from minekvm.core.region.arguments import split

_FUNCTIONS = 12  # changed functions of which callers are looked for
_FILES = 60  # files with a name
_CALLERS = 40  # told


def callers(subject: Subject, changes: Sequence[Change]) -> tuple[list[Caller], list[Finding]]:
    """The callers of changed functions outside of the change, and those that do not fit."""
    found: list[Caller] = []
    wrong: list[Finding] = []
    changed = {(c.new.path, c.new.name) for c in changes if c.new is not None}
    wanted = [c for c in changes if c.new is not None and c.old is not None and _matters(c)]
    for change in wanted[:_FUNCTIONS]:
        assert change.new is not None
        assert change.old is not None
        other = _other_count(change.old, change.new)
        for caller, count in _calling(subject, change.new):
            if (caller.path, caller.function) not in changed and len(found) < _CALLERS:
                found.append(caller)
            if other is not None and count is not None and count != other:
                words = (
                    f"{caller.function}() calls {caller.callee}() with {count} arguments;"
                    f" it takes {other} since"
                )
                wrong.append(Finding("caller", caller.path, caller.line, words))
    return found, wrong


def _matters(change: Change) -> bool:
    return change.new is not None and change.new.function.kind in ("function", "macro")


def _other_count(old: FunctionVersion, new: FunctionVersion) -> int | None:
    """The number of parameters, where it is another since."""
    counts = [parameters(v.function.signature, v.name) for v in (old, new)]
    return counts[1] if None not in counts and counts[0] != counts[1] else None


def _calling(subject: Subject, version: FunctionVersion) -> list[tuple[Caller, int | None]]:
    """The calls of a function with the change applied, and how many arguments each gives."""
    hidden = "static" in version.function.signature.partition("(")[0].split()
    paths = [version.path]
    if not hidden or version.path.endswith(".h"):
        where = list(searching.EVERYWHERE)
        having = searching.files_with(subject.clone.shadow, subject.after, [version.name], where)
        paths = having.get(version.name, [])
    found = []
    for path in paths[:_FILES]:
        source = read(subject.clone, subject.after, path)
        for function in scan(source) if source is not None else ():
            if function.name == version.name or version.name.encode() not in function.text:
                continue
            for call in calls(flow(function.text).steps):
                if call.name == version.name and not call.indirect:
                    line = function.start_line + call.line
                    count = len(split(call.arguments)) if call.arguments else None
                    found.append((Caller(version.name, path, function.name, line), count))
    return found
