"""What commits did to symbols that are no functions, in one line and in rows."""

from __future__ import annotations

from minekvm.core.c.declarations import declarations
from minekvm.core.declared.compare import DeclaredPair, changes, own
from minekvm.core.declared.words import described, place, tally
from minekvm.core.kinds import BEGINS
from minekvm.core.model import Change, CommitId, Event
from minekvm.core.phrases import plain

COMMIT = CommitId("1" * 40)


def edit(old: str, new: str, old_path: str = "a.h", new_path: str = "a.h") -> list[Change]:
    pair = DeclaredPair(old_path, new_path, declarations(old.encode()), declarations(new.encode()))
    return changes([pair])


def events(*found: Change) -> list[Event]:
    return [Event(COMMIT, None, change) for change in found]


def test_sorts_are_counted_the_most_telling_first() -> None:
    found = edit("struct s { int a; };\n", "struct s { long a; int b; int c; };\n#define X 1\n")
    assert tally(events(*found)) == (
        "4 other changes: 2 fields added, 1 macro added, 1 field type-changed"
    )


def test_entries_have_their_plural() -> None:
    old, new = "struct ops t = { .a = f };", "struct ops t = { .a = f, .b = g, .c = h };"
    assert tally(events(*edit(old, new))) == "2 other changes: 2 entries added"


def test_what_history_begins_with_is_not_counted_by_sort() -> None:
    there = Change(("added",), None, edit("", "#define X 1\n")[0].new, BEGINS, 1.0)
    assert tally(events(there, there)) == f"2 other symbols, {BEGINS}"


def test_rows_have_names_and_what_is_declared() -> None:
    (renamed,) = edit("#define A_LIMIT 0x10\n", "#define B_LIMIT 0x10\n")
    assert plain(described(renamed)) == "macro A_LIMIT -> B_LIMIT: 0x10"
    (became,) = edit("struct s { int a; };\n", "union s { int a; };\n")
    assert plain(described(became)) == "struct s -> union s"
    (went,) = edit("int v = 1;\n", "int v = 1;\n", "a.c", "b.c")
    assert plain(place(went)) == "a.c -> b.c"


def test_of_a_merge_that_is_its_own_which_no_parent_has() -> None:
    base, ours, theirs = (f"#define A {n}\n#define B {m}\n" for n, m in ((1, 1), (2, 1), (1, 2)))
    merged = "#define A 2\n#define B 3\n"
    first, second = CommitId("2" * 40), CommitId("3" * 40)
    sides = own([(first, edit(ours, merged)), (second, edit(theirs, merged))])
    assert [[c.new.name for c in found if c.new] for _, found in sides] == [["B"], ["B"]]
    assert own([(None, edit(base, base))]) == [(None, [])]
