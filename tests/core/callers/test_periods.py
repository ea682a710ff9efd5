"""The lives of call sites, told from what commits did and who calls in the end."""

from __future__ import annotations

from collections.abc import Mapping

from minekvm.core.callers.periods import Life, Moved, lives, without_lost
from minekvm.core.callers.sites import How, Shift, Site
from minekvm.core.model import CommitId, Function, FunctionVersion


def version(path: str, name: str) -> FunctionVersion:
    return FunctionVersion(path, Function(name, "function", 0, 0, 1, 1, "", "", b""))


def site(function: str) -> Site:
    return Site(function, 1, 3, "a", "b")


def moved(commit: str, how: How, old: str = "", new: str = "", by: str = "") -> Moved:
    """What a commit did; `old` and `new` are functions of a.c, or of PATH:NAME."""
    was, now = (version(*_place(side)) if side else None for side in (old, new))
    left = site(old) if old else None
    came = site(new) if new and how not in ("replaced", "gone") else None
    shift = Shift(how, was, now, left, came, by, came is not None, left is not None)
    return Moved(CommitId(commit), CommitId("parent"), shift)


def _place(text: str) -> tuple[str, str]:
    path, _, name = text.rpartition(":")
    return path or "a.c", name


def told(*moves: Moved, standing: str = "") -> tuple[list[str], list[str]]:
    """Each life and what is odd, given moves newest first and who calls in the end."""
    there: Mapping[tuple[str, str], tuple[Site, ...]] = {
        _place(name): (site(name),) for name in standing.split()
    }
    found, odd = lives(moves, there)
    return [_told(life) for life in found], [name for _, name in odd]


def _told(life: Life) -> str:
    went = ", ".join(f"{w.how} {w.function}" + (f" by {w.by}" if w.by else "") for w in life.went)
    end = f"{life.since or '?'}..{life.until or ''}"
    return (
        f"{life.function} {end}" + (f" {went}" if went else "") + (" calls" if life.calls else "")
    )


def test_one_that_lasts() -> None:
    assert told(moved("1", "began", new="f"), standing="f") == (["f 1.. calls"], [])


def test_one_that_ended() -> None:
    assert told(moved("2", "gone", "f"), moved("1", "began", new="f")) == (["f 1..2"], [])


def test_where_it_went() -> None:
    moves = (
        moved("3", "replaced", "g", "g", by="other"),
        moved("2", "to function", "f", "g"),
        moved("1", "began", new="f"),
    )
    assert told(*moves) == (["g 2..3 replaced g by other", "f 1..2 to function g"], [])


def test_the_most_telling_comes_first() -> None:
    moves = (
        moved("2", "replaced", "f", "f", by="x"),
        moved("2", "to function", "f", "g"),
        moved("1", "began", new="f"),
    )
    found, _ = told(*moves, standing="g")
    assert found[1] == "f 1..2 to function g, replaced f by x"


def test_it_came_back() -> None:
    moves = (moved("3", "began", new="f"), moved("2", "gone", "f"), moved("1", "began", new="f"))
    assert told(*moves, standing="f") == (["f 3.. calls", "f 1..2"], [])


def test_the_same_on_two_branches_is_told_once() -> None:
    moves = (
        moved("4", "gone", "f"),
        moved("3", "gone", "f"),
        moved("2", "began", new="f"),
        moved("1", "began", new="f"),
    )
    assert told(*moves) == (["f 1..3"], [])


def test_in_different_files() -> None:
    moves = (moved("2", "went with", "f", "b.c:f"), moved("1", "began", new="f"))
    assert told(*moves, standing="b.c:f") == (["f 2.. calls", "f 1..2 went with f"], [])


def test_what_does_not_fit() -> None:
    assert told(standing="f") == (["f ?.. calls"], ["f"])
    assert told(moved("1", "began", new="f")) == (["f 1.. unknown f"], ["f"])
    assert told(moved("2", "gone", "f")) == (["f ?..2"], ["f"])
    ended = moved("2", "gone", "f"), moved("1", "began", new="f")
    assert told(*ended, standing="f") == (["f 1.. calls"], ["f"])


def test_what_began_again_on_a_branch_that_was_not_taken() -> None:
    moves = (moved("3", "began", new="f"), moved("2", "gone", "f"), moved("1", "began", new="f"))
    found, odd = lives(moves, {})
    assert len(odd) == 1
    assert [_told(life) for life in without_lost(found)] == ["f 1..2"]
