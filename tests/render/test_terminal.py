"""Whole screens, as a reader sees them."""

from __future__ import annotations

import pytest
from render_values import (
    EDITED,
    MOVED,
    commit,
    commit_id,
    event,
    inspection,
    parted,
    plain,
    printed,
    shown,
    told,
    version,
    wandering,
)

from minekvm.core.model import FunctionVersion, Gap, Inspection

WANDERING = """\
f, function
kernel/new.c:30-33  at 999999999999
3 events, 2019-2022: 1 move

● 2022-03-04 cccccccccccc  Grace Hopper  moved old.c → kernel/new.c
│                                        f: move it where it belongs
○ 2021-02-03 bbbbbbbbbbbb  Ada Lovelace  f: return one
◆ 2019-12-31 aaaaaaaaaaaa  Ada Lovelace  introduced in old.c
                                         f: new
"""

PIPED = """\
f, function
kernel/new.c:30-33  at 999999999999
3 events, 2019-2022: 1 move

● 2022-03-04 cccccccccccc  Grace Hopper  moved old.c -> kernel/new.c  f: move it where it belongs
○ 2021-02-03 bbbbbbbbbbbb  Ada Lovelace  modified  f: return one
◆ 2019-12-31 aaaaaaaaaaaa  Ada Lovelace  introduced in old.c  f: new
"""

ASCII_PATCH = """\
f, function
kernel/new.c:30-33  at 999999999999
3 events, 2019-2022: 1 move

* 2022-03-04 cccccccccccc  Grace Hopper  moved old.c -> kernel/new.c
|                                        f: move it where it belongs
| (text unchanged)
o 2021-02-03 bbbbbbbbbbbb  Ada Lovelace  f: return one
| @@ -10,4 +10,4 @@
|  int f(void)
|  {
| -\treturn 0;
| +\treturn 1;
|  }
+ 2019-12-31 aaaaaaaaaaaa  Ada Lovelace  introduced in old.c
                                         f: new
  @@ -0,0 +10,4 @@
  +int f(void)
  +{
  +\treturn 0;
  +}
"""

PARTED = """\
f, function
2 definitions at 999999999999
4 events in 3 commits, 2019-2022: 2 splits

○   a.c:10  #if defined(X)
│ ○ a.c:20  #if !(defined(X))
○ │ 2022-03-04 cccccccccccc  Ada L.  modified #if defined(X)  edit one
│ │                                  [a rule, score 1.00]
● │ 2021-02-03 bbbbbbbbbbbb  Ada L.  split whole → f #if defined(X)
│ │                                  divide
│ │                                  [a rule, score 0.87]
│ ● 2021-02-03 bbbbbbbbbbbb  Ada L.  split whole → f #if !(defined(X))
│ │                                  divide
│ │                                  [a rule, score 0.87]
├─╯
◆   2019-12-31 aaaaaaaaaaaa  Ada L.  introduced in a.c
                                     begin
                                     [a rule, score 1.00]
"""


def stripped(screen: str) -> str:
    return "".join(line.rstrip() + "\n" for line in screen.splitlines())


def test_a_wandering_function(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stripped(shown(monkeypatch, lambda: printed("lineage", wandering()), 70)) == WANDERING


def test_a_pipe_gets_one_record_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, lambda: printed("lineage", wandering()), None) == PIPED


def test_an_ascii_terminal_and_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("lineage", wandering(), patch=True), 80, "ascii")
    assert stripped(screen) == ASCII_PATCH


def test_two_variants_with_their_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("lineage", parted(), verbose=True), 90)
    assert stripped(screen) == PARTED


def test_verbose_in_a_pipe_stays_on_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, lambda: printed("lineage", wandering(), verbose=True), None)
    assert lines.splitlines()[4].endswith("belongs  [same body elsewhere, score 1.00]")


def test_colours_on_a_terminal_but_not_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = shown(monkeypatch, lambda: printed("lineage", wandering()), 70, term="xterm")
    assert "\x1b[1;36mmoved old.c" in coloured
    assert stripped(plain(coloured)) == WANDERING
    monkeypatch.setenv("NO_COLOR", "1")
    sober = shown(monkeypatch, lambda: printed("lineage", wandering()), 70, term="xterm")
    assert "\x1b[1mmoved old.c" in sober
    assert stripped(plain(sober)) == WANDERING


def test_long_paths_go_below_and_are_never_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    old = version(path="drivers/net/ethernet/mellanox/mlx5/core/en_accel/ktls_rx.c")
    new = version(path="drivers/net/ethernet/mellanox/mlx5/core/en_accel/ktls_tx.c")
    story = told([event("a", "moved", old, new)], [commit("a")], [new])
    assert stripped(shown(monkeypatch, lambda: printed("lineage", story), 80)).splitlines()[4:] == [
        "● 2020-01-01 aaaaaaaaaaaa  Ada L.  moved",
        "│            drivers/net/ethernet/mellanox/mlx5/core/en_accel/ktls_rx.c",
        "│            → drivers/net/ethernet/mellanox/mlx5/core/en_accel/ktls_tx.c",
        "│            subject",
        "┊",
    ]


def test_a_symbol_that_is_gone_and_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(
        [event("b", "removed", EDITED, None), event("a", "introduced", None, EDITED)],
        [commit("b", "2021-01-01"), commit("a", parents="")],
        gaps=[
            Gap("history", "the clone is shallow"),
            Gap("blob", "missing", commit_id("e"), "x.c"),
        ],
    )
    assert shown(monkeypatch, lambda: printed("lineage", story), None).splitlines() == [
        "f, function",
        "not defined at 999999999999",
        "2 events, 2020-2021: 1 removal",
        "",
        "✗ 2021-01-01 bbbbbbbbbbbb  Ada L.  removed from old.c  subject",
        "◆ 2020-01-01 aaaaaaaaaaaa  Ada L.  introduced in old.c  subject",
        "",
        "gap: history: the clone is shallow",
        "gap: blob: missing (eeeeeeeeeeee, x.c)",
    ]


