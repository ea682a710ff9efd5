"""Which lines commits changed, by the words on them: read off git, kept in the index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minekvm.adapters.git import searching, shadow
from minekvm.adapters.index.index import Index
from minekvm.clone import changed_words as worded
from minekvm.clone import indexing as mine
from minekvm.core.model import CommitId
from support.repos import Repo, git


def define(name: str, *calls: str) -> str:
    return f"int {name}(void)\n{{\n" + "".join(f"\t{c}();\n" for c in calls) + "}\n"


@contextmanager
def taken(repo: Repo, where: Path | None = None) -> Iterator[Index]:
    """The index of a repository with all words of HEAD taken in."""
    clone = shadow.locate(repo.path)
    mirror = shadow.open_shadow(clone)
    place = where or repo.path.parent / "index.sqlite"
    with Index.opened(place, "clone", print, wait=True) as index:
        assert index is not None
        mine.update(index, mirror)
        order = worded.order(index, mirror, CommitId(repo.tip))
        worded.take_in(index, mirror, order)
        yield index


def changing(repo: Repo, index: Index, word: str) -> list[str]:
    """The subjects of the commits that changed a line with a word, newest first."""
    subjects = {commit: subject for subject, commit in repo.named.items()}
    return [subjects[c] for c in dict.fromkeys(p.commit for p in index.changing(word))]


def test_what_a_commit_adds_and_removes(repo: Repo) -> None:
    repo.commit("begin", {"a.c": define("f", "one")})
    repo.commit("two", {"a.c": define("f", "one", "two")})
    repo.commit("three", {"a.c": define("f", "one", "three")})
    with taken(repo) as index:
        assert changing(repo, index, "two") == ["three", "two"]
        assert changing(repo, index, "three") == ["three"]
        assert changing(repo, index, "one") == []
        assert changing(repo, index, "tw") == []
        assert changing(repo, index, "no word") == changing(repo, index, '"') == []


def test_a_root_is_not_taken_in(repo: Repo) -> None:
    repo.commit("begin", {"a.c": define("f", "one")})
    with taken(repo) as index:
        assert changing(repo, index, "one") == []
        assert index.unworded() == set()


def test_neither_paths_nor_what_stands_around_are_words(repo: Repo) -> None:
    repo.commit("begin", {"dir/file.c": define("around", "one")})
    repo.commit("edit", {"dir/file.c": define("around", "one", "two").rstrip("\n")})
    with taken(repo) as index:
        for word in ("dir", "file", "around", "diff", "index", "No", "newline"):
            assert changing(repo, index, word) == []


def test_code_that_looks_like_a_diff(repo: Repo) -> None:
    odd = 'x = "\n--- a/q\n+++ b/q\n@@ -1 +1 @@ fn\ndiff --git a/q b/q\nindex 0..1\n";\n'
    repo.commit("begin", {"a.c": "int a;\n"})
    repo.commit("odd", {"a.c": "int a;\n" + odd + "int last;\n", "b.c": "int other;\n"})
    with taken(repo) as index:
        for word in ("fn", "q", "last", "other", "x"):
            assert changing(repo, index, word) == ["odd"]
        assert [p.path for p in index.changing("last")] == ["a.c"]
        assert [p.path for p in index.changing("other")] == ["b.c"]


def test_a_renamed_file_is_all_words(repo: Repo) -> None:
    repo.commit("begin", {"a.c": define("f", "one")})
    repo.commit("rename", {"a.c": None, "b.c": define("f", "one")})
    with taken(repo) as index:
        assert sorted(p.path for p in index.changing("one")) == ["a.c", "b.c"]


def test_equal_files_are_told_apart(repo: Repo) -> None:
    repo.commit("begin", {"a.c": "int a;\n"})
    repo.commit("twice", {"b.c": "int two;\n", "c.c": "int two;\n", "d.txt": "two\n"})
    with taken(repo) as index:
        assert sorted(p.path for p in index.changing("two")) == ["b.c", "c.c"]


def test_merges_are_not_taken_in(repo: Repo) -> None:
    first = repo.commit("begin", {"a.c": "int a;\n"})
    side = repo.commit("side", {"b.c": "int b;\n"}, on=first)
    main = repo.commit("main", {"c.c": "int c;\n"}, on=first)
    repo.commit("join", {"b.c": "int b;\nint evil;\n"}, on=(main, side))
    with taken(repo) as index:
        assert changing(repo, index, "evil") == []
        assert changing(repo, index, "b") == ["side"]


def test_only_what_is_new_is_read_and_what_is_gone_is_not_found(repo: Repo) -> None:
    first = repo.commit("begin", {"a.c": "int a;\n"})
    repo.commit("b", {"a.c": "int b;\n"})
    with taken(repo) as index:
        assert changing(repo, index, "b") == ["b"]
    repo.commit("c", {"a.c": "int c;\n"}, on=first)
    with taken(repo) as index:
        assert changing(repo, index, "b") == []
        assert changing(repo, index, "c") == ["c"]


def test_a_missing_file_costs_itself_only(repo: Repo) -> None:
    repo.commit("begin", {"a.c": "int a;\n", "b.c": "int b;\n"})
    repo.commit("torn", {"a.c": "int torn;\n", "b.c": "int whole;\n"})
    lost = repo.blob(repo.tip, "a.c")
    repo.commit("later", {"c.c": "int later;\n"})
    repo.object_path(lost).unlink()
    with taken(repo) as index:
        assert changing(repo, index, "whole") == ["torn"]
        assert changing(repo, index, "later") == ["later"]
        assert [(p.path, p.commit) for p in index.unread_changes()] == [("a.c", repo.named["torn"])]
        assert index.unworded() == set()


def test_a_missing_tree_costs_its_commits_only(repo: Repo) -> None:
    repo.commit("begin", {"d/a.c": "int a;\n"})
    repo.commit("torn", {"d/a.c": "int torn;\n"})
    tree = git("rev-parse", f"{repo.tip}:d", cwd=repo.path)
    repo.commit("back", {"d/a.c": "int a;\n"})
    repo.commit("later", {"d/a.c": "int later;\n"})
    clone = shadow.locate(repo.path)
    mirror = shadow.open_shadow(clone)
    with Index.opened(repo.path.parent / "index.sqlite", "clone", print, wait=True) as index:
        assert index is not None
        mine.update(index, mirror)
        repo.object_path(tree).unlink()
        worded.take_in(index, mirror, worded.order(index, mirror, CommitId(repo.tip)))
        assert changing(repo, index, "later") == ["later"]
        assert {p.commit for p in index.unread_changes()} == {
            repo.named["torn"],
            repo.named["back"],
        }


def test_a_scope_is_looked_through_without_taking_anything_in(repo: Repo) -> None:
    repo.commit("begin", {"a.c": "int a;\n"})
    repo.commit("one", {"x/a.c": "int word;\n", "y/a.c": "int word;\n"})
    repo.commit("two", {"x/a.c": "int a;\n"})
    clone = shadow.locate(repo.path)
    mirror = shadow.open_shadow(clone)
    with Index.opened(repo.path.parent / "index.sqlite", "clone", print, wait=True) as index:
        assert index is not None
        mine.update(index, mirror)
        order = worded.order(index, mirror, CommitId(repo.tip))
        missing = worded.missing(index, order)
        found, unread = worded.looked_for(index, mirror, missing, "word", ["x"])
        assert [(p.path, p.commit) for p in found] == [
            ("x/a.c", repo.named["two"]),
            ("x/a.c", repo.named["one"]),
        ]
        assert unread == []
        assert len(worded.missing(index, order)) == 2


def test_sha256(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone", algorithm="sha256")
    repo.commit("begin", {"a.c": "int a;\n"})
    repo.commit("word", {"a.c": "int word;\n"})
    with taken(repo) as index:
        assert changing(repo, index, "word") == ["word"]


def test_many_words_are_searched_as_one(repo: Repo) -> None:
    text = define("exit_group", "exit_all", "a.b", "do_exit")
    tip = CommitId(repo.commit("begin", {"a.c": text, "b.c": "int exit;\n", "c.txt": "other\n"}))
    mirror = shadow.open_shadow(shadow.locate(repo.path))
    sought = {"exit", "exit_group", "exit_gro", "a.b", "axb", "exit_", "other", "do_exit"}
    assert searching.words_in(mirror, tip, sought) == {"exit", "exit_group", "a.b", "do_exit"}
    assert searching.words_in(mirror, tip, {"a.b", "exit"}, ["b.c"]) == {"exit"}
    assert searching.words_in(mirror, tip, []) == set()
    found = searching.files_with(mirror, tip, [f"w{n}" for n in range(500)] + ["exit"], ["*.c"])
    assert found == {"exit": ["b.c"]}
