"""Small lineages and inspections in code, and a screen to print them on."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Sequence

import pytest

from minekvm.core.model import (
    Change,
    Commit,
    CommitId,
    Event,
    Function,
    FunctionVersion,
    Gap,
    Inspection,
    Kind,
    Lineage,
    Told,
)
from minekvm.render import formats
from support.ways import wired


def commit_id(letter: str) -> CommitId:
    return CommitId(letter * 40)


def commit(
    letter: str,
    date: str = "2020-01-01",
    author: str = "Ada L.",
    subject: str = "subject",
    parents: str = "0",
) -> Commit:
    return Commit(
        id=commit_id(letter),
        parents=tuple(commit_id(p) for p in parents),
        author=author,
        email="a@b.c",
        authored=f"{date}T12:00:00+00:00",
        committed=0,
        subject=subject,
        message=subject,
    )


def version(
    name: str = "f",
    path: str = "a.c",
    text: str = "int f(void)\n{\n\treturn 1;\n}",
    condition: str = "",
    line: int = 10,
) -> FunctionVersion:
    signature = text.split("\n", maxsplit=1)[0]
    source = text.encode("utf-8", "surrogateescape")
    end_line = line + text.count("\n")
    function = Function(
        name, "function", 0, len(source), line, end_line, signature, condition, source
    )
    return FunctionVersion(path, function)


def event(
    letter: str,
    kinds: str,
    old: FunctionVersion | None,
    new: FunctionVersion | None,
    rule: str = "a rule",
    score: float = 1.0,
    parent: str = "0",
) -> Event:
    known: dict[str, Kind] = {k: k for k in KINDS}
    change = Change(tuple(known[k] for k in kinds.split()), old, new, rule, score)
    return Event(commit_id(letter), commit_id(parent), change)


KINDS: tuple[Kind, ...] = (
    "introduced",
    "added",
    "removed",
    "modified",
    "signature",
    "renamed",
    "moved",
    "renamed+moved",
    "file-renamed",
    "extracted",
    "inlined",
    "split",
    "merged",
    "superseded",
)


def told(
    events: Sequence[Event],
    commits: Sequence[Commit],
    definitions: Sequence[FunctionVersion] = (),
    gaps: Sequence[Gap] = (),
    symbol: str = "f",
) -> Told:
    lineage = wired(Lineage(symbol, commit_id("9"), tuple(definitions), tuple(events), tuple(gaps)))
    return Told(lineage, {c.id: c for c in commits})


def inspection(about: Commit, events: Sequence[Event], gaps: Sequence[Gap] = ()) -> Inspection:
    return Inspection(about, tuple(events), tuple(gaps))


# --- three whole lives

OLD = version("f", "old.c", "int f(void)\n{\n\treturn 0;\n}")
EDITED = version("f", "old.c", "int f(void)\n{\n\treturn 1;\n}")
MOVED = version("f", "kernel/new.c", "int f(void)\n{\n\treturn 1;\n}", line=30)


def wandering() -> Told:
    """Introduced, edited, moved."""
    return told(
        [
            event("c", "moved", EDITED, MOVED, rule="same body elsewhere"),
            event("b", "modified", OLD, EDITED, rule="same path and name"),
            event("a", "introduced", None, OLD, rule="no like of it vanished"),
        ],
        [
            commit("c", "2022-03-04", "Grace Hopper", "f: move it where it belongs"),
            commit("b", "2021-02-03", "Ada Lovelace", "f: return one"),
            commit("a", "2019-12-31", "Ada Lovelace", "f: new"),
        ],
        [MOVED],
    )


def parted() -> Told:
    """Two variants under #ifdef, each edited alone, divided from one function."""
    whole = version("whole", text="int whole(void) { return 3; }")
    first = version(text="int f(void) { return 1; }", condition="defined(X)")
    later = version(text="int f(void) { return 10; }", condition="defined(X)")
    other = version(text="int f(void) { return 2; }", condition="!(defined(X))", line=20)
    return told(
        [
            event("c", "modified", first, later),
            event("b", "split", whole, first, score=0.876),
            event("b", "split", whole, other, score=0.876),
            event("a", "introduced", None, whole),
        ],
        [
            commit("c", "2022-03-04", subject="edit one"),
            commit("b", "2021-02-03", subject="divide"),
            commit("a", "2019-12-31", subject="begin"),
        ],
        [later, other],
    )


# --- the screen


class Screen(io.TextIOWrapper):
    """Standard output that may be a terminal, in any encoding."""

    def __init__(self, tty: bool, encoding: str) -> None:
        super().__init__(io.BytesIO(), encoding=encoding, newline="\n")
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty

    def shown(self) -> str:
        self.flush()
        self.seek(0)
        return self.read()


Printer = Callable[[], None]


def printed(question: str, answer: object, *, verbose: bool = False, patch: bool = False) -> None:
    """Print an answer as the command does."""
    sys.stdout.write(formats.text(question, answer, "terminal", verbose=verbose, patch=patch))


def marked(question: str, answer: object, *, verbose: bool = False, patch: bool = False) -> str:
    """An answer as Markdown."""
    text = formats.text(question, answer, "md", verbose=verbose, patch=patch)
    return text.removesuffix("\n")


def shown(
    patch: pytest.MonkeyPatch,
    printer: Printer,
    width: int | None = 80,
    encoding: str = "utf-8",
    term: str = "dumb",
) -> str:
    """What a printer puts on a terminal of a width, or into a pipe where it is None."""
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        if name != "NO_COLOR" or term == "dumb":
            patch.delenv(name, raising=False)
    patch.setenv("TERM", term)
    patch.setenv("COLUMNS", str(width or 80))
    patch.setenv("LINES", "25")
    screen = Screen(width is not None, encoding)
    with patch.context() as inside:
        inside.setattr("sys.stdout", screen)
        printer()
    return screen.shown()


def plain(text: str) -> str:
    """Without colours and links."""
    return re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\", "", text)
