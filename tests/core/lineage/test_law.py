"""The law of lineages: of every commit they tell what inspecting it tells, no less and no more."""

from __future__ import annotations

import re
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from core.builders import (
    BACK,
    CLOCK,
    DIRTY,
    ENTER,
    FRONT,
    LOAD,
    NESTED,
    QUEUE,
    Past,
    define,
    more,
    row,
)
from minekvm.core.kinds import BESIDE
from minekvm.core.lineage.past import changes_of, same
from minekvm.core.lineage.tracer import Tracer
from minekvm.core.model import Change, CommitId, FunctionVersion

FILES = ("a.c", "b.c")
PARTS = (LOAD, ENTER, QUEUE, CLOCK, DIRTY, NESTED, FRONT, BACK)
BIRTHS = {"introduced", "added"}
LATER = ("copied first", "came back")  # what no single commit shows

_WORD, _SHORT = re.compile(r"\w+|\S"), 16  # words and signs: twice what a call has
# A tree: per file its functions, each the parts and the calls that its body is made of.
Tree = dict[str, dict[str, tuple[str, ...]]]
Place = tuple[str, str]


def call(name: str) -> str:
    return f"\t{name}(vcpu, flags);\n"


def text(functions: dict[str, tuple[str, ...]]) -> str:
    return "".join(define(name, "\n" + "".join(body)) for name, body in functions.items())


# --- deeds: each takes a tree, where, and a fresh name


def edit(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    first, *rest = tree[path][name]
    tree[path][name] = (more(first, f"vcpu->{fresh} = flags;"), *rest)


def rename(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    tree[path] = {fresh if n == name else n: b for n, b in tree[path].items()}
    for functions in tree.values():
        for user, body in functions.items():
            functions[user] = tuple(call(fresh) if part == call(name) else part for part in body)


def move(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    other = FILES[path == FILES[0]]
    tree[other][name] = tree[path].pop(name)


def extract(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    *rest, last = tree[path][name]
    tree[path] = {fresh: (last,), **tree[path], name: (*rest, call(fresh))}


def extract_elsewhere(tree: Tree, at: Place, fresh: str) -> None:
    """Of what is as short as a call the walk does not ask other files."""
    path, name = at
    *rest, last = tree[path][name]
    if len(_WORD.findall(last)) > _SHORT:
        tree[path][name] = (*rest, call(fresh))
        tree[FILES[path == FILES[0]]][fresh] = (last,)


def lift(tree: Tree, at: Place, fresh: str) -> None:
    """A piece goes up into a new function, which calls what is left."""
    path, name = at
    *rest, last = tree[path][name]
    if rest and len(_WORD.findall(last)) > _SHORT:
        tree[path][name] = tuple(rest)
        tree[path][fresh] = (call(name), last)


def lift_elsewhere(tree: Tree, at: Place, fresh: str) -> None:
    path, _ = at
    lift(tree, at, fresh)
    if fresh in tree[path]:
        tree[FILES[path == FILES[0]]][fresh] = tree[path].pop(fresh)


def inline(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    body = tree[path].pop(name)
    for functions in tree.values():
        for user, parts in functions.items():
            spread = (body if part == call(name) else (part,) for part in parts)
            functions[user] = tuple(p for parts_ in spread for p in parts_)


def wrap(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    body = tree[path][name]
    tree[path] = {fresh: body, **tree[path], name: (f"\treturn {fresh}(vcpu, flags | 1);\n",)}


def divide(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    first, *rest = tree[path][name]
    halves = {f"{fresh}_a": (first,), f"{fresh}_b": tuple(rest)} if rest else {}
    whole = (call(f"{fresh}_a"), call(f"{fresh}_b")) if rest else (first,)
    tree[path] = {**halves, **tree[path], name: whole}


def remove(tree: Tree, at: Place, fresh: str) -> None:
    path, name = at
    del tree[path][name]


def add(tree: Tree, at: Place, fresh: str) -> None:
    path, _ = at
    said = f'\n\tpr_info("{fresh} %d", flags);\n\tcount_{fresh}(vcpu, flags + 1, &{fresh}_lock);\n'
    tree[path][fresh] = (said, f"\tif ({fresh}_full(vcpu))\n\t\treturn -ENOSPC;\n")


DEEDS: tuple[Callable[[Tree, Place, str], None], ...] = (
    *(edit, rename, move, extract, extract_elsewhere, lift, lift_elsewhere),
    *(inline, wrap, divide, remove, add),
)
STEPS = st.lists(
    st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 30)), min_size=1, max_size=2),
    min_size=1,
    max_size=4,
)


def grown(steps: list[list[tuple[Callable[[Tree, Place, str], None], int]]]) -> Past:
    """A history in which each commit does a deed or two to functions that stand."""
    tree: Tree = {
        "a.c": {"f": (LOAD, ENTER), "g": (QUEUE, CLOCK, DIRTY), "keep": (NESTED,)},
        "b.c": {"h": (FRONT, BACK), "top": (call("f"), "\tkick(vcpu->mode, flags);\n", call("h"))},
    }
    past = Past()
    past.add("c0", {path: text(functions) for path, functions in tree.items()})
    for number, deeds in enumerate(steps, 1):
        places = [(path, name) for path, functions in tree.items() for name in functions]
        for which, (deed, at) in enumerate(deeds):
            if not places:
                break
            path, name = places.pop(at % len(places))  # each function suffers one deed a commit
            if name in tree[path]:
                deed(tree, (path, name), f"new{number}{which}")
        past.add(f"c{number}", {path: text(functions) for path, functions in tree.items()})
    return past


def inspected(changes: list[Change], version: FunctionVersion) -> set[str]:
    """The kinds that inspecting a commit tells of a function that stands after it."""
    mine = [c for c in changes if c.new is not None and same(c.new, version)]
    kinds: set[str] = {k for c in mine for k in c.kinds}
    place = version.path, version.name
    olds = [c.old for c in mine if c.old is not None and (c.old.path, c.old.name) == place]
    for change in changes:
        if change.old is not None and change.new is not None and not same(change.new, version):
            beside = any(same(change.old, old) for old in olds)
            kinds |= BESIDE & set(change.kinds) if beside else set()
    return kinds - BIRTHS


def walked(past: Past, commit: CommitId, version: FunctionVersion) -> set[str] | None:
    """The kinds that a function's lineage tells of the commit; None where later ones spoke."""
    tracer = Tracer(past, commit)
    tracer.follow(version.path, commit, version.function)
    here = [e.change for e in tracer.newest_first() if e.commit == commit]
    mine = [c for c in here if c.new is not None and same(c.new, version)]
    if any(c.rule.startswith(LATER) for c in mine):
        return None
    kinds: set[str] = {k for c in mine for k in c.kinds}
    return kinds - BIRTHS


@settings(max_examples=100, derandomize=True)
@given(STEPS)
def test_of_every_commit_a_lineage_tells_what_inspect_tells(
    steps: list[list[tuple[Callable[[Tree, Place, str], None], int]]],
) -> None:
    past = grown(steps)
    for number in range(1, len(steps) + 1):
        commit = CommitId(f"c{number}")
        changes = changes_of(past, commit, CommitId(f"c{number - 1}"))
        for version in dict.fromkeys(c.new for c in changes if c.new is not None):
            told = walked(past, commit, version)
            if told is not None:
                assert told == inspected(changes, version), [commit, *map(row, changes)]
