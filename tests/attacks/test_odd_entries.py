"""A clone with devices, pipes, loops and crowds where git keeps files: one line, and an end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import pytest

from support.repos import Repo
from support.running import assert_clear, run
from support.stories import lineage_story
from support.traps import archive, history

STORY = ["edit outer_step: modified a.c:outer_step > a.c:outer_step"]
SECONDS = 120  # after which something waits for what never comes


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Ends a test that hangs."""

    def over(number: int, frame: FrameType | None) -> NoReturn:
        raise AssertionError(f"no end after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def endless(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/zero")


def pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


def linked_pipe(path: Path) -> None:
    pipe(path.with_name("pipe"))
    path.unlink(missing_ok=True)
    path.symlink_to("pipe")


@pytest.mark.parametrize("make", [endless, pipe, linked_pipe])
@pytest.mark.parametrize(
    "name",
    [
        *("HEAD", "config", "packed-refs", "shallow", "commondir", "info/grafts", "ORIG_HEAD"),
        *("refs/heads/odd", "objects/info/alternates", "objects/info/commit-graph"),
        *("objects/pack/pack-1.idx", "objects/pack/pack-1.pack", "objects/pack/multi-pack-index"),
        "objects/aa/" + "a" * 38,
    ],
)
def test_what_is_no_regular_file_is_refused(
    repo: Repo, name: str, make: Callable[[Path], None]
) -> None:
    history(repo)
    place = repo.git_dir / name
    place.parent.mkdir(exist_ok=True)
    make(place)
    for command in (("lineage", "outer_step"), ("index",)):
        ran = run(*command, "--repo", str(repo.path))
        assert_clear(ran, "where git keeps a file", name if make is not linked_pipe else "")


@pytest.mark.parametrize("make", [endless, pipe])
def test_what_is_not_read_may_be_anything(repo: Repo, make: Callable[[Path], None]) -> None:
    history(repo)
    for name in ("config.worktree", "info/attributes", "info/exclude", "index", "description"):
        make(repo.git_dir / name)
    for name in (".gitattributes", ".gitignore", ".mailmap", ".gitmodules"):
        make(repo.path / name)
    make(repo.path.parent / "included")
    with (repo.git_dir / "config").open("a") as config:
        config.write(f"[include]\n\tpath = {repo.path.parent}/included\n")
        config.write(f"[core]\n\tattributesFile = {repo.path.parent}/included\n")
        config.write(f"[mailmap]\n\tfile = {repo.path.parent}/included\n")
        config.write(f"[diff]\n\torderFile = {repo.path.parent}/included\n")
    for command in (("lineage", "outer_step"), ("inspect", "HEAD"), ("index",)):
        assert run(*command, "--repo", str(repo.path)).code == 0


def test_a_reflog_that_is_a_pipe(repo: Repo) -> None:
    history(repo)
    (repo.git_dir / "logs").mkdir()
    pipe(repo.git_dir / "logs" / "HEAD")
    assert run("inspect", "HEAD", "--repo", str(repo.path)).code == 0
    assert_clear(run("inspect", "HEAD@{1}", "--repo", str(repo.path)), "a named pipe")


