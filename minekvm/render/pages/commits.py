"""How a commit is named, wherever one is."""

from __future__ import annotations

from collections.abc import Mapping

from minekvm.core.model import CommitId
from minekvm.core.phrases import Prose, short
from minekvm.core.relate.relations import About
from minekvm.render.document import Cell, Item, Part, line
from minekvm.render.text import author

NOT_HERE = "not in this clone"


def titled(commit: CommitId, about: About | None) -> tuple[tuple[Part, ...], tuple[Item, ...]]:
    """The title and the first line of an answer about a commit."""
    if about is None:
        return (short(commit),), ()
    by = (f"{about.authored[:10]}, by ", Prose(author(about)))
    return (short(commit), " ", Prose(about.subject)), (line(by),)


def named(
    commit: CommitId, commits: Mapping[CommitId, About], *, here: bool = True
) -> tuple[Cell, ...]:
    """A commit in a line: hash, date and subject, or that it is not known."""
    about = commits.get(commit)
    if about is None:
        return short(commit), "not in the index" if here else NOT_HERE
    return short(commit), about.authored[:10], Prose(about.subject)
