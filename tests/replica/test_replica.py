"""The replica on disk: one history, the same everywhere, and a cache that can be trusted."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from minekvm import replica
from minekvm.adapters.git import library
from minekvm.errors import GitFailed
from support.replica_built import Built

X86 = "arch/x86/kvm/"
VMX, SVM = f"{X86}vmx/vmx.c", f"{X86}svm/svm.c"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return Built.at(tmp_path_factory.mktemp("replica") / "replica.git")


def test_it_is_a_bare_repository_on_master_that_git_finds_nothing_wrong_with(built: Built) -> None:
    assert built.git("rev-parse", "--is-bare-repository", "HEAD").split() == ["true", built.head]
    assert built.git("symbolic-ref", "HEAD") == "refs/heads/master"
    heads = built.git("for-each-ref", "--format=%(refname)", "refs/heads").split()
    assert heads == ["refs/heads/linux-5.8.y", "refs/heads/master"]
    done = subprocess.run(
        ["git", f"--git-dir={built.path}", "fsck", "--strict", "--full", "--no-dangling"],
        capture_output=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_it_is_the_same_under_another_roof(built: Built, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\nname = Somebody\n[init]\ndefaultBranch = main\n[core]\nautocrlf = true\n"
        "[i18n]\ncommitEncoding = ISO-8859-1\n[extensions]\nobjectFormat = sha256\n"
    )
    other = tmp_path / "other.git"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, pathlib, sys; os.umask(0o077); from minekvm import replica;"
            "print(replica.VERSION, replica.write(pathlib.Path(sys.argv[1])))",
            os.fspath(other),
        ],
        capture_output=True,
        check=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONHASHSEED": "7",
            "HOME": os.fspath(home),
            "TZ": "Pacific/Kiritimati",
            "LANG": "tr_TR.UTF-8",
            "LC_ALL": "C",
            "GIT_DIR": os.fspath(tmp_path / "nowhere"),
            "GIT_OBJECT_DIRECTORY": os.fspath(tmp_path / "elsewhere"),
            "GIT_AUTHOR_NAME": "Somebody",
            "GIT_COMMITTER_DATE": "2001-01-01T00:00:00+0000",
            "GIT_DEFAULT_HASH": "sha256",
        },
    )
    assert done.stdout.split() == [replica.VERSION, built.head]
    assert (other / "HEAD").read_text() == "ref: refs/heads/master\n"
    assert not (tmp_path / "elsewhere").exists()


def test_it_does_not_write_over_anything(tmp_path: Path) -> None:
    with pytest.raises(FileExistsError):
        replica.write(tmp_path)


def test_no_commit_is_older_than_its_parent(built: Built) -> None:
    lines = [line.split() for line in built.git("log", "--format=%H %ct %P").splitlines()]
    when = {commit: int(seconds) for commit, seconds, *_ in lines}
    for commit, _, *parents in lines:
        assert all(when[parent] <= when[commit] for parent in parents)


def test_the_story_is_a_needle_in_a_haystack(built: Built) -> None:
    paths = ("arch", "virt", "include", "kernel", "Documentation/virt")
    everything = int(built.git("rev-list", "--count", "--no-merges", "HEAD"))
    story = int(built.git("rev-list", "--count", "--no-merges", "HEAD", "--", *paths))
    assert 60 <= everything - story <= 100


def test_branches_come_back_in_merges(built: Built) -> None:
    def parents(key: str) -> int:
        return len(built.git("log", "-1", "--format=%P", built.commits[key]).split())

    assert parents("merge-5.8") == 4
    assert parents("merge-5.13") == parents("merge-5.17") == 2
    assert parents("import") == 0
    for merge, brought in (("merge-5.13", "e1 e8"), ("merge-5.17", "f1 f2"), ("merge-5.9", "d1")):
        side = built.git("rev-list", f"{built.commits[merge]}^1..{built.commits[merge]}").split()
        assert {built.commits[key] for key in brought.split()} <= set(side)


def test_the_stable_branch_lacks_the_commit_that_moved_the_markers(built: Built) -> None:
    """It began before, and has what was taken from upstream under another hash."""
    stable = "linux-5.8.y"
    base = built.git("merge-base", stable, "master").strip()
    assert base == built.commits["merge-5.8"]
    has = built.git("rev-list", f"{base}..{stable}").split()
    assert has == [built.commits["stable-pause-exit"]]
    message = built.git("log", "-1", "--format=%B", stable)
    assert f"commit {built.commits['pause-exit']} upstream." in message
    assert built.commits["d1"] not in built.git("rev-list", stable).split()


def test_a_merge_keeps_what_both_sides_did_to_one_file(built: Built) -> None:
    text = built.git("show", f"{built.commits['merge-5.17']}:{X86}x86.c")
    assert "entries_called_off" in text
    assert "guest_timing_enter_irqoff" in text


@pytest.mark.parametrize(
    ("path", "rename", "older"),
    [
        (VMX, "vmx-folder", "a"),
        (SVM, "svm-folder", "a"),
        ("arch/arm64/kvm/arm.c", "arm-folder", "arm-time"),
    ],
)
def test_git_follows_a_file_over_its_rename(
    built: Built, path: str, rename: str, older: str
) -> None:
    followed = built.git("log", "--follow", "-M", "--format=%H", "--", path).split()
    assert {built.commits[rename], built.commits[older], built.commits["import"]} <= set(followed)


def test_some_messages_are_in_another_encoding(built: Built) -> None:
    commit = built.commits["thermo7-sign"]
    raw = subprocess.run(
        ["git", f"--git-dir={built.path}", "cat-file", "commit", commit],
        capture_output=True,
        check=True,
    ).stdout
    assert b"\nencoding ISO-8859-1\n" in raw
    assert "0 °C".encode("latin-1") in raw
    assert "0 °C" in built.message("thermo7-sign")


def test_messages_cite_the_replica_s_own_commits_too(built: Built) -> None:
    assert f"This reverts commit {built.commits['tarnfs-readahead']}." in built.message(
        "tarnfs-revert"
    )
    assert f'Fixes: {built.commits["ebb-add"][:12]} ("block: Add' in built.message("ebb-order")


def test_the_code_is_well_formed_in_every_version(built: Built) -> None:
    every = built.git("cat-file", "--batch-all-objects", "--batch-check").splitlines()
    blobs = [line.split()[0] for line in every if " blob " in line]
    sources = [built.git("cat-file", "blob", blob) + "\n" for blob in blobs]
    for text in sources:
        code = re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\n])*\"|'(?:\\.|[^'\n])'", "", text, flags=re.S)
        if "#include" not in code:
            continue
        for opening, closing in ("{}", "()", "[]"):
            assert code.count(opening) == code.count(closing), text
        depth = 0
        for brace in re.findall(r"[{}]", code):
            depth += 1 if brace == "{" else -1
            assert depth >= 0, text
        opened = len(re.findall(r"^\s*#\s*if", code, re.M))
        assert opened == len(re.findall(r"^\s*#\s*endif", code, re.M)), text
        assert not re.search(r"[ \t]$", text, re.M), text


def test_people_have_addresses_that_lead_nowhere(built: Built) -> None:
    text = built.git("log", "--encoding=UTF-8", "--format=%ae%n%ce%n%B")
    assert set(re.findall(r"@([\w.-]+)", text)) == {"example.org"}


def left(cache: Path) -> list[Path]:
    """What is in a cache folder, besides the folder for temporary files, which is empty."""
    assert list((cache / "tmp").iterdir()) == []
    return [path for path in cache.iterdir() if path.name != "tmp"]


class TestEnsure:
    def test_builds_once(self, tmp_path: Path, built: Built) -> None:
        first = replica.ensure(tmp_path / "deep" / "cache")
        assert first.name == f"replica-{replica.VERSION[:12]}.git"
        before = (first / "HEAD").stat().st_mtime_ns
        assert replica.ensure(tmp_path / "deep" / "cache") == first
        assert (first / "HEAD").stat().st_mtime_ns == before
        assert (first / "refs/heads/master").read_text().strip() == built.head
        assert left(first.parent) == [first]

    @pytest.mark.parametrize("lost", ["minekvm-replica", "refs/heads/master", "HEAD"])
    def test_replaces_what_is_not_whole(self, tmp_path: Path, built: Built, lost: str) -> None:
        home = replica.ensure(tmp_path)
        (home / lost).unlink()
        assert replica.ensure(tmp_path) == home
        assert (home / "refs/heads/master").read_text().strip() == built.head
        assert left(tmp_path) == [home]

    def test_is_not_fooled_by_what_a_killed_run_left(self, tmp_path: Path, built: Built) -> None:
        (tmp_path / "replica-zzz.building" / "built.git").mkdir(parents=True)
        (tmp_path / f"replica-{replica.VERSION[:12]}.git" / "objects").mkdir(parents=True)
        home = replica.ensure(tmp_path)
        assert (home / "refs/heads/master").read_text().strip() == built.head

    def test_two_at_once_do_not_get_in_each_other_s_way(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(4) as pool:
            homes = set(pool.map(replica.ensure, [tmp_path] * 8))
        assert len(homes) == 1
        assert left(tmp_path) == list(homes)

    def test_a_build_that_fails_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object) -> None:
            raise library.Failure("no space left")

        monkeypatch.setattr(library.Writer, "finish", fails)
        with pytest.raises(GitFailed, match="cannot be built: no space left"):
            replica.ensure(tmp_path / "cache")
        assert left(tmp_path / "cache") == []
