"""Places at which something is that minekvm did not make, or at which nothing of it may be."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from support.decoy import Decoy
from support.repos import Repo
from support.running import assert_clear, run

ROOT = os.geteuid() == 0
DEVICES = ("null", "zero", "full") if ROOT else ()
FILES = (  # neither an index, nor a report, nor a place for either
    *(".bashrc", "hard", "link", "dangling", "linked", "loop", "fifo", "socket", "empty"),
    *("notes", "notes/thesis.md", "theirs.sqlite", "poetry.lock", "clone", "further", "other.git"),
    *DEVICES,
)
INSIDE = (  # nothing is made there
    *("clone/.git/config", "clone/.git/HEAD", "clone/.git/neu", "clone/.git/refs/neu", "clone/a.c"),
    *("clone/neu", "clone/deep/er/neu", "clone/.git", "further/neu", "further/.git"),
    *("clone/reports/neu", "clone/out/neu", "clone/out/notes/neu", "other.git/neu"),
    *("other.git/objects/deep/neu", "loop/neu", ".bashrc/neu", "null/neu"),
)


@pytest.mark.parametrize("name", [*FILES, *INSIDE, "open/neu", "sticky/neu", "", ".", "..", "/"])
@pytest.mark.parametrize("command", ["index", "status"])
def test_an_index_goes_nowhere_else(decoy: Decoy, name: str, command: str) -> None:
    before = decoy.state()
    arguments = ("--status",) if command == "status" else ()
    ran = run("index", "-C", "clone", "--index", name, *arguments, cwd=decoy.home)
    assert decoy.state() == before
    if command == "index" or ran.code:
        assert_clear(ran)
    else:  # of what is not there, that is said
        assert "no index" in ran.out


@pytest.mark.parametrize("beside", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("there", [False, True])
def test_what_is_called_like_sqlites_files_stays(decoy: Decoy, beside: str, there: bool) -> None:
    where = decoy.home / "notes" / "index"
    if there:
        assert run("index", "-C", "clone", "--index", "notes/index", cwd=decoy.home).code == 0
    (decoy.home / "notes" / f"index{beside}").write_text("notes of mine\n")
    before = decoy.state()
    assert_clear(run("index", "-C", "clone", "--index", "notes/index", cwd=decoy.home), beside)
    assert decoy.state() == before
    (decoy.home / "notes" / f"index{beside}").unlink()
    os.link(decoy.home / ".bashrc", f"{where}{beside}")
    before = decoy.state()
    assert_clear(run("index", "-C", "clone", "--index", "notes/index", cwd=decoy.home), beside)
    assert decoy.state() == before


def test_helpers_of_another_program_stay(decoy: Decoy) -> None:
    before = decoy.state()
    assert run("index", "-C", "clone", "--index", "poetry", cwd=decoy.home).code == 0
    assert decoy.state("poetry") == before


def test_an_index_with_a_second_name_stays(decoy: Decoy) -> None:
    asked = ("index", "-C", "clone", "--index", "own")
    assert run(*asked, cwd=decoy.home).code == 0
    os.link(decoy.home / "own", decoy.home / "backup")
    before = decoy.state()
    assert_clear(run(*asked, cwd=decoy.home), "several names")
    assert decoy.state() == before


def test_a_database_of_another_program_keeps_its_rows(decoy: Decoy) -> None:
    run("index", "-C", "clone", "--index", "theirs.sqlite", cwd=decoy.home)
    database = sqlite3.connect(decoy.home / "theirs.sqlite")
    assert database.execute("SELECT count(*) FROM thesis").fetchone() == (1000,)
    database.close()


@pytest.mark.parametrize("name", [n for n in (*FILES, *INSIDE) if n not in ("notes", "linked")])
def test_a_report_goes_nowhere_else(decoy: Decoy, name: str) -> None:
    before = decoy.state()
    for force in ((), ("--force",)):
        ran = run("report", "story.toml", "-C", "clone", "-o", name, *force, cwd=decoy.home)
        assert_clear(ran)
        assert decoy.state() == before


@pytest.mark.parametrize("ending", ["html", "md", "json"])
@pytest.mark.parametrize("victim", ["file", "empty", "link", "hard link", "folder", "fifo"])
def test_a_report_takes_no_others_place(decoy: Decoy, ending: str, victim: str) -> None:
    """A file may be replaced with --force; a link, a folder and a pipe stay even then."""
    place = decoy.home / "notes" / f"story.{ending}"
    if victim in ("file", "empty"):
        place.write_text("minekvm.report/1 is what I write about\n" * (victim == "file"))
    elif victim == "link":
        place.symlink_to("../.bashrc")
    elif victim == "hard link":
        os.link(decoy.home / ".bashrc", place)
    elif victim == "folder":
        place.mkdir()
    else:
        os.mkfifo(place)
    before = decoy.state()
    asked = ("report", "story.toml", "-C", "clone", "-o", "notes", "--format", ending)
    assert_clear(run(*asked, cwd=decoy.home), f"story.{ending}")
    assert decoy.state() == before
    forced = run(*asked, "--force", cwd=decoy.home)
    if victim in ("file", "empty"):
        assert forced.code == 0, forced
        assert run(*asked, cwd=decoy.home).code == 0  # it is a report now
        place.unlink()
        before.pop(str(place))
    else:
        assert_clear(forced)
    assert decoy.state() == before


@pytest.mark.parametrize("story", ["README", "package", ".bashrc", "-o", "a b\x1b[31m", "x" * 200])
def test_names_that_stories_bear(decoy: Decoy, story: str) -> None:
    before = decoy.state()
    (decoy.home / f"{story}.toml").write_text((decoy.home / "story.toml").read_text())
    before |= decoy.state()
    asked = ("report", "-C", "clone", "-o", ".", "--format", "md,json", "--", f"{story}.toml")
    ran = run(*asked, cwd=decoy.home)
    if story in ("README", "package"):
        assert_clear(ran, "stays as it is")
        assert decoy.state() == before
        return
    assert ran.code == 0, ran
    new = decoy.state().keys() - before.keys()
    names = sorted(Path(path).name for path in new)
    assert len(names) == 2
    assert all(name.isprintable() and name[0] not in ".-" and len(name) < 70 for name in names)
    assert {k: v for k, v in decoy.state().items() if k not in new} == before


def test_within_the_clone_the_report_goes_elsewhere(decoy: Decoy) -> None:
    before = decoy.state()
    for place in ("clone", "clone/.git", "further", "other.git"):
        ran = run("report", "guest-entry", cwd=decoy.home / place)
        assert ran.code == 0, ran
        told = [line for line in ran.err.splitlines() if "only read" in line]
        assert len(told) == 1
        assert str(decoy.cache / "minekvm" / "reports") in told[0]
    assert decoy.state() == before
    assert len(list((decoy.cache / "minekvm" / "reports").glob("*/guest-entry.html"))) == 2


def test_a_link_that_another_clone_brings_is_not_followed(decoy: Decoy) -> None:
    other = Repo.create(decoy.home / "third")
    other.commit("x", {"a.c": "int x;\n"})
    before = decoy.state()
    ran = run("report", str(decoy.home / "story.toml"), "-C", "../third", cwd=decoy.repo.path)
    assert_clear(ran, "reports", "a link")
    assert decoy.state() == before


@pytest.mark.parametrize("name", [n for n in (*FILES, *INSIDE) if n not in ("", "clone/neu")])
def test_a_new_query_is_written_over_nothing(decoy: Decoy, name: str) -> None:
    if name in ("further/neu", "clone/deep/er/neu"):  # a query may lie in a work tree
        pytest.skip("nothing is there")
    before = decoy.state()
    assert_clear(run("query", "new", name, cwd=decoy.home))
    assert decoy.state() == before


def test_the_files_of_the_shell_are_the_users(
    decoy: Decoy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELL", "/bin/bash")
    before = decoy.state()
    for option in ("--install-completion", "--install-completion=bash"):
        assert run(option, cwd=decoy.home).code == 2
    assert "install-completion" not in run("--help").out
    assert decoy.state() == before


def test_the_cache_does_not_lie_in_the_clone(decoy: Decoy, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("clone/cache", "clone/.git/cache", "further/cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(decoy.home / place))
        before = decoy.state()
        assert_clear(run("inspect", "HEAD", "-C", "clone", cwd=decoy.home), "only read")
        assert decoy.state() == before


@pytest.mark.parametrize("home", ["relative", ".", ""])
def test_a_home_that_is_no_absolute_path(
    decoy: Decoy, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", home)
    if not home and ROOT:
        pytest.skip("an empty HOME is the root folder, which root may write into")
    before = decoy.state()
    assert_clear(run("inspect", "HEAD", cwd=decoy.repo.path), "cache" if not home else "HOME")
    assert decoy.state() == before
