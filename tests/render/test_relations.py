"""Relations, paths and origins as a reader sees them."""

from __future__ import annotations

from functools import partial

import pytest
from relation_values import (
    UPSTREAM,
    A,
    B,
    by_many,
    cited,
    connected,
    everything,
    found_origins,
    lost,
    mention,
    related,
    relation,
    steps,
)
from render_values import commit, plain, printed, shown

from minekvm.core.messages.model import Mention
from minekvm.core.model import Gap
from minekvm.core.relate.kinds import KINDS, groups
from minekvm.core.relate.relations import Direction, Outcome, Related, RelationKind
from minekvm.render.pages.relate import telling

EVERYTHING = """\
aaaaaaaaaaaa pump: close the valve before the tank runs dry
2022-03-04, by Grace Hopper
fixes 1, fixed by 1, backport of 1, cites 1, same series 2, touched before 1;
  1 wrong subject; 1 mention not found

Fixes (1)
  bbbbbbbbbbbb  2021-02-03  pump: open the valve by hand
    "Fixes: bbbbbbbbbbbb ("pump: open the valve by …"  message:7 of aaaaaaaaaaaa
Fixed by (1)
  cccccccccccc  2022-05-06  pump: close the valve only once
    "This repairs commit aaaaaaaaaaaa for good."  message:3-4 of cccccccccccc
Backport of (1)
  123456789abc  not in this clone
    "[ Upstream commit 123456789abc0000000000000000…"  message:3 of aaaaaaaaaaaa
Cites (1)
  ffffffffffff  2020-01-02  tank: new, with a float that tells when it runs dry
    ! the subject quoted is of eeeeeeeeeeee pump: name the strokes
    "As since commit ffffffffffff ("tank: paint it …"  message:5 of aaaaaaaaaaaa
Same series (2)
  dddddddddddd  2022-03-04  pump: count the strokes
  eeeeeeeeeeee  2022-03-04  pump: name the strokes
    these 2: one author, one prefix
Touched the same functions before (1)
  ffffffffffff  2020-01-02  tank: new, with a float that tells when it runs dry
    changed run_dry() before
Mentioned but not found (1)
  0a1b2c3d  not in this clone
    "tank: gone"
    "Fixes: 0a1b2c3d ("tank")"  message:8 of aaaaaaaaaaaa
People (2)
  Reported-by  Mary <m@example.org>
               Bob <b@example.org>
Links (1)
  https://example.org/r/1, message:10 of aaaaaaaaaaaa

gap: functions touched: only the first 12 files (aaaaaaaaaaaa)
"""

PATH = """\
What connects aaaaaaaaaaaa and bbbbbbbbbbbb
aaaaaaaaaaaa  2022-03-04  pump: close the valve b...
bbbbbbbbbbbb  2021-02-03  pump: open the valve by...
1 path, the best first

Path 1, 2 steps
1. aaaaaaaaaaaa cites ffffffffffff  2020-01-02
   tank: new, with a float that tells when it runs
   dry
   "As in fffffffffff..."  message:5 of aaaaaaaaaaaa
2. ffffffffffff touches the same functions as
   bbbbbbbbbbbb  2021-02-03  pump: open the valve
   by hand
   changed run_dry() after

gap: paths: the search was given up
"""

ORIGINS = """\
aaaaaaaaaaaa pump: close the valve before the tank runs dry
2022-03-04, by Grace Hopper
2 candidates, the likeliest first

1. very likely  bbbbbbbbbbbb  2021-02-03  pump: open the valve by hand
   last changed 3 of the 4 lines that go away
   wrote close_valve(), which the change guards against a tank that ran dry
     before anybody looked at the float
2. unlikely     ffffffffffff  2020-01-02  tank: new, with a float that tells wh…
"""


def stripped(screen: str) -> str:
    return "".join(line.rstrip() + "\n" for line in screen.splitlines())


def terminal(patch: pytest.MonkeyPatch, found: Related, width: int = 80) -> list[str]:
    screen = shown(patch, lambda: printed("relate", found), width)
    return stripped(screen).splitlines()


def piped(patch: pytest.MonkeyPatch, found: Related, verbose: bool = False) -> list[str]:
    """The records in a pipe."""
    screen = shown(patch, lambda: printed("relate", found, verbose=verbose), None)
    return screen.partition("\n\n")[2].splitlines()


# --- relate COMMIT