def test_no_events_in_range(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("lineage", told([], [], [MOVED])), 80)
    assert screen == "f, function\nkernel/new.c:30-33  at 999999999999\nno events in range\n"


@pytest.mark.parametrize(
    ("kinds", "old", "new", "said"),
    [
        ("modified split extracted", version(), version(), "split (parts became functions)"),
        ("modified renamed", version(), version(), "modified (former body renamed or moved)"),
        ("modified superseded", version(), version(), "superseded (body went on elsewhere)"),
        ("superseded", version("g"), version(), "superseded g -> f"),
        ("introduced extracted", version("g"), version(), "introduced in a.c extracted from g"),
        (
            "introduced extracted",
            version("g", "b.c"),
            version(),
            "introduced in a.c extracted from g in b.c",
        ),
        ("renamed signature", version("g"), version(), "renamed g -> f (signature)"),
        ("renamed+moved", version("g", "b.c"), version(), "renamed+moved g in b.c -> f in a.c"),
        ("file-renamed", version(path="b.c"), version(), "file-renamed b.c -> a.c"),
        ("added", None, version(), "added in a.c"),
        ("signature modified", version(), version(), "signature"),
    ],
)
def test_what_happened(
    monkeypatch: pytest.MonkeyPatch,
    kinds: str,
    old: FunctionVersion | None,
    new: FunctionVersion,
    said: str,
) -> None:
    story = told([event("a", kinds, old, new)], [commit("a")], [version()])
    line = shown(monkeypatch, lambda: printed("lineage", story), None).splitlines()[4]
    assert line.split("Ada L.  ")[1] == f"{said}  subject"


# --- inspection


def found() -> Inspection:
    """One of everything, against one parent."""
    long = "a_function_with_quite_a_long_name"
    return inspection(
        commit("c", "2022-03-04", "Grace Hopper", "tidy"),
        [
            event("c", "modified", version("one"), version("one", text="x")),
            event("c", "modified", version("two"), version("two", text="x")),
            event("c", "modified signature", version("s", "b.c"), version("s", "b.c", text="x")),
            event("c", "modified", version("in", "old.c"), version("in", "new.c", text="x")),
            event("c", "added", None, version("n", "b.c", condition="X")),
            event("c", "added", None, version("n", "b.c", condition="!(X)")),
            event("c", "removed", version("gone"), None),
            event("c", "renamed", version("was"), version("is"), score=0.999),
            event("c", "moved", version("m"), version("m", "b.c"), rule="same body elsewhere"),
            event(
                "c", "renamed+moved modified", version(long), version(long + "2", "b.c"), score=0.5
            ),
        ],
    )


INSPECTED = """\
cccccccccccc tidy
2022-03-04, by Grace Hopper
10 function changes: 1 renamed+moved, 1 moved, 1 renamed, 2 added, 1 removed,
  1 signature, 3 modified

renamed+moved  a_function_with_quite_a_long_name
               → a_function_with_quite_a_long_name2  a.c → b.c  score 0.50
moved          m         a.c → b.c
renamed        was → is  a.c  score 0.99
added          b.c: n (#if X), n (#if !(X))
removed        a.c: gone
signature      b.c: s
modified       a.c: one, two
               old.c → new.c: in
"""


def test_one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stripped(shown(monkeypatch, lambda: printed("inspect", found()), 80)) == INSPECTED


def test_one_commit_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, lambda: printed("inspect", found()), None).splitlines()
    assert lines[-2:] == ["modified       a.c: one, two", "modified       old.c -> new.c: in"]
    assert lines[2] == (
        "10 function changes: 1 renamed+moved, 1 moved, 1 renamed, 2 added, 1 removed, "
        "1 signature, 3 modified"
    )


def test_verbose_gives_each_change_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = shown(monkeypatch, lambda: printed("inspect", found(), verbose=True), None)
    assert "moved          m          a.c -> b.c  [same body elsewhere]\n" in screen
    assert "modified       a.c: one [a rule], two [a rule]\n" in screen


def test_of_many_functions_of_a_file_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [event("c", "added", None, version(f"f{n}")) for n in range(14)]
    big = inspection(commit("c", "2022-03-04", "Grace Hopper", "grow"), many)
    assert " f11 and 2 more" in " ".join(
        shown(monkeypatch, lambda: printed("inspect", big), 80).split()
    )
    assert " f13\n" in shown(
        monkeypatch, lambda: printed("inspect", big, verbose=True), 80
    ).replace(" [a rule]", "")


def test_a_merge_is_told_by_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    merge = inspection(
        commit("c", "2022-03-04", "Grace Hopper", "Merge x", parents="12"),
        [event("c", "modified", version("one"), version("one", text="x"), parent="2")],
    )
    assert shown(monkeypatch, lambda: printed("inspect", merge), None).splitlines() == [
        "cccccccccccc Merge x",
        "2022-03-04, by Grace Hopper",
        "a merge of 2 parents",
        "against parent 1, 111111111111: no function changed",
        "against parent 2, 222222222222: 1 function change: 1 modified",
        "",
        "against parent 2, 222222222222",
        "  modified  a.c: one",
    ]


def test_nothing_changed_and_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = inspection(commit("c"), [], [Gap("blob", "binary, not source", path="x.c")])
    assert shown(monkeypatch, lambda: printed("inspect", nothing), 80).splitlines()[2:] == [
        "no function changed",
        "",
        "gap: blob: binary, not source (x.c)",
    ]
