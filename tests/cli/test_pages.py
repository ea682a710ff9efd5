"""The pages: what they show is what the commands print, and every block of code holds."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from minekvm.cli.commands import COMMANDS
from support.documents import (
    DOCS,
    LANGUAGES,
    PICTURES,
    ROOT,
    Block,
    Reader,
    blocks,
    home,
    pages,
    pictures,
)

RENEW = "run PYTHONPATH=tests .venv/bin/python -m support.documents, and look at what changed"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with home() as folder:
        yield Reader(folder)


def having(*languages: str) -> list[tuple[Path, str]]:
    """The pages that have such blocks, with their text."""
    found = [(path, path.read_text(encoding="utf-8")) for path in pages()]
    return [(p, text) for p, text in found if any(b.language in languages for b in blocks(text))]


def named(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else ""


@pytest.mark.parametrize(("path", "page"), having("console"), ids=named)
def test_screens_are_what_the_commands_print(reader: Reader, path: Path, page: str) -> None:
    assert reader.screens(path, page) == page, RENEW


@pytest.mark.parametrize(("path", "page"), having(*(LANGUAGES - {"console"})), ids=named)
def test_blocks_of_code_hold(reader: Reader, path: Path, page: str) -> None:
    reader.begin(path)
    for block in blocks(page):
        if "jq " in block.text and not shutil.which("jq"):
            pytest.skip("there is no jq here")
        if block.language != "console":
            reader.tried(block)


def test_every_block_says_what_it_is() -> None:
    languages = {block.language for _, page in having(*LANGUAGES, "") for block in blocks(page)}
    assert languages - LANGUAGES - {""} == set()
    unsaid = [path for path, page in having("") if path.parent == DOCS / "commands"]
    assert unsaid == []


@pytest.mark.parametrize(("path", "page"), having(*LANGUAGES), ids=named)
def test_blocks_call_commands_that_there_are(path: Path, page: str) -> None:
    called = {
        word
        for block in blocks(page)
        for word in re.findall(r"(?:^|[$!\"'( /])minekvm ([a-z]+)", block.text, re.M)
    }
    assert called <= set(COMMANDS)


def test_pictures_show_what_the_commands_print(reader: Reader) -> None:
    """Their text; how rich draws it may differ from version to version."""
    reader.begin(DOCS / "index.md")
    now = pictures(reader)
    assert set(now) == set(PICTURES)
    for name, svg in now.items():
        kept = (DOCS / "pictures" / f"{name}.svg").read_text(encoding="utf-8")
        assert shown(kept) == shown(svg), RENEW
        assert "http" not in kept.replace("http://www.w3.org/2000/svg", "")


def shown(svg: str) -> list[str]:
    return [unescape(text).strip() for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)]


def test_a_stale_screen_is_seen(reader: Reader) -> None:
    page = "```console\n$ git log --oneline -1 --format=%s\nanother\n```\n"
    reader.begin(DOCS / "index.md")
    now = reader.screens(DOCS / "index.md", page)
    assert "another" not in now
    assert reader.screens(DOCS / "index.md", now) == now


def test_a_block_that_fails_is_seen(reader: Reader) -> None:
    for language, text in (
        ("sh", "minekvm lineage no_such_symbol\n"),
        ("python", "import minekvm; minekvm.open('/nowhere')\n"),
    ):
        with pytest.raises(AssertionError):
            reader.tried(Block(language, text, 0, 0))