def test_one_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("relate", everything()), 80)
    assert stripped(screen) == EVERYTHING
    coloured = shown(monkeypatch, lambda: printed("relate", everything()), 80, term="xterm")
    assert "\x1b[1;31m! the subject quoted" in coloured
    assert stripped(plain(coloured)) == EVERYTHING


def test_a_pipe_gets_one_record_a_line_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    assert piped(monkeypatch, everything()) == [
        "fixes          bbbbbbbbbbbb  2021-02-03  pump: open the valve by hand  "
        '"Fixes: bbbbbbbbbbbb ("pump: open the valve by hand")"  message:7 of aaaaaaaaaaaa',
        "fixed by       cccccccccccc  2022-05-06  pump: close the valve only once  "
        '"This repairs commit aaaaaaaaaaaa for good."  message:3-4 of cccccccccccc',
        f'backport of    123456789abc  not in this clone  "[ Upstream commit {UPSTREAM} ]"'
        "  message:3 of aaaaaaaaaaaa",
        "cites          ffffffffffff  2020-01-02  "
        "tank: new, with a float that tells when it runs dry  "
        "! the subject quoted is of eeeeeeeeeeee pump: name the strokes  "
        '"As since commit ffffffffffff ("tank: paint it red"), it is full."  '
        "message:5 of aaaaaaaaaaaa",
        "same series    dddddddddddd  2022-03-04  pump: count the strokes  one author, one prefix",
        "same series    eeeeeeeeeeee  2022-03-04  pump: name the strokes  one author, one prefix",
        "touched before ffffffffffff  2020-01-02  "
        "tank: new, with a float that tells when it runs dry  changed run_dry() before",
        'not found      0a1b2c3d  not in this clone  "tank: gone"  '
        '"Fixes: 0a1b2c3d ("tank")"  message:8 of aaaaaaaaaaaa',
        "Reported-by    Mary <m@example.org>",
        "Reported-by    Bob <b@example.org>",
        "link           https://example.org/r/1, message:10 of aaaaaaaaaaaa",
        "",
        "gap: functions touched: only the first 12 files (aaaaaaaaaaaa)",
    ]


