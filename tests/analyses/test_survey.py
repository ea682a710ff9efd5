"""`minekvm survey`: the same rows as `inspect` has, whoever does them and however interrupted."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from unittest import mock

import pytest

from minekvm.analyses.relate.relate import spoken, told_by
from minekvm.analyses.survey.engines import Pool
from minekvm.analyses.survey.work import Work
from minekvm.clone.clone import IndexOptions, open_clone
from minekvm.core.model import CommitId
from minekvm.core.survey.model import Unit
from minekvm.core.survey.questions import QUESTIONS
from support.code import edited, file, function
from support.repos import Repo
from support.running import run
from support.surveys import Losing, everything, history, rows, surveyed

pytest.importorskip("pyarrow", reason="minekvm[survey] is not installed")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, list[str], Path]:
    """A repository, its commits, and its survey."""
    home = tmp_path_factory.mktemp("survey")
    repo = Repo.create(home / "clone")
    commits = history(repo)
    surveyed(repo, home / "out")
    return repo, commits, home / "out"


def test_events_are_those_of_inspect(small: tuple[Repo, list[str], Path]) -> None:
    repo, commits, out = small
    told = Counter(
        (
            e["commit"],
            e["parent"],
            e["kind"],
            e["rule"],
            e["old_path"],
            e["old_name"],
            e["new_path"],
        )
        for e in rows(out, "events")
    )
    wanted: Counter[tuple[object, ...]] = Counter()
    for commit in commits:
        for change in run("inspect", "--json", "-C", str(repo.path), commit).json["changes"]:
            old, new = change["old"] or {}, change["new"] or {}
            what = change["kind"], change["rule"], old.get("path"), old.get("name")
            wanted[commit, change["parent"], *what, new.get("path")] += 1
    assert told == wanted
    assert len(wanted) == 9


def test_the_tables_hold_what_happened(small: tuple[Repo, list[str], Path]) -> None:
    _, commits, out = small
    first, _, _, _, moved, named, less, gone, back = commits
    found = rows(out, "commits")
    assert {c["commit"] for c in found} == set(commits)
    place = {c["commit"]: c["position"] for c in found}
    assert all(place[p] < place[c["commit"]] for c in found for p in c["parents"].split())
    calls = [
        (c["commit"], c["how"], c["old_function"], c["new_function"])
        for c in rows(out, "calls")
        if c["symbol"] == "f"
    ]
    assert calls == [(first, "began", None, "g"), (less, "gone", "g", "g")]
    relation = next(r for r in rows(out, "relations") if r["kind"] == "fixes")
    assert (relation["commit"], relation["other"]) == (less, moved)
    touching = {
        (r["commit"], r["other"], r["rule"])
        for r in rows(out, "relations")
        if r["kind"] == "touches-same"
    }
    assert (less, first, "changed g() before") in touching
    assert all(r["position"] >= place[r["commit"]] for r in rows(out, "relations"))
    lineages = {(d["path"], d["name"]): d["lineage"] for d in rows(out, "definitions")}
    assert lineages["a.c", "f"] == lineages["b.c", "f"] == lineages["c.c", "f"]
    assert lineages["b.c", "h"] == lineages["c.c", "h"] != lineages["c.c", "f"]
    assert {d["old_path"] for d in rows(out, "definitions") if d["commit"] == named} == {"b.c"}
    assert {d["name"] for d in rows(out, "definitions") if d["commit"] == back} == {"h"}
    assert {e["kind"] for e in rows(out, "events") if e["commit"] == gone} == {"removed"}


def test_relations_are_those_that_go_out_of_what_is_spoken(
    small: tuple[Repo, list[str], Path],
) -> None:
    repo, commits, _ = small
    with open_clone(repo.path, index=IndexOptions()) as clone:
        for commit in map(CommitId, commits):
            out = [r for r in spoken(clone.index, commit) if r.direction == "out"]
            assert Counter(told_by(clone.index, commit, {})) == Counter(out)


def test_interrupted_it_goes_on(small: tuple[Repo, list[str], Path], tmp_path: Path) -> None:
    repo, _, out = small
    folder = tmp_path / "again"
    for after in (0, 0, 1):
        with pytest.raises(KeyboardInterrupt):
            surveyed(repo, folder, Losing(after))
    found = surveyed(repo, folder)
    assert found.units > 2
    assert (found.commits, found.total, found.is_joined) == (9, 9, True)
    assert everything(folder) == everything(out)
    surveyed(repo, folder, Losing(0))  # nothing is left to be done


def test_a_pool_gives_the_same(small: tuple[Repo, list[str], Path], tmp_path: Path) -> None:
    repo, _, out = small
    found = surveyed(repo, tmp_path / "pool", Pool(1))
    assert found.engine == "processes"
    assert everything(tmp_path / "pool") == everything(out)


def test_a_folder_holds_one_survey(small: tuple[Repo, list[str], Path]) -> None:
    repo, commits, out = small
    at = ("-C", str(repo.path), "-o", str(out))
    ran = run("survey", f"{commits[0]}..HEAD", *at)
    assert (ran.code, "another range" in ran.err) == (1, True)
    status = run("survey", "--status", "--json", *at).json
    assert (status["commits"], status["total"], status["joined"]) == (9, 9, True)
    assert status["rows"]["events"] == len(rows(out, "events"))


def test_the_one_in_the_cache_follows_the_clone(repo: Repo) -> None:
    commits = history(repo)
    at = ("-C", str(repo.path), "-j", "1")
    assert run("survey", f"{commits[0]}..HEAD", *at, "--json").json["commits"] == 8
    ran = run("survey", *at, "--json")
    assert (ran.json["commits"], "making it anew" in ran.err) == (9, True)
    assert run("survey", "--status", *at, "--json").json["total"] == 9


def test_a_merge_that_differs_in_many_files_is_a_gap(repo: Repo, tmp_path: Path) -> None:
    commits = history(repo)
    out = tmp_path / "out"
    at = ("-C", str(repo.path), "-o", str(out))
    assert run("survey", "--merged", "0", "-j", "1", *at).code == 0
    gaps = {g["commit"]: g["why"] for g in rows(out, "gaps")}
    assert "the merge differs from it in 1 source file" in gaps[commits[3]]
    lineages = {(d["path"], d["name"]): d["lineage"] for d in rows(out, "definitions")}
    assert lineages["a.c", "f"] == lineages["c.c", "f"]


def test_nothing_is_written_over_what_is_not_ours(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    (tmp_path / "survey.json").write_text("{}")
    ran = run("survey", "-C", str(repo.path), "-o", str(tmp_path), "-j", "1")
    assert (ran.code, "stays as it is" in ran.err) == (1, True)
    ran = run("survey", "-C", str(repo.path), "-o", str(repo.path / "out"), "-j", "1")
    assert (ran.code, "only read" in ran.err) == (1, True)


def test_a_survey_is_asked_in_sql(small: tuple[Repo, list[str], Path], tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="minekvm[survey] is not installed")
    repo, _, out = small
    at = ("-C", str(repo.path), "-o", str(out))

    def ask(sql: str, *more: str) -> list[list[object]]:
        found: list[list[object]] = run("survey", "query", sql, "--json", *more, *at).json["rows"]
        return found

    assert ask("SELECT count(*), count(DISTINCT lineage) FROM definitions") == [[11, 3]]
    assert ask("most-moved") == [["b.c", "f", 1, 2020, 2020]]
    for name in [q.name for q in QUESTIONS if not q.needs_other]:
        ask(name)
    assert ask("lacking-ports", "--upstream", str(out)) == []
    assert "row" in run("survey", "query", "most-moved", *at).out
    for sql, why in (
        ("SELECT nothing FROM events", "the query failed"),
        (f"COPY (SELECT 1) TO '{out}/x.csv'", "only read"),
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled"),
        ("lacking-ports", "two surveys"),
        ("most-loved", "no such question"),
    ):
        ran = run("survey", "query", sql, *at)
        assert (ran.code, why in ran.err) == (1, True), ran.err
    ran = run("survey", "query", "most-moved", "-C", str(repo.path), "-o", str(tmp_path))
    assert (ran.code, "there is no survey" in ran.err) == (1, True)


def test_two_trees_are_compared(repo: Repo, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="minekvm[survey] is not installed")
    first = repo.commit("add", {"a.c": file(function("f"), function("g"))})
    ours = repo.commit("our own way", {"a.c": file(edited("f", by="us"), function("g"))}, on=first)
    again = file(edited("f", by="them"), function("g"))
    other = repo.commit("their way", {"a.c": again}, on=first)
    fix = f'mend\n\nFixes: {first[:12]} ("add")\n'
    mended = repo.commit(fix, {"a.c": again.replace("edited_them++", "edited_them--")}, on=other)
    surveyed(repo, tmp_path / "ours", asked=ours)
    surveyed(repo, tmp_path / "theirs", asked=mended)
    more = ("--upstream", str(tmp_path / "theirs"), "-o", str(tmp_path / "ours"))
    found = run("survey", "query", "drift", "--json", "-C", str(repo.path), *more).json["rows"]
    assert found == [["a.c", "f", first, 1, 2]]
    found = run("survey", "query", "lacking-ports", "--json", "-C", str(repo.path), *more).json
    assert [row[:3] for row in found["rows"]] == [[mended, "mend", first]]


def test_a_worker_makes_its_own_index_and_holds_it_from_nobody(
    small: tuple[Repo, list[str], Path], tmp_path: Path
) -> None:
    repo, commits, out = small
    own = tmp_path / "own.sqlite"
    work = Work(str(repo.path), (), 64, (commits[-1],), str(own))
    order = [CommitId(c["commit"]) for c in rows(out, "commits")]
    with mock.patch.dict(os.environ):  # a worker seals its own process
        found = work((Unit(0, len(order)), tuple(order)))
    said = [r for r in rows(out, "relations") if r["kind"] != "touches-same"]
    assert (found.rows["relations"], found.rows["commits"]) == (len(said), len(order))
    with open_clone(repo.path, index=IndexOptions(own)) as clone:
        assert clone.stored is not None
        assert clone.stored.writable
