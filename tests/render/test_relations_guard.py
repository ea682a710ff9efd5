"""Other people's text in answers about commits: shown, never obeyed."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from relation_values import A, cited, connected, lost, mention, related, relation, status
from render_values import Printer, commit, marked, plain, printed, shown

from minekvm.core.model import Gap, Mined
from minekvm.core.origins.ranking import Candidate, Origins
from minekvm.core.origins.reasons import Reason
from minekvm.render import formats

EVIL = "\x1b[2J\x1b]0;x\x07[red]\u202e\r\n\t\x9b1m\udce9\u2028`<b>**" + "long " * 2000
COMMITS = [commit(c, author=EVIL, subject=EVIL) for c in "ab"]
CITED = cited("a", 1, EVIL)
RELATED = related(
    [
        relation("fixes", "out", "b", CITED, EVIL),
        relation("cites", "out", "b", CITED, EVIL, outcome="wrong subject"),
        relation("same-series", "out", "b", CITED, EVIL),
        relation("touches-same", "in", "b", rule=EVIL),
        relation("touches-same", "in", "a", rule=EVIL),
    ],
    COMMITS,
    [
        lost(mention(hash_=EVIL, subject=EVIL, quote=EVIL), "wrong subject", "b", "a"),
        lost(mention(hash_=EVIL, target=EVIL, quote=EVIL, rule=EVIL, line=2), "malformed"),
    ],
    [mention("link", target=EVIL, quote=EVIL, rule=EVIL)],
    [(EVIL, EVIL), (EVIL, "second" + EVIL)],
    [Gap(EVIL, EVIL, path=EVIL)],
)
CONNECTED = connected([[("a", relation("cites", "out", "b", CITED, EVIL))]], COMMITS)
ORIGINS = Origins(
    A.id,
    (Candidate(COMMITS[1].id, 0.5, (Reason(EVIL, EVIL), Reason("r", "\n- [x](y)" + EVIL))),),
    {c.id: c for c in COMMITS},
    (),
)
INDEX = replace(status(), path="/tmp/" + EVIL)

PRINTERS: list[Printer] = [
    partial(printed, "relate", RELATED),
    partial(printed, "relate", RELATED, verbose=True),
    partial(printed, "relate", CONNECTED, verbose=True),
    partial(printed, "origins", ORIGINS),
    partial(printed, "origins", ORIGINS, verbose=True),
    partial(printed, "index", Mined(1, 2, INDEX)),
]


def hidden(text: str) -> list[str]:
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl")]


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("width", [None, 20, 80])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_hostile_text_reaches_the_screen(
    monkeypatch: pytest.MonkeyPatch, printer: Printer, width: int | None, encoding: str
) -> None:
    screen = shown(monkeypatch, printer, width, encoding)
    assert not hidden(screen)
    assert "\\x1b[2J" in screen
    assert width == 20 or "[red]" in screen


@pytest.mark.parametrize("printer", PRINTERS)
def test_colours_are_the_only_escapes(monkeypatch: pytest.MonkeyPatch, printer: Printer) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = shown(monkeypatch, printer, 80, term="xterm-256color")
    assert "\x1b[" in screen or printer is PRINTERS[-1]
    assert "\x1b" not in plain(screen)


def test_a_terminal_is_not_flooded(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = replace(RELATED, gaps=(), links=())
    screen = shown(monkeypatch, partial(printed, "relate", quiet, verbose=True), 80)
    assert len(screen) < 80 * 50
    screen = shown(monkeypatch, partial(printed, "origins", ORIGINS), 80)
    assert len(screen) < 80 * 20
    assert len(shown(monkeypatch, partial(printed, "relate", quiet), None)) > 100_000


@pytest.mark.parametrize("verbose", [False, True])
def test_hostile_markdown_is_text(verbose: bool) -> None:
    for text in (
        marked("relate", RELATED, verbose=verbose),
        marked("relate", CONNECTED, verbose=verbose),
        marked("origins", ORIGINS, verbose=verbose),
    ):
        assert not hidden(text)
        assert "\\[red\\]" in text
        assert "\\<b\\>\\*\\*" in text
        assert text.count("long ") >= 2000  # in full
        starts = ("#", "- ", "  ", "1. ", "`", "fixes", "1 cand", "1 path", "2020-01-01")
        assert all(not line or line.startswith(starts) for line in text.splitlines())


def test_hostile_json_is_one_object() -> None:
    for text in (
        formats.text("relate", RELATED, "json"),
        formats.text("relate", CONNECTED, "json"),
        formats.text("origins", ORIGINS, "json"),
        formats.text("index", INDEX, "json"),
    ):
        assert text.isascii()
        assert EVIL in "".join(strings(json.loads(text)))


def strings(value: object) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)
