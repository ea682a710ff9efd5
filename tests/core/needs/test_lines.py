"""Where changes clash, who wrote there, conflict markers, and the order of taking."""

from __future__ import annotations

import difflib

from hypothesis import given
from hypothesis import strategies as st

from minekvm.core.model import BlobId, Commit, CommitId
from minekvm.core.needs.conflicts import theirs
from minekvm.core.needs.lines import Span, clashes, new_span, old_span, writers
from minekvm.core.needs.plan import ordered
from minekvm.core.origins.lines import FileEdit, Hunk, Record

texts = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e"]), max_size=8)


def hunks(old: list[bytes], new: list[bytes]) -> tuple[Hunk, ...]:
    """The difference of two texts as git's -U0 has it."""
    found = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            olds, news = tuple(old[a:b]), tuple(new[c:d])
            found.append(Hunk(a + (a < b), olds, c + (c < d), news))
    return tuple(found)


def record(name: str, old: list[bytes], new: list[bytes], *parents: str) -> Record:
    commit = Commit(CommitId(name), tuple(map(CommitId, parents)), "a", "a@b", "", 0, name, name)
    edit = FileEdit("f", "f", blob(old), blob(new), hunks(old, new))
    return Record(commit, (edit,))


def blob(text: list[bytes]) -> BlobId:
    return BlobId(b"|".join(text).hex() or "empty")


def test_hunks_side_by_side_clash_and_one_line_between_parts_them() -> None:
    one, beside = Hunk(3, (b"x",), 3, (b"y",)), Hunk(4, (b"z",), 4, ())
    apart = Hunk(5, (b"z",), 5, ())
    assert clashes([one], [beside]) == [(one, beside)]
    assert clashes([one], [apart]) == []
    assert clashes([one], [one]) == []


def test_two_that_add_at_one_place_clash() -> None:
    one, other = Hunk(3, (), 4, (b"x",)), Hunk(3, (), 4, (b"y",))
    assert clashes([one], [other]) == [(one, other)]
    assert clashes([one], [Hunk(5, (), 6, (b"y",))]) == []


@given(texts, texts)
def test_spans_say_which_lines_a_hunk_takes_and_brings(old: list[bytes], new: list[bytes]) -> None:
    for hunk in hunks(old, new):
        first, last = old_span(hunk)
        assert tuple(old[first - 1 : last]) == hunk.old
        first, last = new_span(hunk)
        assert tuple(new[first - 1 : last]) == hunk.new


@given(texts, texts)
def test_who_changed_a_line_is_found_and_nobody_else(old: list[bytes], new: list[bytes]) -> None:
    changes = hunks(old, new)
    for line in range(1, len(new) + 1):
        span = Span(line, line)
        found = writers([record("c", old, new, "p")], {"f": (blob(new), [span])})
        near = any(new_span(h).touches(span) for h in changes)
        assert bool(found) == near


@given(texts, texts, texts)
def test_a_span_goes_on_to_where_it_stood(
    first: list[bytes], second: list[bytes], third: list[bytes]
) -> None:
    """The whole text leads back to every commit that changed any of it."""
    records = [record("new", second, third, "old"), record("old", first, second, "p")]
    whole = Span(1, max(len(third), 1))
    found = writers(records, {"f": (blob(third), [whole])})
    changed = {"new": second != third, "old": first != second}
    if third and second:
        assert {c for c, is_so in changed.items() if is_so} == set(found)


def test_a_deletion_beside_a_line_counts() -> None:
    """What took lines away is seen, which blame cannot tell."""
    old, new = [b"a", b"gone", b"b"], [b"a", b"b"]
    found = writers([record("c", old, new, "p")], {"f": (blob(new), [Span(2, 2)])})
    assert list(found) == ["c"]


def test_a_merge_wrote_nothing_itself() -> None:
    old, side, new = [b"a"], [b"b"], [b"b", b"c"]
    records = [
        record("m", old, new, "p", "q"),
        record("m", side, new, "p", "q"),
        record("q", old, side, "r"),
    ]
    found = writers(records, {"f": (blob(new), [Span(1, 1)])})
    assert list(found) == ["q"]


def test_the_second_side_of_conflicts_is_taken() -> None:
    text = b"a\n<<<<<<< ours\nb\n||||||| base\nc\n=======\nd\ne\n>>>>>>> theirs\nf\n"
    assert theirs(text) == b"a\nd\ne\nf\n"
    assert theirs(b"a\n=======\nb\n>>>>>>> c") == b"a\n=======\nb\n>>>>>>> c"
    assert theirs(b"<<<<<<< x\nnever closed") == b"<<<<<<< x\nnever closed"


def ids(text: str) -> list[CommitId]:
    return [CommitId(name) for name in text.split()]


def test_what_is_needed_comes_before_and_the_smallest_first() -> None:
    a, b, c = ids("a b c")
    lines = {a: 30, b: 20, c: 10}
    assert ordered([c, b, a], {}, [a, b, c], lines, {}) == (c, b, a)
    assert ordered([c, b, a], {c: [a]}, [a, b, c], lines, {}) == (b, a, c)


def test_those_of_one_file_stay_in_the_order_of_history() -> None:
    a, b = ids("a b")
    assert ordered([b, a], {}, [a, b], {a: 9, b: 1}, {a: ["f"], b: ["f"]}) == (a, b)


@given(st.dictionaries(st.integers(0, 9), st.lists(st.integers(0, 9))), st.permutations(range(10)))
def test_every_commit_is_taken_once_and_none_before_its_needs(
    needs: dict[int, list[int]], shuffled: list[int]
) -> None:
    history = [CommitId(str(n)) for n in range(10)]
    wanted = {CommitId(str(k)): [CommitId(str(v)) for v in vs] for k, vs in needs.items()}
    order = ordered([CommitId(str(n)) for n in shuffled], wanted, history, {}, {})
    assert sorted(order) == sorted(history)
    for commit, before in wanted.items():
        for other in before:
            if int(other) < int(commit):
                assert order.index(other) < order.index(commit)
