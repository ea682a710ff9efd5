"""Where a change is in: branches and tags, what their copies do otherwise, what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from minekvm.core.mail import words
from minekvm.core.phrases import Code, Prose, count, short
from minekvm.render.document import (
    Block,
    Column,
    Detail,
    Document,
    Item,
    Section,
    aside,
    line,
    prose,
    strong,
    styled,
)
from minekvm.render.pages.commits import named, titled

if TYPE_CHECKING:
    from minekvm.core.mail.model import Difference
    from minekvm.core.ports.model import Follower, Instance, Port, Ports

_MOST = 15  # ports of a kind, at a terminal
_LINES = 12  # of a difference


def page(result: Ports) -> Document:
    """The branches and tags, then the commits that are the change, then what came after it."""
    title, by = titled(result.commit, result.commits.get(result.commit))
    later = [line(*_later(f), *named(f.commit, result.commits)) for f in result.followers]
    sections = (
        Section(("In",), tuple(_port(p, result) for p in result.ports), most=_MOST, label="in"),
        Section(("As",), tuple(_instance(i, result) for i in _others(result)), label="as"),
        Section(("Later",), tuple(later), len(later), most=_MOST, label="later"),
    )
    return Document(
        title, (*by, prose(_size(result))), tuple(s for s in sections if s.items), result.gaps
    )


def _size(result: Ports) -> str:
    places = count(len(result.ports), "branch or range of tags", "branches and ranges of tags")
    lacking = sum(bool(p.lacks) for p in result.ports)
    undone = sum(p.reverted is not None for p in result.ports)
    said = f"in {places}" if result.ports else "in no branch and no tag"
    if lacking:
        said += f"; {lacking} of them lack later fixes"
    return f"{said}; {undone} of them have it reverted" if undone else said


def _port(port: Port, result: Ports) -> Item:
    instance = port.instance
    how = "itself" if instance.commit == result.commit else instance.rule
    below = [
        line(strong("! lacks ", style="yellow"), *named(commit, result.commits))
        for commit in port.lacks
    ]
    if port.reverted is not None:
        undone = named(port.reverted, result.commits)
        below.insert(0, line(strong("! reverted by ", style="bold red"), *undone))
    ref = Column(styled("cyan", Code(port.ref)), most=48)
    return line(ref, short(instance.commit), aside(how), _score(instance), below=below)


def _score(instance: Instance) -> Detail:
    return Detail(f"{instance.score:.2f}")


def _others(result: Ports) -> list[Instance]:
    return [i for i in result.instances if i.commit != result.commit]


def _instance(instance: Instance, result: Ports) -> Item:
    differs = next((p.differs for p in result.ports if p.instance == instance), ())
    below = list(_differences(differs))
    rule = (aside(instance.rule), Detail(f"{instance.score:.2f}"))
    return line(*named(instance.commit, result.commits), rule, below=below)


def _differences(differs: tuple[Difference, ...]) -> Iterator[Item | Block]:
    """Each function that the copy changes otherwise, as a diff of diffs."""
    for difference in differs:
        lines = [*(f"-{x}" for x in difference.gone), *(f"+{x}" for x in difference.come)]
        counts = f"-{len(difference.gone)} +{len(difference.come)}"
        block = Block(tuple(lines), "diff", _LINES, detail=True)
        yield line(counts, words.where(difference), below=(block,))


def _later(follower: Follower) -> tuple[Prose | Column, ...]:
    verb = "reverts" if follower.kind == "reverts" else "fixes"
    return (Column(styled("yellow", verb)), Column(short(follower.of)))
