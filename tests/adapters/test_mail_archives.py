"""Archives of every kind: found, read in order, read on from where they were left."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minekvm.adapters import mail_archives as mail
from minekvm.adapters.git.objects import Missing
from minekvm.adapters.mail_archives import Archive, Item, Shelf
from minekvm.errors import MinekvmError
from support.repos import Repo, git


def letter(number: int, body: str = "hello\n") -> str:
    return f"From: A <a@example.org>\nMessage-Id: <{number}@example.org>\n\n{body}"


def items(archive: Archive, state: str = "", known: frozenset[str] = frozenset()) -> list[Item]:
    return list(mail.news(archive, state, known.__contains__).items)


def inbox(path: Path, *letters: str) -> Repo:
    """A public-inbox repository: the mail of each commit is its file `m`."""
    repo = Repo.create(path, bare=True)
    for n, text in enumerate(letters):
        repo.commit(f"mail {n}", {"m": text})
    return repo


def test_the_mails_of_an_epoch_come_oldest_first_and_can_be_read_again(tmp_path: Path) -> None:
    repo = inbox(tmp_path / "0.git", letter(1), letter(2), letter(3))
    (archive,) = mail.archives(repo.path)
    found = items(archive)
    assert [i.raw for i in found] == [letter(n).encode() for n in (1, 2, 3)]
    assert [(i.done, i.total) for i in found] == [(1, 3), (2, 3), (3, 3)]
    assert found[-1].state == repo.tip
    shelf = Shelf()
    assert [shelf.read(archive, i.place) for i in found] == [i.raw for i in found]
    shelf.close()


def test_only_what_is_new_comes_again(tmp_path: Path) -> None:
    repo = inbox(tmp_path / "0.git", letter(1))
    (archive,) = mail.archives(repo.path)
    before = items(archive)[-1].state
    assert items(archive, before) == []
    repo.commit("more", {"m": letter(2)})
    assert [i.raw for i in items(archive, before)] == [letter(2).encode()]


def test_a_mail_that_was_taken_out_is_told(tmp_path: Path) -> None:
    repo = inbox(tmp_path / "0.git", letter(1), letter(2))
    first = items(Archive(repo.path, "epoch"))[0].place
    repo.commit("remove", {"m": None, "d": letter(1)})
    repo.commit("more", {"m": letter(3), "d": None})
    found = items(Archive(repo.path, "epoch"))
    assert [(i.place, i.raw is None) for i in found if i.place == first] == [
        (first, False),
        (first, True),
    ]
    assert found[-1].raw == letter(3).encode()


def test_an_epoch_that_was_rewritten_is_read_afresh(tmp_path: Path) -> None:
    repo = inbox(tmp_path / "0.git", letter(1), letter(2))
    old = repo.tip
    repo.commit("purged", {"m": letter(2)}, on=[])
    news = mail.news(Archive(repo.path, "epoch"), old, lambda _: False)
    assert news.afresh
    assert [i.raw for i in news.items] == [letter(2).encode()]


def test_a_file_for_each_mail_as_in_v1(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "v1.git", bare=True)
    repo.commit("two", {"ab/cd": letter(1), "ef/01": letter(2)})
    repo.commit("one less", {"ab/cd": None})
    found = items(Archive(repo.path, "epoch"))
    assert sorted(i.raw for i in found if isinstance(i.raw, bytes)) == [
        letter(1).encode(),
        letter(2).encode(),
    ]
    assert [i.raw is None for i in found] == [False, False, True]
    # The state moves on with the last mail of a commit only.
    assert [bool(i.state) for i in found] == [False, True, True]


def test_a_folder_of_epochs_oldest_first(tmp_path: Path) -> None:
    for n in (10, 2, 0):
        inbox(tmp_path / "list" / "git" / f"{n}.git", letter(n))
    found = mail.archives(tmp_path / "list")
    assert [a.path.name for a in found] == ["0.git", "2.git", "10.git"]


def test_an_empty_repository_has_no_mail(tmp_path: Path) -> None:
    Repo.create(tmp_path / "0.git", bare=True)
    assert items(Archive(tmp_path / "0.git", "epoch")) == []


def test_a_mail_whose_blob_is_gone_or_too_large_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_LARGEST", 5_000)
    repo = inbox(tmp_path / "0.git", letter(1), letter(2, "x" * 9_000), letter(3), letter(4))
    (archive,) = mail.archives(repo.path)
    gone = items(archive)[2].place
    repo.object_path(gone).unlink()
    found = [i.raw for i in items(archive)]
    assert found[0] == letter(1).encode()
    assert isinstance(found[1], Missing)
    assert found[1].why == "too large to be a mail (0 MiB)"
    assert isinstance(found[2], Missing)
    assert found[3] == letter(4).encode()


# --- mbox


def mbox(path: Path, *letters: str) -> Archive:
    text = "".join(f"From mboxrd@z Thu Jan  1 00:00:00 1970\n{one}\n" for one in letters)
    path.write_text(text)
    (archive,) = mail.archives(path)
    return archive


def test_the_mails_of_an_mbox(tmp_path: Path) -> None:
    hard = letter(2, "a\nFrom here on it is prose\n\n>From there, too\n>>From us\n\nFrom me, too\n")
    archive = mbox(tmp_path / "a.mbox", letter(1), hard, letter(3))
    found = items(archive)
    assert [i.raw for i in found] == [
        f"{letter(1)}\n".encode(),
        f"{hard}\n".encode().replace(b">From", b"From"),
        f"{letter(3)}\n".encode(),
    ]
    shelf = Shelf()
    assert [shelf.read(archive, i.place) for i in found] == [i.raw for i in found]


def test_an_mbox_that_grew_is_read_on_and_one_that_changed_afresh(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    before = items(mbox(path, letter(1), letter(2)))[-1].state
    archive = mbox(path, letter(1), letter(2), letter(3))
    news = mail.news(archive, before, lambda _: False)
    assert not news.afresh
    assert [i.raw for i in news.items] == [f"{letter(3)}\n".encode()]
    archive = mbox(path, letter(2), letter(3))
    news = mail.news(archive, before, lambda _: False)
    assert news.afresh
    assert len(list(news.items)) == 2


def test_a_single_mail_is_an_archive_and_an_mbox_may_be_huge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.eml").write_text(letter(1))
    (archive,) = mail.archives(tmp_path / "one.eml")
    assert [i.raw for i in items(archive)] == [letter(1).encode()]
    monkeypatch.setattr(mail, "_LARGEST", 5_000)
    found = items(mbox(tmp_path / "big", letter(1), letter(2, "y\n" * 9_000), letter(3)))
    assert [isinstance(i.raw, Missing) for i in found] == [False, True, False]


GITS = f"From {'ab' * 20} Mon Sep 17 00:00:00 2001\n"


def test_gits_envelope_within_an_attachment_begins_no_mail(tmp_path: Path) -> None:
    patch = f"{GITS}From: B <b@example.org>\nSubject: [PATCH] b\n\nwhy\n"
    parts = f"--xyz\nContent-Type: text/plain\n\nsee below\n\n--xyz\n\n{patch}\n{{end}}\n"
    head = 'Content-Type: multipart/mixed;\n boundary="xyz"\n'
    one = f"{head}{letter(1, parts.format(end='--xyz--'))}"
    found = items(mbox(tmp_path / "a", one, letter(2)))
    assert [i.raw for i in found] == [f"{one}\n".encode(), f"{letter(2)}\n".encode()]
    # Where parts have no end, the next envelope of another sort is the next mail's.
    cut = f"{head}{letter(1, parts.format(end=''))}"
    assert len(items(mbox(tmp_path / "b", cut, letter(2)))) == 2


def test_the_patches_of_a_series_with_attachments_are_mails(tmp_path: Path) -> None:
    head = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="x"\n'
    one = GITS + head + letter(1, "--x\n\ntext\n--x--\n\n")
    (tmp_path / "series.mbox").write_text(one + one.replace("<1@", "<2@"))
    (archive,) = mail.archives(tmp_path / "series.mbox")
    assert len(items(archive)) == 2


def test_a_compressed_mbox_is_read_as_what_it_holds(tmp_path: Path) -> None:
    mbox(tmp_path / "a.mbox", letter(1), letter(2))
    plain = (tmp_path / "a.mbox").read_bytes()
    path = tmp_path / "a.mbox.gz"
    path.write_bytes(gzip.compress(plain, mtime=0))
    (archive,) = mail.archives(path)
    found = items(archive)
    assert [i.raw for i in found] == [f"{letter(n)}\n".encode() for n in (1, 2)]
    assert [bool(i.state) for i in found] == [False, True]
    shelf = Shelf()
    assert [shelf.read(archive, i.place) for i in found] == [i.raw for i in found]
    news = mail.news(archive, found[-1].state, lambda _: False)
    assert (news.afresh, list(news.items)) == (False, [])
    path.write_bytes(gzip.compress(plain + plain, mtime=0))
    news = mail.news(archive, found[-1].state, lambda _: False)
    assert (news.afresh, len(list(news.items))) == (True, 4)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_folder_of_mboxes_however_compressed(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    mbox(tmp_path / "2020-01.mbox", letter(1), letter(2))
    packed = pack((tmp_path / "2020-01.mbox").read_bytes())
    (tmp_path / "2020-02.txt.gz").write_bytes(packed)  # told by what it holds
    (tmp_path / "notes.gz").write_bytes(pack(b"no mail"))
    found = mail.archives(tmp_path)
    assert [(a.kind, a.path.name) for a in found] == [
        ("mbox", name) for name in ("2020-01.mbox", "2020-02.txt.gz")
    ]
    assert [i.raw for i in items(found[1])] == [f"{letter(n)}\n".encode() for n in (1, 2)]


def test_a_folder_of_numbered_letters(tmp_path: Path) -> None:
    for name, text in (("1", letter(1)), ("12", letter(2)), ("3", "no mail"), (".mh", "unseen: 1")):
        (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "4")  # would be waited for
    os.mkfifo(tmp_path / "box.mbox")
    (archive,) = mail.archives(tmp_path)
    assert [i.place for i in items(archive)] == ["1", "12"]


def test_a_compressed_mbox_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    mbox(tmp_path / "a.mbox", *(letter(n, f"{n * 7919}\n" * 300) for n in range(50)))
    whole = gzip.compress((tmp_path / "a.mbox").read_bytes(), mtime=0)
    (tmp_path / "a.mbox.gz").write_bytes(whole[: len(whole) // 2])
    (archive,) = mail.archives(tmp_path / "a.mbox.gz")
    found = items(archive)
    assert 0 < len(found) < 50
    assert found[0].raw == (letter(0, "0\n" * 300) + "\n").encode()
    assert Shelf().read(archive, "0+99999999") is None
    (tmp_path / "no.gz").write_bytes(b"\x1f\x8b broken")
    with pytest.raises(MinekvmError):
        mail.archives(tmp_path / "no.gz")


def test_a_folder_of_letters(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for name, number in (("b.eml", 2), ("a.EML", 1), ("old/c.eml", 3), ("notes.txt", 4)):
        (tmp_path / name).write_text(letter(number))
    (tmp_path / "link.eml").symlink_to(tmp_path / "notes.txt")
    (archive,) = mail.archives(tmp_path)
    assert archive.kind == "letters"
    found = [(i.place, i.raw) for i in items(archive)]
    assert found == [
        (place, letter(n).encode()) for place, n in (("a.EML", 1), ("b.eml", 2), ("old/c.eml", 3))
    ]
    assert Shelf().read(archive, "old/c.eml") == letter(3).encode()
    assert Shelf().read(archive, "../a.EML") is None
    assert [i.place for i in items(archive, known=frozenset({"a.EML", "b.eml"}))] == ["old/c.eml"]


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters="\r"), max_size=60)))
@settings(max_examples=40)
def test_the_places_of_an_mbox_cover_it_whole(bodies: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        archive = mbox(path, letter(0), *(letter(n, body) for n, body in enumerate(bodies)))
        places = [tuple(map(int, i.place.split("+"))) for i in items(archive)]
        assert [start for start, _ in places] == [0, *(sum(p) for p in places[:-1])]
        assert sum(places[-1]) == path.stat().st_size


# --- maildir


def test_a_maildir_whose_flags_change(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "1.a:2,S").write_text(letter(1))
    (tmp_path / "new" / "2.b").write_text(letter(2))
    (tmp_path / "tmp" / "3.c").write_text(letter(3))
    (archive,) = mail.archives(tmp_path)
    assert [(i.place, i.raw) for i in items(archive)] == [
        ("1.a", letter(1).encode()),
        ("2.b", letter(2).encode()),
    ]
    (tmp_path / "new" / "2.b").rename(tmp_path / "cur" / "2.b:2,RS")
    assert Shelf().read(archive, "2.b") == letter(2).encode()
    assert items(archive, known=frozenset({"1.a", "2.b"})) == []


# --- none


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty").mkdir()
    for name in ("image.png", "empty", "absent"):
        with pytest.raises(MinekvmError) as told:
            mail.archives(tmp_path / name)
        assert told.value.hint


def test_a_place_that_is_gone_gives_nothing(tmp_path: Path) -> None:
    archive = mbox(tmp_path / "a", letter(1))
    (tmp_path / "a").unlink()
    shelf = Shelf()
    assert shelf.read(archive, "0+10") is None
    assert shelf.read(Archive(tmp_path, "maildir"), "x") is None
    git("init", "-q", "--bare", "z.git", cwd=tmp_path)
    assert shelf.read(Archive(tmp_path / "z.git", "epoch"), "12" * 20) is None
    shelf.close()
