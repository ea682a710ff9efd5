"""Where trees have left upstream: functions, since when, and what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from minekvm.core.phrases import Code, Prose, count, short
from minekvm.render.document import Column, Document, Item, Section, aside, line, prose, strong
from minekvm.render.pages.commits import named

if TYPE_CHECKING:
    from minekvm.core.drift.model import Drift, Drifted, Tree
    from minekvm.core.model import CommitId
    from minekvm.core.relate.relations import About

_MOST = 25  # functions of a tree, at a terminal
_COMMITS = 6  # of a function


def page(result: Drift) -> Document:
    """A section a tree: those that lack fixes first, then what stands otherwise to a region."""
    title = ("Drift from upstream at ", short(result.commit))
    lead = [prose(_size(tree)) for tree in result.trees]
    sections = tuple(
        Section(
            (Code(tree.path), " ", short(tree.commit)),
            tuple(_function(d, result.commits) for d in tree.functions),
            len(tree.functions),
            most=_MOST,
            label="function",
        )
        for tree in result.trees
    )
    return Document(title, tuple(lead), tuple(s for s in sections if s.items), result.gaps)


def _size(tree: Tree) -> str:
    functions = tree.functions
    only = sum(d.old is None for d in functions), sum(d.new is None for d in functions)
    other = len(functions) - sum(only)
    fixes = len({lack.commit for d in functions for lack in d.fixes})
    said = f"{tree.path}: {count(other, 'function')} otherwise than upstream, {only[0]} only there,"
    said += f" {only[1]} only upstream"
    return f"{said}; lacking {count(fixes, 'fix', 'fixes')}" if fixes else said


def _function(found: Drifted, commits: Mapping[CommitId, About]) -> Item:
    version = found.new or found.old
    assert version is not None
    place = f"{version.path}:{version.function.start_line}"
    below = list(_below(found, commits))
    told = (Column(Code(version.name), most=48), Code(place), aside(_state(found)))
    return line(*told, below=below)


def _state(found: Drifted) -> str:
    if found.old is None:
        return "only there"
    if found.new is None:
        return "only upstream"
    if not found.is_known:
        return "otherwise"
    if found.left is None:
        return "no version is known that both had"
    return f"lacks {count(len(found.lacks), 'commit')}, has {len(found.own)} of its own"


def _below(found: Drifted, commits: Mapping[CommitId, About]) -> Iterator[Item]:
    if found.left is not None:
        yield line("left upstream at ", *named(found.left, commits))
    for lack in found.fixes:
        yield line(strong("! lacks ", style="yellow"), *named(lack.commit, commits))
    for text in found.regions:
        yield line(strong("! region ", style="yellow"), Prose(text))
    others = [lack.commit for lack in found.lacks if not lack.mends]
    for commit in others[:_COMMITS]:
        yield line("lacks ", *named(commit, commits))
    own = found.own if found.left is not None else ()
    for commit in own[:_COMMITS]:
        yield line("its own ", *named(commit, commits))
    more = max(len(others) - _COMMITS, 0) + max(len(own) - _COMMITS, 0)
    if more:
        yield line(aside(f"and {count(more, 'commit')} more"))