def test_a_git_file_that_is_a_pipe_or_leads_nowhere(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    clone.mkdir()
    pipe(clone / ".git")
    assert_clear(run("lineage", "f", "--repo", str(clone)), "not a git repository")
    (clone / ".git").unlink()
    for text in ("gitdir: nowhere", "gitdir: .git", "gitdir:", "", "gitdir: \0", "x" * 9999):
        (clone / ".git").write_text(text)
        assert_clear(run("lineage", "f", "--repo", str(clone)))


def test_ten_thousand_lines_of_alternates(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    (tmp_path / "lender").mkdir()
    lines = [f"{tmp_path}/lender/{n % 7}/../../lender" for n in range(10_000)]
    (repo.git_dir / "objects" / "info" / "alternates").write_text("\n".join(lines))
    assert_clear(run("lineage", "outer_step", "--repo", str(repo.path)), "borrows", "repack")


def test_alternates_in_a_ring_and_in_a_long_row(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    folders = [repo.git_dir / "objects", *(tmp_path / f"lender{n}" for n in range(50))]
    for one, other in zip(folders, [*folders[1:], folders[0]], strict=True):
        (one / "info").mkdir(parents=True, exist_ok=True)
        (one / "info" / "alternates").write_text(f"{other}\n{folders[0]}\n{one}\n")
    assert run("lineage", "outer_step", "--repo", str(repo.path)).code == 0
    (folders[0] / "info" / "alternates").write_text('nowhere\n#x\n\n"odd\n/proc\n../../..\n')
    assert run("lineage", "outer_step", "--repo", str(repo.path)).code == 0


def test_a_lender_with_a_pipe(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    (tmp_path / "lender" / "pack").mkdir(parents=True)
    pipe(tmp_path / "lender" / "pack" / "pack-2.idx")
    (repo.git_dir / "objects" / "info" / "alternates").write_text(f'"{tmp_path}/lend\\145r"\n')
    assert_clear(run("lineage", "outer_step", "--repo", str(repo.path)), "a named pipe")


def test_refs_in_folders_without_end(repo: Repo) -> None:
    history(repo)
    here = os.open(repo.git_dir / "refs" / "heads", os.O_RDONLY)
    for _ in range(3_000):  # deeper than any path may be, and than Python recurses
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    (repo.git_dir / "refs" / "ring").symlink_to("..")
    assert run("lineage", "outer_step", "--repo", str(repo.path)).code == 0
    subprocess.run(["rm", "-rf", repo.git_dir / "refs"], check=True)  # pytest's way is too short


def test_a_file_too_large_to_be_true(repo: Repo) -> None:
    history(repo)
    for name in ("HEAD", "config", "packed-refs", "info/grafts"):
        place = repo.git_dir / name
        kept = place.read_bytes() if place.exists() else b""
        with place.open("ab") as file:
            file.truncate(1 << 40)
        assert_clear(run("lineage", "outer_step", "--repo", str(repo.path)), "too large", name)
        place.write_bytes(kept)


@pytest.mark.parametrize("name", ["packed-refs", "config", "objects/info/alternates", "refs/odd"])
def test_an_archive_of_mail_with_a_pipe(repo: Repo, tmp_path: Path, name: str) -> None:
    history(repo)
    mails = archive(tmp_path / "mails.git")
    pipe(mails.git_dir / name)
    assert_clear(run("mail", "index", str(mails.path), "--repo", str(repo.path)), "a named pipe")


def test_an_mbox_that_is_none(repo: Repo, tmp_path: Path) -> None:
    history(repo)
    for make in (pipe, endless, linked_pipe):
        make(tmp_path / "mail.mbox")
        ran = run("mail", "index", str(tmp_path / "mail.mbox"), "--repo", str(repo.path))
        assert_clear(ran, "no mail in")
    for name in ("cur", "new"):
        (tmp_path / "maildir" / name).mkdir(parents=True)
        pipe(tmp_path / "maildir" / name / "1")
        endless(tmp_path / "maildir" / name / "2")
    assert run("mail", "index", str(tmp_path / "maildir"), "--repo", str(repo.path)).code == 0


def test_attributes_and_mailmaps_change_no_answer(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whosever they are: what is shown is what was committed."""
    history(repo)
    everything = [
        ("lineage", "outer_step", "--json"),
        ("inspect", "HEAD", "--json"),
        ("origins", "HEAD~1", "--json"),
        ("why", "why was outer_step changed?", "--json"),
    ]

    def asked(cache: str) -> list[str]:
        env = {"XDG_CACHE_HOME": str(tmp_path / cache)}
        return [run(*c, "--repo", str(repo.path), env=env).out for c in everything]

    plain = asked("plain")
    assert all(plain)
    home = tmp_path / "home"
    for place in (home / ".config" / "git" / "attributes", repo.git_dir / "info" / "attributes"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("*.c binary\n*.c -diff\n*.c -text\n")
    (repo.path / ".gitattributes").write_text("*.c binary\n")
    (repo.path / ".mailmap").write_text("Nobody <n@example.org> <a@example.org>\n")
    (home / ".gitconfig").write_text("[core]\n\tattributesFile = ~/.config/git/attributes\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    assert asked("other") == plain


def test_committed_attributes_change_no_answer(tmp_path: Path) -> None:
    answers = []
    for name, attributes in (("plain", "\n"), ("odd", "*.c binary\n*.c -diff\n")):
        repo = Repo.create(tmp_path / name)
        repo.commit("begin", {".gitattributes": attributes, ".mailmap": "N <n@e.org> <a@e.org>\n"})
        history(repo)
        env = {"XDG_CACHE_HOME": str(tmp_path / f"cache {name}")}
        place = ("--repo", str(repo.path))
        assert run("index", "--words", *place, env=env).code == 0
        answers.append(lineage_story(repo, run("lineage", "outer_step", "--json", *place).json))
        found = run("origins", repo.named["edit outer_step"], "--json", *place, env=env).json
        answers[-1] += [str(repo.named["start"] in str(found))]
    assert answers[0] == answers[1]
