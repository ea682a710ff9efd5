"""Indexing archives: interrupted and resumed, again and again, and never twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minekvm.adapters.index.mail_rows import Indexed
from minekvm.analyses import mail_index as mailing
from minekvm.clone.clone import IndexOptions, open_clone
from minekvm.progress import Progress, no_progress
from support.letters import Letter, inbox
from support.repos import Repo


@pytest.fixture
def clone(repo: Repo) -> Path:
    repo.commit("begin", {"x.c": "int x;\n"})
    return repo.path


def letters(count: int) -> list[Letter]:
    return [Letter(f"m{n}@example.org", f"mail {n}", day=n) for n in range(count)]


def mails(clone: Path) -> int:
    return sum(sum(h.sorts.values()) for h in mailing.status(clone) or ())


def index(clone: Path, archives: Sequence[Path], progress: Progress = no_progress) -> list[Indexed]:
    with open_clone(clone, index=IndexOptions(wait=True), progress=progress) as opened:
        return mailing.index(opened, archives)


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.mark.parametrize("kind", ["epoch", "mbox", "maildir"])
def test_an_interrupted_run_is_resumed_where_it_stopped(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    sent = letters(7)
    path = tmp_path / "archive"
    if kind == "epoch":
        inbox(path, sent)
    elif kind == "mbox":
        path.write_text("".join(f"From a@b Thu Jan  1 00:00:00 1970\n{m.raw}\n" for m in sent))
    else:
        (path / "new").mkdir(parents=True)
        for n, one in enumerate(sent):
            (path / "new" / f"{n}.x").write_text(one.raw)
    monkeypatch.setattr(mailing, "_BATCH", 2)

    def stop(step: str, done: int = 0, total: int = 0) -> None:
        if total and step.startswith("indexing the mails"):
            raise Stopped

    with pytest.raises(Stopped):
        index(clone, [path], progress=stop)
    before = mails(clone)
    assert 0 < before < 7
    (done,) = index(clone, [path])
    assert done.added == 7 - before
    assert mails(clone) == 7
    (again,) = index(clone, [path])
    assert (again.added, again.removed, again.refused) == (0, 0, 0)


def test_two_archives_with_the_same_mails(clone: Path, tmp_path: Path) -> None:
    one, two = (inbox(tmp_path / name, letters(3)) for name in ("a.git", "b.git"))
    assert [d.added for d in index(clone, [one, two])] == [3, 3]
    held = mailing.status(clone)
    assert held is not None
    first, second = ([(f[0], f[2]) for f in h.flaws] for h in held)
    assert (first, second) == ([], [("duplicate Message-Id", 3)])


def test_a_batch_of_long_diffs_is_cut_short(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "_LETTERS", 10)
    assert index(clone, [inbox(tmp_path / "a.git", letters(5))])[0].added == 5


@given(
    st.lists(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)), max_size=6)
)
@settings(max_examples=12)
def test_whatever_an_archive_holds_every_mail_is_taken_in_or_counted(
    tmp_path_factory: pytest.TempPathFactory, noise: list[bytes]
) -> None:
    base = tmp_path_factory.mktemp("fuzz")
    repo = Repo.create(base / "clone")
    repo.commit("begin", {"x.c": "int x;\n"})
    archive = Repo.create(base / "0.git", bare=True)
    good = letters(len(noise) + 1)
    for n, junk in enumerate(noise):
        archive.commit("good", {"m": good[n].raw})
        archive.commit("junk", {"m": junk + b"\n%d" % n})
    archive.commit("good", {"m": good[-1].raw})
    (done,) = index(repo.path, [archive.path])
    assert done.added + done.refused == 2 * len(noise) + 1
    assert done.added >= len(good)