def test_the_rule_is_told_with_v_where_it_is_not_told_anyway(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = piped(monkeypatch, everything(), verbose=True)
    assert records[0].endswith("message:7 of aaaaaaaaaaaa  [Fixes trailer]")
    assert records[6].endswith("  changed run_dry() before")
    screen = shown(monkeypatch, lambda: printed("relate", everything(), verbose=True), 80)
    assert screen.count("[Fixes trailer]\n") == 1
    assert screen.count("changed run_dry() before\n") == 1


@pytest.mark.parametrize(
    ("kind", "direction", "title"),
    [
        ("fixes", "out", "Fixes"),
        ("fixes", "in", "Fixed by"),
        ("reverts", "out", "Reverts"),
        ("reverts", "in", "Reverted by"),
        ("backport-of", "out", "Backport of"),
        ("backport-of", "in", "Backported as"),
        ("same-patch", "out", "Same patch"),
        ("same-patch", "in", "Same patch"),
        ("cites", "out", "Cites"),
        ("cites", "in", "Cited by"),
        ("same-series", "out", "Same series"),
        ("same-series", "in", "Same series"),
        ("touches-same", "out", "Touched the same functions before"),
        ("touches-same", "in", "Touched the same functions after"),
    ],
)
def test_each_sort_has_its_group(
    monkeypatch: pytest.MonkeyPatch, kind: RelationKind, direction: Direction, title: str
) -> None:
    found = related([relation(kind, direction, "b")], [A, B])
    assert terminal(monkeypatch, found)[4] == f"{title} (1)"


DIRECTIONS: tuple[Direction, ...] = ("in", "out")


def test_groups_stand_in_the_order_of_their_strength() -> None:
    every = [
        relation(kind.name, direction, "b")
        for kind in KINDS[::-1]  # whatever the order they come in
        for direction in DIRECTIONS
    ]
    assert [g.title for g in groups(every)] == [
        "Fixes",
        "Fixed by",
        "Reverts",
        "Reverted by",
        "Backport of",
        "Backported as",
        "Same patch",
        "Cites",
        "Cited by",
        "Same series",
        "Touched the same functions before",
        "Touched the same functions after",
    ]


def test_a_long_group_is_cut_at_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = terminal(monkeypatch, by_many())
    assert lines[4] == "Cited by (200)"
    assert lines[-1] == "  and 185 more (-v has all)"
    assert sum("subject" in line for line in lines[3:]) == 15
    records = piped(monkeypatch, by_many())
    assert len(records) == 200
    assert all(r.startswith("cited by ") for r in records)


def test_nothing_relates(monkeypatch: pytest.MonkeyPatch) -> None:
    assert terminal(monkeypatch, related(commits=[commit("a")])) == [
        "aaaaaaaaaaaa subject",
        "2020-01-01, by Ada L.",
        "no other commit relates to it",
    ]


@pytest.mark.parametrize(
    ("outcome", "others", "told"),
    [
        ("through backport", "", 'through its backport: "said"  message:1 of aaaaaaaaaaaa'),
        ("by subject", "", 'by its subject: "said"  message:1 of aaaaaaaaaaaa'),
        (
            "wrong subject",
            "",
            '! the subject quoted is of no commit here  "said"  message:1 of aaaaaaaaaaaa',
        ),
        (
            "wrong subject",
            "ab",
            "! the subject quoted is of aaaaaaaaaaaa (or bbbbbbbbbbbb) "
            'pump: close the valve before the tank runs dry  "said"  message:1 of aaaaaaaaaaaa',
        ),
    ],
)
def test_how_a_mention_was_checked(
    monkeypatch: pytest.MonkeyPatch, outcome: Outcome, others: str, told: str
) -> None:
    found = related(
        [relation("cites", "out", "b", cited("a", 1, "said"), outcome=outcome)],
        [A, B],
        [lost(mention(quote="said"), "wrong subject", "b", others)],
    )
    assert piped(monkeypatch, found)[0] == (
        f"cites          bbbbbbbbbbbb  2021-02-03  pump: open the valve by hand  {told}"
    )


def test_another_commit_that_quotes_a_wrong_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    said = relation("cites", "in", "b", cited("b", 1, "said"), outcome="wrong subject")
    line = piped(monkeypatch, related([said], [A, B]))[0]
    assert "  ! the subject quoted is another commit's  " in line


def test_a_doubtful_relation_leads_its_group() -> None:
    sure = relation("cites", "out", "c", cited("a", 1, "x"))
    wrong = relation("cites", "out", "b", cited("a", 2, "x"), outcome="wrong subject")
    assert groups([sure, wrong])[0].relations == (wrong, sure)


@pytest.mark.parametrize(
    ("of", "outcome", "others", "record"),
    [
        (mention(hash_="abc1234"), "ambiguous", "bc", "abc1234  several commits fit: "),
        (
            mention(subject="so it was"),
            "absent",
            "",
            'no hash  not in this clone  "so it was"',
        ),
        (mention(target="0xyz"), "malformed", "", "no hash  names no commit  0xyz  "),
        (
            mention(hash_="b" * 40, subject="s"),
            "wrong subject",
            "",
            'bbbbbbbbbbbb  ! the subject quoted is of no commit here  "s"  "quote"  message:1 of',
        ),
    ],
)
def test_mentions_that_lead_nowhere(
    monkeypatch: pytest.MonkeyPatch, of: Mention, outcome: Outcome, others: str, record: str
) -> None:
    found = related(unresolved=[lost(of, outcome, "", others)])
    assert piped(monkeypatch, found)[0].startswith(f"not found      {record}")
    lines = terminal(monkeypatch, found, 200)
    assert lines[3] == "Mentioned but not found (1)"


def test_patch_and_series_tell_their_rule_and_the_quote_with_v(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = cited("b", 9, "Link: https://example.org/3")
    found = related([relation("same-series", "out", "b", link, "patches 2 and 3")], [A, B])
    assert terminal(monkeypatch, found)[6:] == ["    patches 2 and 3, message:9 of bbbbbbbbbbbb"]
    screen = shown(monkeypatch, lambda: printed("relate", found, verbose=True), 80)
    assert '    "Link: https://example.org/3"  message:9 of bbbbbbbbbbbb\n' in screen
    assert piped(monkeypatch, found)[0].endswith(
        "  patches 2 and 3, message:9 of bbbbbbbbbbbb  "
        '"Link: https://example.org/3"  message:9 of bbbbbbbbbbbb'
    )


# --- quotes


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("Fixes: bbbbbbbbbbbb", "Fixes: bbbbbbbbbbbb"),
        ("---\n  spaced   out\t", "spaced out"),
        ('It was so.\nSince commit 0123456 ("x\nit is not.', 'Since commit 0123456 ("x it is not.'),
        ("A first line.\nIn commit\n0123456789 it was", "In commit 0123456789 it was"),
        ("", ""),
    ],
)
def test_a_quote_is_told_from_the_line_that_tells(quote: str, told: str) -> None:
    assert telling(quote) == told


