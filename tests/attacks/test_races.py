"""A second process changes what is at a path, again and again, while minekvm checks and uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from minekvm.adapters.files import outputs
from minekvm.adapters.files.folder import found
from minekvm.adapters.index.store import Busy, open_store
from minekvm.errors import CacheFailed, FileRefused
from support.decoy import Decoy
from support.running import run

LAYOUT = "CREATE TABLE meta(key TEXT, value TEXT);\nCREATE TABLE row(n INTEGER)"
OURS = outputs.Sort("ours", lambda data: data.startswith(b"ours"), "")
TIMES = 150

# What the other process does at `place`, over and over; `spare` is a name beside it.
SWAPS = {
    "a link": "os.symlink(victim, spare); os.rename(spare, place); os.unlink(place)",
    "a second name": "os.link(victim, spare); os.rename(spare, place); os.unlink(place)",
    # It puts back what it took by its number, and only that: between its own look and its own move
    # minekvm may have put another file there, which must not go over the user's in the next round.
    "a file of the user's": (
        "if os.stat(mine).st_ino == number: os.rename(mine, place)\n"
        "  else: os.unlink(mine)\n"
        " except OSError: pass\n"
        " try:\n"
        "  for at in (place, *glob.glob(os.path.dirname(place) + '/.minekvm*')):\n"
        "   if os.stat(at).st_ino == number: os.rename(at, mine); break"
    ),
    "ours": "open(spare, 'w').write('ours'); os.rename(spare, place)",
}
SWAPPER = """
import glob, os, sys
place, victim, mine, spare = sys.argv[1:]
number = os.stat(mine).st_ino
print(flush=True)
while True:
 try:
  {}
 except OSError: pass
"""


@contextmanager
def swapping(decoy: Decoy, place: Path, what: str) -> Iterator[None]:
    arguments = (place, decoy.home / ".bashrc", decoy.home / "notes/thesis.md", f"{place}.spare")
    code = SWAPPER.format(what)
    other = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)], stdout=subprocess.PIPE
    )
    try:
        assert other.stdout is not None
        other.stdout.readline()
        yield
    finally:
        other.kill()
        other.communicate()


def untouched(decoy: Decoy) -> None:
    """What the user has is there still, wherever the other process has moved it."""
    assert (decoy.home / ".bashrc").read_text() == "alias l=ls\n"
    kept = [p for p in decoy.home.rglob("*") if p.is_file() and not p.is_symlink()]
    kept = [p for p in kept if decoy.cache not in p.parents and p.stat().st_size == 4]
    assert b"one\n" in [p.read_bytes() for p in kept]


@pytest.mark.parametrize("what", SWAPS)
def test_a_report_is_put_while_its_place_changes(decoy: Decoy, what: str) -> None:
    place = decoy.home / "there" / "out"
    place.parent.mkdir()
    done = refused = 0
    with swapping(decoy, place, SWAPS[what]), found(place.parent) as folder:
        for _ in range(TIMES):
            try:
                outputs.put(folder, {"out": b"ours anew"}, OURS)
                done += 1
            except (FileRefused, OSError):
                refused += 1
    untouched(decoy)
    assert done + refused == TIMES


@pytest.mark.parametrize("what", [w for w in SWAPS if w != "ours"])
def test_an_index_is_written_while_its_place_changes(decoy: Decoy, what: str) -> None:
    place = decoy.home / "there" / "index"
    place.parent.mkdir()
    with swapping(decoy, place, SWAPS[what]):
        for _ in range(TIMES // 5):
            with suppress(FileRefused, CacheFailed, Busy):
                store = open_store(place, "a", LAYOUT, 1, wait=True, tell=lambda _: None)
                try:
                    with suppress(Exception), store.writing() as database:
                        database.execute("INSERT INTO row VALUES (1)")
                finally:
                    store.close()
    untouched(decoy)


def test_a_folder_becomes_a_link_meanwhile(decoy: Decoy) -> None:
    place = decoy.home / "there"
    (decoy.home / "real").mkdir()
    swap = (
        "os.symlink(os.path.dirname(victim) + '/.config/app', spare); os.rename(spare, place)\n"
        "  os.unlink(place); os.mkdir(place)\n  os.rename(place, spare + '.aside')"
    )
    app = decoy.home / ".config" / "app"
    with swapping(decoy, place, swap):
        for _ in range(TIMES):
            with suppress(FileRefused, OSError), found(place, make=True) as folder:
                outputs.put(folder, {"out": b"ours anew"}, OURS)
    assert [p.name for p in app.iterdir()] == ["settings.json"]
    untouched(decoy)


def test_temporary_names_cannot_be_prepared(decoy: Decoy) -> None:
    """Names that an older version used, and any that begins like ours, lead nowhere."""
    out = decoy.home / "there"
    out.mkdir()
    for name in (".story.md.tmp", f".story.md.{os.getpid()}.tmp", ".minekvm-0.tmp"):
        (out / name).symlink_to("../.bashrc")
    forged = out / f".minekvm-{'0' * 16}-{'0' * 32}-{'0' * 32}.tmp"
    forged.write_text("mine")
    before = decoy.state("there/story.md")
    asked = ("report", "story.toml", "-C", "clone", "-o", "there", "--format", "md")
    assert run(*asked, cwd=decoy.home).code == 0
    assert decoy.state("there/story.md") == before
