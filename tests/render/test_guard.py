"""Other people's text: shown, never obeyed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from render_values import (
    Printer,
    commit,
    event,
    inspection,
    marked,
    plain,
    printed,
    shown,
    told,
    version,
)

from minekvm.core.lineage.words import diff
from minekvm.core.model import Gap
from minekvm.render.text import safe, safe_line


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain ASCII [red]`_*", "plain ASCII [red]`_*"),
        ("Ævar, Nguyễn, 山田", "Ævar, Nguyễn, 山田"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\bc\nd\te\x7f", "a\\rb\\x08c\\nd\\te\\x7f"),
        ("evil\u202e)(", "evil\\u202e)("),
        ("zero\u200bwidth\ufeff\u2066", "zero\\u200bwidth\\ufeff\\u2066"),
        ("line\u2028para\u2029", "line\\u2028para\\u2029"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("caf\udce9.c", "café.c"),
        ("c1 \udc9b31m", "c1 \\x9b31m"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_what_is_not_text_is_escaped(text: str, seen: str) -> None:
    assert safe(text) == seen


@given(st.text(st.characters()))
def test_safe_text_has_nothing_hidden_and_stays_safe(text: str) -> None:
    seen = safe(text)
    assert not [c for c in seen if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert safe(seen) == seen
    seen.encode()


def test_code_keeps_its_tabs_only() -> None:
    assert safe_line("\tif (x)\x1b[2J\t;\r") == "\tif (x)\\x1b[2J\t;\\r"


def test_diff_counts_the_lines_of_the_file() -> None:
    old = version(text="a\nb\nc\nd\ne\nf\ng\nh", line=100)
    new = version(text="a\nb\nc\nd\ne\nf\nG\nh", line=200)
    assert list(diff(event("a", "modified", old, new).change)) == [
        "@@ -103,5 +203,5 @@",
        " d",
        " e",
        " f",
        "-g",
        "+G",
        " h",
    ]


def test_diff_of_an_introduction_adds_the_whole() -> None:
    change = event("a", "introduced extracted", version("g"), version(text="x\ny", line=7)).change
    assert list(diff(change)) == ["@@ -0,0 +7,2 @@", "+x", "+y"]


# --- whole screens

EVIL = "\x1b[2J\x1b]0;x\x07[red]\u202e\r\n\t\x9b1m\udce9" + "long " * 2000
EVIL_COMMIT = commit("a", author=EVIL, subject=EVIL)
EVIL_OLD = version(EVIL, EVIL + ".h", condition=EVIL, text="old \x1b[2J\u202e")
EVIL_NEW = version("new" + EVIL, EVIL, condition=EVIL, text="new \x1b[2J\u202e\n```\n````")
EVIL_EVENTS = [
    event("a", "renamed+moved", EVIL_OLD, EVIL_NEW, rule=EVIL, score=0.5),
    event("a", "introduced", None, EVIL_OLD),
    event("a", "modified", EVIL_OLD, EVIL_OLD),
]
EVIL_GAP = Gap(EVIL, EVIL, path=EVIL)
EVIL_TOLD = told(EVIL_EVENTS, [EVIL_COMMIT], [EVIL_NEW], [EVIL_GAP], EVIL)
EVIL_FOUND = inspection(EVIL_COMMIT, EVIL_EVENTS, [EVIL_GAP])

PRINTERS: list[Printer] = [
    lambda: printed("lineage", EVIL_TOLD, patch=True, verbose=True),
    lambda: printed("lineage", EVIL_TOLD),
    lambda: printed("inspect", EVIL_FOUND, patch=True, verbose=True),
    lambda: printed("inspect", EVIL_FOUND),
]


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("width", [None, 20, 80])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_no_hostile_text_reaches_the_screen(
    monkeypatch: pytest.MonkeyPatch, printer: Printer, width: int | None, encoding: str
) -> None:
    screen = shown(monkeypatch, printer, width, encoding)
    assert not [
        c for c in screen if c not in "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs")
    ]
    assert "\\x1b[2J" in screen
    assert "[red]" in screen


def test_colours_are_the_only_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for printer in PRINTERS:
        screen = shown(monkeypatch, printer, 80, term="xterm-256color")
        assert "\x1b[" in screen
        assert "\x1b" not in plain(screen)


@pytest.mark.parametrize("patch", [False, True])
def test_hostile_markdown_is_text(patch: bool) -> None:
    for text in (
        marked("lineage", EVIL_TOLD, patch=patch, verbose=True),
        marked("inspect", EVIL_FOUND, patch=patch, verbose=True),
    ):
        assert not [
            c for c in text if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Cs")
        ]
        assert ("`````diff" in text) is patch
        assert text.count("long ") >= 2000  # in full


def test_a_subject_on_a_terminal_ends_with_an_ellipsis(monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(
        [event("a", "modified", version(), version(text="x"))],
        [commit("a", subject="é" * 5000)],
        [version(text="x")],
    )
    lines = shown(monkeypatch, lambda: printed("lineage", story), 60).splitlines()
    assert lines[4] == "○ 2020-01-01 aaaaaaaaaaaa  Ada L.  " + "é" * 24 + "…"
    lines = shown(monkeypatch, lambda: printed("lineage", story), 60, "ascii").splitlines()
    assert lines[4] == "o 2020-01-01 aaaaaaaaaaaa  Ada L.  " + "\\xe9" * 5 + "\\x..."
    lines = shown(monkeypatch, lambda: printed("lineage", story), None).splitlines()
    assert lines[4].endswith("modified  " + "é" * 5000)


def test_wide_characters_keep_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(
        [
            event("b", "modified", version(), version(text="x")),
            event("a", "introduced", None, version()),
        ],
        [commit("b", author="山田太郎"), commit("a", author="Ada Lovelace")],
        [version(text="x")],
    )
    lines = shown(monkeypatch, lambda: printed("lineage", story), 80).splitlines()
    assert lines[4] == "○ 2020-01-01 bbbbbbbbbbbb  山田太郎      subject"
    assert lines[5] == "◆ 2020-01-01 aaaaaaaaaaaa  Ada Lovelace  introduced in a.c"
