"""The ladder on what differs alone, and all shifts at once: what the long ways give."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.c.definitions import scan
from minekvm.core.callers.all_shifts import all_shifts
from minekvm.core.callers.shifts import shifts
from minekvm.core.callers.sites import Shift
from minekvm.core.lineage.ladder import changes
from minekvm.core.lineage.narrowed import narrowed_changes
from minekvm.core.model import FilePair
from support.code import edited, file, function

NAMES = ("first", "second", "third", "fourth")
SEEDS = ("red", "green", "blue", "white")
CALLS = ("alpha", "beta", "gamma")
functions = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(SEEDS),
        st.booleans(),
        st.lists(st.sampled_from(CALLS), max_size=3),
    ),
    max_size=4,
    unique_by=lambda f: f[0],
)


def text(some: list[tuple[str, str, bool, list[str]]]) -> bytes:
    made = []
    for name, seed, is_edited, calls in some:
        one = edited(name, seed) if is_edited else function(name, seed)
        more = "".join(f"\t{call}(n);\n" for call in calls)
        made.append(one.replace("\treturn n;", f"{more}\treturn n;"))
    return file(*made).encode()


@st.composite
def commits(draw: st.DrawFn) -> list[FilePair]:
    pairs = []
    for path in ("a.c", "b.c"):
        old, new = scan(text(draw(functions))), scan(text(draw(functions)))
        other = draw(st.sampled_from((path, path, f"new-{path}")))
        pairs.append(FilePair(path, other, old, new))
    return pairs


@given(commits(), st.sampled_from(("", "rename first() to second()")))
def test_the_short_way_is_the_long_way(pairs: list[FilePair], message: str) -> None:
    assert narrowed_changes(pairs, message) == changes(pairs, message)


def place(shift: Shift) -> tuple[object, ...]:
    sides = (
        None if v is None else (v.path, v.name)
        for v in (None if shift.how == "began" else shift.old, shift.new)
    )
    return shift.how, *sides, shift.by, shift.first, shift.last


@given(commits())
def test_all_symbols_at_once_are_each_on_its_own(pairs: list[FilePair]) -> None:
    found = changes(pairs)
    at_once = dict(all_shifts(pairs, found))
    renamed = {(p.old_path, p.new_path) for p in pairs}
    for symbol in CALLS:
        alone = [
            place(s)
            for s in shifts(pairs, found, symbol)
            if s.how != "moved within"
            and not (
                s.how == "went with"
                and s.old is not None
                and s.new is not None
                and s.old.name == s.new.name
                and (s.old.path, s.new.path) in renamed
            )
        ]
        assert Counter(map(place, at_once.get(symbol, ()))) == Counter(alone)
