"""A walk over a long history is the same, by other programs of git that keep less of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minekvm.adapters.git import blame, long_walks
from minekvm.adapters.git.repository import Repository
from minekvm.core.model import CommitId, Node
from minekvm.core.origins.lines import Record
from minekvm.errors import GitFailed
from support.repos import Repo, git

PATHS = ("a.c", "late.c", "folder/b.c", "nowhere.c")


@pytest.fixture
def branched(repo: Repo) -> Repo:
    """Files that come with the root and later, go and come again, in merges clean and evil."""
    root = repo.commit("begin", {"a.c": "1\n2\n3\n", "folder/b.c": "b\n"})
    late = repo.commit("a file comes", {"late.c": "late\n"})
    left = repo.commit("left", {"a.c": "one\n2\n3\n"}, on=late)
    right = repo.commit("right", {"a.c": "1\n2\nthree\n", "folder/b.c": "c\n"}, on=root)
    clean = repo.commit("Merge", {"a.c": "one\n2\nthree\n", "folder/b.c": "c\n"}, on=(left, right))
    gone = repo.commit("a file goes", {"late.c": None}, on=clean)
    side = repo.commit("aside", {"x.c": "x\n"}, on=left)
    evil = repo.commit("Merge", {"a.c": "evil\n2\n3\n", "x.c": "x\n"}, on=(gone, side))
    repo.commit("it comes again", {"late.c": "again\n", "folder/b.c": "1 2\n"}, on=evil)
    return repo


@pytest.fixture(params=[False, True], ids=["short", "long"])
def how(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[bool]:
    """Walked by the one program, and by the others."""
    monkeypatch.setattr(long_walks, "is_long", lambda _: request.param)
    return request.param  # type: ignore[no-any-return]


def walks(repo: Repo) -> dict[tuple[str, bool], list[Node]]:
    head = CommitId(git("rev-parse", "HEAD", cwd=repo.path))
    found = {}
    for every_side in (False, True):
        with Repository(repo.path / ".git", every_side=every_side) as repository:
            for path in PATHS:
                found[path, every_side] = list(repository.walk(path, head))
    return found


def pasts(repo: Repo) -> list[Record]:
    past = blame.Past()
    past.read(repo.path / ".git", CommitId(git("rev-parse", "HEAD", cwd=repo.path)), PATHS[:3])
    assert past.gaps == []
    return past.records


def test_both_ways_of_walking_tell_the_same(
    branched: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for is_long in (False, True):
        monkeypatch.setattr(long_walks, "is_long", lambda _, answer=is_long: answer)
        told.append((walks(branched), pasts(branched)))
    assert told[0] == told[1]
    nodes = told[0][0]
    assert [len(nodes["late.c", side]) for side in (False, True)] == [3, 5]
    assert nodes["nowhere.c", False] == []
    assert nodes["late.c", False][-1].parents == ()  # of the walk, not those of the commit


@pytest.mark.usefixtures("how")
def test_a_reader_may_stop_at_any_commit(branched: Repo) -> None:
    with Repository(branched.path / ".git") as repository:
        walk = repository.walk("a.c", CommitId(git("rev-parse", "HEAD", cwd=branched.path)))
        assert next(walk).blob is not None
        walk.close()


@pytest.mark.usefixtures("how")
def test_what_cannot_be_walked_is_an_error(branched: Repo) -> None:
    tree = git("rev-parse", "HEAD~1^{tree}", cwd=branched.path)
    (branched.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    with Repository(branched.path / ".git") as repository, pytest.raises(GitFailed):
        list(repository.walk("a.c", CommitId(git("rev-parse", "HEAD", cwd=branched.path))))
