"""The doors to git themselves: processes end, streams go on behind damage, commits decode."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minekvm.adapters.git import containing, process, shadow
from minekvm.adapters.git.commits import decode, parse_commit
from minekvm.adapters.git.objects import Missing, Objects
from minekvm.adapters.git.repository import Repository
from minekvm.adapters.git.revisions import resolve
from minekvm.adapters.pydriller import Drill
from minekvm.core.model import CommitId, Gap
from minekvm.errors import GitFailed
from support.code import file, function
from support.repos import Repo


def _children() -> set[str]:
    pid = os.getpid()
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def test_a_reader_that_stops_early_leaves_no_process(repo: Repo) -> None:
    for at in range(50):
        repo.commit(f"commit {at}", {"a.c": file(function(f"f{at}"))})
    before = _children()
    taken = list(islice(process.lines(["log", "--format=%s"], repo.git_dir), 2))
    assert taken == [b"commit 49", b"commit 48"]
    assert _children() == before


def test_lines_end_as_asked(repo: Repo) -> None:
    repo.commit("one\n\ntwo")
    asked = ["log", "--format=%B"]
    assert list(process.lines(asked, repo.git_dir)) == [b"one", b"", b"two", b""]
    assert list(process.lines(asked, repo.git_dir, end=b"\0")) == [b"one\n\ntwo\n\n"]
    with pytest.raises(GitFailed, match="git log failed"):
        list(process.lines(["log", "nonsense"], repo.git_dir))


def test_objects_go_on_behind_damage(repo: Repo) -> None:
    blobs = [repo.write("blob", f"blob {at}".encode()) for at in range(1000)]
    for at in (3, 4, 500, 999):
        repo.object_path(blobs[at]).write_bytes(b"damaged")
    repo.object_path(blobs[7]).unlink()
    with Objects(repo.git_dir) as objects:
        found = list(objects.read_many(blobs))
        assert [at for at, f in enumerate(found) if isinstance(f, Missing)] == [3, 4, 7, 500, 999]
        assert found[998] == b"blob 998"
        assert objects.read(blobs[0]) == b"blob 0"


def test_an_object_of_a_path_with_spaces(repo: Repo) -> None:
    start = repo.commit("start", {"a b 12.c": "int x;\n"})
    with Objects(repo.git_dir) as objects:
        assert objects.read(f"{start}:a b 12.c") == b"int x;\n"
        with pytest.raises(Missing, match="missing"):
            objects.read(f"{start}:a b 13.c")


def test_drill_and_plumbing_agree(repo: Repo) -> None:
    start = repo.commit("start\n\nbody\n", {"a.c": file(function("f"))})
    merged = repo.commit("\n\nlate\n\nSigned-off-by: x\n", on=(start, repo.commit("side")))
    latin = repo.commit(b"J\xf6rg", author=b"J\xf6rg <j@example.org>")
    where = shadow.open_shadow(shadow.locate(repo.path))
    ids = [CommitId(c) for c in (latin, merged, start)]
    gaps: list[Gap] = []
    drilled = Drill(where, gaps.append).commits(ids)
    assert gaps == []
    with Repository(where) as repository:
        assert drilled == {c: repository.commit(c) for c in ids[1:]}
        assert repository.commit(ids[0]).author == "Jörg"


def test_what_pydriller_cannot_read_is_noted(repo: Repo) -> None:
    lost = CommitId(repo.commit("start", {"a.c": file(function("f"))}))
    where = shadow.open_shadow(shadow.locate(repo.path))
    repo.object_path(lost).write_bytes(b"damaged")
    gaps: list[Gap] = []
    assert Drill(where, gaps.append).commits([lost]) == {}
    (gap,) = gaps
    assert "PyDriller gave up" in gap.why
    assert "\n" not in gap.why


def test_a_revision_in_many_forms(repo: Repo) -> None:
    start = repo.commit("start", {"a.c": "\n"})
    repo.commit("--all", {"a.c": "\n\n"})
    clone = shadow.locate(repo.path)
    where = shadow.open_shadow(clone)
    for form in (start, start[:6], "HEAD~", ":/start", f"{start}^0", "main~1", "@^"):
        assert resolve(clone, where, form) == start


@given(st.binary(), st.text(max_size=20))
def test_decoding_never_fails(raw: bytes, encoding: str) -> None:
    assert isinstance(decode(raw, encoding), str)


@given(st.binary())
def test_parsing_a_commit_never_fails(raw: bytes) -> None:
    for made in (raw, b"author " + raw, b"author A <a> " + raw, b"\nencoding " + raw):
        assert parse_commit(CommitId("0" * 40), made).authored


def test_the_oldest_tag_that_has_a_commit(repo: Repo) -> None:
    assert containing.first_tags(repo.git_dir, [CommitId(repo.commit("0", {"a.c": ""}))]) == {}
    first, second, last = (CommitId(repo.commit(n, {"a.c": n})) for n in "abc")
    repo.tag("v1", first)
    repo.tag("v2-rc1", second)
    found = containing.first_tags(repo.git_dir, [last, second, first])
    assert found == {second: "v2-rc1", first: "v1"}


def test_only_one_process_writes_a_commit_graph(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("start", {"a.c": "\n"})
    monkeypatch.delenv("MINEKVM_NO_BACKGROUND")
    monkeypatch.setattr(shadow, "_PAYS_FROM", 0)
    real = shadow._GRAPH_WRITER
    monkeypatch.setattr(shadow, "_GRAPH_WRITER", ("sleep", "1000"))
    clone = shadow.locate(repo.path)
    where = shadow.open_shadow(clone)
    first = shadow.write_commit_graph(clone, where)
    assert first is not None
    assert shadow.write_commit_graph(clone, where) is None
    first.kill()
    first.wait()
    monkeypatch.setattr(shadow, "_GRAPH_WRITER", real)
    second = shadow.write_commit_graph(clone, where)
    assert second is not None
    assert second.wait() == 0
    assert shadow.has_commit_graph(clone, where)
