"""Definitions that moved within their file, told from those that they moved past."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import FilePair, Function
from minekvm.core.why.moved_within import reordered


def functions(*named: tuple[str, int]) -> tuple[Function, ...]:
    """Functions of so many lines each, one after the other."""
    found, line = [], 1
    for name, lines in named:
        end = line + lines - 1
        found.append(Function(name, "function", 0, 1, line, end, f"void {name}(void)", "", b""))
        line = end + 1
    return tuple(found)


def moved(old: str, new: str, name: str, *, long: str = "") -> tuple[str, str, set[str]] | None:
    """A move among one-letter functions of three lines, `long` ones of thirty."""

    def side(letters: str) -> tuple[Function, ...]:
        return functions(*((x, 30 if x in long else 3) for x in letters))

    found = reordered(FilePair("a.c", "a.c", side(old), side(new)), name)
    return None if found is None else (found.after, found.before, set(found.passed))


def test_what_moved_stands_between_others_and_passed_some() -> None:
    assert moved("abcd", "dabc", "d") == ("", "a", {"a", "b", "c"})
    assert moved("abcd", "bcad", "a") == ("c", "d", {"b", "c"})
    assert moved("abcd", "bcda", "a") == ("d", "", {"b", "c", "d"})


def test_what_it_moved_past_kept_its_place() -> None:
    assert [moved("abcd", "dabc", name) for name in "abc"] == [None] * 3


def test_of_two_that_changed_places_the_shorter_moved() -> None:
    assert moved("ab", "ba", "a", long="b") == ("b", "", {"b"})
    assert moved("ab", "ba", "b", long="b") is None


def test_what_came_went_or_stands_twice_did_not_move() -> None:
    assert moved("ab", "bc", "c") is None
    assert moved("ab", "b", "a") is None
    assert moved("abca", "bcaa", "a") is None
    assert reordered(FilePair(None, "a.c", (), functions(("a", 3))), "a") is None


@given(st.permutations("abcdefg"))
def test_those_that_did_not_move_keep_their_order(order: list[str]) -> None:
    kept = [name for name in order if moved("abcdefg", "".join(order), name) is None]
    assert kept == sorted(kept)
    assert kept
