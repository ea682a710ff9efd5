"""`minekvm index`: what it takes in, again and again, and after being killed."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.repos import Repo, git
from support.running import Ran, assert_clear, run

Ask = Callable[..., Ran]


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "index.sqlite"


def history(repo: Repo, length: int) -> list[str]:
    """A line of commits that edit functions and speak of one another."""
    made: list[str] = []
    for n in range(length):
        said = f"net: step {n}\n\nFollows {made[-1][:12]}.\n" if made else "net: begin\n"
        made.append(repo.commit(said, {f"f{n % 3}.c": f"int f(void)\n{{\n\treturn {n};\n}}\n"}))
    return made


def dump(where: Path) -> list[tuple[object, ...]]:
    """Every row of an index, but for when it was made and how the full text is cut up."""
    db = sqlite3.connect(where)
    asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
    full_text = ("message", "changed")
    names = [r[0] for r in db.execute(asked) if r[0].partition("_")[0] not in full_text]
    rows: list[tuple[object, ...]] = []
    for name in sorted(names):
        rows += sorted(
            ((name, *map(repr, row)) for row in db.execute(f"SELECT * FROM {name}")), key=repr
        )
    for word in ("follows", "net", "begin", "39"):
        found = db.execute("SELECT rowid FROM message WHERE message MATCH ? ORDER BY 1", (word,))
        rows.append(("message", word, repr(found.fetchall())))
    db.close()
    return [r for r in rows if r[1] not in ("'indexed'", "'clone'")]


def test_counts_what_it_took_in(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 4)
    told = minekvm("index", "--index", str(where), "--json").json
    assert told["schema"] == "minekvm.index/1"
    assert (told["added"], told["removed"], told["commits"], told["mentions"]) == (4, 0, 4, 3)
    assert told["path"] == str(where)


def test_takes_in_only_what_is_new(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 3)
    minekvm("index", "--index", str(where))
    assert minekvm("index", "--index", str(where), "--json").json["added"] == 0
    repo.commit("one more", {"g.c": "int g;\n"})
    assert minekvm("index", "--index", str(where), "--json").json["added"] == 1


def test_batches_equal_one_go(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 6)
    for n in (2, 4, 6):
        git("update-ref", "refs/heads/main", made[n - 1], cwd=repo.path)
        minekvm("index", "--index", str(where))
    whole = where.with_name("whole.sqlite")
    minekvm("index", "--index", str(whole))
    numbers = sorted(r[1:] for r in dump(where) if r[0] == "mention")
    assert len(numbers) == 5
    assert words(where) == words(whole)


def words(where: Path) -> list[tuple[object, ...]]:
    """What an index says, whatever numbers its rows have."""
    db = sqlite3.connect(where)
    rows = db.execute(
        "SELECT hex(commits.hash), commits.subject, p.name, touched.path, hex(old), hex(new),"
        " mention.hash, quote FROM commits JOIN person AS p ON p.id = author"
        " LEFT JOIN touch ON touch.commit_ = commits.id"
        " LEFT JOIN path AS touched ON touched.id = touch.path"
        " LEFT JOIN mention ON mention.commit_ = commits.id ORDER BY 1, 4"
    ).fetchall()
    db.close()
    return rows


def test_what_no_ref_reaches_any_more_goes(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 5)
    minekvm("index", "--index", str(where))
    git("update-ref", "refs/heads/main", made[1], cwd=repo.path)
    rewritten = repo.commit("net: another way", {"f0.c": "int h;\n"}, on=made[1])
    told = minekvm("index", "--index", str(where), "--json").json
    assert (told["added"], told["removed"], told["commits"]) == (1, 3, 3)
    assert told["mentions"] == 1
    fresh = where.with_name("fresh.sqlite")
    minekvm("index", "--index", str(fresh))
    assert words(where) == words(fresh)
    db = sqlite3.connect(where)
    found = db.execute("SELECT count(*) FROM message WHERE message MATCH 'step'").fetchone()
    assert found == (1,)
    assert rewritten


def test_what_was_pruned_goes_too(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 4)
    minekvm("index", "--index", str(where))
    git("update-ref", "refs/heads/main", made[0], cwd=repo.path)
    for gone in made[1:]:
        (repo.git_dir / "objects" / gone[:2] / gone[2:]).unlink()
    told = minekvm("index", "--index", str(where), "--json").json
    assert (told["removed"], told["commits"]) == (3, 1)


def test_a_branch_that_went_on_loses_nothing(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 3)
    minekvm("index", "--index", str(where), "--rev", made[1])
    minekvm("index", "--index", str(where))
    repo.commit("on", {"n.c": "int n;\n"})
    told = minekvm("index", "--index", str(where), "--json").json
    assert (told["added"], told["removed"], told["commits"]) == (1, 0, 4)


def test_rev_limits_what_is_taken_in(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 5)
    told = minekvm("index", "--index", str(where), "--rev", made[2], "--json").json
    assert told["commits"] == 3
    assert minekvm("index", "--index", str(where), "--json").json["commits"] == 5


def test_status_says_what_is_there(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 3)
    assert "no index yet" in minekvm("index", "--status", "--index", str(where)).out
    assert not where.exists()
    minekvm("index", "--index", str(where))
    said = minekvm("index", "--status", "--index", str(where)).out
    assert str(where) in said
    assert "3" in said
    assert "ago" in said or "now" in said


def test_functions_are_taken_in_ahead(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 6)
    asked = ("index", "--index", str(where), "--functions", "f0.c", "--json")
    assert minekvm(*asked).json["blobs"] == 2
    assert (
        minekvm("index", "--index", str(where), "--functions", "*.c", "--json").json["blobs"] == 6
    )


def test_an_index_never_lies_inside_the_clone(repo: Repo, minekvm: Ask) -> None:
    history(repo, 2)
    assert minekvm("index").code == 0  # the fixture compares the clone's files


def test_a_damaged_index_is_told_and_built_anew(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 4)
    minekvm("index", "--index", str(where))
    whole = words(where)
    data = bytearray(where.read_bytes())
    data[5000:5100] = b"?" * 100
    where.write_bytes(data)
    ran = minekvm("index", "--index", str(where))
    assert "building it anew" in ran.err
    assert words(where) == whole


def test_a_foreign_file_is_told_and_stays(repo: Repo, minekvm: Ask, where: Path) -> None:
    history(repo, 2)
    where.write_text("dear diary")
    assert_clear(minekvm("index", "--index", str(where)), "no index of minekvm's")
    assert where.read_text() == "dear diary"
    assert list(where.parent.glob("index*")) == [where]


def test_an_empty_repository_has_an_empty_index(repo: Repo, minekvm: Ask, where: Path) -> None:
    assert minekvm("index", "--index", str(where), "--json").json["commits"] == 0


def test_a_missing_tree_costs_only_its_commits_files(repo: Repo, minekvm: Ask, where: Path) -> None:
    made = history(repo, 4)
    tree = git("rev-parse", f"{made[2]}^{{tree}}", cwd=repo.path)
    (repo.git_dir / "objects" / tree[:2] / tree[2:]).unlink()
    told = minekvm("index", "--index", str(where), "--json").json
    assert told["commits"] == 4
    db = sqlite3.connect(where)
    unread = [r[0].hex() for r in db.execute("SELECT hash FROM commits WHERE unread")]
    assert sorted(unread) == sorted(made[2:])


_DIES = """
import os, signal, sys
from pathlib import Path
from minekvm.clone import indexing as mine
from minekvm.adapters.index.index import Index
mine._BATCH = 8
real, left, inside = Index._insert, int(sys.argv[3]), sys.argv[4] == "inside"
def insert(self, db, batch):
    global left
    left -= 1
    if left == 0 and not inside:
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, db, batch)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Index._insert = insert
import minekvm.adapters.git.entries as entries
entries._AT_ONCE = 4
from minekvm.analyses.index import Question, index
from minekvm.clone.clone import IndexOptions, open_clone
with open_clone(Path(sys.argv[1]), index=IndexOptions(Path(sys.argv[2]), wait=True)) as clone:
    index(clone, Question())
"""


@pytest.mark.parametrize("when", ["before", "inside"])
@pytest.mark.parametrize("batch", [1, 2, 4])
def test_killed_while_indexing_and_run_again_it_has_the_same_rows(
    repo: Repo, where: Path, batch: int, when: str
) -> None:
    history(repo, 40)
    undisturbed = where.with_name("whole.sqlite")
    assert run("index", "--repo", str(repo.path), "--index", str(undisturbed)).code == 0
    dying = [sys.executable, "-c", _DIES, str(repo.path), str(where), str(batch), when]
    assert subprocess.run(dying, check=False).returncode == -9
    assert run("index", "--repo", str(repo.path), "--index", str(where)).code == 0
    assert dump(where) == dump(undisturbed)