def test_a_cut_quote_keeps_its_hash_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "word " * 30 + "commit bbbbbbbbbbbbbbbbbbbb did it " + "and more " * 30
    found = related([relation("cites", "out", "b", cited("a", 1, said))], [A, B])
    line = terminal(monkeypatch, found)[6]
    assert line.startswith('    "…word ')
    assert " commit bbbbbbbbbbbb" in line
    assert len(line) <= 80


@pytest.mark.parametrize("width", [70, 80, 100, 200])
@pytest.mark.parametrize("verbose", [False, True])
def test_rows_fit_their_terminal(
    monkeypatch: pytest.MonkeyPatch, width: int, verbose: bool
) -> None:
    for found in (everything(), by_many()):
        lines = shown(
            monkeypatch, partial(printed, "relate", found, verbose=verbose), width
        ).splitlines()
        assert max(map(len, lines)) <= width


# --- relate COMMIT COMMIT


def test_a_path_on_a_narrow_ascii_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("relate", steps()), 52, "ascii")
    assert stripped(screen) == PATH


def test_a_path_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("relate", steps()), None)
    assert screen.splitlines()[6:8] == [
        "1. aaaaaaaaaaaa cites ffffffffffff  2020-01-02  "
        "tank: new, with a float that tells when it runs dry  "
        '"As in ffffffffffff, it is full."  message:5 of aaaaaaaaaaaa',
        "2. ffffffffffff touches the same functions as bbbbbbbbbbbb  2021-02-03  "
        "pump: open the valve by hand  changed run_dry() after",
    ]


@pytest.mark.parametrize(
    ("kind", "direction", "verb"),
    [
        ("fixes", "out", "fixes"),
        ("fixes", "in", "is fixed by"),
        ("reverts", "in", "is reverted by"),
        ("backport-of", "in", "is backported as"),
        ("cites", "in", "is cited by"),
        ("same-patch", "out", "makes the same change as"),
        ("same-series", "in", "is in one series with"),
    ],
)
def test_what_a_step_says(
    monkeypatch: pytest.MonkeyPatch, kind: RelationKind, direction: Direction, verb: str
) -> None:
    found = connected([[("a", relation(kind, direction, "b"))]], [A, B])
    screen = shown(monkeypatch, lambda: printed("relate", found), None)
    assert screen.splitlines()[6].startswith(f"1. aaaaaaaaaaaa {verb} bbbbbbbbbbbb  2021-")


@pytest.mark.parametrize("width", [None, 80])
def test_nothing_connects_them(monkeypatch: pytest.MonkeyPatch, width: int | None) -> None:
    found = connected([], [A, B], gaps=[Gap("paths", "4 steps were tried")])
    lines = shown(monkeypatch, lambda: printed("relate", found), width).splitlines()
    assert lines[3:] == ["nothing connects them", "", "gap: paths: 4 steps were tried"]


def test_a_commit_and_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    found = connected([[]], [A], "aa")
    lines = shown(monkeypatch, lambda: printed("relate", found)).splitlines()
    assert lines[1:] == [f"{A.id[:12]}  2022-03-04  {A.subject}", "they are one commit"]


# --- origins


def test_ranked_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("origins", found_origins()), 80)
    assert stripped(screen) == ORIGINS


def test_origins_in_a_pipe_with_their_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("origins", found_origins(), verbose=True), None)
    assert screen.splitlines()[4:] == [
        "1. very likely  [0.87]  bbbbbbbbbbbb  2021-02-03  pump: open the valve by hand  "
        "last changed 3 of the 4 lines that go away  [blame]; "
        "wrote close_valve(), which the change guards against a tank that ran dry before anybody "
        "looked at the float  [names]",
        "2. unlikely     [0.10]  ffffffffffff  2020-01-02  "
        "tank: new, with a float that tells when it runs dry",
    ]


def test_no_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("origins", found_origins(0)))
    assert screen.splitlines()[2:] == ["no origin found"]
