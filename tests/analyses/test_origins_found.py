"""Origins of commits in small repositories: what git gives, and what it withholds."""

from __future__ import annotations

import re

import pytest

from minekvm.analyses.origins import Question, ranked
from minekvm.clone.clone import open_clone
from minekvm.core.model import CommitId
from minekvm.core.origins.ranking import Cited, Origins
from minekvm.errors import UnknownCommit
from support.code import edited, file, function
from support.repos import Repo

MANY = {f"other/file{n}.c": f"int global{n};\n" for n in range(70)}


def blind(repo: Repo, revision: str = "HEAD") -> Origins:
    return asked(repo, revision, Question(blind=True))


def asked(repo: Repo, revision: str, question: Question, *cited: Cited) -> Origins:
    with open_clone(repo.path) as clone:
        return ranked(clone, clone.resolve(revision), question, cited=lambda: cited)


def subjects(repo: Repo, found: Origins) -> list[str]:
    named = {commit: subject for subject, commit in repo.named.items()}
    return [named[c.commit] for c in found.candidates]


def gaps(found: Origins) -> list[str]:
    return [g.what for g in found.gaps]


def begun(repo: Repo) -> None:
    """An import of many files, and a bystander's commit after it."""
    repo.commit("import", {**MANY, "virt/kick.c": file(function("first"))})
    repo.commit("first: count", {"virt/kick.c": file(edited("first", by="count"))})


def test_the_last_writer_of_what_goes_away(repo: Repo) -> None:
    begun(repo)
    start = file(edited("first", by="count"))
    repo.commit("kick: introduce", {"virt/kick.c": start + "\n" + function("kick")})
    repo.commit("kick: poke", {"virt/kick.c": start + "\n" + edited("kick", by="poke")})
    repo.commit("fix", {"virt/kick.c": start + "\n" + edited("kick", by="right")})
    found = blind(repo)
    assert subjects(repo, found)[0] == "kick: poke"
    assert "import" not in subjects(repo, found)
    rules = {r.rule: r.text for r in found.candidates[0].reasons}
    assert rules["removed"] == "last changed the line removed in kick()"
    assert found.gaps == ()


def test_lines_are_followed_through_a_file_rename(repo: Repo) -> None:
    begun(repo)
    repo.commit("kick: introduce", {"virt/new.c": file(function("kick"), function("rest"))})
    repo.commit(
        "rename", {"virt/new.c": None, "virt/last.c": file(function("kick"), function("rest"))}
    )
    repo.commit("fix", {"virt/last.c": file(edited("kick"), function("rest"))})
    assert subjects(repo, blind(repo))[0] == "kick: introduce"


def test_lines_are_followed_into_the_file_they_were_moved_from(repo: Repo) -> None:
    begun(repo)
    both = file(function("stay"), function("stay_too"), function("kick"))
    repo.commit("kick: introduce", {"virt/main.c": both})
    repo.commit(
        "split off the kicking",
        {
            "virt/main.c": file(function("stay"), function("stay_too")),
            "virt/parted.c": "/* parted */\n" + function("kick"),
        },
    )
    repo.commit("fix", {"virt/parted.c": "/* parted */\n" + edited("kick")})
    found = subjects(repo, blind(repo))
    assert set(found[:2]) == {"kick: introduce", "split off the kicking"}


def test_a_change_of_white_space_wrote_nothing(repo: Repo) -> None:
    begun(repo)
    body = function("kick")
    repo.commit("kick: introduce", {"virt/white.c": body})
    repo.commit("indent", {"virt/white.c": body.replace("\t", "        ")})
    repo.commit("fix", {"virt/white.c": edited("kick").replace("\t", "        ")})
    assert subjects(repo, blind(repo))[0] == "kick: introduce"


def test_a_root_commit_has_no_origins(repo: Repo) -> None:
    repo.commit("root", {"a.c": file(function("f"))})
    found = blind(repo)
    assert (found.candidates, gaps(found)) == ((), ["parents"])


def test_a_merge_is_compared_with_its_first_parent(repo: Repo) -> None:
    begun(repo)
    base = repo.commit("kick: introduce", {"virt/kick.c": file(function("kick"))})
    repo.commit("side", {"virt/kick.c": file(edited("kick"))}, on=base)
    side = repo.tip
    main = repo.commit("main", {"b.c": "int b;\n"}, on=base)
    repo.commit("merge", {"virt/kick.c": file(edited("kick"))}, on=(main, side))
    found = blind(repo)
    assert gaps(found) == ["other parents"]
    assert subjects(repo, found)[0] == "kick: introduce"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, ["changes"]),
        ({"new.c": "int fresh;\n"}, ["changes"]),
        ({"README": "other words\n"}, ["functions"]),
        ({"blob.bin": b"\0\2\3"}, ["file", "changes"]),
    ],
)
def test_what_tells_little_is_a_gap(
    repo: Repo, files: dict[str, str | bytes], told: list[str]
) -> None:
    repo.commit("root", {**MANY, "README": "some words\n"})
    repo.commit("start", {"README": "words\n", "blob.bin": b"\0\1\2"})
    repo.commit("change", dict(files))
    found = blind(repo)
    assert gaps(found) == told


