"""`query check`, `query new`, and the queries that minekvm brings along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minekvm.adapters import query_files as queries
from support.code import file, function
from support.repos import Repo
from support.running import Ran, assert_clear, run

Ask = Callable[..., Ran]
SHIPPED = ["git-object-lock", "guest-entry", "kvm-srcu", "lapic-timer-advance"]


def test_what_is_shipped() -> None:
    assert queries.shipped() == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_query_is_in_order_and_fits_a_screen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    ran = run("query", "check", name)
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) <= 24
    told = run("query", "check", name, "--json").json
    assert told["schema"] == "minekvm.query/1"
    assert told["file"] == f"{name}.toml"
    assert told["symbols"]
    assert told["region"][0]["in"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_query_runs_where_nothing_of_it_is(
    repo: Repo, minekvm: Ask, tmp_path: Path, name: str
) -> None:
    repo.commit("start", {"a.c": file(function("f"))})
    told = minekvm("report", name, "--json").json
    assert told["answer"] == []
    assert len(told["missing"]) >= len(told["query"]["symbols"])


def test_a_query_is_found_by_path_and_with_or_without_its_ending(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('title = "t"\nsymbols = ["f"]')
    for name in ("mine", "mine.toml", "./mine", str(tmp_path / "mine")):
        assert run("query", "check", name, cwd=tmp_path).code == 0
    (tmp_path / "guest-entry.toml").write_text('title = "nearer"\nsymbols = ["f"]')
    assert run("query", "check", "guest-entry", cwd=tmp_path).out.startswith("nearer\n")


def test_a_query_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("")
    ran = run("query", "check", "guest-entri")
    assert_clear(ran, "there is no query guest-entri", "did you mean guest-entry?")
    assert_clear(run("query", "check", str(tmp_path / "min.toml")), "did you mean mine?")
    assert_clear(run("query", "check", str(tmp_path)), "there is no query")
    assert_clear(run("query", "check", "a\0b"))


def test_a_file_that_is_no_query(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    path.write_bytes(b'title = "t"\nnotes = "\xff"')
    assert_clear(run("query", "check", str(path)), "q.toml:2: not UTF-8")
    path.write_bytes(b"#" * 300_000)
    assert_clear(run("query", "check", str(path)), "too big")
    path.write_bytes(b'title = "t"\nsymbol = "f"')
    assert_clear(run("query", "check", str(path)), "q.toml:2:", "did you mean symbols?")
    assert_clear(run("report", str(path)), "q.toml:2:", "did you mean symbols?")


def test_new_writes_what_check_accepts_and_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    assert run("query", "new", str(path)).code == 0
    assert run("query", "check", str(path)).code == 0
    path.write_text("mine")
    assert_clear(run("query", "new", str(path)), "already")
    assert path.read_text() == "mine"
    ran = run("query", "new")
    assert ran.code == 0
    assert ran.out.startswith("# A story")
    assert_clear(run("query", "new", str(tmp_path / "no" / "such" / "folder.toml")))