def test_latin_1_is_read(repo: Repo) -> None:
    begun(repo)
    start = function("kick").encode() + "/* für */\n".encode("latin-1")
    repo.commit("caf\xe9: add".encode("latin-1"), {"virt/latin.c": start})
    repo.commit("fix", {"virt/latin.c": edited("kick").encode() + "/* für */\n".encode("latin-1")})
    found = blind(repo)
    assert found.candidates[0].commit == repo.parents[repo.tip][0]


def test_paths_that_git_quotes(repo: Repo) -> None:
    begun(repo)
    path = 'virt/a "b"\té.c'
    repo.commit("kick: introduce", {path: function("kick")})
    repo.commit("fix", {path: edited("kick")})
    assert subjects(repo, blind(repo))[0] == "kick: introduce"


def test_a_missing_blob_leaves_the_rest(repo: Repo) -> None:
    begun(repo)
    repo.commit("kick: introduce", {"virt/a.c": function("kick"), "virt/b.c": function("rest")})
    repo.commit("lost", {"virt/b.c": edited("rest", by="lost")})
    lost = repo.blob(repo.tip, "virt/b.c")
    repo.commit("rest: on", {"virt/b.c": edited("rest", by="on")})
    repo.commit("fix", {"virt/a.c": edited("kick"), "virt/b.c": edited("rest", by="fix")})
    repo.object_path(lost).unlink()
    found = blind(repo)
    assert "history" in gaps(found)
    assert "kick: introduce" in subjects(repo, found)


def test_a_missing_blob_of_the_commit_itself(repo: Repo) -> None:
    begun(repo)
    repo.commit("kick: introduce", {"virt/a.c": function("kick"), "virt/b.c": function("rest")})
    lost = repo.blob(repo.tip, "virt/b.c")
    repo.commit("fix", {"virt/a.c": edited("kick"), "virt/b.c": edited("rest")})
    repo.object_path(lost).unlink()
    found = blind(repo)
    assert found.gaps
    assert subjects(repo, found)[0] == "kick: introduce"


def test_citations_come_from_whom_the_caller_names(repo: Repo) -> None:
    begun(repo)
    repo.commit("far away", {"far.c": "int far;\n"})
    far = CommitId(repo.tip)
    repo.commit("kick: introduce", {"virt/a.c": function("kick")})
    repo.commit("fix", {"virt/a.c": edited("kick")})

    cited = Cited(far, "cited", "see far away", 12.0)
    seen = asked(repo, "HEAD", Question(), cited)
    assert subjects(repo, seen)[:2] == ["far away", "kick: introduce"]
    assert "far away" not in subjects(repo, asked(repo, "HEAD", Question(blind=True), cited))


def test_an_unknown_commit_is_told(repo: Repo) -> None:
    begun(repo)
    with pytest.raises(UnknownCommit):
        blind(repo, "no-such-commit")


RING = """\
static int ring_pop(struct ring *q)
{
	lock(q);
	if (q->head == q->tail)
		return -EAGAIN;
	q->head = next(q, q->head);
	unlock(q);
	return 0;
}
"""
BUG = RING.replace("==", ">=")
RENAMED = re.sub(r"\bq\b", "queue", BUG)
BRACED = BUG.replace("q->tail)", "q->tail) {").replace("EAGAIN;", "EAGAIN;\n\t}")
REMARKED = BUG.replace("q->tail)", "q->tail) /* nothing there */")


@pytest.mark.parametrize("dressed", [RENAMED, BRACED, REMARKED, BUG.replace("\t", "    ")])
def test_a_change_of_names_braces_or_comments_wrote_nothing(repo: Repo, dressed: str) -> None:
    begun(repo)
    for subject, text in (
        ("ring: introduce", RING),
        ("ring: compare", BUG),
        ("ring: dress it", dressed),
        ("ring: mend", dressed.replace(">=", "==")),
    ):
        repo.commit(subject, {"ring.c": text})
    assert subjects(repo, blind(repo))[0] == "ring: compare"
